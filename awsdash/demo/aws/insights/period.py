"""Periods of time, as `bin(5m)` and `datefloor(@timestamp, 1h)` have them."""

import re
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Final, TypeAlias

from awsdash.demo.aws.insights.scanner import Scanner
from awsdash.demo.aws.insights.value import Timestamp, timestamp

Round: TypeAlias = Callable[[int], Timestamp | None]
"""From milliseconds since 1970 to where the period around them begins or ends."""

SECOND_MS: Final = 1000
DAY_MS: Final = 24 * 3600 * SECOND_MS
MONTHS_PER_YEAR: Final = 12

_UNITS_MS: Final = {
    1: ("millisecond", "ms", "msec"),
    SECOND_MS: ("second", "s", "sec"),
    60 * SECOND_MS: ("minute", "m", "min"),
    3600 * SECOND_MS: ("hour", "h", "hr"),
    DAY_MS: ("day", "d"),
    7 * DAY_MS: ("week", "w"),
}
_UNITS_MONTHS: Final = {
    1: ("month", "mo", "mon"),
    3: ("quarter", "q", "qtr"),
    MONTHS_PER_YEAR: ("year", "y", "yr"),
}


def _plurals(units: Mapping[int, tuple[str, ...]]) -> dict[str, int]:
    """Units of more than one letter have a plural."""
    singular = {name: size for size, names in units.items() for name in names}
    return singular | {f"{name}s": size for name, size in singular.items() if len(name) > 1}


_MS: Final = _plurals(_UNITS_MS)
_MONTHS: Final = _plurals(_UNITS_MONTHS)


def read_period(scanner: Scanner) -> tuple[Round, Round]:
    """`5m`, `5 minutes`: how to round down and how to round up to it."""
    symbol = scanner.take("period", "number")
    written = symbol.text + (scanner.take("name").text if symbol.kind == "number" else "")
    found = re.fullmatch(r"(\d+)([a-z]+)", written.lower())
    if found is None or int(found[1]) == 0:
        raise scanner.unexpected(symbol)
    count, unit = int(found[1]), found[2]
    if unit in _MS:
        return _fixed(count * _MS[unit])
    if unit in _MONTHS:
        return _calendar(count * _MONTHS[unit])
    raise scanner.unexpected(symbol)


def _fixed(size_ms: int) -> tuple[Round, Round]:
    return (
        lambda at: timestamp(at - at % size_ms),
        lambda at: timestamp(at + -at % size_ms),
    )


def _calendar(months: int) -> tuple[Round, Round]:
    def down(at: int) -> Timestamp | None:
        if timestamp(at) is None:
            return None
        return _start_of_month(_months_of(at) // months * months)

    def up(at: int) -> Timestamp | None:
        start = down(at)
        if start is None or start == at:
            return start
        return _start_of_month(_months_of(start) + months)

    return down, up


def _months_of(at: int) -> int:
    """Months since the year 0."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.year * MONTHS_PER_YEAR + moment.month - 1


def _start_of_month(months: int) -> Timestamp | None:
    year, month = divmod(months, MONTHS_PER_YEAR)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return Timestamp(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000)
