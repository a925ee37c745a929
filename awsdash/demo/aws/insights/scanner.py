"""Reads a query symbol by symbol.

A slash divides or begins a regular expression; only the parser knows which, so symbols are read
when they are asked for.
"""

import re
from typing import Final, NamedTuple

from awsdash.demo.aws.insights.malformed import MalformedQuery, unexpected

_BLANK: Final = re.compile(r"(?:\s|#[^\n]*+)*+")
_QUOTED = r"`[^`]+`"
_SYMBOL: Final = re.compile(
    rf"""
      (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<period>\d+[a-zA-Z]+)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<name>(?:[@A-Za-z_][\w@]*|{_QUOTED})(?:\.(?:[\w@]+|{_QUOTED})|(?<!\bin)\[\d+\])*)
    | (?P<sign>=~|!=|<=|>=|[-=<>(),|+*/%^\[\]])
    | (?P<end>$)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX: Final = re.compile(r"/((?:[^/\\]|\\.)+)/")


class Symbol(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """As keywords are compared: without regard to case, and never a quoted string."""
        return "" if self.kind == "string" else self.text.lower()


class Scanner:
    """The current symbol, and how to go on."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.ended_at = 0  # where the symbol before the current one ended
        self.symbol = self._read(0)

    def accept(self, *words: str) -> str | None:
        """Passes the current symbol if it is one of these, in lower case."""
        found = self.symbol.word
        if found not in words:
            return None
        self._advance()
        return found

    def expect(self, *words: str) -> str:
        found = self.accept(*words)
        if found is None:
            raise self.unexpected()
        return found

    def take(self, *kinds: str) -> Symbol:
        """Passes the current symbol, which must be of one of these kinds."""
        found = self.symbol
        if found.kind not in kinds:
            raise self.unexpected()
        self._advance()
        return found

    def take_regex(self) -> str | None:
        """What stands between slashes, if the current symbol is a slash."""
        if self.symbol.text != "/":
            return None
        found = _REGEX.match(self.source, self.symbol.start)
        if found is None:
            raise self.unexpected()
        self.ended_at = found.end()
        self.symbol = self._read(found.end())
        return found[1]

    def take_name(self) -> str:
        """A field's name, without backticks and with dots for brackets: `items.0.id`."""
        return plain_name(self.take("name").text)

    def unexpected(self, symbol: Symbol | None = None) -> MalformedQuery:
        found = symbol or self.symbol
        return unexpected(self.source, found.text or "<EOF>", found.start)

    def _advance(self) -> None:
        self.ended_at = self.symbol.end
        self.symbol = self._read(self.symbol.end)

    def _skip_blank(self, position: int) -> int:
        blank = _BLANK.match(self.source, position)
        return blank.end() if blank else position

    def _read(self, position: int) -> Symbol:
        start = self._skip_blank(position)
        found = _SYMBOL.match(self.source, start)
        if found is None:
            raise unexpected(self.source, self.source[start], start)
        kind = found.lastgroup or "end"
        return Symbol(kind, found[kind], found.start(kind))


def plain_name(text: str) -> str:
    return re.sub(r"`([^`]+)`|\[(\d+)\]", lambda found: found[1] or f".{found[2]}", text)


def unquote(literal: str) -> str:
    return re.sub(r"\\(.)", r"\1", literal[1:-1], flags=re.DOTALL)
