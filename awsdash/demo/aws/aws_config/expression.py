"""The text of a query: words of its language and where they stand.

AWS documents it under "Querying the Current Configuration State of AWS Resources": a subset of
SQL's SELECT without ALL, AS, DISTINCT, FROM, HAVING, JOIN, UNION and NULL.
"""

import re
from typing import Final, NamedTuple

KEYWORDS: Final = frozenset(
    {
        *("SELECT", "WHERE", "GROUP", "ORDER", "BY", "ASC", "DESC"),
        *("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "TRUE", "FALSE"),
    }
)
REFUSED: Final = frozenset(
    {"ALL", "AS", "DISTINCT", "FROM", "HAVING", "IS", "JOIN", "LIMIT", "NULL", "UNION"}
)

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<name>[A-Za-z_][\w$-]*(?:\.[\w$:/-]+)*)
    | (?P<sign><=|>=|<>|!=|[=<>(),*])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)


class InvalidExpression(ValueError):
    """The query is none; the message is fit for AWS's InvalidExpressionException."""


class Token(NamedTuple):
    kind: str
    """`keyword`, `name`, `text`, `number`, `sign` or `end`"""
    text: str
    """Keywords in capitals, texts without their quotes."""
    position: int


def syntax_error(source: str, position: int) -> InvalidExpression:
    line = source.count("\n", 0, position) + 1
    column = position - source.rfind("\n", 0, position)
    return InvalidExpression(f"syntax error at line {line}, column {column}")


def tokenize(source: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        found = _TOKEN.match(source, position)
        if found is None:
            rest = source[position:]
            raise syntax_error(source, position + len(rest) - len(rest.lstrip()))
        kind = found.lastgroup or "end"
        tokens.append(_token(source, kind, found[kind], found.start(kind)))
        position = found.end()
    return tokens


def _token(source: str, kind: str, text: str, position: int) -> Token:
    if kind == "text":
        return Token(kind, text[1:-1].replace("''", "'"), position)
    if kind == "name" and text.upper() in REFUSED:
        raise syntax_error(source, position)
    if kind == "name" and text.upper() in KEYWORDS:
        return Token("keyword", text.upper(), position)
    return Token(kind, text, position)
