"""The tokens of the small languages that AWS has for patterns, searches and expressions."""

import re
from typing import NamedTuple


class Token(NamedTuple):
    kind: str
    text: str


class Unreadable(ValueError):
    """What stands at `position` begins no token."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def scan(tokens: re.Pattern[str], source: str) -> list[Token]:
    """One of `tokens` after the other; a kind is the group that matched, the last one `end`.

    Raises Unreadable.
    """
    found: list[Token] = []
    position = 0
    while not found or found[-1].kind != "end":
        match = tokens.match(source, position)
        if match is None:
            raise Unreadable(position)
        kind = match.lastgroup or "end"
        found.append(Token(kind, match[kind]))
        position = match.end()
    return found
