"""What reading found out, kept for the next page of the same: bounded, the oldest goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

MOST_BYTES: Final = 16_000_000

T = TypeVar("T")


class Kept:
    """Values by key, at most `most_bytes` of them together. Threads may share it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value of `key`, made if need be; two threads at once may both make it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]  # type: ignore[no-any-return]  # what `make` made
        value = make()
        self._put(key, value, size(value))
        return value

    def _put(self, key: Hashable, value: Any, size_bytes: int) -> None:
        with self._lock:
            self._bytes += size_bytes - self._values.pop(key, (None, 0))[1]
            self._values[key] = value, size_bytes
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._values.popitem(last=False)
                self._bytes -= freed


kept: Final = Kept(MOST_BYTES)
