"""A job's fragments that its page asks for: progress, blocks of rows, one row; and cancel."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from awsdash.http import Request
from awsdash.jobs import fragments, lifecycle
from awsdash.jobs.glancing import glance
from awsdash.jobs.models import Job
from awsdash.jobs.pages import JobPage, job_delay_ms
from awsdash.jobs.result_pages import lens_of, offset_of
from awsdash.jobs.standing import Standing


@require_GET
def poll(request: Request, job_id: UUID) -> HttpResponse:
    """Most polls find nothing new: those take a glance at the job, and no page."""
    job = glance(request.user, job_id)
    if job is not None and request.GET.get("seen") == Standing(job).etag:
        return fragments.unchanged(job_delay_ms(job))
    return fragments.update(request, _page(request, job_id))


@require_GET
def look(request: Request, job_id: UUID) -> HttpResponse:
    return fragments.look(request, _page(request, job_id))


@require_GET
def rows(request: Request, job_id: UUID) -> HttpResponse:
    return fragments.rows(request, _page(request, job_id))


@require_GET
def row(request: Request, job_id: UUID, number: int) -> HttpResponse:
    return fragments.row(request, _page(request, job_id), number)


@require_GET
def download(request: Request, job_id: UUID) -> HttpResponseBase:
    return fragments.download(request, _page(request, job_id))


@require_POST
def cancel(request: Request, job_id: UUID) -> HttpResponse:
    own = Job.objects.visible_to(request.user).ruled_by(request.user)
    job = get_object_or_404(own, pk=job_id)
    lifecycle.cancel(request.user, job)
    if not request.htmx:
        return redirect("job", job_id=job.pk)
    return fragments.update(request, _page(request, job_id))


def _job(request: Request, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)


def _page(request: Request, job_id: UUID) -> JobPage:
    return JobPage(_job(request, job_id), lens_of(request.GET), offset_of(request.GET))
