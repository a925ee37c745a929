"""Functions that make one of many: a number of a time series, a time series of an array."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from awsdash.demo.aws.metrics.expressions.arithmetic import Value, unsupported
from awsdash.demo.aws.metrics.time_series import TimeSeries


def _deviation(values: Sequence[float]) -> float:
    """Of a population; `statistics.pstdev` is exact, slow, and fails at infinity."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) * (value - mean) for value in values) / len(values))


Reduction = Callable[[Sequence[float], int], float]
"""From the values and the number there could be: missing ones are 0 to an average."""

REDUCTIONS: Final[dict[str, Reduction]] = {
    "AVG": lambda values, count: sum(values) / count if count else math.nan,
    "SUM": lambda values, _: sum(values),
    "MIN": lambda values, _: min(values, default=math.nan),
    "MAX": lambda values, _: max(values, default=math.nan),
    "STDDEV": lambda values, _: _deviation(values) if values else math.nan,
    "DATAPOINT_COUNT": lambda values, _: float(len(values)),
}


def reduce_value(name: str, value: Value) -> Value:
    reduction = REDUCTIONS[name]
    match value:
        case TimeSeries():
            return reduce_series(name, value)
        case list():
            moments = sorted({at for each in value for at in each.values})
            found = {
                at: reduction([s.values[at] for s in value if at in s.values], len(value))
                for at in moments
            }
            period = min((each.period for each in value), default=60)
            return TimeSeries(name, period, {}).with_values(found)
    raise unsupported(name, value)


def reduce_series(name: str, series: TimeSeries) -> float:
    values = list(series.values.values())
    return float(REDUCTIONS[name](values, len(values)))
