"""Functions on arrays of time series, and SEARCH, which finds one."""

import math
from typing import Final

from awsdash.demo.aws.metrics.expressions.arithmetic import Value, unsupported
from awsdash.demo.aws.metrics.expressions.context import Context
from awsdash.demo.aws.metrics.expressions.reductions import reduce_series
from awsdash.demo.aws.metrics.expressions.syntax import ExpressionError
from awsdash.demo.aws.metrics.retention import MINUTE_S, is_period
from awsdash.demo.aws.metrics.search import SearchError, find_metrics
from awsdash.demo.aws.metrics.statistic import parse_statistic
from awsdash.demo.aws.metrics.time_series import MetricStat, TimeSeries

SORTED_BY: Final = ("AVG", "MIN", "MAX", "SUM")


def pick(name: str, position: int, _: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [list() as many]:
            found: TimeSeries = many[position] if many else TimeSeries(name, MINUTE_S, {})
            return found
    raise unsupported(name, *arguments)


def _whole(number: float) -> int:
    if not math.isfinite(number):
        raise ExpressionError(f"{number} is not a valid number")
    return int(number)


def cut(_: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [list() as many, float(start)]:
            return many[_whole(start) :]
        case [list() as many, float(start), float(end)]:
            return many[_whole(start) : _whole(end)]
    raise unsupported("SLICE", *arguments)


def sort(_: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [list() as many, str(function), "ASC" | "DESC" as order, *rest] if (
            function in SORTED_BY and len(rest) <= 1
        ):

            def measure(number: int) -> tuple[bool, float]:
                value = reduce_series(function, many[number])
                return math.isnan(value), value if order == "ASC" else -value

            ranked = [many[number] for number in sorted(range(len(many)), key=measure)]
            match rest:
                case [float(limit)]:
                    return ranked[: _whole(limit)]
                case []:
                    return ranked
    raise unsupported("SORT", *arguments)


def remove_empty(_: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [list() as many]:
            return [series for series in many if series.values]
    raise unsupported("REMOVE_EMPTY", *arguments)


def metric_count(_: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [list() as many]:
            return float(len(many))
    raise unsupported("METRIC_COUNT", *arguments)


def search(context: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [str(query), str(statistic)]:
            period = context.period
        case [str(query), str(statistic), float(seconds)]:
            period = _whole(seconds)
        case _:
            raise unsupported("SEARCH", *arguments)
    if parse_statistic(statistic) is None:
        raise ExpressionError(f"'{statistic}' is not a valid statistic")
    if not is_period(period):
        raise ExpressionError(f"{period} is not a valid period")
    try:
        found = find_metrics(context.within.place, query)
    except SearchError as error:
        raise ExpressionError(str(error)) from None
    return [context.within.read(MetricStat(metric, statistic, period)) for metric in found]
