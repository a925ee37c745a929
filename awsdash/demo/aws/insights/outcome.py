"""What a query finds: its rows as texts, and what it took to find them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from moto.logs.models import LogGroup

from awsdash.demo.aws.insights.pointer import write_pointer
from awsdash.demo.aws.insights.query import Query
from awsdash.demo.aws.insights.row import Made, Row
from awsdash.demo.aws.insights.stage import Rows, take
from awsdash.demo.aws.insights.value import computed_text, text
from awsdash.demo.aws.logs.index import Event
from awsdash.demo.aws.logs.pages import events_between

LONGEST_S = 30.0

FoundRow = list[tuple[str, str]]
"""Fields and their values; those that are missing are left out."""


@dataclass(frozen=True)
class Outcome:
    rows: list[FoundRow]
    matched: int
    scanned: int
    scanned_bytes: int
    groups: int


def run_query(
    query: Query, groups: list[LogGroup], start_ms: int, end_ms: int, limit: int
) -> Outcome:
    """Over the events from start to end, inclusive; `limit` holds if the query has none.

    Raises TimeoutError when it takes too long.
    """
    scan = _Scan(groups, start_ms, end_ms)
    matching: Rows = scan.rows()
    for stage in query.matching:
        matching = stage(matching)
    rows = scan.counted(matching)
    for stage in query.shaping if query.has_limit else [*query.shaping, take(limit)]:
        rows = stage(rows)
    found = [_found(query, row) for row in rows]
    return Outcome(found, scan.matched, scan.scanned, scan.scanned_bytes, len(groups))


def _found(query: Query, row: Row | Made) -> FoundRow:
    fields: FoundRow = []
    for column in query.columns:
        value = column.evaluate(row)
        if value is not None:
            fields.append((column.name, text(value) if column.is_raw else computed_text(value)))
    if isinstance(row, Row) and all(name != "@ptr" for name, _ in fields):
        fields.append(("@ptr", write_pointer(row.group, row.event)))
    return fields


class _Scan:
    """Reads events, the newest first, and counts."""

    def __init__(self, groups: list[LogGroup], start_ms: int, end_ms: int) -> None:
        self._found = list(_events(groups, start_ms, end_ms))
        self.matched = 0
        self.scanned = 0
        self.scanned_bytes = 0

    def rows(self) -> Rows:
        deadline = time.monotonic() + LONGEST_S
        for event, size, group in self._found:
            if time.monotonic() > deadline:
                raise TimeoutError
            self.scanned += 1
            self.scanned_bytes += size
            yield Row(event, group)

    def counted(self, rows: Rows) -> Rows:
        for row in rows:
            self.matched += 1
            yield row


def _events(
    groups: list[LogGroup], start_ms: int, end_ms: int
) -> Iterator[tuple[Event, int, LogGroup]]:
    found = [
        (event, size, group)
        for group in groups
        for event, size in events_between(group, start_ms, end_ms)
    ]
    if len(groups) > 1:
        found.sort(key=lambda row: row[0]["timestamp"])
    return reversed(found)
