"""One page of the list of jobs: keyset paging, and how each row stands now."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from awsdash.accounts.models import User
from awsdash.jobs.filters import OPEN, Filters, batches_for, jobs_for
from awsdash.jobs.models import FINAL, Batch, Job, Status
from services.errors import InvalidQuery

PER_PAGE: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(r"(\d{1,18})-([0-9a-f]{32})")
_MARKED: Final = (
    "created_at",
    "pk",
    "execution__status",
    "cancelled_at",
    "execution__version",
    "execution__stop_at",
)


class Place(NamedTuple):
    """Where something is in the list: the newest first."""

    created_at: datetime
    pk: UUID

    @property
    def cursor(self) -> str:
        """As an address has it."""
        return f"{(self.created_at - _EPOCH) // timedelta(microseconds=1)}-{self.pk.hex}"


def place_of(cursor: str) -> Place | None:
    """The place that an address names; None: the beginning. Raises InvalidQuery."""
    if not cursor:
        return None
    if match := _CURSOR.fullmatch(cursor):
        try:
            return Place(_EPOCH + timedelta(microseconds=int(match[1])), UUID(match[2]))
        except OverflowError:
            pass
    raise InvalidQuery("before: not one of ours", hint="Begin with the newest.")


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of the list as far as it can change: a job, or a batch with its cells by state.

    `is_stopping`: it has ended here, and AWS is still to be told.
    """

    place: Place
    state: str
    version: int = 0
    is_stopping: bool = False
    cells: Mapping[str, int] | None = None

    @property
    def is_active(self) -> bool:
        return self.state not in FINAL


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the list. `after` is the place that the next page begins behind."""

    marks: Sequence[Mark]
    after: Place | None

    @property
    def etag(self) -> str:
        """Another one for every visible change."""
        return hashlib.blake2b(repr(self).encode(), digest_size=9).hexdigest()

    @property
    def may_change(self) -> bool:
        return any(mark.is_active or mark.is_stopping for mark in self.marks)


def sheet_of(user: User, filters: Filters, before: Place | None) -> Sheet:
    """The newest jobs and batches before a place: three queries, whatever there is."""
    jobs = _page(jobs_for(user, filters), before)
    marks = [
        Mark(Place(created_at, pk), job_state(status, cancelled_at), version, stop_at is not None)
        for created_at, pk, status, cancelled_at, version, stop_at in jobs.values_list(*_MARKED)
    ]
    batches = _page(batches_for(user, filters), before).values_list("created_at", "pk")
    marks += _batch_marks(user, [Place(*batch) for batch in batches])
    marks.sort(key=lambda mark: (mark.place.created_at, mark.place.pk.int), reverse=True)
    shown = marks[:PER_PAGE]
    return Sheet(shown, shown[-1].place if len(marks) > PER_PAGE else None)


def _page(found: QuerySet[Any], before: Place | None) -> QuerySet[Any]:
    """One more than a page has: it tells whether another follows."""
    return after(found, before)[: PER_PAGE + 1]


def after(found: QuerySet[Any], before: Place | None) -> QuerySet[Any]:
    """What comes after a place, the newest first."""
    if before is not None:
        # The first condition is the index's; the second parts those of the same microsecond.
        older = Q(created_at__lt=before.created_at) | Q(pk__lt=before.pk)
        found = found.filter(older, created_at__lte=before.created_at)
    return found.order_by("-created_at", "-pk")


def job_state(status: str, cancelled_at: datetime | None) -> str:
    return Status.CANCELLED if cancelled_at and status != Status.SUCCEEDED else status


def _batch_marks(user: User, places: Sequence[Place]) -> list[Mark]:
    counts = cells_by_state(user, [place.pk for place in places])
    return [
        Mark(place, whole_state(cells), cells=cells)
        for place in places
        for cells in [counts.get(place.pk, {})]
    ]


def cells_by_state(user: User, batch_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """How many targets of each batch are in which state, as far as the user may see them.

    A target that was tried again counts once, as it stands now.
    """
    if not batch_ids:
        return {}
    jobs = Job.objects.visible_to(user).filter(batch__in=batch_ids).order_by("created_at", "pk")
    target = "batch", "execution__account", "execution__region"
    latest: dict[Any, str] = {}
    for *where, status, cancelled_at in jobs.values_list(
        *target, "execution__status", "cancelled_at"
    ):
        latest[tuple(where)] = job_state(status, cancelled_at)
    counts: dict[UUID, Counter[str]] = {}
    for (batch_id, *_), state in latest.items():
        counts.setdefault(batch_id, Counter())[state] += 1
    return {batch_id: _in_order(states) for batch_id, states in counts.items()}


def _in_order(states: Mapping[str, int]) -> dict[str, int]:
    return {state: states[state] for state in Status.values if state in states}


def whole_state(cells: Iterable[str]) -> str:
    """A batch runs while a cell does; it succeeded if every cell did."""
    states = set(cells)
    if states & set(OPEN):
        return Status.QUEUED if states == {Status.QUEUED} else Status.RUNNING
    failed = (Status.FAILED, Status.TIMED_OUT, Status.CANCELLED)
    return next((state for state in failed if state in states), Status.SUCCEEDED)


def jobs_on(user: User, sheet: Sheet) -> dict[UUID, Job]:
    """The jobs of a page, whole."""
    ids = [mark.place.pk for mark in sheet.marks if mark.cells is None]
    return Job.objects.visible_to(user).in_bulk(ids)


def batches_on(user: User, sheet: Sheet) -> dict[UUID, Batch]:
    ids = [mark.place.pk for mark in sheet.marks if mark.cells is not None]
    return Batch.objects.visible_to(user).in_bulk(ids)
