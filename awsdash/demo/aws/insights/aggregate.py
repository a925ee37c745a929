"""The functions of `stats`: each gathers the values of a group of rows."""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from awsdash.demo.aws.insights.field import Evaluate
from awsdash.demo.aws.insights.row import Made, Row
from awsdash.demo.aws.insights.value import Timestamp, Value, number, sort_key, text


class Aggregate(Protocol):
    """Is given the value of each row, unless it is missing."""

    def add(self, value: Value, row: Row | Made) -> None: ...

    def result(self) -> Value: ...


@dataclass(frozen=True)
class AggregateCall:
    """`avg(@duration)`: what to gather, and how."""

    make: Callable[[], Aggregate]
    argument: Evaluate


class Count:
    def __init__(self) -> None:
        self._count = 0

    def add(self, value: Value, row: Row | Made) -> None:
        self._count += 1

    def result(self) -> Value:
        return self._count


class CountDistinct:
    def __init__(self) -> None:
        self._values: set[str] = set()

    def add(self, value: Value, row: Row | Made) -> None:
        self._values.add(text(value))

    def result(self) -> Value:
        return len(self._values)


class Total:
    """Count and sum of what are numbers."""

    def __init__(self) -> None:
        self.count = 0
        self.sum: float = 0

    def add(self, value: Value, row: Row | Made) -> None:
        found = number(value)
        if found is not None:
            self.count += 1
            self.sum += found


class Sum(Total):
    def result(self) -> Value:
        return self.sum if self.count else None


class Average(Total):
    def result(self) -> Value:
        return self.sum / self.count if self.count else None


class Sample:
    """What are numbers."""

    def __init__(self) -> None:
        self._values: list[float] = []

    def add(self, value: Value, row: Row | Made) -> None:
        found = number(value)
        if found is not None:
            self._values.append(found)


class Deviation(Sample):
    def result(self) -> Value:
        return statistics.pstdev(self._values) if self._values else None


class Percentile(Sample):
    """The value below which so many percent are, between the two nearest ones."""

    def __init__(self, percent: float) -> None:
        super().__init__()
        self._percent = percent

    def result(self) -> Value:
        if not self._values:
            return None
        values = sorted(self._values)
        rank = (len(values) - 1) * self._percent / 100
        low, high = values[math.floor(rank)], values[math.ceil(rank)]
        return low + (high - low) * (rank - math.floor(rank))


class Extreme:
    """The first value in the order of `key` or, with `last`, the last one."""

    def __init__(self, key: Callable[[Value, Row | Made], object], last: bool) -> None:
        self._key = key
        self._last = last
        self._best: tuple[object, Value] | None = None

    def add(self, value: Value, row: Row | Made) -> None:
        key = self._key(value, row)
        if self._best is None or self._is_better(key, self._best[0]):
            self._best = key, value

    def _is_better(self, key: object, best: object) -> bool:
        return key > best if self._last else key < best  # type: ignore[operator,no-any-return]

    def result(self) -> Value:
        """A timestamp comes as milliseconds."""
        found = self._best[1] if self._best else None
        return int(found) if isinstance(found, Timestamp) else found


def _by_value(value: Value, row: Row | Made) -> object:
    return sort_key(value)


def _by_time(value: Value, row: Row | Made) -> object:
    return row.event["timestamp"] if isinstance(row, Row) else 0


AGGREGATES: Final[dict[str, Callable[[], Aggregate]]] = {
    "count": Count,
    "count_distinct": CountDistinct,
    "sum": Sum,
    "avg": Average,
    "stddev": Deviation,
    "min": lambda: Extreme(_by_value, last=False),
    "max": lambda: Extreme(_by_value, last=True),
    "earliest": lambda: Extreme(_by_time, last=False),
    "latest": lambda: Extreme(_by_time, last=True),
    "sortsfirst": lambda: Extreme(_by_value, last=False),
    "sortslast": lambda: Extreme(_by_value, last=True),
}
PERCENTILES: Final = ("pct", "percentile")
OF_TIME: Final = ("earliest", "latest")  # which only events have
