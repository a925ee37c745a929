"""A batch's fragments that its page asks for; cancel and try again."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from awsdash.http import Request
from awsdash.jobs import fragments, lifecycle
from awsdash.jobs.batch_pages import BatchPage, page_of
from awsdash.jobs.batches import board_of, glance_at
from awsdash.jobs.models import Batch
from awsdash.jobs.result_pages import lens_of, offset_of
from services.errors import InvalidQuery


@require_GET
def poll(request: Request, batch_id: UUID) -> HttpResponse:
    """Most polls find nothing new: those take a glance at the jobs, and no page."""
    glance = glance_at(request.user, _batch(request, batch_id))
    if request.GET.get("seen") == glance.etag:
        return fragments.unchanged(glance.poll_delay_ms)
    return fragments.update(request, _page(request, batch_id))


@require_GET
def look(request: Request, batch_id: UUID) -> HttpResponse:
    return fragments.look(request, _page(request, batch_id))


@require_GET
def rows(request: Request, batch_id: UUID) -> HttpResponse:
    return fragments.rows(request, _page(request, batch_id))


@require_GET
def row(request: Request, batch_id: UUID, number: int) -> HttpResponse:
    return fragments.row(request, _page(request, batch_id), number)


@require_GET
def download(request: Request, batch_id: UUID) -> HttpResponseBase:
    return fragments.download(request, _page(request, batch_id))


@require_POST
def cancel(request: Request, batch_id: UUID) -> HttpResponse:
    """Cancel all that has not ended."""
    lifecycle.cancel_batch(request.user, _own(request, batch_id))
    return _changed(request, batch_id)


@require_POST
def retry(request: Request, batch_id: UUID) -> HttpResponse:
    """Try again the cells that failed; with `job` only the cell that shows this job."""
    batch = _own(request, batch_id)
    chosen = request.POST.get("job", "")
    targets = None
    if chosen:
        cells = board_of(request.user, batch).cells
        targets = [(c.account.pk, c.region) for c in cells if str(c.job.pk) == chosen]
        if not targets:
            raise InvalidQuery("job: it is no cell of this batch any more", hint="Reload the page.")
    lifecycle.retry_failed(request.user, batch, targets)
    return _changed(request, batch_id)


def _changed(request: Request, batch_id: UUID) -> HttpResponse:
    if not request.htmx:
        return redirect("batch", batch_id=batch_id)
    return fragments.update(request, _page(request, batch_id))


def _own(request: Request, batch_id: UUID) -> Batch:
    batches = Batch.objects.visible_to(request.user).ruled_by(request.user)
    return get_object_or_404(batches, pk=batch_id)


def _batch(request: Request, batch_id: UUID) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user), pk=batch_id)


def _page(request: Request, batch_id: UUID) -> BatchPage:
    batch = _batch(request, batch_id)
    return page_of(request.user, batch, lens_of(request.GET), offset_of(request.GET))
