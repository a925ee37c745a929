"""A job's fragments that its page asks for: progress, blocks of rows, one row; and cancel."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from awsdash.http import Request
from awsdash.jobs import details, downloads, lifecycle
from awsdash.jobs.models import Job
from awsdash.jobs.pages import BLOCK_ROWS, JobPage, job_context, lens_of, poll_delay_ms


@require_GET
def poll(request: Request, job_id: UUID) -> HttpResponse:
    """The job as it stands; 204 while it is what the page already shows."""
    job = _job(request, job_id)
    if request.GET.get("seen") == job.etag:
        return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(poll_delay_ms(job))})
    return _update(request, job)


@require_GET
def look(request: Request, job_id: UUID) -> HttpResponse:
    """The same rows through another lens: what a search, a level or a sort shows."""
    job = _job(request, job_id)
    response = _update(request, job)
    query = JobPage(job, lens_of(request.GET.dict())).query
    response["HX-Replace-Url"] = f"/jobs/{job.pk}/?{query}" if query else f"/jobs/{job.pk}/"
    return response


@require_GET
def rows(request: Request, job_id: UUID) -> HttpResponse:
    """The block of rows that begins at `?offset=`."""
    offset = request.GET.get("offset", "")
    page = JobPage(
        _job(request, job_id),
        lens_of(request.GET.dict()),
        int(offset) // BLOCK_ROWS * BLOCK_ROWS if offset.isdecimal() and len(offset) < 12 else 0,
    )
    return render(request, "jobs/_block.html", {"page": page, "job": page.job})


@require_GET
def row(request: Request, job_id: UUID, number: int) -> HttpResponse:
    """One row whole: every column, its JSON as a tree, and what narrows the query to it."""
    job = _job(request, job_id)
    context: dict[str, Any] = {"job": job, "detail": details.detail_of(job, number)}
    return render(request, "jobs/_detail.html", context)


@require_GET
def download(request: Request, job_id: UUID) -> HttpResponseBase:
    """The rows that match the lens, as a file."""
    page = JobPage(_job(request, job_id), lens_of(request.GET.dict()))
    file = downloads.file_of(page.reader, request.GET.get("format", "csv"))
    return StreamingHttpResponse(
        file.lines,
        content_type=file.content_type,
        headers={"Content-Disposition": f'attachment; filename="{page.job.pk}.{file.suffix}"'},
    )


@require_POST
def cancel(request: Request, job_id: UUID) -> HttpResponse:
    job = _job(request, job_id)
    lifecycle.cancel(request.user, job)
    if not request.htmx:
        return redirect("job", job_id=job.pk)
    job.refresh_from_db()
    return _update(request, job)


def _job(request: Request, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)


def _update(request: Request, job: Job) -> HttpResponse:
    return render(request, "jobs/_update.html", job_context(job, lens_of(request.GET.dict())))
