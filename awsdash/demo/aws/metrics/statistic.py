"""CloudWatch's statistics: what one number they make of a period's values."""

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.samples import Span

Statistic: TypeAlias = Callable[[Span], float | None]
"""None where a period has no such number: no raw values, or none within the boundaries."""
Distribution: TypeAlias = Sequence[tuple[float, float]]

BASIC: Final[dict[str, Statistic]] = {
    "SampleCount": lambda span: span.sample_count,
    "Average": lambda span: span.total / span.sample_count,
    "Sum": lambda span: span.total,
    "Minimum": lambda span: span.lowest,
    "Maximum": lambda span: span.highest,
}

_NUMBER = r"\d+(?:\.\d{1,10})?"
_PERCENTILE = re.compile(rf"(?P<kind>p|tm|tc|ts|wm)(?P<high>{_NUMBER})")
_RANGE = re.compile(
    rf"(?P<kind>TM|TC|TS|WM|PR)\((?P<low>{_NUMBER})?(?P<low_percent>%)?"
    rf":(?P<high>{_NUMBER})?(?P<high_percent>%)?\)"
)


@lru_cache(maxsize=1000)
def parse_statistic(text: str) -> Statistic | None:
    """None if AWS knows no such statistic."""
    if text in BASIC:
        return BASIC[text]
    if text == "IQM":
        return _of_distribution(_percent_range("tm", 25, 75))
    if found := _PERCENTILE.fullmatch(text):
        return _one_boundary(found["kind"], float(found["high"]))
    if found := _RANGE.fullmatch(text):
        return _two_boundaries(found)
    return None


def percentile_of(text: str) -> float | None:
    """The percentile that a statistic is, from 0 to 100."""
    found = _PERCENTILE.fullmatch(text)
    return float(found["high"]) if found and found["kind"] == "p" else None


def _one_boundary(kind: str, percent: float) -> Statistic | None:
    if percent > 100:
        return None
    if kind == "p":
        return _of_distribution(lambda values: _at_rank(values, _rank(values, percent)))
    return _of_distribution(_percent_range(kind, 0, percent))


def _two_boundaries(found: re.Match[str]) -> Statistic | None:
    kind, low, high = found["kind"].lower(), found["low"], found["high"]
    marks = {mark for mark, end in (("low_percent", low), ("high_percent", high)) if end}
    percents = {mark for mark in ("low_percent", "high_percent") if found[mark]}
    if not marks or percents not in (set(), marks):
        return None
    if percents:
        floor, ceiling = float(low or 0), float(high or 100)
        is_wrong = ceiling > 100 or kind == "pr"
    else:
        floor, ceiling = float(low or -math.inf), float(high or math.inf)
        is_wrong = False
    if is_wrong or floor >= ceiling:
        return None
    make = _percent_range if percents else _value_range
    return _of_distribution(make(kind, floor, ceiling))


def _of_distribution(measure: Callable[[Distribution], float | None]) -> Statistic:
    def statistic(span: Span) -> float | None:
        values = span.distribution()
        return None if values is None else measure(values)

    return statistic


def _count(values: Distribution) -> float:
    return sum(weight for _, weight in values)


def _rank(values: Distribution, percent: float) -> float:
    """The nearest rank, from 1; rounded first, as 0.07 * 100 is more than 7."""
    return max(1, math.ceil(round(percent / 100 * _count(values), 9)))


def _at_rank(values: Distribution, rank: float) -> float | None:
    passed = 0.0
    for value, weight in values:
        passed += weight
        if passed >= rank:
            return value
    return values[-1][0] if values else None


def _percent_range(kind: str, low: float, high: float) -> Callable[[Distribution], float | None]:
    def measure(values: Distribution) -> float | None:
        below = math.floor(round(low / 100 * _count(values), 9))
        top = _rank(values, high)
        edges = _at_rank(values, _rank(values, low)), _at_rank(values, top)
        return _measure(kind, values, _ranks(values, below, top), edges)

    return measure


def _ranks(values: Distribution, below: float, top: float) -> Distribution:
    """The part of a distribution from after one rank to another."""
    kept, passed = [], 0.0
    for value, weight in values:
        weight_within = min(passed + weight, top) - max(passed, below)
        passed += weight
        if weight_within > 0:
            kept.append((value, weight_within))
    return kept


def _value_range(kind: str, low: float, high: float) -> Callable[[Distribution], float | None]:
    def measure(values: Distribution) -> float | None:
        kept = [row for row in values if low < row[0] <= high]
        return _measure(kind, values, kept, (low, high))

    return measure


def _measure(
    kind: str, values: Distribution, kept: Distribution, edges: tuple[float | None, float | None]
) -> float | None:
    match kind:
        case "pr":
            return 100 * _count(kept) / _count(values)
        case "tc":
            return _count(kept)
        case "ts":
            return sum(value * weight for value, weight in kept)
        case "wm":
            low, high = edges
            if low is None or high is None:
                return None
            kept = [(min(max(value, low), high), weight) for value, weight in values]
    count = _count(kept)
    return sum(value * weight for value, weight in kept) / count if count else None
