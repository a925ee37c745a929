"""CloudWatch Logs filter patterns, as the CloudWatch Logs user guide documents them.

A pattern is written in one of three languages, told apart by its first character:

* terms: `ERROR timeout` (all of them), `?ERROR ?WARN` (any of them), `ERROR -retry` (and not),
  `"exact phrase"`, and `" "` for every event. Matching is case sensitive. The guide says of "?":
  "If you combine "?" with other filter patterns, all question mark terms will be ignored", so
  `?ERROR ?WARN REQUEST` means `REQUEST`. A regular expression, `%re%`, stands alone.
* JSON: `{ $.user.id = 1 && ($.tags[*] = "a*" || $.error IS NULL) }`. A comparison with a property
  that is missing, null, an object or an array does not match, whatever the operator.
* space-delimited fields: `[ip, user, ..., status = 5*, bytes > 1000]`. Without an ellipsis, a last
  field that has no condition takes the rest of the line, as in the guide's `[w1=ERROR, w2]`.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import orjson

from awsdash.demo.aws.logs.pattern_expression import (
    InvalidPattern,
    Parser,
    Test,
    invalid_character,
    regex,
    unescape,
)

__all__ = ["InvalidPattern", "compile_pattern"]

Step: TypeAlias = str | int | None  # a key, an index, or any child

MAX_WILDCARDS: Final = 3


def compile_pattern(text: str) -> Callable[[str], bool]:
    """The test that tells whether a log message matches; raises InvalidPattern."""
    try:
        return _compile(text.strip())
    except RecursionError:
        raise InvalidPattern("The filter pattern is nested too deeply") from None


def _compile(pattern: str) -> Test:
    match pattern[:1]:
        case "{":
            return _compile_json(_inside(pattern, "}"))
        case "[":
            return _compile_fields(_inside(pattern, "]"))
        case "%":
            return regex(_inside(pattern, "%"))
        case _:
            return _compile_terms(pattern)


def _inside(pattern: str, closing: str) -> str:
    if len(pattern) < 2 or not pattern.endswith(closing):
        raise InvalidPattern(
            f"If a filter pattern starts with '{pattern[0]}' it must end with '{closing}'"
        )
    return pattern[1:-1]


# --- terms ----------------------------------------------------------------------------------------

_TERM = re.compile(r'\s*([?-]?)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)')


def _compile_terms(pattern: str) -> Test:
    required, optional, excluded = _read_terms(pattern)
    if optional and not required and not excluded:
        return lambda message: any(term in message for term in optional)
    wanted = [term for term in required if term.strip()]
    return lambda message: (
        all(term in message for term in wanted) and not any(term in message for term in excluded)
    )


def _read_terms(pattern: str) -> tuple[list[str], list[str], list[str]]:
    terms: dict[str, list[str]] = {"": [], "?": [], "-": []}
    position = 0
    while position < len(pattern):
        term = _TERM.match(pattern, position)
        if term is None:
            raise invalid_character('"')
        prefix, phrase, word = term.groups()
        if word and (bad := re.search(r"\W", word)):
            raise invalid_character(bad[0])
        terms[prefix].append(word or unescape(phrase))
        position = term.end()
    return terms[""], terms["?"], terms["-"]


# --- JSON -----------------------------------------------------------------------------------------

_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\*")
_CONSTANTS: Final = {"NULL": None, "TRUE": True, "FALSE": False}


def _compile_json(source: str) -> Test:
    paths: list[list[Step]] = []

    def condition(parser: Parser) -> Test:
        path = _path(parser.take("selector").text)
        paths.append(path)
        return _json_condition(parser, path)

    parser = Parser(source)
    test = parser.expression(condition)
    parser.finish()
    if sum(path.count(None) for path in paths) > MAX_WILDCARDS:
        raise InvalidPattern(f"A filter pattern can hold at most {MAX_WILDCARDS} wildcards")

    def matches(message: str) -> bool:
        try:
            document = orjson.loads(message)
        except ValueError:
            return False
        return isinstance(document, dict) and test(document)

    return matches


def _json_condition(parser: Parser, path: list[Step]) -> Test:
    if parser.accept("NOT"):
        parser.expect("EXISTS")
        return lambda document: not _select(document, path)
    if parser.accept("IS"):
        constant = _CONSTANTS[parser.expect(*_CONSTANTS)]
        return lambda document: any(value is constant for value in _select(document, path))
    compare = parser.comparison()
    return lambda document: any(compare(value) for value in _select(document, path))


def _path(selector: str) -> list[Step]:
    path: list[Step] = []
    for key, index, quoted in (step.groups() for step in _STEP.finditer(selector)):
        path.append(int(index) if index is not None else key if key is not None else quoted)
    if path.count(None) > 1:
        raise InvalidPattern(f"A property selector can hold one wildcard: '{selector}'")
    return path


def _select(document: object, path: list[Step]) -> list[Any]:
    """The values at a path: none or one, or one for each child that a wildcard stands for."""
    found = [document]
    for step in path:
        found = [child for node in found for child in _children(node, step)]
    return found


def _children(node: object, step: Step) -> list[Any]:
    match node, step:
        case dict(), None:
            return list(node.values())
        case list(), None:
            return node
        case dict(), str() if step in node:
            return [node[step]]
        case list(), int() if step < len(node):
            return [node[step]]
    return []


# --- space-delimited fields -----------------------------------------------------------------------

# A bracket is not looked for to the end of a message that opens thousands of them.
_FIELD = re.compile(r'\[([^\]]{0,1000})\]|"([^"]*)"|(\S+)')


def _compile_fields(source: str) -> Test:
    before, after = _read_fields(source)
    takes_rest = after is None and before[-1] is _anything
    tail = after or []

    def matches(message: str) -> bool:
        fields = ["".join(field) for field in _FIELD.findall(message)]
        spare = len(fields) - len(before) - len(tail)
        if spare < 0 or (spare > 0 and after is None and not takes_rest):
            return False
        return all(test(field) for test, field in zip(before, fields, strict=False)) and all(
            test(field) for test, field in zip(tail, fields[len(before) + spare :], strict=True)
        )

    return matches


def _read_fields(source: str) -> tuple[list[Test], list[Test] | None]:
    """The tests before the ellipsis and, if there is one, those after it."""
    parser = Parser(source)
    before: list[Test] = []
    after: list[Test] | None = None
    while True:
        if not parser.accept("..."):
            (before if after is None else after).append(parser.expression(_field_condition()))
        elif after is None:
            after = []
        else:
            raise InvalidPattern("A filter pattern can hold one ellipsis")
        if not parser.accept(","):
            parser.finish()
            return before, after


def _field_condition() -> Callable[[Parser], Test]:
    """Reads the conditions of one field, which must all name that field."""
    names: set[str] = set()

    def condition(parser: Parser) -> Test:
        names.add(parser.take("word").text)
        if len(names) > 1:
            raise InvalidPattern(f"A condition names several fields: {', '.join(sorted(names))}")
        return parser.comparison() if parser.at_comparison() else _anything

    return condition


def _anything(_: object) -> bool:
    return True
