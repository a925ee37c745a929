"""The list of jobs, and who sees one, in every state."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils import timezone

from awsdash import ranges
from awsdash.accounts.models import User
from awsdash.demo.components import cast, results, viewing
from awsdash.demo.components.results import NEVER_MS
from awsdash.demo.components.viewing import Context
from awsdash.jobs.audience import Share
from awsdash.jobs.entries import BatchEntry, Entry, JobEntry
from awsdash.jobs.filters import ALL, SHARED, Filters
from awsdash.jobs.list_views import STATES, TABS
from awsdash.jobs.listing import Mark, Place
from awsdash.jobs.models import Batch, Job, Status
from services import registry

_SQL: Final = (
    "SELECT status, count(*) AS requests FROM edge.access_logs WHERE day = date '2026-11-22' "
    "GROUP BY status ORDER BY requests DESC"
)


def _entry(number: int, job: Job, *, may_rule: bool = True) -> JobEntry:
    job.id = UUID(int=number)
    job.created_at = timezone.now() - timedelta(minutes=number * 7)
    mark = Mark(Place(job.created_at, job.id), job.status, is_stopping=bool(job.execution.stop_at))
    return JobEntry(mark, may_rule, job, may_run=job.is_final)


def _sql(job: Job) -> Job:
    job.execution.operation_name = "athena.run_sql"
    job.execution.query = {"sql": f"-- requests by status\n{_SQL}"}
    return job


def _batch(number: int, cells: dict[str, int], owner: User = cast.MIRA) -> BatchEntry:
    asked = {"logGroupName": "/aws/lambda/checkout-charge"}
    batch = Batch(id=UUID(int=number), owner=owner, operation_name=results.OPERATION, asked=asked)
    batch.created_at = timezone.now() - timedelta(minutes=number * 7)
    is_active = Status.RUNNING in cells or Status.QUEUED in cells
    state = Status.RUNNING if is_active else Status.SUCCEEDED
    place = Place(batch.created_at, batch.id)
    return BatchEntry(Mark(place, state, cells=cells), True, batch)


def entries() -> list[Entry]:
    """A row in each state, and two batches."""
    known: Context = {"aws_state": "RUNNING", "statistics": {"bytes_scanned": 734_003_200}}
    stored: Context = {"account": None, "region": ""}
    told: Context = {"stop_at": timezone.now()}
    jobs = [
        results.job(Status.QUEUED, took_s=None),
        results.job(Status.RUNNING, took_s=7.4, rows=1_200),
        _sql(results.job(Status.WAITING, took_s=38.2, **known)),
        results.job(rows=5_000),
        _sql(results.job(took_s=61, rows=812_400, statistics={"bytes_scanned": 42_949_672_960})),
        results.job(Status.FAILED, error=viewing.DENIED, owner=cast.NOOR),
        results.job(Status.TIMED_OUT, took_s=1_800, error=viewing.TIMED_OUT),
        results.job(Status.CANCELLED, took_s=12.5, error=viewing.CANCELLED, **told),
        results.job(rows=12, **stored),
    ]
    listed: list[Entry] = [_entry(number, job) for number, job in enumerate(jobs, 1)]
    listed.insert(3, _batch(20, {"queued": 14, "running": 6, "succeeded": 78, "failed": 2}))
    listed.append(_batch(21, {"succeeded": 36}, cast.NOOR))
    return listed


def page(
    shown: Sequence[Entry] = (), filters: Filters | None = None, *, tabs: int = 2, **changes: Any
) -> Context:
    """The list's context; `changes` are names of it."""
    filters = filters or Filters()
    return {
        "filters": filters,
        "entries": shown,
        "has_people": filters.tab != Filters().tab,
        "query": filters.query,
        "seen": "",
        "poll_delay_ms": NEVER_MS,
        "older": "",
        "is_newest": True,
        "tabs": TABS[:tabs],
        "states": STATES,
        "operations": registry.all_operations().values(),
        "scope": cast.scope(chosen=None),
        "range": ranges.range_of({}),
        "user": cast.MIRA,
        **changes,
    }


def busy() -> Context:
    return page(entries())


def everybody() -> Context:
    return page(entries(), Filters(tab=ALL), tabs=3)


def many() -> Context:
    """A page of fifty, with older ones behind it."""
    shown = [_entry(number, results.job(rows=number * 31)) for number in range(1, 51)]
    return page(shown, older="before=1-0", is_newest=False)


def no_match() -> Context:
    return page(filters=Filters(text="nobody", state=Status.FAILED))


def unshared() -> Context:
    return page(filters=Filters(tab=SHARED))


def beyond() -> Context:
    return page(is_newest=False)


def shares(groups: Sequence[str] = ("data", "payments")) -> Context:
    """One group sees it, one would."""
    people = (("noor",), ("alice", "bob"))
    listed = [
        Share(Group(pk=n, name=name), n == 1, people[n], ("carol",) if n else ())
        for n, name in enumerate(groups)
    ]
    return {"noun": "job", "share_url": "/jobs/", "shares": listed}
