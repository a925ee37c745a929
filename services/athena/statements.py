"""Whether a statement only reads: a small and conservative answer.

It looks at words, not at grammar: what it does not know to read counts as writing. A real parser
would let more through; nothing that writes passes here.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

READS_ONLY: Final = (
    "only one statement that reads: SELECT, WITH, VALUES, TABLE, SHOW, DESCRIBE or EXPLAIN of these"
)
_TOKEN: Final = re.compile(
    r"""(?P<blank>\s++|--[^\n]*+|/\*.*?\*/)"""
    r"""|(?P<quoted>'(?:[^']|'')*+'|"(?:[^"]|"")*+"|`(?:[^`]|``)*+`)"""
    r"""|(?P<open>['"`]|/\*)|(?P<word>\w++)|(?P<sign>.)""",
    re.S,
)
_QUERIES: Final = ("SELECT", "VALUES", "TABLE")
_SHOWS: Final = {"SHOW", "DESCRIBE", "DESC"}


class _Token(NamedTuple):
    """`text` is in capitals, and of what is quoted without its quotes."""

    is_quoted: bool
    text: str


def refusal_of(sql: str) -> str | None:
    """Why the text is not accepted; None: it is one statement, and it reads."""
    tokens = _tokens(sql)
    if tokens is None:
        return "a quote or a comment is not closed"
    if not tokens:
        return "there is no statement"
    if _Token(False, ";") in tokens:
        return f"{READS_ONLY}; here are several"
    if not _reads(tokens):
        return f"{READS_ONLY}; write names that are SQL's words in quotes"
    return None


def reads(sql: str) -> bool:
    return refusal_of(sql) is None


def has_names(sql: str) -> bool:
    """Whether the answer begins with a row of its columns' names: not of SHOW and DESCRIBE."""
    return next((token.text for token in _tokens(sql) or ()), "") not in _SHOWS


def _tokens(sql: str) -> list[_Token] | None:
    """Without comments and without the semicolon at the end; None: something is not closed."""
    found = []
    for match in _TOKEN.finditer(sql):
        match match.lastgroup:
            case "open":
                return None
            case "quoted":
                found.append(_Token(True, match[0][1:-1].upper()))
            case "word" | "sign":
                found.append(_Token(False, match[0].upper()))
    if found and found[-1] == _Token(False, ";"):
        found.pop()
    return found


def _reads(tokens: Sequence[_Token]) -> bool:
    first = tokens[0]
    if first.is_quoted:
        return False
    if first.text in _SHOWS:
        return True
    # EXPLAIN ANALYZE runs what it explains.
    return _is_query(tokens, _explained(tokens) if first.text == "EXPLAIN" else 0)


def _explained(tokens: Sequence[_Token]) -> int:
    """Where the statement begins after EXPLAIN, ANALYZE, VERBOSE, and options in brackets."""
    place = 1
    while _is(tokens, place, "ANALYZE", "VERBOSE"):
        place += 1
    if _is(tokens, place, "(") and _is(tokens, place + 1, "TYPE", "FORMAT"):
        place = _closing(tokens, place) + 1
    return place


def _is_query(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a query begins there, whatever brackets it is in."""
    while _is(tokens, place, "("):
        place += 1
    if _is(tokens, place, "WITH"):
        place = _behind_with(tokens, place)
    return _is(tokens, place, "(", *_QUERIES) and not _passes_through(tokens)


def _behind_with(tokens: Sequence[_Token], place: int) -> int:
    """Where the statement goes on after `WITH a AS (...), b (x) AS (...)`."""
    while place < len(tokens):
        if _is(tokens, place, "("):
            place = _closing(tokens, place)
            if not _is(tokens, place + 1, "AS", ","):
                return place + 1
        place += 1
    return place


def _closing(tokens: Sequence[_Token], opening: int) -> int:
    """The place of the bracket that closes this one; the last place if none does."""
    depth = 0
    for place in range(opening, len(tokens)):
        depth += _is(tokens, place, "(") - _is(tokens, place, ")")
        if depth == 0:
            return place
    return len(tokens) - 1


def _is(tokens: Sequence[_Token], place: int, *words: str) -> bool:
    """Whether there is one of these there, and not in quotes."""
    return place < len(tokens) and not tokens[place].is_quoted and tokens[place].text in words


def _passes_through(tokens: Sequence[_Token]) -> bool:
    """`TABLE(system.query(...))`, by which another database gets a statement that nobody read."""
    words = [token.text for token in tokens]
    return any(words[n : n + 3] == [".", "QUERY", "("] for n in range(len(words)))
