"""The words of filter expressions, and how X-Ray says where one is wrong."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.xray.requests import invalid_request

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<annotation>annotation(?:\.[\w.]+ | \[\s*(?:"[^"]+" | [\w.\-]+)\s*\]))
    | (?P<word>[A-Za-z_][\w.]*)
    | (?P<sign>!= | <= | >= | && | \|\| | [=<>!(){},:])
    | (?P<json>\#)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPE: Final = re.compile(r"\\(.)")


class Token(NamedTuple):
    kind: str
    value: Any
    """A string's content, a number, an annotation's key, a word in lower case, what JSON says."""
    start: int
    end: int


def invalid_symbol(expression: str, since: int, token: Token) -> AwsError:
    """In X-Ray's wording: where the symbol is, and what was read up to it."""
    before = expression[: token.start]
    line = before.count("\n") + 1
    position = token.start - (before.rfind("\n") + 1) + 1
    return invalid_request(
        f"Error Location: line {line}, position {position} : "
        f"Invalid input symbol: '{expression[since : token.end]}'",
    )


def tokens_of(expression: str) -> Iterator[Token]:
    """Ends with a token of kind `end`."""
    position = 0
    while position < len(expression):
        found = _TOKEN.match(expression, position)
        if found is None:
            yield Token("unknown", None, position, position + 1)
            position += 1
            continue
        kind, start, position = str(found.lastgroup), found.start(), found.end()
        if kind == "json":
            token = _json(expression, start)
            position = token.end
            yield token
        elif kind != "space":
            yield Token(kind, _value(kind, found[0]), start, position)
    yield Token("end", None, len(expression), len(expression))


def _value(kind: str, text: str) -> Any:
    match kind:
        case "string":
            return _ESCAPE.sub(r"\1", text[1:-1])
        case "number":
            return float(text)
        case "annotation":
            return text[len("annotation.") :].strip().removesuffix("]").strip().strip('"')
        case _:
            return text.lower()


def _json(expression: str, start: int) -> Token:
    try:
        value, end = json.JSONDecoder().raw_decode(expression, start + 1)
    except ValueError:
        return Token("unknown", None, start, start + 1)
    return Token("json", value, start, end)
