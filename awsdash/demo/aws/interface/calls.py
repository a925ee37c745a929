"""How often AWS was called, and by whom."""

import threading
from collections import Counter
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.protocol import Call

COUNTED_BY: Final = ("account", "region", "service", "operation")
_Key: TypeAlias = tuple[str | None, str, str, str]


class CallCounts:
    """Refused and failed calls included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[_Key] = Counter()

    def add(self, call: Call) -> None:
        with self._lock:
            self._counts[call.account, call.region, call.service, call.operation] += 1

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def report(self, wanted: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            counts = list(self._counts.items())
        rows = [dict(zip(COUNTED_BY, key, strict=True)) | {"count": n} for key, n in counts]
        rows = [row for row in rows if wanted.items() <= row.items()]
        return {"total": sum(row["count"] for row in rows), "calls": rows}
