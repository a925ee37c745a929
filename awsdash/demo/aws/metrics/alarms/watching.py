"""Brings alarms up to date: their states follow from the data, minute by minute.

Nothing runs in the background: who looks at alarms makes up for the time since the last look.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.alarms.alarm import COMPOSITE, METRIC, Alarm, Alarms, State
from awsdash.demo.aws.metrics.alarms.history import record_state
from awsdash.demo.aws.metrics.alarms.judgement import EXTRA_PERIODS, Judgement, judge
from awsdash.demo.aws.metrics.alarms.reasons import reason, reason_data
from awsdash.demo.aws.metrics.alarms.rule import children_of, composite_state
from awsdash.demo.aws.metrics.queries import Evaluation, read_queries
from awsdash.demo.aws.metrics.retention import HOUR_S, MINUTE_S
from awsdash.demo.aws.metrics.statistic import percentile_of
from awsdash.demo.aws.metrics.store import Metric
from awsdash.demo.aws.metrics.time_series import MetricStat, Range

# How far a look makes up for: what happened before is told by history that was put there.
MADE_UP_S: Final = 3 * HOUR_S


def bring_up_to_date(held: Alarms) -> None:
    """The caller holds the lock."""
    now = int(clock.now().timestamp())
    found = held.all()
    for alarm in found:
        if alarm.kind == METRIC:
            _follow(held, alarm, now)
    for alarm in _innermost_first(held, [a for a in found if a.kind == COMPOSITE]):
        _combine(held, alarm, now)


def _follow(held: Alarms, alarm: Alarm, now: int) -> None:
    period = period_of(alarm)
    step = min(period, MINUTE_S)
    end = now - now % step
    start = end
    if alarm.evaluated_at is not None:
        last = alarm.evaluated_at - alarm.evaluated_at % step
        start = max(last + step, end - MADE_UP_S)
    for at in range(start, end + 1, step):
        _evaluate(held, alarm, at)
    alarm.evaluated_at = end


def period_of(alarm: Alarm) -> int:
    configuration = alarm.configuration
    if "Metrics" not in configuration:
        return int(configuration["Period"])
    periods = [
        query["MetricStat"]["Period"] if "MetricStat" in query else query.get("Period")
        for query in configuration["Metrics"]
    ]
    return min((period for period in periods if period is not None), default=MINUTE_S)


@dataclass(frozen=True)
class _Look:
    """An evaluation: its range has more periods than the alarm needs."""

    held: Alarms
    alarm: Alarm
    at: int

    @property
    def within(self) -> Range:
        periods = self.alarm.configuration["EvaluationPeriods"] + EXTRA_PERIODS
        return Range(self.held.place, self.at - periods * period_of(self.alarm), self.at)

    def points(self) -> list[tuple[int, float | None]]:
        """Newest first."""
        values = self._values()
        grid = self.within.window(period_of(self.alarm)).grid()
        return [(at, values.get(at)) for at in reversed(grid)]

    def _values(self) -> dict[int, float]:
        configuration = self.alarm.configuration
        if "Metrics" not in configuration:
            return self.read(configuration.get("Statistic") or configuration["ExtendedStatistic"])
        queries = read_queries(configuration["Metrics"], "Metrics")
        (watched,) = (query for query in queries if query.returned)
        return dict(Evaluation(queries, self.within).only_series(watched).values)

    def read(self, statistic: str) -> dict[int, float]:
        asked = self.alarm.configuration
        dimensions = tuple(sorted((d["Name"], d["Value"]) for d in asked.get("Dimensions") or ()))
        metric = Metric(asked["Namespace"], asked["MetricName"], dimensions)
        wanted = MetricStat(metric, statistic, asked["Period"], asked.get("Unit"))
        return dict(self.within.read(wanted).values)

    def counts(self) -> dict[int, float]:
        return {} if "Metrics" in self.alarm.configuration else self.read("SampleCount")

    def has_too_few_samples(self) -> bool:
        """For a percentile that is not to be judged by fewer than ten beyond it."""
        configuration = self.alarm.configuration
        percentile = percentile_of(configuration.get("ExtendedStatistic", ""))
        if configuration.get("EvaluateLowSampleCountPercentile") != "ignore" or not percentile:
            return False
        beyond = (100 - percentile if percentile >= 50 else percentile) / 100
        recent = sorted(self.counts().items())[-configuration["EvaluationPeriods"] :]
        return sum(count for _, count in recent) * beyond < 10


def _evaluate(held: Alarms, alarm: Alarm, at: int) -> None:
    look = _Look(held, alarm, at)
    judgement = judge(alarm.configuration, look.points())
    if judgement.value in (None, alarm.state.value) or look.has_too_few_samples():
        return
    _change(alarm, _state(look, judgement))


def _state(look: _Look, judgement: Judgement) -> State:
    configuration = look.alarm.configuration
    data = reason_data(configuration, judgement, look.at, look.counts())
    value = judgement.value or look.alarm.state.value
    since = max(look.at, look.alarm.configured_at)
    return State(value, reason(configuration, judgement), since, data)


def _change(alarm: Alarm, state: State) -> None:
    before, alarm.state = alarm.state, state
    record_state(alarm, before)


def _innermost_first(held: Alarms, composites: list[Alarm]) -> Iterator[Alarm]:
    """So that each finds its children's states of now. Without those that lead into a cycle:

    CloudWatch stops to evaluate there.
    """
    by_name = {alarm.name: alarm for alarm in composites}
    within = {
        alarm.name: [child.name for child in children_of(held, alarm) if child.name in by_name]
        for alarm in composites
    }
    sorter = TopologicalSorter(within)
    with suppress(CycleError):
        sorter.prepare()
    while ready := sorter.get_ready():
        yield from (by_name[name] for name in ready)
        sorter.done(*ready)


def _combine(held: Alarms, alarm: Alarm, now: int) -> None:
    """A composite alarm changes with its children, and else stays as it was set."""
    children = children_of(held, alarm)
    changed_at = max((child.state.since for child in children), default=alarm.configured_at)
    if alarm.evaluated_at is not None and changed_at <= alarm.evaluated_at:
        return
    is_new = alarm.evaluated_at is None
    alarm.evaluated_at = now
    state = composite_state(held, alarm, is_new)
    if state.value != alarm.state.value:
        _change(alarm, state)
