"""Conditions of policies: operators that compare what a request brings with what a policy wants."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.identity.policy import as_list, wildcard

Context: TypeAlias = Mapping[str, str | None]
"""The values of condition keys, by their names in lower case."""
Comparison: TypeAlias = Callable[[str, str], bool]
"""Of the request's value with one that is wanted. Raises ValueError where it cannot be."""


def meets(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """An operator that is not known is never met."""
    return all(
        _holds(operator.lower(), context.get(key.lower()), [_text(one) for one in as_list(wanted)])
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, value: str | None, wanted: list[str]) -> bool:
    if operator == "null":
        return str(value is None).lower() in wanted
    operator, of_all = _without(operator.removeprefix("foranyvalue:"), "forallvalues:", prefix=True)
    operator, if_exists = _without(operator, "ifexists")
    is_negated = operator in _NEGATED
    compare = _COMPARISONS.get(_NEGATED.get(operator, operator))
    if compare is None:
        return False
    if value is None:
        return is_negated or if_exists or of_all
    return _is_any(compare, value, wanted) is not is_negated


def _without(text: str, part: str, *, prefix: bool = False) -> tuple[str, bool]:
    rest = text.removeprefix(part) if prefix else text.removesuffix(part)
    return rest, rest != text


def _is_any(compare: Comparison, value: str, wanted: Iterable[str]) -> bool:
    try:
        return any(compare(value, one) for one in wanted)
    except ValueError:
        return False


def _text(value: Any) -> str:
    """Policies may write numbers and booleans without quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_like(value: str, wanted: str) -> bool:
    return re.fullmatch(wildcard(wanted), value) is not None


def _is_alike(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


def _is_within(value: str, wanted: str) -> bool:
    return ip_address(value) in ip_network(wanted, strict=False)


def _numbers(compare: Callable[[float, float], bool], value: str, wanted: str) -> bool:
    return compare(float(value), float(wanted))


def _moments(compare: Callable[[datetime, datetime], bool], value: str, wanted: str) -> bool:
    return compare(_moment(value), _moment(wanted))


def _moment(text: str) -> datetime:
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_ORDERS: Final = {
    "equals": eq,
    "lessthan": lt,
    "lessthanequals": le,
    "greaterthan": gt,
    "greaterthanequals": ge,
}
_COMPARISONS: Final[Mapping[str, Comparison]] = {
    "arnequals": _is_like,
    "arnlike": _is_like,
    "bool": _is_alike,
    "ipaddress": _is_within,
    "stringequals": eq,
    "stringequalsignorecase": _is_alike,
    "stringlike": _is_like,
    **{f"numeric{name}": partial(_numbers, order) for name, order in _ORDERS.items()},
    **{f"date{name}": partial(_moments, order) for name, order in _ORDERS.items()},
}
_NEGATED: Final = {
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
}
