"""The functions of the query language that make a value of values.

Unless a function says otherwise, it makes nothing of what is missing or of the wrong type.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import orjson

from awsdash.demo.aws import clock
from awsdash.demo.aws.insights import address
from awsdash.demo.aws.insights.document import read_json
from awsdash.demo.aws.insights.value import Value, number, text, timestamp, truth


@dataclass(frozen=True)
class Function:
    """`most` arguments is None for any number of them."""

    call: Callable[..., Value]
    least: int
    most: int | None


def _of_numbers(call: Callable[..., Value], least: int, most: int | None) -> Function:
    def convert(*values: Value) -> Value:
        numbers = [number(value) for value in values]
        if None in numbers:
            return None
        try:
            return call(*numbers)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return Function(convert, least, most)


def _of_texts(call: Callable[..., Value], least: int, most: int | None) -> Function:
    def convert(*values: Value) -> Value:
        return None if None in values else call(*(text(value) for value in values))

    return Function(convert, least, most)


def _round(value: float, digits: float = 0) -> float:
    return round(value, int(digits)) if digits else math.floor(value + 0.5)


def _coalesce(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _choose(condition: Value, then: Value, otherwise: Value = None) -> Value:
    return then if truth(condition) else otherwise


def _case(*values: Value) -> Value:
    """Conditions with their results in turn and, if there is one more, the result otherwise."""
    for condition, result in zip(values[::2], values[1::2], strict=False):
        if truth(condition):
            return result
    return values[-1] if len(values) % 2 else None


def _is_blank(value: Value) -> bool:
    return value is None or not text(value).strip()


def _is_empty(value: Value) -> bool:
    return value is None or text(value) == ""


def _concat(*values: Value) -> str:
    """Skips what is missing."""
    return "".join(text(value) for value in values if value is not None)


def _substring(value: Value, start: Value, length: Value = None) -> Value:
    first, count = number(start), number(length)
    if value is None or first is None:
        return None
    begin = max(0, int(first))
    return text(value)[begin:] if count is None else text(value)[begin : begin + int(count)]


def _contains(value: str, part: str) -> int:
    return int(part in value)


def _strip_left(value: str, characters: str | None = None) -> str:
    return value.lstrip(characters)


def _strip_right(value: str, characters: str | None = None) -> str:
    return value.rstrip(characters)


def _strip(value: str, characters: str | None = None) -> str:
    return value.strip(characters)


def _write_json(value: Value) -> Value:
    return None if value is None else orjson.dumps(value).decode()


def _largest(*values: float) -> float:
    return max(values)


def _smallest(*values: float) -> float:
    return min(values)


def _now() -> int:
    """Seconds, other than what @timestamp has."""
    return int(clock.now().timestamp())


FUNCTIONS: Final[dict[str, Function]] = {
    "abs": _of_numbers(abs, 1, 1),
    "ceil": _of_numbers(math.ceil, 1, 1),
    "floor": _of_numbers(math.floor, 1, 1),
    "round": _of_numbers(_round, 1, 2),
    "greatest": _of_numbers(_largest, 1, None),
    "least": _of_numbers(_smallest, 1, None),
    "log": _of_numbers(math.log, 1, 1),
    "sqrt": _of_numbers(math.sqrt, 1, 1),
    "tonumber": _of_numbers(lambda value: value, 1, 1),
    "frommillis": _of_numbers(timestamp, 1, 1),
    "tomillis": _of_numbers(int, 1, 1),
    "now": Function(_now, 0, 0),
    "ispresent": Function(lambda value: value is not None, 1, 1),
    "coalesce": Function(_coalesce, 1, None),
    "if": Function(_choose, 2, 3),
    "case": Function(_case, 2, None),
    "isempty": Function(_is_empty, 1, 1),
    "isblank": Function(_is_blank, 1, 1),
    "concat": Function(_concat, 1, None),
    "ltrim": _of_texts(_strip_left, 1, 2),
    "rtrim": _of_texts(_strip_right, 1, 2),
    "trim": _of_texts(_strip, 1, 2),
    "strlen": _of_texts(len, 1, 1),
    "toupper": _of_texts(str.upper, 1, 1),
    "tolower": _of_texts(str.lower, 1, 1),
    "substr": Function(_substring, 2, 3),
    "replace": _of_texts(str.replace, 3, 3),
    "strcontains": _of_texts(_contains, 2, 2),
    "startswith": _of_texts(str.startswith, 2, 2),
    "endswith": _of_texts(str.endswith, 2, 2),
    "jsonparse": _of_texts(read_json, 1, 1),
    "jsonstringify": Function(_write_json, 1, 1),
    "isvalidip": _of_texts(address.is_valid, 1, 1),
    "isvalidipv4": _of_texts(address.is_valid_v4, 1, 1),
    "isvalidipv6": _of_texts(address.is_valid_v6, 1, 1),
    "isipinsubnet": _of_texts(address.is_in_subnet, 2, 2),
    "isipv4insubnet": _of_texts(address.is_v4_in_subnet, 2, 2),
    "isipv6insubnet": _of_texts(address.is_v6_in_subnet, 2, 2),
}
