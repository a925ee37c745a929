"""The samples of one metric in one unit: in order of time, compact, and told when first read."""

import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple


class Sample(NamedTuple):
    """Values at one moment (epoch seconds); `counts` tells how often each was, None: once."""

    at: int
    values: Sequence[float]
    counts: Sequence[float] | None = None


@dataclass(frozen=True)
class StatisticSet:
    """What is known of values that were summed up before they were put: no percentiles."""

    at: int
    count: float
    total: float
    lowest: float
    highest: float

    def raw(self) -> Sample | None:
        """The values, if they can only have been one value again and again."""
        if self.lowest == self.highest and self.total == self.lowest * self.count:
            return Sample(self.at, (self.lowest,), (self.count,))
        return None


@dataclass(frozen=True)
class Span:
    """What a period holds: raw values, how often each was (None: once), and statistic sets."""

    values: "array[float]"
    weights: "array[float] | None"
    sets: Sequence[StatisticSet]

    @property
    def count(self) -> float:
        raw = float(len(self.values)) if self.weights is None else sum(self.weights)
        return raw + sum(each.count for each in self.sets)

    @property
    def total(self) -> float:
        if self.weights is None:
            raw = sum(self.values)
        else:
            raw = sum(v * w for v, w in zip(self.values, self.weights, strict=True))
        return raw + sum(each.total for each in self.sets)

    @property
    def lowest(self) -> float:
        return min(chain(self.values, (each.lowest for each in self.sets)))

    @property
    def highest(self) -> float:
        return max(chain(self.values, (each.highest for each in self.sets)))

    def distribution(self) -> list[tuple[float, float]] | None:
        """(value, weight) by value. None where AWS has none: statistic sets, negative values."""
        if self.sets or (self.values and min(self.values) < 0):
            return None
        weights = self.weights if self.weights is not None else array("d", [1.0]) * len(self.values)
        return sorted(zip(self.values, weights, strict=True))


class _Columns:
    """Raw samples: the values of sample n are those from `first[n]` to `first[n + 1]`."""

    def __init__(self) -> None:
        self.at = array("q")
        self.first = array("q", [0])
        self.values = array("d")
        self.weights: array[float] | None = None

    def extend(self, samples: Iterable[Sample]) -> None:
        """A story has millions of them, so this does little for each."""
        values, add_at, add_first = self.values, self.at.append, self.first.append
        for at, seen, counts in samples:
            if counts is not None or self.weights is not None:
                self._weigh(counts or [1.0] * len(seen))
            values.extend(seen)
            add_at(at)
            add_first(len(values))

    def _weigh(self, counts: Sequence[float]) -> None:
        if self.weights is None:
            self.weights = array("d", [1.0]) * len(self.values)
        self.weights.extend(counts)

    def span(self, row: int, stop: int, sets: Sequence[StatisticSet]) -> Span:
        part = slice(self.first[row], self.first[stop])
        return Span(self.values[part], None if self.weights is None else self.weights[part], sets)

    def samples(self) -> Iterable[Sample]:
        for number, at in enumerate(self.at):
            part = slice(self.first[number], self.first[number + 1])
            weights = None if self.weights is None else self.weights[part]
            yield Sample(at, self.values[part], weights)


_at: Final = attrgetter("at")


class Samples:
    """Thread-safe. `told` is called once, when somebody first reads what it tells."""

    def __init__(self, told: Callable[[], Iterable[Sample]] | None = None) -> None:
        self._lock = threading.RLock()
        self._told = told
        self._put: list[Sample] = []
        self._sets: list[StatisticSet] = []
        self._columns = _Columns()

    def add(self, sample: Sample | StatisticSet) -> None:
        raw = sample.raw() if isinstance(sample, StatisticSet) else sample
        with self._lock:
            if raw is not None:
                self._put.append(raw)
            elif isinstance(sample, StatisticSet):
                self._sets = sorted([*self._sets, sample], key=_at)

    def tell_also(self, told: Callable[[], Iterable[Sample]]) -> None:
        with self._lock:
            before = self._told
            self._told = told if before is None else lambda: chain(before(), told())

    def last_at(self) -> int | None:
        with self._lock:
            self._settle()
            ends = [*self._columns.at[-1:], *(each.at for each in self._sets[-1:])]
            return max(ends, default=None)

    def spans(self, start: int, end: int, period: int) -> list[tuple[int, Span]]:
        """By the start of their periods, which are counted from `start`; the end is excluded."""
        with self._lock:
            self._settle()
            columns, sets = self._columns, self._sets
            row, rows = bisect_left(columns.at, start), len(columns.at)
            place = bisect_left(sets, start, key=_at)
            found: list[tuple[int, Span]] = []
            while True:
                at = columns.at[row] if row < rows else end
                at = min(at, sets[place].at) if place < len(sets) else at
                if at >= end:
                    return found
                begin = (at - start) // period * period + start
                stop = min(begin + period, end)
                next_row = bisect_left(columns.at, stop, row)
                next_place = bisect_left(sets, stop, place, key=_at) if sets else 0
                found.append((begin, columns.span(row, next_row, sets[place:next_place])))
                row, place = next_row, next_place

    def _settle(self) -> None:
        """Takes what was told and put into the columns."""
        if self._told is None and not self._put:
            return
        told, self._told = self._told, None
        added = sorted(chain(told() if told else (), self._put), key=_at)
        self._put = []
        if added and len(self._columns.at) and added[0].at < self._columns.at[-1]:
            added = sorted(chain(self._columns.samples(), added), key=_at)
            self._columns = _Columns()
        self._columns.extend(added)
