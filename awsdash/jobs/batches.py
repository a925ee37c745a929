"""How a batch stands: a cell for each of its targets."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Final
from uuid import UUID

from awsdash.accounts.models import Account, User
from awsdash.jobs.lifecycle.batches import RETRIED
from awsdash.jobs.listing import job_state
from awsdash.jobs.models import FINAL, Batch, Execution, Job, Status
from awsdash.jobs.models.job import JobQuerySet
from awsdash.jobs.result_pages import SLOWEST_MS, delay_ms

# The more jobs a batch has, the more a look at all of them costs.
DELAY_MS_PER_JOB: Final = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """One target, as the last job for it stands."""

    job: Job
    account: Account

    @property
    def execution(self) -> Execution:
        return self.job.execution

    @property
    def region(self) -> str:
        return self.execution.region

    @property
    def status(self) -> str:
        return self.job.status

    @property
    def has_failed(self) -> bool:
        return self.job.is_final and bool(self.execution.error_code)

    @property
    def may_retry(self) -> bool:
        return self.status in RETRIED

    @property
    def is_cut(self) -> bool:
        """AWS has more than was read."""
        return self.job.is_final and self.execution.next_token is not None

    @property
    def is_purged(self) -> bool:
        """Its rows were stored, and are no more."""
        return self.execution.purged_at is not None


@dataclass(frozen=True, slots=True)
class Reason:
    """What went wrong alike in some cells."""

    code: str
    message: str
    hint: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Share:
    """The cells of one state, as a stretch of a bar that is as long as there are cells."""

    state: str
    start: int
    cells: int


@dataclass(frozen=True, slots=True)
class Glance:
    """All that a poll must know of a batch's jobs to tell whether anything is new."""

    # Each job's id, when it was asked, and how it stands.
    marks: Sequence[tuple[UUID, datetime, int, str]] = ()

    @property
    def etag(self) -> str:
        """Another one for every visible change."""
        seen = [(pk.hex, version, status) for pk, _, version, status in self.marks]
        return hashlib.blake2b(repr(seen).encode(), digest_size=9).hexdigest()

    @property
    def poll_delay_ms(self) -> int:
        asked = max((mark[1] for mark in self.marks), default=None)
        least = DELAY_MS_PER_JOB * len(self.marks)
        return min(max(delay_ms(asked), least), SLOWEST_MS) if asked else SLOWEST_MS


@dataclass(frozen=True)
class Board:
    """The cells that a person may view, by account and region; `hidden` counts the others."""

    cells: Sequence[Cell]
    hidden: int
    glance: Glance = Glance()

    @cached_property
    def regions(self) -> Sequence[str]:
        return sorted({cell.region for cell in self.cells})

    @cached_property
    def lines(self) -> Sequence[tuple[Account, Sequence[Cell | None]]]:
        """A line for each account, with a cell or None for each of `regions`."""
        placed = {(cell.account.pk, cell.region): cell for cell in self.cells}
        accounts = {cell.account.pk: cell.account for cell in self.cells}
        return [
            (account, [placed.get((account.pk, region)) for region in self.regions])
            for account in sorted(accounts.values(), key=lambda account: account.name)
        ]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many cells are in each state that occurs, in the states' order."""
        counts = Counter(cell.status for cell in self.cells)
        return {state: counts[state] for state in Status.values if state in counts}

    @property
    def shares(self) -> Sequence[Share]:
        ended_first = sorted(self.counts, key=lambda state: state not in FINAL)
        starts = accumulate((self.counts[state] for state in ended_first), initial=0)
        pairs = zip(ended_first, starts, strict=False)
        return [Share(state, start, self.counts[state]) for state, start in pairs]

    @property
    def done(self) -> int:
        return sum(count for state, count in self.counts.items() if state in FINAL)

    @property
    def rows(self) -> int:
        return sum(cell.execution.rows for cell in self.cells)

    @property
    def cut(self) -> int:
        return sum(cell.is_cut for cell in self.cells)

    @property
    def retryable(self) -> int:
        return sum(cell.may_retry for cell in self.cells)

    @cached_property
    def reasons(self) -> Sequence[Reason]:
        """What went wrong, the most frequent first."""
        alike: dict[tuple[str, str, str], list[Cell]] = {}
        for cell in self.cells:
            done = cell.execution
            if cell.has_failed and cell.status != Status.CANCELLED:
                told = done.error_code, done.error_message, done.error_hint
                alike.setdefault(told, []).append(cell)
        reasons = [Reason(*told, cells) for told, cells in alike.items()]
        return sorted(reasons, key=lambda reason: len(reason.cells), reverse=True)

    @property
    def ended_at(self) -> datetime | None:
        """When its last cell ended; None: one has not."""
        ends = [cell.job.ended_at for cell in self.cells]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


def _jobs(user: User, batch: Batch) -> JobQuerySet:
    return Job.objects.visible_to(user).filter(batch=batch).order_by("created_at", "pk")


def glance_at(user: User, batch: Batch) -> Glance:
    """The batch as a poll sees it: one query of few columns."""
    known = "pk", "created_at", "execution__version", "execution__status", "cancelled_at"
    found = _jobs(user, batch).select_related(None).values_list(*known)
    return Glance(
        [(pk, at, version, job_state(status, ended)) for pk, at, version, status, ended in found]
    )


def board_of(user: User, batch: Batch) -> Board:
    """The batch's cells as they stand now: two queries, however many there are.

    A target that was tried again is one cell: its last job.
    """
    jobs = list(_jobs(user, batch))
    last = {
        (account.pk, job.execution.region): Cell(job, account)
        for job in jobs
        if (account := job.execution.account)
    }
    targets = batch.jobs.order_by().values("execution__account", "execution__region").distinct()
    cells = sorted(last.values(), key=lambda cell: (cell.account.name, cell.region))
    marks = [(job.pk, job.created_at, job.execution.version, job.status) for job in jobs]
    return Board(cells, targets.count() - len(cells), Glance(marks))
