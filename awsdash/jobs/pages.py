"""What a job's page shows: its progress, its histogram, a block of its rows, one row in detail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final, get_args
from urllib.parse import urlencode

from django.utils import timezone

from awsdash.jobs.drawing import Drawing, draw
from awsdash.jobs.histogram import bars_of
from awsdash.jobs.models import Job
from awsdash.jobs.reading import Lens, Reader
from awsdash.jobs.search import Term
from services.base import Column, Level, Row, Statistics
from services.errors import InvalidQuery

BLOCK_ROWS: Final = 100
LONGEST_SEARCH: Final = 200
# The older a job, the less often its page asks: (younger than, ask again after).
_DELAYS_MS: Final = (
    (timedelta(seconds=1), 120),
    (timedelta(seconds=5), 400),
    (timedelta(seconds=20), 1_000),
    (timedelta(seconds=60), 2_000),
)


def poll_delay_ms(job: Job) -> int:
    """When the page should ask again, in milliseconds."""
    age = timezone.now() - job.created_at
    return next((delay for younger, delay in _DELAYS_MS if age < younger), 5_000)


def lens_of(options: Mapping[str, str]) -> Lens:
    """The lens that an address asks for. Raises InvalidQuery for a level that is none."""
    level = options.get("level", "")
    if level and level not in get_args(Level):
        raise InvalidQuery(f"level: there is no level {level}", hint="Use error or warning.")
    search = options.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    return Lens(search, level, options.get("sort", ""))


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: how it is sorted now, and the sort that a click on it asks for."""

    column: Column
    # As ARIA has it: ascending, descending, or "" for not sorted by it.
    sorted: str
    sort: str
    query: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that are fetched when they come into sight."""

    offset: int
    rows: int


@dataclass(frozen=True)
class JobPage:
    """One job through one lens, for templates."""

    job: Job
    lens: Lens
    offset: int = 0

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.job.execution, self.lens)

    @property
    def query(self) -> str:
        """The lens as an address has it: `search=timeout&level=error`."""
        return _query(self.lens)

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.reader.columns if column.in_table]

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        # One click sorts, the next turns it round, the third returns to AWS's order.
        turns = {"": column.name, column.name: f"-{column.name}", f"-{column.name}": ""}
        own = {column.name: "ascending", f"-{column.name}": "descending"}
        sort = turns.get(self.lens.sort, column.name)
        asked = Lens(self.lens.search, self.lens.level, sort)
        return Head(column, own.get(self.lens.sort, ""), sort, _query(asked))

    @cached_property
    def rows(self) -> list[Row]:
        return self.reader.rows(self.offset, BLOCK_ROWS)

    @property
    def first(self) -> int:
        return self.offset + 1

    @property
    def last(self) -> int:
        return self.offset + len(self.rows)

    @property
    def gaps(self) -> list[Gap]:
        """The blocks after the first, to be fetched in sight."""
        matching = self.reader.matching
        return [
            Gap(offset, min(BLOCK_ROWS, matching - offset))
            for offset in range(BLOCK_ROWS, matching, BLOCK_ROWS)
        ]

    @cached_property
    def histogram(self) -> Drawing | None:
        return draw(bars_of(self.reader))

    @property
    def has_levels(self) -> bool:
        return self.reader.first("level") is not None

    @property
    def near(self) -> list[Term]:
        """Words that are not in the result, with those that came near."""
        return [term for term in self.reader.terms if term.is_near]

    @property
    def needles(self) -> list[str]:
        return [needle for term in self.reader.terms for needle in term.needles]

    @property
    def cost(self) -> str:
        """What AWS charges, in words; "" when unknown."""
        execution = self.job.execution
        price = execution.operation.price(Statistics(**execution.statistics))
        if price is None:
            return ""
        return f"${price:.4f}" if price else "free of charge"

    @cached_property
    def readers(self) -> int:
        """How many people's jobs read the same execution."""
        return self.job.execution.jobs.values("owner").distinct().count()


def job_context(job: Job, lens: Lens) -> dict[str, Any]:
    """The template context of `jobs/_job.html`."""
    operation = job.execution.operation
    return {
        "job": job,
        "execution": job.execution,
        "operation": operation,
        "page": JobPage(job, lens),
        "poll_delay_ms": poll_delay_ms(job),
        # A service may bring its own; the shared table serves all others.
        "result_templates": [f"{operation.service}/_result.html", "jobs/_table.html"],
    }


def _query(lens: Lens) -> str:
    return urlencode({name: value for name, value in asdict(lens).items() if value})
