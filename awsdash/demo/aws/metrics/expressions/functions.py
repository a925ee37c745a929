"""The functions of metric math, by name."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.expressions import arrays, filling
from awsdash.demo.aws.metrics.expressions.arithmetic import Value, unsupported
from awsdash.demo.aws.metrics.expressions.conditions import choose
from awsdash.demo.aws.metrics.expressions.context import Context
from awsdash.demo.aws.metrics.expressions.reductions import REDUCTIONS, reduce_value
from awsdash.demo.aws.metrics.expressions.syntax import ExpressionError
from awsdash.demo.aws.metrics.time_series import TimeSeries

Function: TypeAlias = Callable[[Context, list[Value]], Value]
"""From the arguments' values; raises ExpressionError."""


def _each(name: str, change: Callable[[TimeSeries], TimeSeries]) -> Function:
    """A function of a time series that takes an array of them, too."""

    def function(_: Context, arguments: list[Value]) -> Value:
        match arguments:
            case [TimeSeries() as series]:
                return change(series)
            case [list() as many]:
                return [change(series) for series in many]
        raise unsupported(name, *arguments)

    return function


def _values(name: str, change: Callable[[float], float]) -> Function:
    return _each(name, lambda series: series.map(change))


def _logarithm(take: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: take(value) if value > 0 else math.nan


def _steps(change: Callable[[float, int], float]) -> Callable[[TimeSeries], TimeSeries]:
    """From the difference to the value before, and the seconds since it."""

    def steps(series: TimeSeries) -> TimeSeries:
        return series.with_values(
            {
                at: change(value - before, at - earlier)
                for (earlier, before), (at, value) in pairwise(series.values.items())
            }
        )

    return steps


def _running_sum(series: TimeSeries) -> TimeSeries:
    return series.with_values(
        dict(zip(series.values, accumulate(series.values.values()), strict=True))
    )


def _calendar(name: str, part: Callable[[datetime], float]) -> Function:
    """A value for every period of the range, from its time in UTC."""

    def function(context: Context, arguments: list[Value]) -> Value:
        match arguments:
            case [TimeSeries() as series]:
                return series.with_values(
                    {
                        at: float(part(datetime.fromtimestamp(at, UTC)))
                        for at in context.grid(series.period)
                    }
                )
        raise unsupported(name, *arguments)

    return function


def _reduction(name: str) -> Function:
    def function(_: Context, arguments: list[Value]) -> Value:
        if len(arguments) != 1:
            raise unsupported(name, *arguments)
        return reduce_value(name, arguments[0])

    return function


def _period(_: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [TimeSeries(computed=False, period=period)]:
            return float(period)
    raise unsupported("PERIOD", *arguments)


def _time_series(context: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [float(value)]:
            grid = context.grid(context.period)
            empty = TimeSeries("TIME_SERIES", context.period, {})
            return empty.with_values(dict.fromkeys(grid, value))
    raise unsupported("TIME_SERIES", *arguments)


def _metrics(context: Context, arguments: list[Value]) -> Value:
    match arguments:
        case []:
            return list(context.metrics().values())
        case [str(part)]:
            return [series for name, series in context.metrics().items() if part in name]
    raise unsupported("METRICS", *arguments)


FUNCTIONS: Final[dict[str, Function]] = {
    "ABS": _values("ABS", abs),
    "CEIL": _values("CEIL", lambda value: float(math.ceil(value))),
    "FLOOR": _values("FLOOR", lambda value: float(math.floor(value))),
    "LOG": _values("LOG", _logarithm(math.log)),
    "LOG10": _values("LOG10", _logarithm(math.log10)),
    "RATE": _each("RATE", _steps(lambda change, seconds: change / seconds)),
    "DIFF": _each("DIFF", _steps(lambda change, _: change)),
    "DIFF_TIME": _each("DIFF_TIME", _steps(lambda _, seconds: float(seconds))),
    "RUNNING_SUM": _each("RUNNING_SUM", _running_sum),
    "MINUTE": _calendar("MINUTE", lambda at: at.minute),
    "HOUR": _calendar("HOUR", lambda at: at.hour),
    "DAY": _calendar("DAY", lambda at: at.isoweekday()),
    "DATE": _calendar("DATE", lambda at: at.day),
    "MONTH": _calendar("MONTH", lambda at: at.month),
    "YEAR": _calendar("YEAR", lambda at: at.year),
    "EPOCH": _calendar("EPOCH", lambda at: at.timestamp()),
    "PERIOD": _period,
    "TIME_SERIES": _time_series,
    "METRICS": _metrics,
    "FILL": filling.fill,
    "IF": choose,
    "FIRST": partial(arrays.pick, "FIRST", 0),
    "LAST": partial(arrays.pick, "LAST", -1),
    "SLICE": arrays.cut,
    "SORT": arrays.sort,
    "REMOVE_EMPTY": arrays.remove_empty,
    "METRIC_COUNT": arrays.metric_count,
    "SEARCH": arrays.search,
    **{name: _reduction(name) for name in REDUCTIONS},
}
# AWS has them, the emulator not.
MISSING: Final = (
    "ANOMALY_DETECTION_BAND",
    "INSIGHT_RULE_METRIC",
    "SERVICE_QUOTA",
    "DB_PERF_INSIGHTS",
)


def invoke(context: Context, name: str, arguments: list[Value]) -> Value:
    if name in MISSING:
        raise ExpressionError(f"The emulated AWS does not implement {name}")
    if name not in FUNCTIONS:
        raise ExpressionError(f"Function '{name}' not found")
    return FUNCTIONS[name](context, arguments)
