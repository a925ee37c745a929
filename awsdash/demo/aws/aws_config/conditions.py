"""Conditions of queries, as tests of documents.

A path that leads through arrays has many values; a comparison holds if it holds for any of them.
Addresses and CIDR blocks compare as ranges: `=` and BETWEEN hold for any range that overlaps, `<`
and `>` for any that reaches beyond.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network
from typing import Any, Final, NamedTuple, TypeAlias

from awsdash.demo.aws.aws_config.expression import InvalidExpression

Document: TypeAlias = dict[str, Any]
Test: TypeAlias = Callable[[Document], bool]

MIN_PREFIX: Final = 3


@dataclass(frozen=True)
class Path:
    """A property: `configuration.placement.tenancy`."""

    name: str

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.name.split("."))


class Span(NamedTuple):
    """From the lowest to the highest value, which are the same but for ranges of addresses."""

    kind: str
    low: Any
    high: Any


def values_at(path: Path) -> Callable[[Document], Iterator[Any]]:
    """Reads all values of a document that are no arrays and lie at the path."""
    keys = path.keys
    return lambda document: _values(document, keys)


def _values(value: Any, keys: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for row in value:
            yield from _values(row, keys)
    elif not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _values(value[keys[0]], keys[1:])


def compare(path: Path, sign: str, literal: Any) -> Test:
    if sign in {"!=", "<>"}:
        return negate(compare(path, "=", literal))
    holds = _COMPARISONS[sign]
    wanted = _spans_of_literal(literal)
    return _any_value(path, lambda value: _holds(holds, value, wanted))


def between(path: Path, low: Any, high: Any) -> Test:
    lows, highs = _spans_of_literal(low), _spans_of_literal(high)

    def test(value: Any) -> bool:
        return _holds(_COMPARISONS[">="], value, lows) and _holds(_COMPARISONS["<="], value, highs)

    return _any_value(path, test)


def within(path: Path, literals: Iterable[Any]) -> Test:
    return any_of([compare(path, "=", literal) for literal in literals])


def like(path: Path, pattern: str) -> Test:
    """Only with wildcards at its end, after at least three other characters."""
    found = re.fullmatch(r"([^%_]*)([%_]*)", pattern, re.DOTALL)
    if found is None:
        raise InvalidExpression("only suffix wildcards are supported in LIKE expressions")
    if len(found[1]) < MIN_PREFIX:
        raise InvalidExpression("wildcard matches must be at least three characters long")
    suffix = "".join(".*" if sign == "%" else "." for sign in found[2])
    matches = re.compile(re.escape(found[1]) + suffix, re.DOTALL).fullmatch
    return _any_value(path, lambda value: isinstance(value, str) and matches(value) is not None)


def negate(test: Test) -> Test:
    return lambda document: not test(document)


def any_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda it: any(test(it) for test in tests)


def all_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda it: all(test(it) for test in tests)


_COMPARISONS: Final[dict[str, Callable[[Span, Span], bool]]] = {
    "=": lambda value, wanted: value.low <= wanted.high and value.high >= wanted.low,
    "<": lambda value, wanted: value.low < wanted.low,
    "<=": lambda value, wanted: value.low <= wanted.high,
    ">": lambda value, wanted: value.high > wanted.high,
    ">=": lambda value, wanted: value.high >= wanted.low,
}


def _any_value(path: Path, test: Callable[[Any], bool]) -> Test:
    read = values_at(path)
    return lambda document: any(test(value) for value in read(document))


def _holds(comparison: Callable[[Span, Span], bool], value: Any, wanted: list[Span]) -> bool:
    """By the first kind of what is wanted that the value has too."""
    for span in wanted:
        found = _span(value, span.kind)
        if found is not None:
            return comparison(found, span)
    return False


def _spans_of_literal(literal: Any) -> list[Span]:
    """What it may mean: '10.0.0.0/16' is a range to a property of addresses, a text to others."""
    kinds = ("ipv4", "ipv6", "text", "flag", "number")
    spans = [_span(literal, kind) for kind in kinds]
    return [span for span in spans if span is not None]


def _span(value: Any, kind: str) -> Span | None:
    match kind:
        case "ipv4" | "ipv6":
            found = _addresses(value) if isinstance(value, str) else None
            return found if found is not None and found.kind == kind else None
        case "flag":
            flag = {"true": True, "false": False}.get(value) if isinstance(value, str) else value
            return Span(kind, flag, flag) if isinstance(flag, bool) else None
        case "number":
            number = _number(value)
            return None if number is None else Span(kind, number, number)
    return Span(kind, value, value) if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _addresses(text: str) -> Span | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return Span(
        f"ipv{network.version}", int(network.network_address), int(network.broadcast_address)
    )
