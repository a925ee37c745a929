"""Fuzzy search in a result: every word must be in a row, in any text column, in any case.

A word that no row contains stands for the words that come near it: mistyped by a letter, a long
one by two, or with letters left out. So a search never hides rows that say exactly what was typed.
What comes near is looked up in a sample: some ten thousand rows, or all where there are no more.

A scan is one regular expression for each word over all texts. RE2 reads them at nearly the speed of
unpacking them, in any case and script.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from awsdash.jobs.bits import Bits, bits_sql

MOST_WORDS: Final = 10
MOST_NEAR: Final = 8
SHORTEST_NEAR: Final = 4
SHORTEST_TWICE: Final = 8
LONGEST_NEAR: Final = 24
# As many letters may be left out in a row.
MOST_LEFT_OUT: Final = 3
LONGEST_LOOSE: Final = 10
# A letter, a digit, an underscore, or anything beyond ASCII.
_IN_WORD: Final = r"[^\x00-/:-@\[-^`{-\x7f]"
_BETWEEN_WORDS: Final = r"[\x00-/:-@\[-^`{-\x7f]"


class Rows(Protocol):
    """Whose texts are searched: a Reader."""

    @property
    def total(self) -> int: ...

    def ask(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What a SELECT from `rows` answers."""

    def sample(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The same of some of the rows, and quickly."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it stands for: itself, or what comes near."""

    word: str
    needles: list[str]

    @property
    def is_near(self) -> bool:
        return self.needles != [self.word]


@dataclass(frozen=True, slots=True)
class Found:
    """Which rows match (None: there are no rows), and what each word stands for."""

    matches: Bits | None
    terms: list[Term]


def words_of(text: str) -> list[str]:
    return list(dict.fromkeys(text.lower().split()[:MOST_WORDS]))


def exactly(text: str) -> str:
    """The regular expression of a text in any case."""
    return f"(?i){_quoted(text)}"


def nearly(word: str) -> str | None:
    """The regular expression of a whole word that comes near, as its first group.

    None for what has nothing near: short words, numbers, very long ones.
    """
    if not SHORTEST_NEAR <= len(word) <= LONGEST_NEAR or not any(map(str.isalpha, word)):
        return None
    letters = list(map(_quoted, word))
    variants = _mistyped(letters)
    if len(word) >= SHORTEST_TWICE:
        half = len(word) // 2
        variants.append(_either(_mistyped(letters[:half])) + _either(_mistyped(letters[half:])))
    if len(word) <= LONGEST_LOOSE:
        variants.append(f"{_IN_WORD}{{0,{MOST_LEFT_OUT}}}".join(letters))
    return f"(?i)(?:^|{_BETWEEN_WORDS})({_either(variants)})(?:$|{_BETWEEN_WORDS})"


def _mistyped(letters: Sequence[str]) -> list[str]:
    """The letters as they are, and with one wrong, left out, too many, or two exchanged."""
    found = ["".join(letters), f"{''.join(letters)}{_IN_WORD}"]
    for place, letter in enumerate(letters):
        before, after = "".join(letters[:place]), "".join(letters[place + 1 :])
        found += [
            f"{before}{_IN_WORD}{after}",
            f"{before}{after}",
            f"{before}{_IN_WORD}{letter}{after}",
        ]
        if place + 1 < len(letters):
            found.append(f"{before}{letters[place + 1]}{letter}{''.join(letters[place + 2 :])}")
    return found


def _any_of(texts: Iterable[str]) -> str:
    """The regular expression of one of these texts, in any case."""
    return f"(?i){_either([_quoted(text) for text in texts])}"


def _either(variants: Sequence[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(variants))})"


