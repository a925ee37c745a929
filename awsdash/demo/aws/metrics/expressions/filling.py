"""FILL: values for the periods that have none."""

from bisect import bisect_left
from collections.abc import Callable, Mapping

from awsdash.demo.aws.metrics.expressions.arithmetic import Value, unsupported
from awsdash.demo.aws.metrics.expressions.context import Context
from awsdash.demo.aws.metrics.time_series import TimeSeries


def fill(context: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [TimeSeries() as series, filler]:
            return _fill(context, series, filler)
        case [list() as many, filler]:
            return [_fill(context, series, filler) for series in many]
    raise unsupported("FILL", *arguments)


def _fill(context: Context, series: TimeSeries, filler: Value) -> TimeSeries:
    known = series.values
    missing = [at for at in context.grid(series.period) if at not in known]
    value_at = _filler(known, filler)
    filled = ((at, value_at(at)) for at in missing)
    values = {**known, **{at: value for at, value in filled if value is not None}}
    return series.with_values(dict(sorted(values.items())))


def _filler(known: Mapping[int, float], filler: Value) -> Callable[[int], float | None]:
    moments = list(known)
    match filler:
        case float():
            return lambda _: filler
        case TimeSeries(values=values):
            return values.get
        case "REPEAT":
            return lambda at: _before(moments, known, at)
        case "LINEAR":
            return lambda at: _between(moments, known, at)
    raise unsupported("FILL", filler)


def _before(moments: list[int], known: Mapping[int, float], at: int) -> float | None:
    place = bisect_left(moments, at)
    return known[moments[place - 1]] if place else None


def _between(moments: list[int], known: Mapping[int, float], at: int) -> float | None:
    place = bisect_left(moments, at)
    if not 0 < place < len(moments):
        return None
    left, right = moments[place - 1], moments[place]
    return known[left] + (known[right] - known[left]) * (at - left) / (right - left)
