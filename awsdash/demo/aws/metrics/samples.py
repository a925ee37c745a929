"""The samples of one metric in one unit: in order of time, compact, and told when first read."""

import threading
from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from math import isclose
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias


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
        if self.lowest == self.highest and isclose(self.total, self.lowest * self.count):
            return Sample(self.at, (self.lowest,), (self.count,))
        return None


_at: Final = attrgetter("at")


class Span(NamedTuple):
    """What a period holds: raw values, how often each was (None: once), and statistic sets."""

    values: "array[float]"
    weights: "array[float] | None"
    sets: Sequence[StatisticSet]

    @property
    def sample_count(self) -> float:
        raw = float(len(self.values)) if self.weights is None else sum(self.weights)
        return raw + sum(each.count for each in self.sets) if self.sets else raw

    @property
    def total(self) -> float:
        if self.weights is None:
            raw = sum(self.values)
        else:
            raw = sum(v * w for v, w in zip(self.values, self.weights, strict=True))
        return raw + sum(each.total for each in self.sets) if self.sets else raw

    @property
    def lowest(self) -> float:
        return min(chain(self.values, (each.lowest for each in self.sets)))

    @property
    def highest(self) -> float:
        return max(chain(self.values, (each.highest for each in self.sets)))

    def distribution(self) -> list[tuple[float, float]] | None:
        """(value, weight) by value. None where AWS has none: statistic sets, negative values."""
        if self.sets:
            return None
        weights = repeat(1.0) if self.weights is None else self.weights
        rows = sorted(zip(self.values, weights, strict=False))
        return None if rows and rows[0][0] < 0 else rows


class Columns:
    """Raw samples: the values of sample n are those from `first[n]` to `first[n + 1]`."""

    def __init__(self) -> None:
        self.at = array("q")
        self.first = array("q", [0])
        self.values = array("d")
        self.weights: array[float] | None = None

    @staticmethod
    def of(samples: Iterable[Sample]) -> "Columns":
        """In order of time, in whichever they come."""
        columns = Columns()
        columns._extend(sorted(samples, key=_at))
        return columns

    @staticmethod
    def of_values(moments: Iterable[int], values: Iterable[float]) -> "Columns":
        """One value each, in order of time: without an object for any."""
        columns = Columns()
        columns.at.extend(moments)
        columns.values.extend(values)
        columns.first.extend(range(1, len(columns.at) + 1))
        return columns

    def rounded_to(self, resolution: int) -> "Columns":
        if any(at % resolution for at in self.at):
            self.at = array("q", [at - at % resolution for at in self.at])
        return self

    def joined_by(self, other: "Columns") -> "Columns":
        if not self.at:
            return other
        if other.at and other.at[0] < self.at[-1]:
            return Columns.of(chain(self._samples(), other._samples()))
        self._extend(other._samples())
        return self

    def _extend(self, samples: Iterable[Sample]) -> None:
        for at, seen, counts in samples:
            if counts is not None or self.weights is not None:
                self._weigh(counts or [1.0] * len(seen))
            self.values.extend(seen)
            self.at.append(at)
            self.first.append(len(self.values))

    def _weigh(self, counts: Sequence[float]) -> None:
        if self.weights is None:
            self.weights = array("d", [1.0]) * len(self.values)
        self.weights.extend(counts)

    def _samples(self) -> Iterator[Sample]:
        for number, at in enumerate(self.at):
            part = slice(self.first[number], self.first[number + 1])
            weights = None if self.weights is None else self.weights[part]
            yield Sample(at, self.values[part], weights)

    def span(self, rows: slice, sets: Sequence[StatisticSet]) -> Span:
        part = slice(self.first[rows.start], self.first[rows.stop])
        return Span(self.values[part], None if self.weights is None else self.weights[part], sets)


Told: TypeAlias = Callable[[], Columns]
_NO_ROWS: Final = slice(0, 0)


class Samples:
    """Thread-safe. What is `told` is called once, when somebody first reads it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: list[Told] = []
        self._put: list[Sample] = []
        self._sets: list[StatisticSet] = []
        self._columns = Columns()

    def add(self, sample: Sample | StatisticSet) -> None:
        raw = sample.raw() if isinstance(sample, StatisticSet) else sample
        with self._lock:
            if raw is not None:
                self._put.append(raw)
            elif isinstance(sample, StatisticSet):
                insort(self._sets, sample, key=_at)

    def tell_also(self, told: Told) -> None:
        with self._lock:
            self._told.append(told)

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
            raw = _parts(columns.at, start, end, period)
            summed = _parts([each.at for each in sets], start, end, period)
            return [
                (at, columns.span(raw.get(at, _NO_ROWS), sets[summed[at]] if at in summed else ()))
                for at in sorted(raw | summed)
            ]

    def _settle(self) -> None:
        """Takes what was told and put into the columns."""
        while self._told:
            self._columns = self._columns.joined_by(self._told.pop(0)())
        if self._put:
            self._columns = self._columns.joined_by(Columns.of(self._put))
            self._put = []


def _parts(moments: Sequence[int], start: int, end: int, period: int) -> dict[int, slice]:
    """Which of the ascending moments each period has, by its start; only of those with any."""
    parts: dict[int, slice] = {}
    row, rows = bisect_left(moments, start), bisect_left(moments, end)
    while row < rows:
        begin = moments[row] - (moments[row] - start) % period
        stop = bisect_left(moments, begin + period, row, rows)
        parts[begin] = slice(row, stop)
        row = stop
    return parts
