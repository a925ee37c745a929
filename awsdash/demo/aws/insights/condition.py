"""Comparisons, `in` and `like`, compiled to tests of a row."""

from typing import Final

from awsdash.demo.aws.insights.field import Evaluate
from awsdash.demo.aws.insights.malformed import MalformedQuery
from awsdash.demo.aws.insights.scanner import Scanner, unquote
from awsdash.demo.aws.insights.value import equal, less, text
from awsdash.demo.aws.logs.regex_search import InvalidRegex, Regex

LIKE: Final = ("like", "=~")


def equal_to(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda row: equal(left(row), right(row))


def is_unequal(left: Evaluate, right: Evaluate) -> Evaluate:
    """A field that is missing is not equal to anything."""
    return lambda row: not equal(left(row), right(row))


def ordered(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    lower, upper = (left, right) if sign[0] == "<" else (right, left)
    if len(sign) == 1:
        return lambda row: less(lower(row), upper(row))

    def at_most(row: object) -> bool:
        one, other = lower(row), upper(row)
        return less(one, other) or equal(one, other)

    return at_most


def is_member(left: Evaluate, members: list[Evaluate]) -> Evaluate:
    def test(row: object) -> bool:
        value = left(row)
        return any(equal(value, member(row)) for member in members)

    return test


def matches(left: Evaluate, scanner: Scanner) -> Evaluate:
    """What follows `like`: a part of the text, or a regular expression to search for."""
    start = scanner.symbol.start
    source = scanner.take_regex()
    if source is None:
        part = unquote(scanner.take("string").text)
        return lambda row: (value := left(row)) is not None and part in text(value)
    search = compile_regex(source, start).search
    return lambda row: (value := left(row)) is not None and search(text(value)) is not None


def compile_regex(source: str, start: int) -> Regex:
    try:
        return Regex(source)
    except InvalidRegex as error:
        raise MalformedQuery(
            f"Invalid regular expression: {error}", start, start + len(source) + 2
        ) from None
