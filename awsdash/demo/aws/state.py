"""What the emulated AWS holds beyond moto's backends, by account and region."""

import threading
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

from moto.core.base_backend import BackendDict
from moto.organizations.models import organizations_backends

T = TypeVar("T")


class Place(NamedTuple):
    """Where AWS keeps something apart: one account in one region."""

    account: str
    region: str


_kinds: "list[PerPlace[object]]" = []


class PerPlace(Generic[T]):
    """State of one kind, made for a place when it is first asked for. Make it a module's global."""

    def __init__(self, make: Callable[[Place], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: dict[Place, T] = {}
        _kinds.append(self)  # type: ignore[arg-type]  # whatever T is, it is only cleared

    def __getitem__(self, place: Place) -> T:
        with self._lock:
            if place not in self._held:
                self._held[place] = self._make(place)
            return self._held[place]

    def __iter__(self) -> Iterator[tuple[Place, T]]:
        with self._lock:
            return iter(list(self._held.items()))

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


def reset() -> None:
    """AWS on its first day: no account, no key, no resource, no record."""
    BackendDict.reset()
    organizations_backends.master_accounts.clear()  # which moto forgets to reset
    for kind in _kinds:
        kind.clear()
