"""What fields hold: texts, numbers and timestamps, and how Logs Insights compares and shows them.

A field that an event does not have is None.
"""

import math
import re
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import orjson

Value: TypeAlias = Any
"""str, int, float, bool, Timestamp, None; or a dict or list that jsonParse made."""

SHOWN_DECIMALS: Final = 4
MOST_DIGITS: Final = 18  # of a number that is held exactly, as a long is
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_CHUNKS: Final = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)


_LEAST_MS, _MOST_MS = (
    int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000 for year in (1, 9999)
)


class Timestamp(int):
    """Milliseconds since 1970 that are shown as a date and time, in UTC."""

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(self // 1000, UTC)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{self % 1000:03d}"


def timestamp(at_ms: float) -> Timestamp | None:
    """None for what no calendar shows."""
    return Timestamp(at_ms) if _LEAST_MS <= at_ms < _MOST_MS else None


def number(value: Value) -> int | float | None:
    """The value as a number, None if it is none; texts count if they are written as one."""
    match value:
        case Timestamp():
            return int(value)
        case int() | float():
            return value
        case str() if _NUMBER.fullmatch(value):
            is_exact = len(value) <= MOST_DIGITS and value.lstrip("+-").isdigit()
            return int(value) if is_exact else finite(float(value))
    return None


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def text(value: Value) -> str:
    """A value that is present, as it is shown; truth is shown as 1 and 0."""
    match value:
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case dict() | list():
            return orjson.dumps(value).decode()
    return str(value)


def computed_text(value: Value) -> str:
    """The result of a computation as it is shown, with at most four decimals."""
    return text(round(value, SHOWN_DECIMALS) if isinstance(value, float) else value)


def truth(value: Value) -> bool:
    found = number(value)
    return bool(found) if found is not None else bool(value)


def equal(one: Value, other: Value) -> bool:
    """Two numbers are equal however they are written; what is missing equals nothing."""
    if one is None or other is None:
        return False
    if type(one) is str and type(other) is str and one == other:
        return True
    left, right = number(one), number(other)
    if left is not None and right is not None:
        return left == right
    return text(one) == text(other)


def less(one: Value, other: Value) -> bool:
    """Whether `one` comes before: two numbers by size, two texts by their characters."""
    if one is None or other is None:
        return False
    left, right = number(one), number(other)
    if left is not None and right is not None:
        return left < right
    return left is None and right is None and text(one) < text(other)


def sort_key(value: Value) -> tuple[Any, ...]:
    """The natural order of `sort`: what is missing, then texts, then numbers.

    Within texts, runs of digits are compared by length and then by value.
    """
    if value is None:
        return (0,)
    found = number(value)
    if found is not None:
        return (2, found)
    return (1, [_chunk_key(chunk) for chunk in _CHUNKS.findall(text(value))])


def _chunk_key(chunk: str) -> tuple[str, int, str]:
    """Digits stand at their place in Unicode, which is before letters."""
    return ("0", len(chunk), chunk) if chunk.isdecimal() else (chunk, 0, "")
