"""The viewer and its parts in every state, as the contexts of the product's own templates."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone

from awsdash import ranges
from awsdash.accounts.scope import Scope
from awsdash.demo.components import cast, results
from awsdash.jobs.details import detail_in
from awsdash.jobs.models import Job, Status
from awsdash.jobs.reading import NUMBER, Lens
from awsdash.queries import forms
from services.base import Row
from services.errors import (
    AccessDenied,
    Cancelled,
    InvalidQuery,
    QueryFailed,
    ServiceError,
    Throttled,
    TimedOut,
)
from services.registry import get_operation, get_service

Context = dict[str, Any]
THROTTLED: Final = Throttled("Rate exceeded.")
DENIED: Final = AccessDenied(
    "User: arn:aws:sts::482011773351:assumed-role/awsdash-reader/mira is not authorized to "
    "perform: logs:FilterLogEvents on resource: /aws/lambda/checkout-charge."
)
FAILED: Final = QueryFailed("AWS answered ServiceUnavailableException.")
TIMED_OUT: Final = TimedOut("It took longer than 120 s.")
CANCELLED: Final = Cancelled("It was cancelled.")


def viewer(asked: Mapping[str, Any] = results.ASKED, scope: Scope | None = None) -> Context:
    """The viewer before anything has run."""
    operation = get_operation(results.OPERATION)
    return {
        "operation": operation,
        "service": get_service(operation.service),
        "subject": asked.get(operation.identifier, ""),
        "form": forms.form_for(operation, initial=asked),
        "scope": scope or cast.scope(),
        "range": ranges.range_of(asked),
    }


def refused(*, is_folded_wrong: bool) -> Context:
    """The form with messages beside its fields, and with one about the bar above."""
    operation = get_operation(results.OPERATION)
    context = viewer({"startTime": "yesterdayish"})
    posted = QueryDict("logGroupName=&filterPattern=%7B+%24.level+%3D&limit=0")
    form = context["form"] = forms.form_for(operation, posted=posted)
    messages = {
        "startTime": "write an ISO time, Unix milliseconds, now, or -15m, -3h, -2d",
        "logGroupName": "String should have at least 1 character",
    }
    if is_folded_wrong:
        messages["limit"] = "Input should be greater than or equal to 1"
    form.show_errors(InvalidQuery("The query cannot be run.", fields=messages))
    return context


def ran(job: Job, lens: Lens | None = None, **drawn: Any) -> Context:
    """The viewer with a job; `drawn` are a DrawnPage's rows and bars."""
    page = results.DrawnPage(job, lens or Lens(), **drawn)
    return {**viewer(job.asked), **page.context, "open_row": "", "user": cast.MIRA}


def stopped(status: Status, error: ServiceError, rows: int = 0) -> Callable[[], Context]:
    """A job that ended badly, after it read some rows or none."""

    def context() -> Context:
        bars = results.incident() if rows else ()
        job = results.job(status, error=error, took_s=4.2, pages=bool(rows) * 2)
        return ran(job, given=results.rows(rows), bars=bars)

    return context


def succeeded(lens: Lens | None = None, **drawn: Any) -> Callable[[], Context]:
    """A job that read everything."""
    return lambda: ran(
        results.job(), lens, **{"given": results.rows(), "bars": results.incident(), **drawn}
    )


def queued(**drawn: Any) -> Callable[[], Context]:
    return lambda: ran(results.job(Status.QUEUED, took_s=None, attempt=0, pages=0), **drawn)


def running(rows: int = 0) -> Context:
    job = results.job(Status.RUNNING, took_s=7.4, pages=rows // 5)
    return ran(job, given=results.rows(rows), bars=results.incident() if rows else ())


def waiting() -> Context:
    later = timezone.now() + timedelta(seconds=30)
    told: Context = {"attempt": 2, "pages": 0, "not_before": later}
    return ran(results.job(Status.QUEUED, took_s=2.1, error=THROTTLED, **told))


def at_aws(**changes: Any) -> Callable[[], Context]:
    """Work that AWS does by itself."""
    known: Context = {"aws_state": "RUNNING", "statistics": {"bytes_scanned": 734_003_200}}
    return lambda: ran(results.job(Status.WAITING, took_s=38.2, pages=0, **{**known, **changes}))


def stopping() -> Context:
    """Cancelled here, while AWS is still to be told."""
    told: Context = {"pages": 0, "stop_at": timezone.now()}
    return ran(results.job(Status.CANCELLED, took_s=12.5, error=CANCELLED, **told))


def reused() -> Context:
    """Another's job, read from a result that was there."""
    job = results.job(owner=cast.NOOR)
    then = job.created_at - timedelta(minutes=7)
    job.execution.started_at, job.execution.finished_at = then - timedelta(seconds=1.3), then
    return ran(job, given=results.rows(), bars=results.incident(), people=3, groups=["payments"])


def long() -> Context:
    """More rows than are shown at once, and more in AWS: read by three people, and paid for."""
    read: Context = {
        "next_token": results.TOKEN,
        "pages": 44,
        "statistics": {"bytes_scanned": 18_874_368},
    }
    job = results.job(took_s=9.8, **read)
    given = results.rows(100)
    return ran(job, given=given, read=4_312, bars=results.incident(), people=3)


def in_detail(row: Row, number: int = 0) -> Context:
    return {"detail": detail_in(results.DrawnPage(results.job(), Lens()), {**row, NUMBER: number})}


def nested() -> Context:
    return in_detail(results.rows()[0])


def plain() -> Context:
    row = results.rows()[3]
    return in_detail({**row, "level": None, "message": f"{row['message']} " * 40}, 3)


def cut() -> Context:
    """As a tree of more than 400 branches ends."""
    detail = in_detail(results.rows()[0])["detail"]
    facts = [replace(fact, tree=fact.tree[:3], is_cut=bool(fact.tree)) for fact in detail.facts]
    return {"detail": replace(detail, facts=facts)}
