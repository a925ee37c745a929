"""Pages of log events, in order across a group's streams.

A page holds 1 MB or `limit` events at most, and ends after scanning a number of events or for some
time, so that a rare pattern yields partly full or empty pages with a token, as in AWS.
"""

import math
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from moto.logs.models import LogGroup

from awsdash.demo.aws import clock
from awsdash.demo.aws.logs.index import Event, Index, Position, index_of

PAGE_BYTES: Final = 1024 * 1024
LONGEST_S = 5.0
DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True)
class Search:
    """A checked request for a page; `streams` is None for all of them."""

    group: LogGroup
    streams: frozenset[str] | None
    start: int
    end: float
    matches: Callable[[str], bool]
    limit: int
    newest_first: bool
    after: Position | None


def read_page(search: Search, scan_limit: int) -> tuple[list[Event], Position | None]:
    """The matching events and, unless the end was reached, the position of the last one scanned."""
    index = index_of(search.group)
    page: list[Event] = []
    size = scanned = 0
    deadline = time.monotonic() + LONGEST_S
    last: Position | None = None
    for number in _candidates(index, search):
        event = index.events[number]
        if search.streams is not None and event["logStreamName"] not in search.streams:
            continue
        is_late = last is not None and time.monotonic() > deadline
        if len(page) == search.limit or scanned == scan_limit or is_late:
            return page, last
        if search.matches(event["message"]):
            size += index.sizes[number]
            if page and size > PAGE_BYTES:
                return page, last
            page.append(event)
        scanned += 1
        last = index.positions[number]
    return page, None


def events_between(group: LogGroup, start: int, end: float) -> Iterator[tuple[Event, int]]:
    """The events in a time range, inclusive, in order and with the sizes of their messages."""
    index = index_of(group)
    found = _between(index, max(start, retained_since(group)), end)
    return zip(index.events[found], index.sizes[found], strict=True)


def retained_since(group: LogGroup) -> int:
    """The time of the oldest event that the group's retention still keeps, 0 without one."""
    if not group.retention_in_days:
        return 0
    return clock.now_ms() - int(group.retention_in_days) * DAY_MS


def _between(index: Index, start: int, end: float) -> slice:
    positions = index.positions
    first = bisect_left(positions, (start,))
    return slice(first, bisect_right(positions, (end, math.inf, math.inf)))


def _candidates(index: Index, search: Search) -> range:
    """The numbers of the events in the time range and beyond the token, in the page's order."""
    positions = index.positions
    found = _between(index, max(search.start, retained_since(search.group)), search.end)
    first, stop = found.start, found.stop
    if search.newest_first:
        if search.after is not None:
            stop = min(stop, bisect_left(positions, search.after))
        return range(stop - 1, first - 1, -1)
    if search.after is not None:
        first = max(first, bisect_right(positions, search.after))
    return range(first, stop)
