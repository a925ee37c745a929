"""Reading a stored result: searched, filtered, sorted and paged by DuckDB, never in Python.

The result of an execution that reads on from others is the rows of all of them, in order.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import duckdb

from awsdash.jobs import cache, search
from awsdash.jobs.models import Execution, ResultPart
from awsdash.jobs.results import stored_columns
from services.base import Column, Kind, Row
from services.errors import InvalidQuery, NotFound

NUMBER: Final = "#"
"""The key of a row's number: its place in AWS's order, from 0."""
BATCH_ROWS: Final = 1_000
_SQL: Final[dict[Kind, str]] = {
    "timestamp": "TIMESTAMPTZ",
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "json": "VARCHAR",
    "level": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Lens:
    """How a result is looked at: words to find, a level, and the column to sort by.

    `sort` is a column's name, after `-` descending; "" is AWS's order.
    """

    search: str = ""
    level: str = ""
    sort: str = ""

    @property
    def hides(self) -> bool:
        """Whether some rows may not show."""
        return bool(self.search or self.level)


@dataclass(frozen=True)
class Reader:
    """One result through one lens. Methods raise NotFound when the stored files are gone."""

    execution: Execution
    lens: Lens = field(default_factory=Lens)

    @cached_property
    def columns(self) -> list[Column]:
        return stored_columns(self.execution.operation.columns)

    def first(self, *kinds: Kind) -> str | None:
        """The name of the first column of one of these kinds."""
        return next((column.name for column in self.columns if column.kind in kinds), None)

    @cached_property
    def total(self) -> int:
        """Rows read so far, whatever the lens."""
        return sum(part.rows for part in self._parts)

    @cached_property
    def matching(self) -> int:
        """Rows that match the lens."""
        if not self.lens.hides:
            return self.total
        found = self.ask(f"SELECT count(*) FROM rows WHERE {self.where}")  # noqa: S608  # names of our own
        return int(found[0][0]) if found else 0

    def rows(self, offset: int, limit: int) -> list[Row]:
        """A page of the rows that match, in the lens's order; timestamps as Unix milliseconds.

        Raises InvalidQuery for a sort by a column that is not there.
        """
        page = {"limit": limit, "offset": offset}
        return self._rows(self.ask(f"{self._selection} LIMIT $limit OFFSET $offset", **page))

    def items(self, offset: int, limit: int) -> list[Row]:
        """A page of rows as the JSON envelope shows them: columns that repeat another too."""
        repeated = [(c.name, c.same_as) for c in self.execution.operation.columns if c.same_as]
        return [
            {name: value for name, value in row.items() if name != NUMBER}
            | {name: row[source] for name, source in repeated}
            for row in self.rows(offset, limit)
        ]

    def row(self, number: int) -> Row:
        """One row by its number. Raises NotFound."""
        whole = Reader(self.execution)
        if number < whole.total and (rows := whole.rows(number, 1)):
            return rows[0]
        raise NotFound(f"The result has no row {number}.", hint="Choose a row of the table.")

    def every_row(self) -> Iterator[Row]:
        """All rows that match, in the lens's order, a thousand at a time in our memory."""
        if not self._parts:
            return
        cursor = self._execute(self._selection, {})
        while batch := cursor.fetchmany(BATCH_ROWS):
            yield from self._rows(batch)

    @property
    def _selection(self) -> str:
        selected = ", ".join([f'"{NUMBER}"', *(_selected(column) for column in self.columns)])
        return f"SELECT {selected} FROM rows WHERE {self.where} ORDER BY {self._order}"  # noqa: S608  # names of our own

    def _rows(self, found: Iterable[tuple[Any, ...]]) -> list[Row]:
        names = [NUMBER, *(column.name for column in self.columns)]
        return [dict(zip(names, values, strict=True)) for values in found]

    @cached_property
    def terms(self) -> list[search.Term]:
        """The words of the search, each with what it stands for in this result."""
        # Only what a table shows: a match in a column out of sight would puzzle.
        shown = (column for column in self.columns if column.in_table)
        texts = [column.name for column in shown if column.kind in {"text", "json", "level"}]
        return search.terms(self.lens.search, texts, self.ask)

    @cached_property
    def where(self) -> str:
        """The lens as an SQL condition on `rows`; its values are in `ask`'s parameters."""
        conditions = [term.condition for term in self.terms]
        if self.lens.level and (level := self.first("level")):
            conditions.append(f'"{level}" = $level')
        return " AND ".join(conditions) or "true"

    @property
    def _order(self) -> str:
        name = self.lens.sort.removeprefix("-")
        if not name:
            return f'"{NUMBER}"'
        if name not in {column.name for column in self.columns}:
            raise InvalidQuery(f"sort: there is no column {name}", hint="Sort by a column's head.")
        falling = self.lens.sort.startswith("-")
        # Equal values keep AWS's order, or exactly its reverse.
        return f'"{name}" {"DESC" if falling else "ASC"} NULLS LAST, "{NUMBER}" ASC'

    @cached_property
    def _parts(self) -> list[ResultPart]:
        return [
            part
            for execution in self.execution.chain()
            for part in execution.parts.filter(attempt=execution.attempt)
        ]

    def ask(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What DuckDB answers to a SELECT from `rows`; nothing while no part is closed."""
        if not self._parts:
            return []
        try:
            return self._execute(sql, parameters).fetchall()  # type: ignore[no-any-return]  # duckdb's rows
        except duckdb.IOException:
            # A new attempt began between the manifest and the files: look again, once.
            self.execution.refresh_from_db()
            self.__dict__.pop("_parts", None)
        try:
            return self._execute(sql, parameters).fetchall()  # type: ignore[no-any-return]  # duckdb's rows
        except duckdb.IOException:
            raise NotFound("The stored result is gone.", hint="Run the query again.") from None

    def _execute(self, sql: str, parameters: dict[str, Any]) -> Any:
        # A part that was stored before a column was invented has nothing there.
        nothing = ", ".join(f'NULL::{_SQL[c.kind]} AS "{c.name}"' for c in self.columns)
        rows = (
            f'WITH rows AS (SELECT row_number() OVER () - 1 AS "{NUMBER}", * FROM ('  # noqa: S608  # names come from our own Item types
            f"SELECT {nothing} WHERE false UNION ALL BY NAME "
            "SELECT * FROM read_parquet($paths, union_by_name = true))) "
        )
        known: dict[str, Any] = {
            "paths": cache.paths(self._parts),
            "level": self.lens.level,
            **parameters,
        }
        if "terms" in self.__dict__:
            known |= {name: value for term in self.terms for name, value in term.values.items()}
        used = {name: value for name, value in known.items() if f"${name}" in rows + sql}
        return _database().cursor().execute(rows + sql, used)


def _selected(column: Column) -> str:
    name = f'"{column.name}"'
    return f"epoch_ms({name}) AS {name}" if column.kind == "timestamp" else name


_local = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None


def _database() -> Any:
    """One in-memory DuckDB a process, of bounded memory; each reader takes a cursor."""
    global _connection  # a process-wide pool of one
    with _local:
        if _connection is None:
            _connection = duckdb.connect(config={"memory_limit": "256MB", "threads": 2})
        return _connection
