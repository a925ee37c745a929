"""IF: one value or another, for each moment."""

from awsdash.demo.aws.metrics.expressions.arithmetic import Value, unsupported
from awsdash.demo.aws.metrics.expressions.context import Context
from awsdash.demo.aws.metrics.time_series import TimeSeries


def choose(_: Context, arguments: list[Value]) -> Value:
    match arguments:
        case [TimeSeries() as condition, float() | TimeSeries() as then]:
            return _choose(condition, then, None)
        case [
            TimeSeries() as condition,
            float() | TimeSeries() as then,
            float() | TimeSeries() as otherwise,
        ]:
            return _choose(condition, then, otherwise)
        case [float(number), TimeSeries() as then]:
            return then if number != 0 else then.with_values({})
        case [float(number), TimeSeries() as then, TimeSeries() as otherwise]:
            return then if number != 0 else otherwise
    raise unsupported("IF", *arguments)


def _choose(
    condition: TimeSeries, then: float | TimeSeries, otherwise: float | TimeSeries | None
) -> TimeSeries:
    """Where it is true and `then` has no value, 0; where false and there is none, no value."""
    values = {}
    for at, number in condition.values.items():
        if number != 0:
            values[at] = then.values.get(at, 0.0) if isinstance(then, TimeSeries) else then
        elif isinstance(otherwise, TimeSeries):
            if at in otherwise.values:
                values[at] = otherwise.values[at]
        elif otherwise is not None:
            values[at] = otherwise
    shown = then if isinstance(then, TimeSeries) else condition
    return shown.with_values(values)
