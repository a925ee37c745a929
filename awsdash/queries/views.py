"""The generic viewer: one page for every operation of every service."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from awsdash.http import Request
from awsdash.jobs import lifecycle
from awsdash.jobs.models import Job
from awsdash.jobs.pages import job_context
from awsdash.queries.forms import QueryForm, form_for, raw_query
from services.base import PagedOperation
from services.errors import InvalidQuery
from services.registry import get_operation


@require_http_methods(["GET", "POST"])
def viewer(request: Request, operation_name: str) -> HttpResponse:
    """The form of an operation, prefilled from the URL; posted, it becomes a job.

    `?run=1` in a link of ours asks the page to post itself at once.
    """
    operation = get_operation(operation_name)
    if request.method == "POST":
        return _run(request, operation)
    form = form_for(operation, request.user, initial=request.GET.dict())
    # Only our own links may run at once: another site's must not query in the person's name.
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    autorun = is_ours and request.GET.get("run") == "1"
    return _page(request, operation, form, {"autorun": autorun})


def _run(request: Request, operation: PagedOperation[Any]) -> HttpResponse:
    account_id, region = request.POST.get("accountId", ""), request.POST.get("region", "")
    try:
        raw = raw_query(operation, request.POST)
        job = lifecycle.submit(request.user, operation.name, account_id, region, raw)
    except InvalidQuery as error:
        form = form_for(operation, request.user, posted=request.POST)
        form.show_errors(error)
        return _page(request, operation, form, {}, status=422)
    address = reverse("job", args=[job.pk])
    if not request.htmx:
        return redirect(address)
    # The form comes along, so that what was wrong before is not shown any more.
    form = form_for(operation, request.user, posted=request.POST)
    response = render(request, "queries/_ran.html", {"form": form, **job_context(job)})
    response["HX-Push-Url"] = address
    return response


@require_GET
def job_page(request: Request, job_id: UUID) -> HttpResponse:
    """A job with its query in the form: the deep link of a result."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    execution = job.execution
    target = {"accountId": execution.account_id, "region": execution.region}
    form = form_for(execution.operation, request.user, initial={**target, **execution.query})
    offset = request.GET.get("offset", "0")
    context = job_context(job, int(offset) if offset.isdecimal() and len(offset) < 12 else 0)
    return _page(request, execution.operation, form, context)


def _page(
    request: Request,
    operation: PagedOperation[Any],
    form: QueryForm,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    template = "queries/_form.html" if request.htmx and status == 422 else "queries/viewer.html"
    context = {"operation": operation, "form": form, **context}
    response = render(request, template, context, status=status)
    if template == "queries/_form.html":
        response["HX-Retarget"], response["HX-Reswap"] = "#query", "outerHTML"
    return response
