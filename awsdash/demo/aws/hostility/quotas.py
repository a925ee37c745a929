"""Throttling at AWS's default request quotas, when switched on: a token bucket for each API."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from awsdash.demo.aws.hostility.default_quotas import Quota, quota_of
from awsdash.demo.aws.hostility.effects import throttled
from awsdash.demo.aws.protocol import Call, answer_error, current_call

_Key: TypeAlias = tuple[str | None, str, str, str]
_FIELDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "enforced": (lambda value: type(value) is bool, "true or false"),
    "factor": (lambda value: type(value) in (int, float) and value > 0, "a number > 0"),
}


class InvalidQuotas(ValueError):
    """The setting is malformed; the message says where."""


class TokenBucket:
    """Full at first; refills steadily."""

    def __init__(self, per_second: float, capacity: float, now_s: float) -> None:
        self._per_second = per_second
        self._capacity = capacity
        self._tokens = capacity
        self._filled_at_s = now_s

    def take(self, now_s: float) -> bool:
        """One token, if there is one."""
        refill = (now_s - self._filled_at_s) * self._per_second
        self._tokens = min(self._capacity, self._tokens + refill)
        self._filled_at_s = now_s
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Quotas:
    """Throttles what an account calls too often in a region; a factor of 2 allows twice as much."""

    def __init__(
        self, app: WSGIApplication, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._enforced = False
        self._factor = 1.0
        self._buckets: dict[_Key, TokenBucket] = {}
        self._throttled: Counter[_Key] = Counter()

    def set(self, document: object) -> None:
        """From {"enforced": bool, "factor"?: number}; the buckets are full again."""
        enforced, factor = _parse(document)
        with self._lock:
            self._enforced, self._factor = enforced, factor
            self._buckets.clear()
            self._throttled.clear()

    def report(self) -> dict[str, Any]:
        """The setting, and what was throttled under it."""
        names = ("account", "region", "service", "operation")
        with self._lock:
            rows = [
                dict(zip(names, key, strict=True)) | {"count": count}
                for key, count in self._throttled.items()
            ]
            return {"enforced": self._enforced, "factor": self._factor, "throttled": rows}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        if self.admits(call):
            return self._app(environ, start_response)
        return answer_error(throttled(call), environ, start_response)

    def admits(self, call: Call) -> bool:
        """Whether it is within its quota; if so, it is counted in."""
        quota = quota_of(call) if self._enforced else None
        if quota is None:
            return True
        with self._lock:
            if self._bucket(call, quota).take(self._monotonic_s()):
                return True
            self._throttled[call.account, call.region, call.service, call.operation] += 1
            return False

    def _bucket(self, call: Call, quota: Quota) -> TokenBucket:
        name = ",".join(quota.operations) if quota.shared else call.operation
        key = (call.account, call.region, call.service, name)
        if key not in self._buckets:
            rate, capacity = quota.per_second * self._factor, quota.capacity * self._factor
            self._buckets[key] = TokenBucket(rate, max(1, capacity), self._monotonic_s())
        return self._buckets[key]


def _parse(document: object) -> tuple[bool, float]:
    if not isinstance(document, dict):
        raise InvalidQuotas("The body must be an object")
    for key, value in document.items():
        if key not in _FIELDS:
            raise InvalidQuotas(f"Unknown key '{key}'; known are {', '.join(_FIELDS)}")
        valid, wanted = _FIELDS[key]
        if not valid(value):
            raise InvalidQuotas(f"'{key}' must be {wanted}")
    if "enforced" not in document:
        raise InvalidQuotas("'enforced' is required")
    return document["enforced"], document.get("factor", 1.0)
