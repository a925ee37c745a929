"""What the page of a result shows: progress, a histogram, a block of rows, one row in detail."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from awsdash.jobs.downloads import FORMATS, Format
from awsdash.jobs.drawing import Drawing, draw
from awsdash.jobs.histogram import bars_of
from awsdash.jobs.models import Batch, Job
from awsdash.jobs.reading import Filter, Lens, Reader
from awsdash.jobs.search import Term
from services.base import Column, Operation, Row

BLOCK_ROWS: Final = 100
# The page splits such a gap into blocks when it comes into sight.
GAP_ROWS: Final = 10_000
# What a page asks for, or leads to, besides itself.
ADDRESSES: Final = ("look", "rows", "download", "poll", "cancel", "again", "share")
# The older a job, the less often its page asks: (younger than, ask again after).
_DELAYS_MS: Final = (
    (timedelta(seconds=1), 120),
    (timedelta(seconds=5), 400),
    (timedelta(seconds=20), 1_000),
    (timedelta(seconds=60), 2_000),
)
# While AWS works by itself, it is asked how it goes every second or two: so are we.
_WAITING_MS: Final = ((timedelta(seconds=20), 1_000), (timedelta(minutes=5), 2_000))
SLOWEST_MS: Final = 5_000
_VERBS: Final = {
    **{"eq": "is", "ne": "is not", "contains": "contains", "empty": "is empty"},
    **{"gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "notempty": "is not empty"},
}


def delay_ms(asked_at: datetime, *, is_waiting: bool = False) -> int:
    """When the page of what was asked then should ask again, in milliseconds."""
    age = timezone.now() - asked_at
    steps = _WAITING_MS if is_waiting else _DELAYS_MS
    return next((delay for younger, delay in steps if age < younger), SLOWEST_MS)


def lens_of(options: QueryDict) -> Lens:
    """The lens that an address asks for; `f` may be there many times. Raises InvalidQuery."""
    return Lens.parse(options.dict(), options.getlist("f"))


def offset_of(options: Mapping[str, str]) -> int:
    """The first row of the block that an address asks for; what makes no sense is the first."""
    offset = options.get("offset", "")
    is_number = offset.isdecimal() and len(offset) < 12
    return int(offset) // BLOCK_ROWS * BLOCK_ROWS if is_number else 0


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


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter: in words, as an address has it, and the lens that a click on it asks for."""

    column: Column
    verb: str
    filter: Filter
    is_on: bool
    query: str


class ResultPage(ABC):
    """A result through one lens, for templates: a job's, or a batch's."""

    # What its addresses are named after.
    noun: ClassVar[str]
    progress_template: ClassVar[str]
    # The order of the rows when no column says otherwise.
    unsorted: ClassVar[str]
    # What a download may be.
    formats: ClassVar[Mapping[str, Format]] = FORMATS
    lens: Lens
    offset: int

    @property
    @abstractmethod
    def source(self) -> Job | Batch:
        """Whose result it is."""

    @property
    @abstractmethod
    def operation(self) -> Operation[Any]: ...

    @property
    @abstractmethod
    def resolved(self) -> Mapping[str, Any]:
        """The query as AWS is asked it: relative times are fixed."""

    @property
    @abstractmethod
    def place(self) -> Mapping[str, list[str]]:
        """Its targets, as an address has them: accounts and regions."""

    @abstractmethod
    def origin_of(self, row: Row) -> Job | None:
        """The job that read the row, where the result is of many."""

    @property
    @abstractmethod
    def status(self) -> str: ...

    @property
    @abstractmethod
    def is_final(self) -> bool: ...

    @property
    @abstractmethod
    def etag(self) -> str:
        """Another one for every visible change."""

    @property
    @abstractmethod
    def poll_delay_ms(self) -> int: ...

    @property
    @abstractmethod
    def reader(self) -> Reader: ...

    @property
    def context(self) -> dict[str, Any]:
        """What the templates of its fragments need."""
        return {
            self.noun: self.source,
            "page": self,
            "operation": self.operation,
            # A service may bring its own; the shared table serves all others.
            "result_templates": [f"{self.operation.service}/_result.html", "jobs/_table.html"],
        }

    @cached_property
    def urls(self) -> dict[str, str]:
        """Its addresses by name; `page` is its own, and `row` what a row's number is put after."""
        own = reverse(self.noun, args=[self.source.pk])
        others = {n: reverse(f"{self.noun}_{n}", args=[self.source.pk]) for n in ADDRESSES}
        return {"page": own, "row": f"{own}row/", **others}

    @cached_property
    def shared_with(self) -> list[str]:
        """The groups that may see it."""
        return list(self.source.groups.order_by("name").values_list("name", flat=True))

    @cached_property
    def query(self) -> str:
        """The lens as an address has it: `search=timeout&level=error`."""
        return self.lens.query

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
        asked = replace(self.lens, sort=sort)
        return Head(column, own.get(self.lens.sort, ""), sort, asked.query)

    @property
    def narrowings(self) -> list[Narrowing]:
        """The filters of the lens; a click on one takes it away."""
        return [self.narrowing(filter) for filter in self.lens.filters]

    def narrowing(self, filter: Filter) -> Narrowing:
        """A filter instead of others on its column, or without it where it is on."""
        named = {column.name: column for column in self.reader.columns}
        is_on = filter in self.lens.filters
        others = tuple(f for f in self.lens.filters if f.column != filter.column)
        asked = replace(self.lens, filters=others if is_on else (*others, filter))
        column = named.get(filter.column) or Column(filter.column, filter.column, "text", "")
        return Narrowing(column, _VERBS[filter.operator], filter, is_on, asked.query)

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
        """The blocks after the first, to be fetched in sight; far down many blocks are one gap."""
        matching, found, offset = self.reader.matching, [], BLOCK_ROWS
        while offset < matching:
            size = BLOCK_ROWS if offset < GAP_ROWS else GAP_ROWS
            found.append(Gap(offset, min(size, matching - offset)))
            offset += size
        return found

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