def _quoted(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\x{{{ord(c):x}}}" for c in text)


def find(words: Sequence[str], texts: Sequence[str], rows: Rows) -> Found:
    """Search the columns `texts`, which are names in SQL."""
    if not texts or not words:
        return Found(Bits.of(None, rows.total), [Term(word, [word]) for word in words])
    return _Search(words, texts, rows).found()


class _Search:
    """One search: its words, the SQL that finds them, and whose rows they are."""

    def __init__(self, words: Sequence[str], texts: Sequence[str], rows: Rows) -> None:
        self.words, self.texts, self.rows = words, texts, rows
        self.patterns = {f"exact{place}": exactly(word) for place, word in enumerate(words)}

    def found(self) -> Found:
        """One scan, as a rule: for each word, or for what came near it in the sample."""
        near = {place: self._near(place) for place in range(len(self.words))}
        near = {place: needles for place, needles in near.items() if needles}
        self.patterns |= {
            f"either{place}": _any_of([self.words[place], *needles])
            for place, needles in near.items()
        }
        if not near:
            return self._told(self._say_all(()), {})
        exact, either, there = self._scan(near)
        if exact is not None or either is None:
            return self._told(exact, {})
        missing = {place: near[place] for place in near if not there[place]}
        if len(missing) < len(near):
            # Another word is there, if not in the sample and not in these rows.
            either = self._say_all(missing) if missing else None
        return self._told(either, missing)

    def _near(self, place: int) -> Sequence[str]:
        """What comes near a word in the sample, the most frequent first; nothing if it is there."""
        says = f"SELECT 1 FROM rows WHERE {self._says(f'exact{place}')} LIMIT 1"  # noqa: S608  # names of our own
        pattern = nearly(self.words[place])
        if pattern is None or self.rows.sample(says, **self.patterns):
            return ()
        text = f"concat_ws(chr(10), {', '.join(self.texts)})"
        ((needles,),) = self.rows.sample(
            f"SELECT approx_top_k(near, {MOST_NEAR}) FROM ("  # noqa: S608  # names of our own
            f"SELECT lower(regexp_extract({text}, $near, 1)) AS near FROM rows "
            f"WHERE regexp_matches({text}, $near))",
            near=pattern,
        )
        return needles or ()

    def _scan(
        self, near: Collection[int]
    ) -> tuple[bytes | None, bytes | None, Mapping[int, bool | None]]:
        """The rows that say every word; those that say each or what comes near; what is there."""
        total, places = self.rows.total, range(len(self.words))
        exact = self._all(f"exact{place}" for place in places)
        there = ", ".join(f"bool_or({self._says(f'exact{place}')})" for place in near)
        some = " OR ".join(self._says(f"either{place}") for place in near)
        sql = (
            f"SELECT {bits_sql(total, exact)}, {bits_sql(total, self._either(near))}, {there} "  # noqa: S608  # names of our own
            f"FROM rows WHERE {some}"
        )
        ((exactly, either, *found),) = self.rows.ask(sql, **self.patterns)
        return exactly, either, dict(zip(near, found, strict=True))

    def _say_all(self, near: Collection[int]) -> bytes | None:
        """The rows that say every word, or what comes near it."""
        sql = f"SELECT {bits_sql(self.rows.total)} FROM rows WHERE {self._either(near)}"  # noqa: S608  # names of our own
        return self.rows.ask(sql, **self.patterns)[0][0]  # type: ignore[no-any-return]  # a blob

    def _either(self, near: Collection[int]) -> str:
        places = range(len(self.words))
        return self._all(f"{'either' if place in near else 'exact'}{place}" for place in places)

    def _told(self, matches: bytes | None, near: Mapping[int, Sequence[str]]) -> Found:
        terms = [Term(word, list(near.get(p, [word]))) for p, word in enumerate(self.words)]
        return Found(Bits.of(matches, self.rows.total), terms)

    def _all(self, names: Iterable[str]) -> str:
        return " AND ".join(map(self._says, names))

    def _says(self, name: str) -> str:
        found = " OR ".join(f"regexp_matches({text}, ${name})" for text in self.texts)
        return f"coalesce({found}, false)"
