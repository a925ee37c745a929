"""The emulator's clock: what AWS measures ages, retention and default time ranges by.

The real one, unless a test sets it, so that a story with a fixed end does not grow old. Sessions of
STS end by the real clock, as the SDKs that refresh them go by it.
"""

from datetime import UTC, datetime, timedelta

_ahead = timedelta(0)


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC) + _ahead


def now_ms() -> int:
    return int(now().timestamp() * 1000)


def set_now(moment: datetime | None) -> None:
    """From here on it is `moment` and the time since; None: the real time."""
    global _ahead  # the process has one AWS, as moto has it
    _ahead = timedelta(0) if moment is None else moment - datetime.now(UTC)
