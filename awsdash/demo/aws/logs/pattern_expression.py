"""Expressions inside filter patterns: tokens, `&&`, `||`, parentheses and comparisons.

JSON and space-delimited patterns differ only in what a condition is about (a selected property, a
named field); each hands its own condition reader to `Parser.expression`.
"""

import operator
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import orjson

from awsdash.demo.aws.logs.regex_search import InvalidRegex, Regex
from awsdash.demo.aws.scanning import Token, Unreadable, scan

Test: TypeAlias = Callable[[Any], bool]

MAX_REGEXES: Final = 2


class InvalidPattern(ValueError):
    """The pattern is malformed; the message is fit for AWS's InvalidParameterException."""


def invalid_character(character: str) -> InvalidPattern:
    return InvalidPattern(f"Invalid character(s) in term '{character}'")


def unescape(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def regex(source: str) -> Callable[[str], bool]:
    """A search for a regular expression, limited to the syntax the guide allows."""
    if bad := re.search(r"[^\w :#=@/;,^$?\[\]{}|\\*+.-]", source, re.ASCII):
        raise invalid_character(bad[0])
    try:
        search = Regex(source).search
    except InvalidRegex as error:
        raise InvalidPattern(f"Invalid regex '%{source}%': {error}") from None
    return lambda text: search(text) is not None


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<regex>%[^%]*%)
    | (?P<selector>\$(?:\.[\w-]+|\.\*|\.?\['[^']*'\]|\[\d+\]|\[\*\])+)
    | (?P<symbol>&&|\|\||!=|>=|<=|\.\.\.|[=<>(),])
    | (?P<word>[\w.*+-]+)
    | (?P<end>$)
    )""",
    re.VERBOSE,
)
_ORDERINGS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Parser:
    """Recursive descent over `&&`, `||` and parentheses, which bind as in C."""

    def __init__(self, source: str) -> None:
        self._tokens = _tokenize(source)
        if sum(token.kind == "regex" for token in self._tokens) > MAX_REGEXES:
            raise InvalidPattern(f"A filter pattern can hold at most {MAX_REGEXES} regexes")

    def accept(self, *texts: str) -> str | None:
        if self._tokens[0].text in texts:
            return self._tokens.pop(0).text
        return None

    def expect(self, *texts: str) -> str:
        found = self.accept(*texts)
        if found is None:
            raise self._unexpected(" or ".join(texts))
        return found

    def take(self, *kinds: str) -> Token:
        if self._tokens[0].kind not in kinds:
            raise self._unexpected(" or ".join(kinds))
        return self._tokens.pop(0)

    def _unexpected(self, wanted: str) -> InvalidPattern:
        found = self._tokens[0].text or "the end"
        return InvalidPattern(f"Invalid filter pattern: expected {wanted}, found {found}")

    def finish(self) -> None:
        self.take("end")

    def at_comparison(self) -> bool:
        return self._tokens[0].text in ("=", "!=", *_ORDERINGS)

    def expression(self, condition: Callable[["Parser"], Test]) -> Test:
        choices = [self._conjunction(condition)]
        while self.accept("||"):
            choices.append(self._conjunction(condition))
        return choices[0] if len(choices) == 1 else lambda it: any(test(it) for test in choices)

    def _conjunction(self, condition: Callable[["Parser"], Test]) -> Test:
        tests = [self._operand(condition)]
        while self.accept("&&"):
            tests.append(self._operand(condition))
        return tests[0] if len(tests) == 1 else lambda it: all(test(it) for test in tests)

    def _operand(self, condition: Callable[["Parser"], Test]) -> Test:
        if self.accept("("):
            test = self.expression(condition)
            self.expect(")")
            return test
        return condition(self)

    def comparison(self) -> Test:
        """`= value` and its kin; the test takes a JSON value or the text of a field."""
        sign = self.expect("=", "!=", *_ORDERINGS)
        operand = self.take("word", "string", "regex")
        if sign in _ORDERINGS:
            return _ordering(sign, operand.text)
        equal = _equality(operand)
        wanted = sign == "="
        return lambda value: (text := _text(value)) is not None and equal(text) is wanted


def _tokenize(source: str) -> list[Token]:
    try:
        return scan(_TOKEN, source)
    except Unreadable as error:
        raise invalid_character(source[error.position :].strip()[0]) from None


def _ordering(sign: str, operand: str) -> Test:
    compare, limit = _ORDERINGS[sign], _number(operand)
    if limit is None:
        raise InvalidPattern(f"'{sign}' compares numbers, and '{operand}' is none")
    return lambda value: (number := _number(_text(value))) is not None and compare(number, limit)


def _equality(operand: Token) -> Callable[[str], bool]:
    if operand.kind == "regex":
        return regex(operand.text[1:-1])
    if operand.kind == "word" and (number := _number(operand.text)) is not None:
        return lambda text: _number(text) == number
    text = operand.text if operand.kind == "word" else unescape(operand.text[1:-1])
    matches = _wildcard(text).fullmatch
    return lambda value: matches(value) is not None


def _wildcard(text: str) -> re.Pattern[str]:
    """What follows a `*` is taken where it is first found, so that a search takes linear time."""
    first, *others = (re.escape(part) for part in text.split("*"))
    if not others:
        return re.compile(first)
    between = "".join(f"(?>.*?{part})" for part in others[:-1])
    return re.compile(f"{first}{between}.*{others[-1]}", re.DOTALL)


def _text(value: object) -> str | None:
    """A value as a pattern would spell it; None where patterns cannot compare (null, nesting)."""
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode() if isinstance(value, int | float) else None


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and _NUMBER.fullmatch(text) else None
