"""The rows' numbers in the order of a column, a stretch at a time.

To sort a million rows for one page far down takes seconds and much memory. A sample of the column
tells between which two places the page lies; then the rows before are only counted, and the few
between are sorted.
"""

import math
from array import array
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from services.base import Kind

# So many first rows are found without a sample; of more, DuckDB would hold too much.
TOP_ROWS: Final = 2_000
# Nearly always enough, and quicker.
FIRST_ROWS: Final = 500
# So many rows further down are sorted at once.
STRETCH_ROWS: Final = 10_000
SAMPLE_ROWS: Final = 8_000
LONGEST_MARK: Final = 200
# A place that a sample tells is nearly never wrong by more standard deviations.
DEVIATIONS: Final = 4
_BYTES_PER_NUMBER: Final = 4
_BYTES_PER_MARK: Final = 300

Ask = Callable[..., list[tuple[Any, ...]]]
Keep = Callable[[Hashable, Callable[[], Any], Callable[[Any], int]], Any]
Mark = tuple[Any, int]
"""A place in an order: a value, and the number of a row; equal values are in AWS's order."""


@dataclass(frozen=True, slots=True)
class Order:
    """By one column, which is called `column` in SQL; unknown values come last."""

    column: str
    kind: Kind
    is_falling: bool = False

    @property
    def sql(self) -> str:
        return f"{self.column} {'DESC' if self.is_falling else 'ASC'} NULLS LAST, n"

    @property
    def mark(self) -> str:
        """SQL of a row's mark. Of a long text the beginning will do."""
        if self.kind == "timestamp":
            return f"epoch_us({self.column}), n"
        is_text = self.kind in {"text", "json", "level"}
        return f"left({self.column}, {LONGEST_MARK}), n" if is_text else f"{self.column}, n"

    def before(self, name: str, mark: Mark) -> tuple[str, dict[str, Any]]:
        """SQL of whether a row comes before the mark, and its parameters, named after `name`."""
        value, row = mark
        earlier = f"n < ${name}row"
        if value is None:
            return f"({self.column} IS NOT NULL OR {earlier})", {f"{name}row": row}
        bound = f"${name}value"
        if self.kind == "timestamp":
            bound = f"make_timestamptz({bound})"
        way = ">" if self.is_falling else "<"
        found = f"{self.column} {way} {bound} OR ({self.column} = {bound} AND {earlier})"
        return f"coalesce({found}, false)", {f"{name}value": value, f"{name}row": row}


@dataclass(frozen=True, slots=True)
class Sorting:
    """The `rows` rows for which `where` holds, in an order.

    `ask` answers SQL about them; `keep` keeps what was found out by its key, and asks its size.
    """

    order: Order
    where: str
    rows: int
    ask: Ask
    keep: Keep

    def numbers(self, offset: int, end: int) -> Sequence[int]:
        """The numbers of the rows from place `offset` to place `end`.

        What was sorted at once is kept for its neighbours.
        """
        if end <= TOP_ROWS:
            most = FIRST_ROWS if end <= FIRST_ROWS else TOP_ROWS
            first: Sequence[int]
            first = self.keep(("top", self.order, most), partial(self._top, most), _size_of_numbers)
            return first[offset:end]
        sample = self.keep(("sample", self.order), self._sample, _size_of_marks)
        if end - offset > STRETCH_ROWS:
            return self._between(offset, end, sample)
        found: list[int] = []
        for start in range(offset // STRETCH_ROWS * STRETCH_ROWS, end, STRETCH_ROWS):
            stretch = self.keep(
                ("stretch", self.order, start),
                partial(self._between, start, start + STRETCH_ROWS, sample),
                _size_of_numbers,
            )
            found += stretch[max(0, offset - start) : end - start]
        return found

    def _top(self, limit: int) -> Sequence[int]:
        found = self.ask(
            f"SELECT n FROM rows WHERE {self.where} ORDER BY {self.order.sql} LIMIT $most",  # noqa: S608  # names of our own
            most=limit,
        )
        return array("I", (number for (number,) in found))

    def _sample(self) -> Sequence[Mark]:
        """Some thousand places, in order, about equally far from each other."""
        share = max(1, self.rows // SAMPLE_ROWS)
        return self.ask(
            f"SELECT {self.order.mark} FROM rows WHERE {self.where} AND hash(n) % $share = 0 "  # noqa: S608  # names of our own
            f"ORDER BY {self.order.sql}",
            share=share,
        )

    def _between(self, offset: int, end: int, sample: Sequence[Mark]) -> Sequence[int]:
        wanted = min(end, self.rows) - offset
        deviations = DEVIATIONS
        while True:
            low = self._mark(sample, offset, -deviations)
            high = self._mark(sample, offset + wanted, deviations)
            skipped = offset - self._count_before(low)
            if skipped >= 0:
                found = self._sorted(low, high, skipped, wanted)
                if len(found) == wanted or (low is None and high is None):
                    return found
            deviations *= 4

    def _mark(self, sample: Sequence[Mark], place: int, deviations: int) -> Mark | None:
        """A mark that is before, or after, the place beyond doubt; None: the very end."""
        share = place / self.rows
        spread = math.sqrt(len(sample) * share * (1 - share)) + 1
        index = round(share * len(sample) + deviations * spread)
        return sample[index] if 0 <= index < len(sample) else None

    def _count_before(self, mark: Mark | None) -> int:
        if mark is None:
            return 0
        before, values = self.order.before("low", mark)
        sql = f"SELECT count(*) FROM rows WHERE {self.where} AND {before}"  # noqa: S608  # names of our own
        return int(self.ask(sql, **values)[0][0])

    def _sorted(
        self, low: Mark | None, high: Mark | None, skipped: int, limit: int
    ) -> Sequence[int]:
        """The numbers of rows between two marks, in order, without the first few."""
        conditions, values = [self.where], {"skipped": skipped, "most": limit}
        if low is not None:
            before, more = self.order.before("low", low)
            conditions.append(f"NOT {before}")
            values |= more
        if high is not None:
            before, more = self.order.before("high", high)
            conditions.append(before)
            values |= more
        found = self.ask(
            f"SELECT n FROM rows WHERE {' AND '.join(conditions)} ORDER BY {self.order.sql} "  # noqa: S608  # names of our own
            "LIMIT $most OFFSET $skipped",
            **values,
        )
        return array("I", (number for (number,) in found))


def _size_of_numbers(numbers: Sequence[int]) -> int:
    return _BYTES_PER_NUMBER * len(numbers)


def _size_of_marks(marks: Sequence[Mark]) -> int:
    return _BYTES_PER_MARK * len(marks)
