"""Values as Athena writes them: `1.0E7`, `[1, null]`, `{id=1, name=x}`."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

_PLAIN_FROM: Final = 1e-3
_PLAIN_TO: Final = 1e7


def render(value: object) -> str | None:
    if value is None:
        return None
    renderer = _RENDERERS.get(type(value))
    return str(value) if renderer is None else renderer(value)


def java_double(value: float) -> str:
    """As Java's Double.toString."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return f"{value!r}" if "e" not in f"{value!r}" else f"{Decimal(repr(value)):f}"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    written = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) - 1 + int(exponent)
    return f"{'-' if sign else ''}{written[0]}.{written[1:] or '0'}E{power}"


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _timestamp(value: datetime) -> str:
    return value.isoformat(" ", "milliseconds")


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _time(value: time) -> str:
    return f"{value:%H:%M:%S}.{value.microsecond // 1000:03d}"


def _bytes(value: bytes) -> str:
    return value.hex(" ")


def _interval(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    of_day = f"{hours:02d}:{minutes:02d}:{seconds:02d}.{value.microseconds // 1000:03d}"
    return f"{sign}{value.days} {of_day}"


def _inner(value: object) -> str:
    text = render(value)
    return "null" if text is None else text


def _array(value: list[Any]) -> str:
    return f"[{', '.join(map(_inner, value))}]"


def _map(value: dict[Any, Any]) -> str:
    """A row is one too; DuckDB numbers the fields of one that has no names."""
    if value and list(value) == [f"_{number}" for number in range(len(value))]:
        return _row(tuple(value.values()))
    return "{" + ", ".join(f"{_inner(k)}={_inner(v)}" for k, v in value.items()) + "}"


def _row(value: tuple[Any, ...]) -> str:
    """Without names: `{field0=Bob, field1=38}`."""
    return "{" + ", ".join(f"field{n}={_inner(v)}" for n, v in enumerate(value)) + "}"


_RENDERERS: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    bool: _bool,
    float: java_double,
    Decimal: _decimal,
    datetime: _timestamp,
    date: date.isoformat,
    time: _time,
    bytes: _bytes,
    timedelta: _interval,
    list: _array,
    dict: _map,
    tuple: _row,
}
