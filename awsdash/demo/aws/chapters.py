"""Parts of a story that are told when somebody first asks.

moto needs a second to import some of its services, and a story has more data than most visits look
at: a chapter waits until the first call to its service.
"""

import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from moto.moto_api._internal.moto_random import MotoRandom

Chapter: TypeAlias = Callable[[], None]

_lock = threading.RLock()
_untold: defaultdict[str, list[Chapter]] = defaultdict(list)
_told_by = threading.local()
_anyone = random.Random()


def tell_later(service: str, chapter: Chapter) -> None:
    """Before the first call that is signed for this service, after those said before."""
    with _lock:
        _untold[service].append(chapter)


def forget() -> None:
    with _lock:
        _untold.clear()


def tell(service: str) -> None:
    """Tells what is untold of this service. A chapter may tell those that it stands on."""
    if service not in _untold:
        return
    with _lock:  # other callers wait until it is told
        chapters = list(_untold.get(service, ()))
        for number, chapter in enumerate(chapters):
            with identifiers(f"{service}/{number}"):
                chapter()
            _untold[service].remove(chapter)
        _untold.pop(service, None)


def tell_all() -> None:
    for service in list(_untold):
        tell(service)


@contextmanager
def identifiers(seed: str) -> Iterator[None]:
    """What moto makes up within (`vpc-0f3c...`) follows from the seed alone."""
    before = getattr(_told_by, "chance", _anyone)
    _told_by.chance = random.Random(seed)
    try:
        yield
    finally:
        _told_by.chance = before


def install() -> None:
    """moto has one source of chance for all its threads: here a chapter has its own."""
    MotoRandom.getrandbits = _getrandbits  # type: ignore[assignment,method-assign]
    MotoRandom.random = _random  # type: ignore[assignment,method-assign]


def _getrandbits(self: MotoRandom, bits: int) -> int:
    chance: random.Random = getattr(_told_by, "chance", _anyone)
    return chance.getrandbits(bits)


def _random(self: MotoRandom) -> float:
    chance: random.Random = getattr(_told_by, "chance", _anyone)
    return chance.random()
