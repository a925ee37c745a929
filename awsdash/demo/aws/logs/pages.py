"""Pages of log events, in order across a group's streams.

A page holds 1 MB or `limit` events at most, and ends after scanning a number of events, so that a
rare pattern yields partly full or empty pages with a token, as in AWS.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from moto.logs.models import LogGroup, LogStream

Event: TypeAlias = dict[str, Any]
Position: TypeAlias = tuple[int, int, int]
"""AWS's order: an event's timestamp, its ingestion time and the id of the request that put it."""

PAGE_BYTES: Final = 1024 * 1024


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


@dataclass(frozen=True)
class _Index:
    """A group's events in order, as they are answered."""

    state: list[tuple[str, int]]
    positions: list[Position]
    events: list[Event]
    sizes: list[int]


_indexes: WeakKeyDictionary[LogGroup, _Index] = WeakKeyDictionary()


def _index(group: LogGroup) -> _Index:
    """The group's index, built anew when events or streams were added or removed."""
    streams = list(group.streams.items())
    state = [(name, len(stream.events)) for name, stream in streams]
    index = _indexes.get(group)
    if index is None or index.state != state:
        index = _indexes[group] = _build_index(streams, state)
    return index


def _build_index(streams: list[tuple[str, LogStream]], state: list[tuple[str, int]]) -> _Index:
    found = [
        ((event.timestamp, event.ingestion_time, event.event_id), name, event.message)
        for name, stream in streams
        for event in stream.events
    ]
    found.sort(key=lambda row: row[0])
    events = [
        {
            "logStreamName": name,
            "timestamp": position[0],
            "message": message,
            "ingestionTime": position[1],
            "eventId": f"{position[2]:056d}",
        }
        for position, name, message in found
    ]
    sizes = [len(message.encode()) for _, _, message in found]
    return _Index(state, [position for position, _, _ in found], events, sizes)


def read_page(search: Search, scan_limit: int) -> tuple[list[Event], Position | None]:
    """The matching events and, unless the end was reached, the position of the last one scanned."""
    index = _index(search.group)
    page: list[Event] = []
    size = scanned = 0
    last: Position | None = None
    for number in _candidates(index, search):
        event = index.events[number]
        if search.streams is not None and event["logStreamName"] not in search.streams:
            continue
        if len(page) == search.limit or scanned == scan_limit:
            return page, last
        if search.matches(event["message"]):
            size += index.sizes[number]
            if page and size > PAGE_BYTES:
                return page, last
            page.append(event)
        scanned += 1
        last = index.positions[number]
    return page, None


def _candidates(index: _Index, search: Search) -> range:
    """The numbers of the events in the time range and beyond the token, in the page's order."""
    positions = index.positions
    first = bisect_left(positions, (search.start,))
    stop = bisect_right(positions, (search.end, math.inf, math.inf))
    if search.newest_first:
        if search.after is not None:
            stop = min(stop, bisect_left(positions, search.after))
        return range(stop - 1, first - 1, -1)
    if search.after is not None:
        first = max(first, bisect_right(positions, search.after))
    return range(first, stop)
