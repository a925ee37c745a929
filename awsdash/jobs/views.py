"""The fragment of a job that pages poll, and cancel."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from awsdash.http import Request
from awsdash.jobs import lifecycle
from awsdash.jobs.models import Job
from awsdash.jobs.pages import job_context, poll_delay_ms


@require_GET
def poll(request: Request, job_id: UUID) -> HttpResponse:
    """The job as it stands; 204 while it is what the page already shows."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    if request.GET.get("seen") == job.etag:
        return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(poll_delay_ms(job))})
    return render(request, "jobs/_job.html", job_context(job))


@require_POST
def cancel(request: Request, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    lifecycle.cancel(request.user, job)
    if not request.htmx:
        return redirect("job", job_id=job.pk)
    job.refresh_from_db()
    return render(request, "jobs/_job.html", job_context(job))
