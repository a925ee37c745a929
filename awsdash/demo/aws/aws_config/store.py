"""What the recorders recorded: by place, every item of every resource in order of time."""

import threading
from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from awsdash.demo.aws.aws_config import recorder
from awsdash.demo.aws.aws_config.item import Item, Key, read_item
from awsdash.demo.aws.state import PerPlace, Place

Given: TypeAlias = Callable[[], Iterable[Mapping[str, Any]]]


class Recorded:
    """All items of one place. Planted ones are read when somebody first looks."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._unread: list[Given] = []
        self._histories: dict[Key, list[Item]] = {}
        self._latest: tuple[Item, ...] | None = None

    def plant(self, items: Given) -> None:
        with self._lock:
            self._unread.append(items)

    def record(self, items: Iterable[Item]) -> None:
        with self._lock:
            for item in items:
                self._add(item)

    def history(self, key: Key) -> Sequence[Item]:
        """Oldest first; nothing if the resource was never discovered."""
        with self._lock:
            self._read()
            return tuple(self._histories.get(key, ()))

    def latest(self) -> Sequence[Item]:
        """Of every resource, deleted ones too, by type and id."""
        with self._lock:
            self._read()
            if self._latest is None:
                self._latest = tuple(history[-1] for _, history in sorted(self._histories.items()))
            return self._latest

    def current(self) -> list[Item]:
        """Of every resource that is not deleted, by type and id."""
        return [item for item in self.latest() if not item.is_deleted]

    def find(self, key: Key) -> Item | None:
        """The resource as it is now, unless it is deleted or unknown."""
        history = self.history(key)
        return history[-1] if history and not history[-1].is_deleted else None

    def _read(self) -> None:
        while self._unread:
            for item in [read_item(self._place, given) for given in self._unread[0]()]:
                self._add(item)
            del self._unread[0]

    def _add(self, item: Item) -> None:
        insort(self._histories.setdefault(item.key, []), item, key=attrgetter("captured_at"))
        self._latest = None


recorded: PerPlace[Recorded] = PerPlace(Recorded)


def plant(place: Place, items: Given) -> None:
    """Items in AWS's shape, as `read_item` takes them, read at the first look at the place.

    A recorder runs there from now on.
    """
    recorder.run(place)
    recorded[place].plant(items)


def record(place: Place, item: Mapping[str, Any]) -> None:
    """One more, at once; ValueError says what is wrong with it."""
    recorder.run(place)
    recorded[place].record([read_item(place, item)])
