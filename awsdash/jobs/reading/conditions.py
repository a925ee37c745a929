"""A filter on a column as SQL. Values are bound, never written into it."""

from datetime import datetime
from typing import Any, Final

from awsdash.jobs.reading.lens import Filter
from awsdash.jobs.search import exactly
from services.base import Column, Kind
from services.errors import InvalidQuery
from services.query import parse_instant

_COMPARES: Final = {
    "eq": "{column} = {value}",
    # What is unknown is not equal, so it shows.
    "ne": "{column} IS DISTINCT FROM {value}",
    "gt": "{column} > {value}",
    "gte": "{column} >= {value}",
    "lt": "{column} < {value}",
    "lte": "{column} <= {value}",
    "contains": "regexp_matches({column}, {value})",
}
_TEXTS: Final[frozenset[Kind]] = frozenset({"text", "json", "level"})
_OTHERS: Final[dict[Kind, frozenset[str]]] = {
    "boolean": frozenset({"gt", "gte", "lt", "lte", "contains"}),
    "integer": frozenset({"contains"}),
    "number": frozenset({"contains"}),
    "timestamp": frozenset({"contains"}),
}
_WORDS: Final = {"true": True, "false": False}


def condition(filter: Filter, column: Column, sql: str, name: str) -> tuple[str, Any]:
    """The SQL of a filter on `column`, which is called `sql` there, and what `$name` stands for.

    Raises InvalidQuery where the column's kind has no such operator, or no such value.
    """
    if filter.operator in _OTHERS.get(column.kind, ()):
        raise InvalidQuery(
            f"filter: {filter.operator} is not for {column.name}, a {column.kind}",
            hint="Use eq, ne, empty or notempty"
            + ("." if column.kind == "boolean" else ", gt, gte, lt or lte."),
        )
    if filter.operator in {"empty", "notempty"}:
        empty = f"{sql} IS NULL" + (f" OR {sql} = ''" if column.kind in _TEXTS else "")
        return (f"({empty})" if filter.operator == "empty" else f"NOT ({empty})"), None
    value = exactly(filter.value) if filter.operator == "contains" else _value(filter, column)
    bound = f"make_timestamptz(${name})" if column.kind == "timestamp" else f"${name}"
    return f"({_COMPARES[filter.operator].format(column=sql, value=bound)})", value


def _value(filter: Filter, column: Column) -> Any:
    text = filter.value.strip()
    try:
        match column.kind:
            case "integer":
                return _integer(text)
            case "number":
                return float(text)
            case "boolean":
                return _WORDS[text.lower()]
            case "timestamp":
                return _microseconds(text)
            case _:
                return filter.value
    except (KeyError, ValueError, OverflowError):
        raise InvalidQuery(
            f"filter: {filter.value[:80]} is no value of {column.name}, a {column.kind}",
            hint=_HINTS[column.kind],
        ) from None


_HINTS: Final[dict[Kind, str]] = {
    "integer": "Write a whole number.",
    "number": "Write a number: 0.25, or 1e6.",
    "boolean": "Write true or false.",
    "timestamp": "Write an ISO time, Unix milliseconds, now, or -15m, -3h, -2d.",
}


def _integer(text: str) -> int | float:
    """Also 2.5, which a whole number may well be greater than."""
    number = float(text)
    return int(text) if text.lstrip("+-").isdecimal() and abs(number) < 2**63 else number


def _microseconds(text: str) -> int:
    moment = parse_instant(text)
    if not isinstance(moment, datetime):
        raise ValueError(text)
    return int(moment.timestamp() * 1000) * 1000
