"""The page of SQL over results; the page of a job, which may be such a one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from awsdash.http import Request
from awsdash.jobs.models import Batch, Job
from awsdash.jobs.pages import JobPage
from awsdash.jobs.result_pages import lens_of
from awsdash.queries import views as queries
from awsdash.sandbox import forms, shelf
from awsdash.sandbox.lifecycle import submit_sql
from awsdash.sandbox.operations import SQL_OVER_RESULTS
from awsdash.sandbox.shelf import Shelved
from services.errors import InvalidQuery, NotFound


@require_http_methods(["GET", "POST"])
def sql(request: Request) -> HttpResponse:
    """An editor, and the results that are its tables; posted, the SQL becomes a job.

    `?job=` or `?batch=` begins with that result, `?sql=` with that text.
    """
    if request.method == "POST":
        return _run(request)
    given = _given(request)
    asked = {"sql": request.GET.get("sql") or _beginning(given)}
    return render(request, "sandbox/sql.html", _context(request, forms.filled_in(asked), given))


def _run(request: Request) -> HttpResponse:
    try:
        return _show_new(request, submit_sql(request.user, forms.raw_query(request.POST)))
    except (InvalidQuery, NotFound) as error:
        form = forms.SqlForm(request.POST)
        form.show_error(error)
    template = "sandbox/_form.html" if request.htmx else "sandbox/sql.html"
    response = render(request, template, _context(request, form, []), status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#query", "outerHTML"
    return response


@require_GET
def job_page(request: Request, job_id: UUID) -> HttpResponse:
    """The deep link of a job: here if it runs SQL over results, else in the generic viewer."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    if not _is_sql(job):
        return queries.job_page(request, job_id)
    return render(request, "sandbox/sql.html", _job_context(request, job))


@require_POST
def again(request: Request, job_id: UUID) -> HttpResponse:
    """The same request as a new job; where SQL over results asks, over the results of now."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    if not _is_sql(job):
        return queries.again(request, job_id)
    return _show_new(request, submit_sql(request.user, job.asked))


def _show_new(request: Request, job: Job) -> HttpResponse:
    address = reverse("job", args=[job.pk])
    if not request.htmx:
        return redirect(address)
    response = render(request, "sandbox/_ran.html", _job_context(request, job))
    response["HX-Push-Url"] = address
    return response


def _is_sql(job: Job) -> bool:
    return job.execution.operation_name == SQL_OVER_RESULTS.name


def _given(request: Request) -> list[Shelved]:
    """The result that the address names, if the person may see it."""
    for name, find in (("job", _find_job), ("batch", _find_batch)):
        if text := request.GET.get(name):
            try:
                wanted = UUID(text)
            except ValueError:
                raise NotFound(f"There is no {name} {text[:80]}.", hint="Check its id.") from None
            return [find(request, wanted)]
    return []


def _find_job(request: Request, job_id: UUID) -> Shelved:
    return shelf.of_job(get_object_or_404(Job.objects.visible_to(request.user), pk=job_id))


def _find_batch(request: Request, batch_id: UUID) -> Shelved:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=batch_id)
    return shelf.of_batch(request.user, batch)


def _beginning(given: list[Shelved]) -> str:
    return f"SELECT *\nFROM {given[0].reference}\nLIMIT 100" if given else ""


def _job_context(request: Request, job: Job) -> Mapping[str, Any]:
    return {
        **_context(request, forms.filled_in(job.asked), []),
        **JobPage(job, lens_of(request.GET)).context,
        "open_row": request.GET.get("row", ""),
    }


def _context(request: Request, form: forms.SqlForm, given: list[Shelved]) -> dict[str, Any]:
    known = {shelved.reference for shelved in given}
    others = [each for each in shelf.shelf_of(request.user) if each.reference not in known]
    return {"operation": SQL_OVER_RESULTS, "form": form, "shelf": [*given, *others]}
