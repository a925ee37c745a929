"""A batch as its page shows it: a cell for each target, and one merged result."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Any, ClassVar, Final

from django.urls import reverse

from awsdash.accounts.models import Account, User
from awsdash.jobs import reading
from awsdash.jobs.lifecycle.batches import RETRIED
from awsdash.jobs.listing import whole_state
from awsdash.jobs.models import FINAL, Batch, Execution, Job, Status
from awsdash.jobs.reading import Filter, Lens, Reader
from awsdash.jobs.result_pages import Narrowing, ResultPage, delay_ms
from services.base import Operation, Row

# The more cells a page has, the more a look at them costs.
DELAY_MS_PER_CELL: Final = 4


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


@dataclass(frozen=True)
class Board:
    """The cells that a person may view, by account and region; `hidden` counts the others."""

    cells: Sequence[Cell]
    hidden: int

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


def board_of(user: User, batch: Batch) -> Board:
    """The batch's cells as they stand now: two queries, however many there are.

    A target that was tried again is one cell: its last job.
    """
    jobs = Job.objects.visible_to(user).filter(batch=batch).order_by("created_at", "pk")
    last = {
        (account.pk, job.execution.region): Cell(job, account)
        for job in jobs
        if (account := job.execution.account)
    }
    targets = batch.jobs.order_by().values("execution__account", "execution__region").distinct()
    cells = sorted(last.values(), key=lambda cell: (cell.account.name, cell.region))
    return Board(cells, targets.count() - len(cells))


@dataclass(frozen=True)
class BatchPage(ResultPage):
    """One batch through one lens. `may_rule`: the reader may cancel it and try again."""

    noun: ClassVar[str] = "batch"
    progress_template: ClassVar[str] = "jobs/_batch.html"
    unsorted: ClassVar[str] = "the newest first"

    batch: Batch
    board: Board
    lens: Lens
    offset: int = 0
    may_rule: bool = False

    @property
    def source(self) -> Batch:
        return self.batch

    @property
    def operation(self) -> Operation[Any]:
        return self.batch.operation

    @property
    def resolved(self) -> Mapping[str, Any]:
        asked = (cell.execution.query for cell in self.board.cells)
        return next(asked, self.batch.asked)

    @property
    def place(self) -> Mapping[str, list[str]]:
        accounts = [account.pk for account, _ in self.board.lines]
        return {"accountId": accounts, "region": list(self.board.regions)}

    def origin_of(self, row: Row) -> Job | None:
        _, account_id, region = (row[column.name] for column in self.reader.result.own)
        cells = self.board.cells
        return next(
            (c.job for c in cells if (c.account.pk, c.region) == (account_id, region)), None
        )

    @property
    def status(self) -> str:
        return whole_state(self.board.counts)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def etag(self) -> str:
        seen = [(cell.job.pk, cell.job.etag) for cell in self.board.cells]
        return hashlib.blake2b(repr((seen, self.board.hidden)).encode(), digest_size=9).hexdigest()

    @property
    def poll_delay_ms(self) -> int:
        cells = self.board.cells
        newest = max((cell.job.created_at for cell in cells), default=self.batch.created_at)
        return max(delay_ms(newest), DELAY_MS_PER_CELL * len(cells))

    @cached_property
    def reader(self) -> Reader:
        """The rows that are there so far, of all cells."""
        return Reader.merged(
            [
                reading.Cell(cell.execution, cell.account.name, cell.account.pk, cell.region)
                for cell in self.board.cells
            ],
            self.lens,
        )

    @property
    def regions(self) -> list[Narrowing]:
        """The board's heads; each narrows the rows to its region."""
        name = self.reader.result.own[2].name
        return [self.narrowing(Filter(name, "eq", region)) for region in self.board.regions]

    @property
    def lines(self) -> list[tuple[Account, Narrowing, Sequence[Cell | None]]]:
        """The board's lines; each begins with what narrows the rows to its account."""
        name = self.reader.result.own[0].name
        return [
            (account, self.narrowing(Filter(name, "eq", account.name)), cells)
            for account, cells in self.board.lines
        ]

    @property
    def retry_url(self) -> str:
        return reverse("batch_retry", args=[self.batch.pk])


def page_of(user: User, batch: Batch, lens: Lens, offset: int = 0) -> BatchPage:
    """The batch as `user` may see it."""
    may_rule = user.is_superuser or batch.owner_id == user.pk
    return BatchPage(batch, board_of(user, batch), lens, offset, may_rule)
