"""How SEARCH divides names into tokens: `CustomCount1` is customcount1, custom, count and 1."""

import re
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_TOKEN: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\WA-Za-z\d_]+")


@lru_cache(maxsize=10_000)
def tokens_of(text: str) -> tuple[str, ...]:
    """As they are spelt, in order."""
    return tuple(_TOKEN.findall(text))


def partly_matches(term: str, text: str) -> bool:
    """Whether the term's tokens stand side by side in the text, or the term is all of it.

    A word of one token matches in any case; one of several only as it is spelt.
    """
    wanted, has = _spelt(term), tokens_of(text)
    if not wanted or _bare(term) == _bare(text):
        return bool(wanted)
    return any(
        all(_equal(want, own) for want, own in zip(wanted, has[start:], strict=False))
        for start in range(len(has) - len(wanted) + 1)
    )


def _bare(text: str) -> str:
    return "".join(tokens_of(text)).lower()


@lru_cache(maxsize=1000)
def _spelt(term: str) -> tuple[tuple[str, bool], ...]:
    """The term's tokens, and whether their case counts."""
    return tuple(
        (token, len(parts) > 1)
        for parts in (tokens_of(word) for word in _WORD.findall(term))
        for token in parts
    )


def _equal(want: tuple[str, bool], own: str) -> bool:
    token, spelt = want
    return token == own if spelt else token.lower() == own.lower()
