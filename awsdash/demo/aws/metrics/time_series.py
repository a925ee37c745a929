"""A time series: what a query of a metric, or of an expression, comes to."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from awsdash.demo.aws.metrics.refusals import validation_error
from awsdash.demo.aws.metrics.retention import Window, window
from awsdash.demo.aws.metrics.statistic import parse_statistic
from awsdash.demo.aws.metrics.store import Metric, metrics
from awsdash.demo.aws.state import Place


@dataclass(frozen=True)
class MetricStat:
    """What is asked of one metric; `unit` None: whatever unit it has."""

    metric: Metric
    statistic: str
    period: int
    unit: str | None = None


@dataclass(frozen=True)
class TimeSeries:
    """Values by the starts of their periods (epoch seconds), ascending.

    `source` is the metric that they are from, if there is one; `units` all that it has, and none
    once something was `computed`.
    """

    label: str
    period: int
    values: Mapping[int, float]
    source: MetricStat | None = None
    units: tuple[str, ...] = ()
    computed: bool = False

    def map(self, change: Callable[[float], float]) -> "TimeSeries":
        return self.with_values({at: change(value) for at, value in self.values.items()})

    def with_values(self, values: Mapping[int, float]) -> "TimeSeries":
        """Computed ones; those that are no finite numbers are dropped, as CloudWatch does."""
        if not all(map(math.isfinite, values.values())):
            values = {at: value for at, value in values.items() if math.isfinite(value)}
        return replace(self, values=values, units=(), computed=True)


@dataclass(frozen=True)
class Range:
    """What time a request is about, in epoch seconds, and whose metrics."""

    place: Place
    start: float
    end: float

    def window(self, period: int) -> Window:
        return window(self.start, self.end, period)

    def read(self, wanted: MetricStat) -> TimeSeries:
        """Without a unit: the first of the metric's units; AWS converts none."""
        statistic = parse_statistic(wanted.statistic)
        if statistic is None:
            raise validation_error(f"The value {wanted.statistic} is not a valid statistic.")
        held, within = metrics[self.place].find(wanted.metric), self.window(wanted.period)
        values: dict[int, float] = {}
        units: list[str] = []
        for unit in sorted(held.units) if held else ():
            if held is None or wanted.unit not in (None, unit):
                continue
            spans = held.spans(unit, within)
            if spans and not units:
                values = {at: v for at, span in spans if (v := statistic(span)) is not None}
            units += [unit] if spans else []
        name = wanted.metric.name
        return TimeSeries(name, wanted.period, values, wanted, tuple(units))
