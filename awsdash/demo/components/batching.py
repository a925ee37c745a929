"""A batch's page in every state, by the product's own board and table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.demo.components import cast, results, viewing
from awsdash.demo.components.results import DrawnReader
from awsdash.demo.components.viewing import Context
from awsdash.jobs import reading
from awsdash.jobs.batch_pages import BatchPage
from awsdash.jobs.batches import Board, Cell
from awsdash.jobs.drawing import Drawing, draw
from awsdash.jobs.histogram import Bar
from awsdash.jobs.models import Batch, Status
from awsdash.jobs.reading import Filter, Lens, Reader
from services.base import Row
from services.errors import NotFound, ServiceError

BATCH_ID: Final = UUID("00000000-0000-4000-8000-0000000000ba")
REGIONS: Final = tuple(region.code for region in cast.REGIONS)
MISSING: Final = NotFound("The specified log group does not exist.")
# What a cell tells: its state, its rows, what went wrong.
Told = tuple[Status, int, ServiceError | None]
DONE: Final[Told] = (Status.SUCCEEDED, 1_204, None)
NOTHING: Final[Told] = (Status.SUCCEEDED, 0, None)
REFUSED: Final[Told] = (Status.FAILED, 0, viewing.DENIED)
LATE: Final[Told] = (Status.TIMED_OUT, 500, viewing.TIMED_OUT)
NONE: Final[Told] = (Status.FAILED, 0, MISSING)
QUEUED: Final[Told] = (Status.QUEUED, 0, None)
RUNNING: Final[Told] = (Status.RUNNING, 300, None)
CANCELLED: Final[Told] = (Status.CANCELLED, 0, viewing.CANCELLED)


@dataclass(frozen=True)
class DrawnBatchPage(BatchPage):
    """A batch's page whose rows and bars are given."""

    given: Sequence[Row] = ()
    bars: Sequence[Bar] = ()
    groups: Sequence[str] = ()

    @cached_property
    def shared_with(self) -> list[str]:
        return list(self.groups)

    @cached_property
    def reader(self) -> Reader:
        cells = [
            reading.Cell(cell.execution, cell.account.name, cell.account.pk, cell.region)
            for cell in self.board.cells
        ]
        return DrawnReader(None, self.lens, self.given, cells=cells)

    @cached_property
    def histogram(self) -> Drawing | None:
        return draw(self.bars)

    @property
    def poll_delay_ms(self) -> int:
        return results.NEVER_MS


def accounts(offered: Sequence[cast.Offered] = cast.FEW) -> list[Account]:
    return [Account(pk=each.pk, name=each.name, colour=each.colour) for each in offered]


def board(told: Sequence[Told], among: Sequence[Account], hidden: int = 0) -> Board:
    """Cells that tell this in turn, for each account and region."""
    places = [(account, region) for account in among for region in REGIONS]
    return Board(
        [
            _cell(number, account, region, *told[number % len(told)])
            for number, (account, region) in enumerate(places)
        ],
        hidden,
    )


def _cell(
    number: int,
    account: Account,
    region: str,
    status: Status,
    rows: int,
    error: ServiceError | None,
) -> Cell:
    took_s = None if status == Status.QUEUED else 0.4 + number * 0.37 % 3
    token = results.TOKEN if rows > 1_000 else None
    told: Context = {"account": account, "region": region, "next_token": token, "rows": rows}
    job = results.job(status, took_s=took_s, error=error, **told)
    job.id = UUID(int=results.JOB_ID.int + number)
    return Cell(job, account)


def rows(count: int, among: Sequence[Account]) -> list[Row]:
    """The newest first, of each account in turn."""
    return [
        {"account": account.name, "accountId": account.pk, "region": "eu-west-1", **row}
        for number, row in enumerate(results.rows(count))
        for account in [among[number % len(among)]]
    ]


def page(
    *told: Told,
    count: int = 0,
    lens: Lens | None = None,
    among: Sequence[cast.Offered] = cast.FEW,
    owner: User = cast.MIRA,
    hidden: int = 0,
    groups: Sequence[str] = (),
) -> Callable[[], Context]:
    """The viewer with a batch, whose cells tell `told` in turn; `count` of their rows are there."""

    def context() -> Context:
        asked = accounts(among)
        scope = cast.scope(among, chosen=range(len(among)), regions=cast.REGIONS)
        batch = Batch(
            id=BATCH_ID,
            owner=owner,
            operation_name=results.OPERATION,
            asked=results.ASKED,
            created_at=timezone.now(),
        )
        drawn: dict[str, Any] = {
            "given": rows(count, asked),
            "bars": results.incident() if count else (),
            "groups": groups,
            "may_rule": owner == cast.MIRA,
        }
        shown = DrawnBatchPage(batch, board(told, asked, hidden), lens or Lens(), **drawn)
        return {
            **viewing.viewer(results.ASKED, scope),
            **shown.context,
            "open_row": "",
            "user": cast.MIRA,
        }

    return context


STATES: Final[Mapping[str, tuple[str, Callable[[], Context]]]] = {
    "queued": ("Queued", page(QUEUED)),
    "running": (
        "Running, some rows are there",
        page(DONE, RUNNING, NONE, NOTHING, QUEUED, count=10),
    ),
    "partial": (
        "Some failed, for several reasons",
        page(DONE, NONE, REFUSED, NOTHING, LATE, CANCELLED, count=10),
    ),
    "narrowed": (
        "The rows of one account alone",
        page(DONE, count=10, lens=Lens(filters=(Filter("account", "eq", "payments-prod"),))),
    ),
    "succeeded": ("Succeeded", page(DONE, count=10)),
    "failed": ("All failed", page(NONE)),
    "cancelled": ("Cancelled", page(CANCELLED)),
    "nothing": ("AWS found nothing", page(NOTHING)),
    "shared": (
        "Another's, and some may not be viewed",
        page(DONE, NONE, count=10, owner=cast.NOOR, hidden=3, groups=("payments",)),
    ),
    "many": (
        "Many targets",
        page(DONE, DONE, NONE, NOTHING, RUNNING, count=10, among=cast.MANY),
    ),
}
