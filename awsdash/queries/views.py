"""The generic viewer: one page for every operation of every service."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from awsdash import ranges
from awsdash.accounts.models import Level
from awsdash.accounts.scope import posted_targets, scope_of
from awsdash.http import Request
from awsdash.jobs import lifecycle, suggestions
from awsdash.jobs.batch_pages import page_of
from awsdash.jobs.models import Batch, Job
from awsdash.jobs.pages import JobPage
from awsdash.jobs.result_pages import ResultPage, lens_of
from awsdash.queries import forms
from services.base import Operation
from services.errors import InvalidQuery
from services.registry import get_operation, get_service

CHOICES_DELAY_MS: Final = 150


@require_http_methods(["GET", "POST"])
def viewer(request: Request, operation_name: str) -> HttpResponse:
    """The form of an operation, prefilled from the URL; posted, it becomes a job or a batch.

    `?run=1` in a link of ours asks the page to post itself at once.
    """
    operation = get_operation(operation_name)
    if request.method == "POST":
        return _run(request, operation)
    # Only our own links may run at once: another site's must not query in the person's name.
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    context = _form_context(request, operation, request.GET)
    context["autorun"] = is_ours and request.GET.get("run") == "1"
    return render(request, "queries/viewer.html", context)


def _run(request: Request, operation: Operation[Any]) -> HttpResponse:
    user, posted = request.user, request.POST
    places = posted.getlist("accountId"), posted.getlist("region")
    try:
        raw = forms.raw_query(operation, posted)
        targets = posted_targets(user, Level.RUN, *places)
        if len(targets) == 1:
            return _show_new(request, lifecycle.submit(user, operation.name, *targets[0], raw))
        return _show_new(request, lifecycle.submit_batch(user, operation.name, targets, raw))
    except InvalidQuery as error:
        return _refused(request, operation, error)


def _refused(request: Request, operation: Operation[Any], error: InvalidQuery) -> HttpResponse:
    """The form as it was posted, each message beside its field."""
    context = _form_context(request, operation, request.POST, is_posted=True)
    context["form"].show_errors(error)
    template = "queries/_form.html" if request.htmx else "queries/viewer.html"
    response = render(request, template, context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#query", "outerHTML"
    return response


@require_POST
def again(request: Request, job_id: UUID) -> HttpResponse:
    """Refresh: the same request as a new job; a result at most `maxAgeS` old will do."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    max_age_s = _max_age_s(request.POST.get("maxAgeS", "0"))
    return _show_new(request, lifecycle.run_again(request.user, job, max_age_s=max_age_s))


def _max_age_s(text: str) -> int:
    if not text.isdecimal() or len(text) > 7:
        raise InvalidQuery("maxAgeS: not a number of seconds", hint="Write 0 for a new result.")
    return int(text)


@require_POST
def batch_again(request: Request, batch_id: UUID) -> HttpResponse:
    """Refresh: the same request on the same targets as a new batch."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=batch_id)
    return _show_new(request, lifecycle.submit_batch_again(request.user, batch))


@require_POST
def further(request: Request, job_id: UUID) -> HttpResponse:
    """Read on where AWS stopped, as a new job that shows the rows of both."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    return _show_new(request, lifecycle.read_on(request.user, job))


def _show_new(request: Request, asked: Job | Batch) -> HttpResponse:
    address = reverse("job" if isinstance(asked, Job) else "batch", args=[asked.pk])
    if not request.htmx:
        return redirect(address)
    lens = lens_of(request.GET)
    page = JobPage(asked, lens) if isinstance(asked, Job) else page_of(request.user, asked, lens)
    # Form and title come along, so that nothing of what was before is shown any more.
    response = render(request, "queries/_ran.html", _page_context(request, page))
    response["HX-Push-Url"] = address
    return response


@require_GET
def job_page(request: Request, job_id: UUID) -> HttpResponse:
    """A job with its query in the form: the deep link of a result, its lens and its open row."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    page = JobPage(job, lens_of(request.GET))
    return render(request, "queries/viewer.html", _page_context(request, page))


@require_GET
def batch_page(request: Request, batch_id: UUID) -> HttpResponse:
    """A batch with its query in the form, as `job_page`."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=batch_id)
    page = page_of(request.user, batch, lens_of(request.GET))
    return render(request, "queries/viewer.html", _page_context(request, page))


@require_GET
def choices(request: Request, operation_name: str, option: str) -> HttpResponse:
    """The live choices of an option for `?typed=`; 202 and when to ask again until known."""
    suggestion = suggestions.suggest(request.user, operation_name, option, request.GET.dict())
    if suggestion.answered_at is None:
        return HttpResponse(status=202, headers={"Poll-Delay-Ms": str(CHOICES_DELAY_MS)})
    return render(request, "queries/_choices.html", {"suggestion": suggestion})


def _page_context(request: Request, page: ResultPage) -> dict[str, Any]:
    data = QueryDict(mutable=True)
    for name, value in {**page.source.asked, **page.place}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return {
        **_form_context(request, page.operation, data),
        **page.context,
        "open_row": request.GET.get("row", ""),
    }


def _form_context(
    request: Request, operation: Operation[Any], data: QueryDict, *, is_posted: bool = False
) -> dict[str, Any]:
    options = forms.options_in(operation, data)
    place = data.getlist("accountId"), data.getlist("region")
    return {
        "operation": operation,
        "service": get_service(operation.service),
        "subject": options.get(operation.identifier, ""),
        "form": forms.form_for(
            operation, initial=None if is_posted else options, posted=data if is_posted else None
        ),
        "scope": scope_of(request.user, Level.RUN, *place, form="query", may_be_several=True),
        "range": ranges.range_of(options) if forms.has_range(operation) else None,
    }
