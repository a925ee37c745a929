"""Calls go in and out freely, until a story is told: it waits for them, and they for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_LOOK_AGAIN_S: Final = 0.05


class Gate:
    """So that nobody ever sees half a story."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_closed = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """One call of many."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def closed(self, hurry: Callable[[], None]) -> Iterator[None]:
        """Alone; `hurry` lets go of the calls that are being held up on purpose."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._is_closed = True
            while self._inside:
                hurry()
                self._changed.wait(_LOOK_AGAIN_S)
        try:
            yield
        finally:
            with self._changed:
                self._is_closed = False
                self._changed.notify_all()
