"""What an expression can see of the request that it is part of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from awsdash.demo.aws.metrics.expressions.arithmetic import Value
from awsdash.demo.aws.metrics.time_series import Range, TimeSeries


@dataclass(frozen=True)
class Context:
    """`look_up` is the value of another query, by its id; `metrics` reads the request's metrics.

    `period` is that of the expression, for functions that have no time series to take it from.
    """

    within: Range
    period: int
    look_up: Callable[[str], Value]
    metrics: Callable[[], Mapping[str, TimeSeries]]

    def grid(self, period: int) -> range:
        """The starts of the periods of which there can be data."""
        return self.within.window(period).kept().grid()
