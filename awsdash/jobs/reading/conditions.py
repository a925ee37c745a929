"""What a lens hides, as SQL. Values are bound, never written into it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from awsdash.jobs.reading.lens import UNARY, Filter, Lens
from awsdash.jobs.search import exactly
from services.base import Column, Kind
from services.errors import InvalidQuery
from services.query import parse_instant

LONGEST_NAME: Final = 80
LONGEST_HINT: Final = 300
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


def conditions_of(lens: Lens, columns: Sequence[Column]) -> tuple[list[str], dict[str, Any]]:
    """The lens but for its search, as SQL conditions that all hold, and their parameters.

    Raises InvalidQuery for a filter on what is not there, or that its kind does not have.
    """
    conditions: list[str] = []
    values: dict[str, Any] = {}
    levels = (place for place, column in enumerate(columns) if column.kind == "level")
    if lens.level and (place := next(levels, None)) is not None:
        conditions.append(f"c{place} = $level")
        values["level"] = lens.level
    for number, filter in enumerate(lens.filters):
        place = place_of(filter.column, columns, "filter")
        made, value = _condition(filter, columns[place], f"c{place}", f"filter{number}")
        conditions.append(made)
        values[f"filter{number}"] = value
    return conditions, values


def place_of(name: str, columns: Sequence[Column], what: str) -> int:
    """Which column it is. Raises InvalidQuery, which says `what` asked for it."""
    for place, column in enumerate(columns):
        if column.name == name:
            return place
    named = ", ".join(column.name for column in columns)[:LONGEST_HINT] or "none so far"
    hint = "Sort by a column's head." if what == "sort" else f"There are {named}."
    raise InvalidQuery(f"{what}: there is no column {name[:LONGEST_NAME]}", hint=hint)


def _condition(filter: Filter, column: Column, sql: str, name: str) -> tuple[str, Any]:
    """The SQL of a filter on `column`, which is called `sql` there, and what `$name` stands for."""
    if filter.operator in _OTHERS.get(column.kind, ()):
        raise InvalidQuery(
            f"filter: {filter.operator} is not for {column.name}, a {column.kind}",
            hint="Use eq, ne, empty or notempty"
            + ("." if column.kind == "boolean" else ", gt, gte, lt or lte."),
        )
    if filter.operator in UNARY:
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
            f"filter: {filter.value[:LONGEST_NAME]} is no value of {column.name}, a {column.kind}",
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
