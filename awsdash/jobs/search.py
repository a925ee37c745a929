"""Fuzzy search in a result: every word must be in a row, in any text column, in any case.

A word that no row contains stands for the words that come near it: mistyped by a letter (a long
one by two), or with letters left out; the first letter is right. So a search never hides rows that
say exactly what was typed.

Each scan is one regular expression over the texts, begun by the word's first letter, which RE2
looks for at the speed of memory. It finds what comes near along with the word itself, so that one
scan tells both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

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

Ask = Callable[..., list[tuple[Any, ...]]]


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
    is_worth_it = SHORTEST_NEAR <= len(word) <= LONGEST_NEAR and any(map(str.isalpha, word))
    if not is_worth_it:
        return None
    return f"(?i)(?:^|{_BETWEEN_WORDS})({_variants(word)})(?:$|{_BETWEEN_WORDS})"


def maybe(word: str) -> str:
    """The regular expression of all that says the word, or comes near it, and of little else."""
    return f"(?i){_variants(word)}" if nearly(word) else exactly(word)


def _variants(word: str) -> str:
    first, rest = _quoted(word[0]), list(map(_quoted, word[1:]))
    variants = _mistyped(rest)
    if len(word) >= SHORTEST_TWICE:
        half = len(rest) // 2
        halves = (_either(_mistyped(rest[:half])), _either(_mistyped(rest[half:])))
        variants.append("".join(halves))
    if len(word) <= LONGEST_LOOSE:
        left_out = f"{_IN_WORD}{{0,{MOST_LEFT_OUT}}}"
        variants.append("".join(f"{left_out}{letter}" for letter in rest))
    return first + _either(variants)


def _mistyped(letters: Sequence[str]) -> list[str]:
    """The letters as they are, and with one wrong, left out, too many, or two exchanged."""
    found = ["".join(letters)]
    for place, letter in enumerate(letters):
        before, after = "".join(letters[:place]), "".join(letters[place + 1 :])
        found += [
            f"{before}{_IN_WORD}{after}",
            f"{before}{after}",
            f"{before}{_IN_WORD}{letter}{after}",
        ]
        if place + 1 < len(letters):
            swapped = f"{letters[place + 1]}{letter}"
            found.append(f"{before}{swapped}{''.join(letters[place + 2 :])}")
    return [*found, f"{found[0]}{_IN_WORD}"]


def _either(variants: Sequence[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(variants))})"


def _quoted(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else f"\\x{{{ord(c):x}}}" for c in text)


def find(words: Sequence[str], texts: Sequence[str], rows: int, ask: Ask) -> Found:
    """Search the columns `texts` of `rows` rows; `ask` answers SQL about them."""
    if not texts:
        return Found(Bits.of(None, rows), [Term(word, [word]) for word in words])
    return _Search(words, texts, rows, ask).found()


class _Search:
    """One search: its words, the SQL that finds them, and who answers it."""

    def __init__(self, words: Sequence[str], texts: Sequence[str], rows: int, ask: Ask) -> None:
        self.words, self.texts, self.rows, self._ask = words, texts, rows, ask
        self.values: dict[str, Any] = {}
        for place, word in enumerate(words):
            self.values |= {f"exact{place}": exactly(word), f"maybe{place}": maybe(word)}
            self.values[f"near{place}"] = nearly(word)

    def found(self) -> Found:
        """Words are said together as a rule: then one scan is all."""
        exact, candidates = self._scan()
        if exact is not None or candidates is None:
            return Found(Bits.of(exact, self.rows), self._terms({}))
        missing = [p for p in range(len(self.words)) if self._is_missing(p)]
        if not missing or any(self.values[f"near{place}"] is None for place in missing):
            return Found(Bits.of(None, self.rows), self._terms({}))
        return self._near(missing, candidates)

    def _scan(self) -> tuple[bytes | None, bytes | None]:
        """The rows that say every word, and those that say each at least nearly."""
        says = self._all(f"exact{place}" for place in range(len(self.words)))
        maybe = self._all(f"maybe{place}" for place in range(len(self.words)))
        sql = f"SELECT {bits_sql(self.rows, says)}, {bits_sql(self.rows)} FROM rows WHERE {maybe}"  # noqa: S608  # names of our own
        return self._ask(sql, **self.values)[0]

    def _is_missing(self, place: int) -> bool:
        """Whether no row says the word."""
        if len(self.words) == 1:
            return True
        sql = f"SELECT 1 FROM rows WHERE {self._says(f'exact{place}')} LIMIT 1"  # noqa: S608  # names of our own
        return not self._ask(sql, **self.values)

    def _near(self, missing: Sequence[int], candidates: bytes) -> Found:
        """The candidates that say what comes near the missing words, and the others as they are."""
        text = f"concat_ws(chr(10), {', '.join(self.texts)})"
        near = [f"nullif(regexp_extract({text}, $near{place}, 1), '')" for place in missing]
        said = [f"exact{place}" for place in range(len(self.words)) if place not in missing]
        every = " AND ".join([f"near{n} IS NOT NULL" for n in range(len(near))])
        selected = ", ".join(f"{sql} AS near{n}" for n, sql in enumerate(near))
        tops = ", ".join(
            f"approx_top_k(lower(near{n}), {MOST_NEAR}) FILTER (WHERE {every})"
            for n in range(len(near))
        )
        ((matches, *needles),) = self._ask(
            f"SELECT {bits_sql(self.rows, every)}, {tops} FROM (SELECT n, {selected} FROM rows "  # noqa: S608  # names of our own
            f"WHERE get_bit($candidates::BLOB::BIT, n::INT) = 1 AND {self._all(said)})",
            candidates=candidates,
            **self.values,
        )
        stand_for = dict(zip(missing, needles, strict=True)) if matches is not None else {}
        return Found(Bits.of(matches, self.rows), self._terms(stand_for))

    def _terms(self, near: Mapping[int, Sequence[str]]) -> list[Term]:
        return [Term(word, list(near.get(p, [word]))) for p, word in enumerate(self.words)]

    def _all(self, names: Iterable[str]) -> str:
        return " AND ".join(map(self._says, names)) or "true"

    def _says(self, name: str) -> str:
        found = " OR ".join(f"regexp_matches({text}, ${name})" for text in self.texts)
        return f"coalesce({found}, false)"
