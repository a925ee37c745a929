"""Fuzzy search in a result: every word must be in a row, in any text column, in any case.

A word that no row contains stands for the words that come near it: mistyped by a letter or two, or
with letters left out. So a search never hides rows that say exactly what was typed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_WORDS: Final = 10
MOST_NEAR: Final = 8
SHORTEST_NEAR: Final = 4
LONGEST_NEAR: Final = 40

Ask = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it stands for (itself, or what comes near), and the SQL that finds it."""

    word: str
    needles: list[str]
    condition: str
    values: dict[str, str]

    @property
    def is_near(self) -> bool:
        return self.needles != [self.word]


def terms(text: str, texts: Sequence[str], ask: Ask) -> list[Term]:
    """The terms of a search in the columns `texts`; `ask` answers SQL about `rows`."""
    return [
        _term(number, word, texts, ask)
        for number, word in enumerate(text.lower().split()[:MOST_WORDS])
    ]


def _term(number: int, word: str, texts: Sequence[str], ask: Ask) -> Term:
    exact = _contains(texts, "$word")
    is_there = bool(ask(f"SELECT 1 FROM rows WHERE {exact} LIMIT 1", word=word))  # noqa: S608  # names of our own
    needles = [word] if is_there else _near(word, texts, ask) or [word]
    values = {f"w{number}x{place}x": needle for place, needle in enumerate(needles)}
    either = " OR ".join(_contains(texts, f"${name}") for name in values)
    return Term(word, needles, f"({either})", values)


def _contains(texts: Sequence[str], parameter: str) -> str:
    found = " OR ".join(f'contains(lower("{name}"), {parameter})' for name in texts)
    return f"coalesce({found or 'false'}, false)"


def _near(word: str, texts: Sequence[str], ask: Ask) -> list[str]:
    if len(word) < SHORTEST_NEAR:
        return []
    text = "concat_ws(chr(10), " + ", ".join(f'"{name}"' for name in texts) + ")"
    found = ask(
        "SELECT near FROM (SELECT DISTINCT unnest("  # noqa: S608  # names of our own
        f"string_split_regex(lower({text}), '[^\\p{{L}}\\p{{N}}_]+')) AS near FROM rows) "
        "WHERE (abs(len(near) - len($word)) <= $most AND damerau_levenshtein(near, $word) <= $most)"
        "OR (len(near) <= $longest AND near LIKE $loose) "
        "ORDER BY damerau_levenshtein(near, $word), near LIMIT $limit",
        word=word,
        most=1 if len(word) < 2 * SHORTEST_NEAR else 2,
        longest=LONGEST_NEAR,
        # Its letters in this order, others between them.
        loose="%".join(letter for letter in word if letter.isalnum()) + "%",
        limit=MOST_NEAR,
    )
    return [near for (near,) in found]
