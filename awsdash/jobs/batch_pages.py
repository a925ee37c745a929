"""What a batch's page shows: its board, and one merged result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from awsdash.accounts.models import Account, User
from awsdash.jobs import reading
from awsdash.jobs.batches import Board, Cell, board_of
from awsdash.jobs.listing import whole_state
from awsdash.jobs.models import FINAL, Batch, Job
from awsdash.jobs.reading import Filter, Lens, Reader
from awsdash.jobs.result_pages import Narrowing, ResultPage
from services.base import Operation, Row


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
        return self.board.glance.etag

    @property
    def poll_delay_ms(self) -> int:
        return self.board.glance.poll_delay_ms

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
