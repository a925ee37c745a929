"""The event history of an account in a region: what was planted, and what was recorded of late."""

import heapq
import threading
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count, islice
from operator import itemgetter
from typing import Final, TypeAlias

from awsdash.demo.aws.cloudtrail.event import Event, event_of
from awsdash.demo.aws.cloudtrail.record import Record
from awsdash.demo.aws.state import PerPlace, Place

MAX_RECORDED: Final = 5_000
MANAGEMENT: Final = "Management"
INSIGHT: Final = "Insight"
_NUMBERS_PER_SECOND: Final = 1 << 32

Position: TypeAlias = int
"""Where an event stands in its history: by its second, then by when it came to be known."""
Placed: TypeAlias = tuple[Position, Event]

# From the attributes of LookupEvents to the values that an event has.
ATTRIBUTES: Final[Mapping[str, Callable[[Event], Iterable[str | None]]]] = {
    "EventId": lambda event: (event.id,),
    "EventName": lambda event: (event.name,),
    "EventSource": lambda event: (event.source,),
    "ReadOnly": lambda event: (event.read_only,),
    "AccessKeyId": lambda event: (event.access_key,),
    "Username": lambda event: (event.username,),
    "ResourceType": lambda event: {resource.type for resource in event.resources},
    "ResourceName": lambda event: {resource.name for resource in event.resources},
}


@dataclass(frozen=True)
class Wanted:
    """Events of these seconds, both included, that have the value of the attribute if one is
    named, and that stand before a position if one is told."""

    first_second: int
    last_second: int
    attribute: str | None = None
    value: str = ""
    before: Position | None = None

    @property
    def bounds(self) -> tuple[Position, Position]:
        """From the first on, up to but without the second."""
        end = (self.last_second + 1) * _NUMBERS_PER_SECOND
        return self.first_second * _NUMBERS_PER_SECOND, min(end, self.before or end)

    def fits(self, event: Event) -> bool:
        return self.attribute is None or self.value in ATTRIBUTES[self.attribute](event)


class History:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = count()
        self._planted: list[Placed] = []
        self._indexes: dict[str, dict[str | None, list[Placed]]] = {}
        self._recorded: deque[Placed] = deque(maxlen=MAX_RECORDED)

    def plant(self, events: Iterable[Event]) -> None:
        with self._lock:
            placed = [self._placed(event) for event in events]
            self._planted = sorted(self._planted + placed, key=itemgetter(0))
            self._indexes = {}

    def __len__(self) -> int:
        """Of what was planted."""
        return len(self._planted)

    def record(self, event: Event) -> None:
        """The oldest one recorded is forgotten for it, if there are many."""
        with self._lock:
            self._recorded.append(self._placed(event))

    def find(self, wanted: Wanted, limit: int) -> list[Placed]:
        """Newest first."""
        low, high = wanted.bounds
        with self._lock:
            planted = self._candidates(wanted)
            recorded = [placed for placed in self._recorded if low <= placed[0] < high]
        start, end = (bisect_left(planted, bound, key=itemgetter(0)) for bound in (low, high))
        newest_planted = (planted[number] for number in range(end - 1, start - 1, -1))
        recorded.sort(key=itemgetter(0), reverse=True)
        newest_recorded = (placed for placed in recorded if wanted.fits(placed[1]))
        merged = heapq.merge(newest_planted, newest_recorded, key=itemgetter(0), reverse=True)
        return list(islice(merged, limit))

    def _placed(self, event: Event) -> Placed:
        return event.second * _NUMBERS_PER_SECOND + next(self._numbers), event

    def _candidates(self, wanted: Wanted) -> list[Placed]:
        if wanted.attribute is None:
            return self._planted
        if wanted.attribute not in self._indexes:
            self._indexes[wanted.attribute] = _index(self._planted, ATTRIBUTES[wanted.attribute])
        return self._indexes[wanted.attribute].get(wanted.value, [])


def _index(
    planted: list[Placed], values_of: Callable[[Event], Iterable[str | None]]
) -> dict[str | None, list[Placed]]:
    index: defaultdict[str | None, list[Placed]] = defaultdict(list)
    for placed in planted:
        for value in values_of(placed[1]):
            index[value].append(placed)
    return dict(index)


_histories: PerPlace[dict[str, History]] = PerPlace(
    lambda _: {category: History() for category in (MANAGEMENT, INSIGHT)}
)


def history(place: Place, category: str = MANAGEMENT) -> History:
    return _histories[place][category]


def plant(place: Place, records: Iterable[Record]) -> None:
    """Event records as CloudTrail writes them (see record.py); what has no id gets one. Data events
    are dropped, as they are not in the event history."""
    known = len(history(place))
    sorted_out: defaultdict[str, list[Event]] = defaultdict(list)
    for number, record in enumerate(records, start=known):
        event = event_of(record, f"{place.account}/{place.region}/{number}")
        sorted_out[record.get("eventCategory", MANAGEMENT)].append(event)
    for category in (MANAGEMENT, INSIGHT):
        if category in sorted_out:
            history(place, category).plant(sorted_out[category])
