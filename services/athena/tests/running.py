"""Queries run to their end, as the engine runs them."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from services.athena.marks import Mark
from services.athena.results import BLOCK_BYTES, pages
from services.athena.service import RunSql
from services.athena.types import RunSqlQuery
from services.aws import Aws
from services.base import Page, RemoteState, Row

PATIENCE_S = 30
RUN_SQL = RunSql()
SkipTime = Callable[[float], None]


def start(aws: Aws, sql: str, **options: Any) -> str:
    """The id of a query that was started."""
    query = RunSqlQuery.parse({"sql": sql, **options})
    return RUN_SQL.start(query, aws, f"{uuid4()}-1")


def end(aws: Aws, query_id: str) -> RemoteState:
    """The state of the query once it has ended."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        state = RUN_SQL.poll([query_id], aws)[query_id]
        if state.status not in {"queued", "running"}:
            return state
        time.sleep(0.01)
    raise AssertionError(f"{query_id} does not end")


def succeed(aws: Aws, sql: str, **options: Any) -> str:
    query_id = start(aws, sql, **options)
    state = end(aws, query_id)
    assert state.status == "succeeded", state.error
    return query_id


def read(
    aws: Aws,
    place: str | Mark,
    limit: int = 10_000_000,
    block_bytes: int = BLOCK_BYTES,
    few: int = 0,
) -> list[Page]:
    """The pages of a query from its mark on, however few, unless a `few` rows come in one call."""
    mark = place if isinstance(place, Mark) else Mark(place)
    return [*pages(mark, limit, aws, has_names=True, block_bytes=block_bytes, few=few)]


def rows_of(found: list[Page]) -> list[Row]:
    rows: list[Row] = []
    for page in found:
        table: Any = page.rows
        rows += table.to_pylist()
    return rows


def rows(aws: Aws, sql: str, **options: Any) -> list[Row]:
    """The rows of a query as the operation reads them."""
    query = RunSqlQuery.parse({"sql": sql, **options})
    return rows_of([*RUN_SQL.pages(query, succeed(aws, sql, **options), aws, None)])
