"""Token buckets that all workers share, in Redis; without Redis each process keeps its own.

One number a bucket (the generic cell rate algorithm): the time at which it will be full again.
"""

import functools
import logging
import threading
import time
from typing import Any, Final

import redis
from django.conf import settings

from services.base import Rate

logger = logging.getLogger(__name__)

_PREFIX: Final = "awsdash:bucket:"
# How long Redis is left alone after it did not answer.
_AWAY_S: Final = 5.0
_TAKE: Final = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local step, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = full + step - now - step * burst
if wait > 0.000001 then return tostring(wait) end
full = full + step
redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1000)
return '0'
"""


def take(name: str, rate: Rate) -> float:
    """Takes one call: 0, or in how many seconds there will be one to take."""
    step_s = 1 / rate.per_s
    try:
        return float(_shared().take(_PREFIX + name, step_s, rate.burst))
    except redis.RedisError:
        return _own.take(name, step_s, rate.burst)


class _Shared:
    def __init__(self) -> None:
        url = settings.REDIS_URL.replace("redis+socket://", "unix://")
        self._redis: Any = redis.Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=1, health_check_interval=30
        )
        self._take = self._redis.register_script(_TAKE)
        self._away_until_s = 0.0

    def take(self, key: str, step_s: float, burst: int) -> float:
        if time.monotonic() < self._away_until_s:
            raise redis.ConnectionError
        try:
            return float(self._take(keys=[key], args=[step_s, burst]))
        except redis.RedisError as error:
            self._away_until_s = time.monotonic() + _AWAY_S
            logger.warning("rate limits are this process's own", extra={"why": str(error)})
            raise


class _Own:
    """The same in this process's memory: each worker then allows itself the whole rate."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._full: dict[str, float] = {}

    def take(self, name: str, step_s: float, burst: int) -> float:
        with self._lock:
            now = time.monotonic()
            full = max(self._full.get(name, 0.0), now)
            wait = full + step_s - now - step_s * burst
            if wait > 1e-6:
                return wait
            self._full[name] = full + step_s
            return 0.0


@functools.cache
def _shared() -> _Shared:
    return _Shared()


_own: Final = _Own()
