"""The events of a log group in order across its streams, kept up with what is added."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from moto.logs.models import LogEvent, LogGroup

Event: TypeAlias = dict[str, Any]
Position: TypeAlias = tuple[int, int, int]
"""AWS's order: an event's timestamp, its ingestion time and the id of the request that put it."""
Row: TypeAlias = tuple[Position, str, str]
"""Where an event stands, its stream and its message."""

BEGINNING: Final[Position] = (-1, -1, -1)


@dataclass
class Index:
    """Events as they are answered, with the sizes of their messages; by stream, their numbers.

    It only ever grows at the end, so that one can read it meanwhile.
    """

    positions: list[Position] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    by_stream: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    read: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By stream, how many events were read and the id of the last one."""

    def extend(self, rows: list[Row]) -> None:
        for position, stream, message in rows:
            timestamp, ingested, number = position
            self.sizes.append(len(message.encode()))
            self.events.append(
                {
                    "logStreamName": stream,
                    "timestamp": timestamp,
                    "message": message,
                    "ingestionTime": ingested,
                    "eventId": f"{number:056d}",
                }
            )
            self.by_stream[stream].append(len(self.positions))
            self.positions.append(position)


_lock = threading.Lock()
_indexes: WeakKeyDictionary[LogGroup, Index] = WeakKeyDictionary()


def index_of(group: LogGroup) -> Index:
    """What was added at the end is added; after any other change it is built anew."""
    with _lock:
        streams = {name: stream.events[:] for name, stream in list(group.streams.items())}
        index = _indexes.get(group, Index())
        added = _added(index, streams)
        if added is None:
            index = Index()
            added = _rows(index, streams)
        index.extend(added)
        index.read = {
            name: (len(events), events[-1].event_id if events else -1)
            for name, events in streams.items()
        }
        _indexes[group] = index
        return index


def _added(index: Index, streams: dict[str, list[LogEvent]]) -> list[Row] | None:
    """What the index lacks, None unless all of it belongs at the end."""
    for name, (count, last_id) in index.read.items():
        events = streams.get(name, [])
        if len(events) < count or (count and events[count - 1].event_id != last_id):
            return None
    rows = _rows(index, streams)
    last = index.positions[-1] if index.positions else BEGINNING
    return rows if not rows or rows[0][0] > last else None


def _rows(index: Index, streams: dict[str, list[LogEvent]]) -> list[Row]:
    """What the index has not read, in order."""
    found = [
        ((event.timestamp, event.ingestion_time, event.event_id), name, event.message)
        for name, events in streams.items()
        for event in events[index.read.get(name, (0, -1))[0] :]
    ]
    return sorted(found, key=itemgetter(0))
