"""One result through one lens: what pages, the API, histograms and downloads ask."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from awsdash.jobs import search
from awsdash.jobs.bits import Bits, bits_sql
from awsdash.jobs.models import Execution
from awsdash.jobs.reading import database, relation
from awsdash.jobs.reading.conditions import conditions_of, place_of
from awsdash.jobs.reading.kept import kept
from awsdash.jobs.reading.lens import Lens
from awsdash.jobs.reading.order import Order, Sorting
from awsdash.jobs.reading.relation import Relation
from awsdash.jobs.reading.result import Cell, Result, gone
from services.base import Column, Kind, Row
from services.errors import NotFound, QueryFailed

NUMBER: Final = "\x00"
"""The key of a row's number, its place in AWS's order, from 0. AWS names no column so."""
_TEXTS: Final[frozenset[Kind]] = frozenset({"text", "json", "level"})
_VANISHED: Final = (duckdb.IOException, FileNotFoundError)
T = TypeVar("T")


@dataclass(frozen=True)
class Reader:
    """One result through one lens: an execution's, or with `merged` that of many.

    Methods raise NotFound when the stored files are gone, and InvalidQuery for a lens that names
    what is not there. A Reader sees the parts that were there when it first looked.
    """

    execution: Execution | None
    lens: Lens = field(default_factory=Lens)
    cells: Sequence[Cell] = field(default=(), kw_only=True)

    @classmethod
    def merged(cls, cells: Iterable[Cell], lens: Lens | None = None) -> "Reader":
        """One result of many executions, of those parts that are there already.

        In front are the columns `account` (its name), `accountId` (not in the table) and `region`;
        then every column that some execution has, by name. Without a sort the newest rows come
        first, by the first timestamp; without a timestamp, the cells' rows in the cells' order.
        """
        return cls(None, lens or Lens(), cells=tuple(cells))

    @cached_property
    def result(self) -> Result:
        if self.execution is None:
            return Result.merged(self.cells)
        return Result.of(self.execution)

    @cached_property
    def columns(self) -> list[Column]:
        return self.result.columns

    def first(self, *kinds: Kind) -> str | None:
        """The name of the first column of one of these kinds."""
        return next((column.name for column in self.columns if column.kind in kinds), None)

    def sql(self, name: str, what: str) -> str:
        """What a column is called in `rows`. Raises InvalidQuery, which says `what` asks for it."""
        return f"c{place_of(name, self.columns, what)}"

    @property
    def is_sorted(self) -> bool:
        """Whether the rows are in another order than AWS's."""
        return self._sorting is not None

    @cached_property
    def total(self) -> int:
        """Rows read so far, whatever the lens. Raises NotFound for a result that expired."""
        if self.execution is not None and self.execution.purged_at and self.execution.rows:
            raise gone()
        return self.result.total

    @cached_property
    def matching(self) -> int:
        """Rows that match the lens."""
        return self.total if self._bits is None else self._bits.count

    def rows(self, offset: int, limit: int) -> list[Row]:
        """A page of the rows that match, in the lens's order; timestamps as Unix milliseconds."""
        return self._rows(self.numbers(offset, limit))

    def items(self, offset: int, limit: int) -> list[Row]:
        """A page of rows as the JSON envelope shows them: columns that repeat another too."""
        repeated = self.result.repeated
        return [
            {name: value for name, value in row.items() if name != NUMBER}
            | {name: row.get(source) for name, source in repeated.items()}
            for row in self.rows(offset, limit)
        ]

    def row(self, number: int) -> Row:
        """One row by its number, whatever the lens. Raises NotFound."""
        if number < self.total and (rows := self._rows([number])):
            return rows[0]
        raise NotFound(f"The result has no row {number}.", hint="Choose a row of the table.")

    def numbers(self, offset: int, limit: int) -> Sequence[int]:
        """The numbers of a page of the rows that match, in the lens's order."""
        sorting, end = self._sorting, min(offset + limit, self.matching)
        if offset >= end:
            return ()
        if sorting is not None:
            return sorting.numbers(offset, end)
        if self._bits is not None:
            return self._bits.numbers(offset, end - offset)
        return range(offset, end)

    def values(
        self, numbers: Sequence[int], selected: str, **parameters: Any
    ) -> Iterator[tuple[Any, ...]]:
        """What `selected`, SQL, says of each row with these numbers, in their order."""
        if not numbers:
            return
        found = self._picked(numbers, selected, **parameters)
        by_number = {number: values for number, *values in found}
        for number in numbers:
            yield tuple(by_number.pop(number))

    def table(self, numbers: Sequence[int], schema: pa.Schema) -> pa.Table:
        """The rows with these numbers, in their order, as Arrow has them."""
        selected = ", ".join(f"c{place}" for place in range(len(self.columns)))
        table = self._picked(numbers, selected, run=database.arrow)
        places = {number: place for place, number in enumerate(table["n"].to_pylist())}
        in_order = table.take([places[number] for number in numbers])
        return in_order.drop_columns("n").rename_columns(schema.names).cast(schema)

    def _picked(self, numbers: Sequence[int], selected: str, **parameters: Any) -> Any:
        """What `selected` says of each of these rows, after its number, in any order."""
        rising = numbers if isinstance(numbers, range) else sorted(numbers)
        sql = f"SELECT n, {selected} FROM rows"  # noqa: S608  # names of our own
        if relation.are_scattered(self.result, rising):
            # Unordered, DuckDB would hold a block of memory for every row group.
            sql += " WHERE get_bit($wanted::BLOB::BIT, n::INT) = 1 ORDER BY n"
            parameters["wanted"] = Bits.with_numbers(rising, self.total).data
            of = partial(relation.files_of, numbers=rising)
            return self._look(of, sql, **parameters)
        return self._look(partial(relation.some, numbers=rising), sql, **parameters)

    def _rows(self, numbers: Sequence[int]) -> list[Row]:
        selected = ", ".join(
            f"epoch_ms(c{place})" if column.kind == "timestamp" else f"c{place}"
            for place, column in enumerate(self.columns)
        )
        names = [column.name for column in self.columns]
        pairs = zip(numbers, self.values(numbers, selected), strict=True)
        return [
            {NUMBER: number, **dict(zip(names, values, strict=True))} for number, values in pairs
        ]

    @cached_property
    def terms(self) -> list[search.Term]:
        """The words of the search, each with what it stands for in this result."""
        return self._search.terms

    @cached_property
    def _search(self) -> search.Found:
        words = search.words_of(self.lens.search)
        # Only what a table shows: a match in a column out of sight would puzzle.
        texts = [
            f"c{place}"
            for place, column in enumerate(self.columns)
            if column.in_table and column.kind in _TEXTS
        ]
        if not self.total:
            return search.Found(None, [search.Term(word, [word]) for word in words])
        return self.kept(
            ("search", *words),
            lambda: search.find(words, texts, self),
            lambda found: len(found.matches.data) if found.matches else 0,
        )

    @cached_property
    def where(self) -> str:
        """The lens as an SQL condition on `rows`; its values are in `ask`'s parameters."""
        return "true" if self._bits is None else "get_bit($matches::BLOB::BIT, n::INT) = 1"

    @cached_property
    def _bits(self) -> Bits | None:
        """Which rows match the lens. None: all of them."""
        if not self.lens.hides or not self.total:
            conditions_of(self.lens, self.columns)
            return None
        both = [self._filtered, self._search.matches if self.lens.search else None]
        known = [bits for bits in both if bits is not None]
        return known[0] if len(known) == 1 else known[0] & known[1]

    @cached_property
    def _filtered(self) -> Bits | None:
        """Which rows match all of the lens but the search. None: all of them."""
        conditions, values = conditions_of(self.lens, self.columns)
        if not conditions:
            return None
        sql = f"SELECT {bits_sql(self.total)} FROM rows WHERE {' AND '.join(conditions)}"  # noqa: S608  # names of our own
        return self.kept(
            ("filters", self.lens.level, self.lens.filters),
            lambda: Bits.of(self.ask(sql, **values)[0][0], self.total),
            lambda bits: len(bits.data),
        )

    @cached_property
    def _sorting(self) -> Sorting | None:
        """The order of the lens. None: AWS's."""
        sort = self.lens.sort
        if not sort and self.execution is None and (newest := self.first("timestamp")):
            sort = f"-{newest}"
        if not sort:
            return None
        place = place_of(sort.removeprefix("-"), self.columns, "sort")
        order = Order(f"c{place}", self.columns[place].kind, is_falling=sort.startswith("-"))
        # The same rows in another order are sorted anew.
        seen = replace(self.lens, sort="")
        return Sorting(
            order,
            self.where,
            self.matching,
            self.ask,
            lambda key, make, size: self.kept((seen, key), make, size),
        )

    def kept(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """What `make` finds out about these very rows, kept for whoever asks with the same key."""
        return kept.get((self.result.key, key), make, size)

    def ask(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What DuckDB answers to a SELECT from `rows`; nothing while no part is closed."""
        if self.execution is not None and self.execution.purged_at is not None:
            raise gone()
        if not self.result.pieces:
            return []
        return self._look(relation.whole, sql, **parameters)  # type: ignore[no-any-return]  # duckdb's rows

    def sample(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The same of some rows from all over the result: quick; what is there often shows."""
        return self._look(relation.sample, sql, **parameters)  # type: ignore[no-any-return]  # duckdb's rows

    def _look(
        self,
        of: Callable[[Result], Relation],
        sql: str,
        run: Callable[[str, Mapping[str, Any]], Any] = database.run,
        **parameters: Any,
    ) -> Any:
        if "$matches" in sql and self._bits is not None:
            parameters["matches"] = self._bits.data
        try:
            rows, values = of(self.result)
            return run(rows + sql, {**values, **parameters})
        except _VANISHED:
            raise gone() from None
        except duckdb.OutOfMemoryException as error:
            raise QueryFailed(
                "The result is too large to be read just now.",
                hint="Try again in a moment; a filter makes it smaller.",
                retryable=True,
            ) from error
