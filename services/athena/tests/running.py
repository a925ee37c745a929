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
    aws: Aws, query_id: str, limit: int = 10_000_000, block_bytes: int = BLOCK_BYTES
) -> list[Page]:
    return list(
        pages(query_id, Mark(query_id), limit, aws, is_query=True, block_bytes=block_bytes, few=0)
    )


def rows_of(found: list[Page]) -> list[Row]:
    rows: list[Row] = []
    for page in found:
        table: Any = page.rows
        rows += table.to_pylist()
    return rows


def rows(aws: Aws, sql: str, **options: Any) -> list[Row]:
    return rows_of(read(aws, succeed(aws, sql, **options)))
