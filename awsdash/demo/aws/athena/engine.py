"""Runs a query's SQL in DuckDB over the objects of its tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from awsdash.demo.aws.athena.engine_errors import translated
from awsdash.demo.aws.athena.errors import QueryError
from awsdash.demo.aws.athena.mounting import mount
from awsdash.demo.aws.athena.naming import name_columns
from awsdash.demo.aws.athena.presto import to_duckdb
from awsdash.demo.aws.athena.rendering import render
from awsdash.demo.aws.athena.resolving import Resolver
from awsdash.demo.aws.athena.results import ResultColumn, Results, Row
from awsdash.demo.aws.athena.session import Handle, Session, open_session
from awsdash.demo.aws.athena.types import result_type
from awsdash.demo.aws.state import Place

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

FETCH_ROWS: Final = 5_000
_UNNAMED: Final = "$unnamed"
_ZONED: Final = "TIMESTAMP WITH TIME ZONE"
_FLOAT: Final = re.compile(r'\bFLOAT\b(?!")')


@dataclass(frozen=True)
class Context:
    """In which a query runs; `sql` is its text, by which errors tell positions.

    `check_scan` is told the bytes that the query will read, and raises QueryError when they are
    too many.
    """

    place: Place
    database: str
    sql: str
    handle: Handle
    check_scan: Callable[[int], None]


@dataclass(frozen=True)
class Prepared:
    """A query whose tables are mounted; `columns` have DuckDB's types."""

    session: Session
    sql: str
    columns: tuple[tuple[str, str], ...]
    scanned_bytes: int


@contextmanager
def prepared(context: Context, tree: Expr, writes: bool = False) -> Iterator[Prepared]:
    """The query ready to run. Errors of DuckDB within become QueryErrors.

    One that `writes` has a folder of its own, even when it reads no table.
    """
    import duckdb

    resolver = Resolver(context.place, context.database, context.sql)
    original = tree.copy()
    resolved_tree = resolver.resolve(tree.copy())
    name_columns(resolved_tree, _UNNAMED)
    sql = to_duckdb(resolved_tree, resolver.resolved.date_columns)
    needs_folder = writes or bool(resolver.resolved.sources or resolver.resolved.listings)
    try:
        with open_session(context.handle, needs_folder) as session:
            scanned = mount(session, context.place, resolver.resolved)
            context.check_scan(scanned)
            described = session.fetch(f"DESCRIBE {sql}")
            columns = tuple(
                (f"_col{number}" if name.startswith(_UNNAMED) else name, type_)
                for number, (name, type_, *_) in enumerate(described)
            )
            yield Prepared(session, sql, columns, scanned)
    except duckdb.Error as error:
        context.handle.check()
        raise translated(error, context.sql, original) from None


def run(context: Context, tree: Expr) -> tuple[Results, int]:
    """The query's results, with a header, and the bytes it has scanned."""
    with prepared(context, tree) as query:
        columns = [ResultColumn(name, result_type(type_)) for name, type_ in query.columns]
        results = Results(columns, _rows(query), header=True, update_count=0)
        return results, query.scanned_bytes


def explain(context: Context, tree: Expr) -> tuple[list[str], int]:
    """The lines of DuckDB's plan, not of Presto's."""
    with prepared(context, tree) as query:
        ((_, plan),) = query.session.fetch(f"EXPLAIN {query.sql}")
        return str(plan).split("\n"), 0


def _rows(query: Prepared) -> Iterator[Row]:
    names = [f"c{number}" for number in range(len(query.columns))]
    fetched = [_fetched(n, type_) for n, (_, type_) in zip(names, query.columns, strict=True)]
    sql = f"SELECT {', '.join(fetched)} FROM ({query.sql}) AS q({', '.join(names)})"  # noqa: S608
    cursor = query.session.connection.execute(sql)
    while batch := cursor.fetchmany(FETCH_ROWS):
        query.session.handle.check()  # DuckDB knows of no stop while nothing of it runs
        yield from (_rendered(row) for row in batch)


def _fetched(name: str, type_: str) -> str:
    """As Python can take it: a moment with its zone as text, single floats as they are written.

    Within an array, a map or a row a moment is without its zone, which is UTC.
    """
    if type_ == _ZONED:
        return f"strftime({name}, '%Y-%m-%d %H:%M:%S.%g') || ' UTC'"
    if "FLOAT" in type_:
        name = f"CAST({name} AS {_FLOAT.sub('VARCHAR', type_)})"
    wanted = _FLOAT.sub("DOUBLE", type_).replace(_ZONED, "TIMESTAMP")
    return name if wanted == type_ else f"CAST({name} AS {wanted})"


def _rendered(row: Sequence[Any]) -> Row:
    return [render(value) for value in row]


def scan_limit(limit_bytes: int | None) -> Callable[[int], None]:
    """A workgroup's BytesScannedCutoffPerQuery; None: there is none."""

    def check(scanned_bytes: int) -> None:
        if limit_bytes is not None and scanned_bytes > limit_bytes:
            raise QueryError("Bytes scanned limit was exceeded", 0, state="CANCELLED")

    return check
