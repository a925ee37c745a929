"""The queries of a GetMetricData request: checked, and evaluated once each."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from awsdash.demo.aws.metrics.expressions.arithmetic import Value
from awsdash.demo.aws.metrics.expressions.context import Context
from awsdash.demo.aws.metrics.expressions.evaluation import evaluate
from awsdash.demo.aws.metrics.expressions.syntax import ExpressionError, parse, references
from awsdash.demo.aws.metrics.insights_query import InsightsQuery, is_insights_query, read_insights
from awsdash.demo.aws.metrics.refusals import refuse_all, validation_error
from awsdash.demo.aws.metrics.retention import FIVE_MINUTES_S, is_period
from awsdash.demo.aws.metrics.statistic import parse_statistic
from awsdash.demo.aws.metrics.store import Metric
from awsdash.demo.aws.metrics.time_series import MetricStat, Range, TimeSeries
from awsdash.demo.aws.operations import Members

ID: Final = re.compile(r"[a-z][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Query:
    """Either of a metric or of an expression."""

    id: str
    label: str | None
    period: int | None
    returned: bool
    stat: MetricStat | None
    expression: str | None

    @property
    def is_math(self) -> bool:
        return self.expression is not None and not is_insights_query(self.expression)


def read_queries(asked: list[Members], name: str) -> list[Query]:
    """Raises ValidationError with a line for each problem; `name` is the list's own."""
    refuse_all(
        problem
        for number, query in enumerate(asked, start=1)
        for problem in _problems(query, f"{name}.member.{number}")
    )
    ids = [query["Id"] for query in asked]
    if len(set(ids)) < len(ids):
        raise validation_error(f"The values for parameter Id in {name} are not unique.")
    return [_read(query) for query in asked]


def _problems(query: Members, name: str) -> Iterator[str]:
    if not ID.fullmatch(query["Id"]):
        yield (
            f"The value {query['Id']} for parameter {name}.Id is not matching the expected"
            " pattern ^[a-z][a-zA-Z0-9_]*$."
        )
    if "MetricStat" in query and "Expression" in query:
        yield (
            "The parameters MetricDataQuery Expression and MetricStat are mutually exclusive"
            " and you have specified both."
        )
    elif "MetricStat" not in query and "Expression" not in query:
        yield f"The parameter {name}.MetricStat is required."
    if "Period" in query and not is_period(query["Period"]):
        yield _wrong_period(query["Period"], f"{name}.Period")
    if "MetricStat" in query:
        yield from _stat_problems(query["MetricStat"], f"{name}.MetricStat")


def _stat_problems(stat: Members, name: str) -> Iterator[str]:
    for member in ("Namespace", "MetricName"):
        if member not in stat["Metric"]:
            yield f"The parameter {name}.Metric.{member} is required."
    if not is_period(stat["Period"]):
        yield _wrong_period(stat["Period"], f"{name}.Period")
    if parse_statistic(stat["Stat"]) is None:
        yield f"The value {stat['Stat']} for parameter {name}.Stat is not a valid statistic."


def _wrong_period(period: int, name: str) -> str:
    return (
        f"The value {period} for parameter {name} is not valid: a period is 1, 5, 10, 20, 30"
        " or a multiple of 60."
    )


def _read(query: Members) -> Query:
    stat = query.get("MetricStat")
    return Query(
        query["Id"],
        query.get("Label"),
        query.get("Period"),
        query.get("ReturnData", True),
        None if stat is None else read_stat(stat),
        query.get("Expression"),
    )


def read_stat(stat: Members) -> MetricStat:
    asked = stat["Metric"]
    dimensions = tuple(sorted((d["Name"], d["Value"]) for d in asked.get("Dimensions") or ()))
    metric = Metric(asked["Namespace"], asked["MetricName"], dimensions)
    return MetricStat(metric, stat["Stat"], stat["Period"], stat.get("Unit"))


class Evaluation:
    """The values of a request's queries. Raises ValidationError for a wrong expression."""

    def __init__(self, queries: list[Query], within: Range) -> None:
        self._queries = queries
        self._within = within
        self._values: dict[str, Value] = {}
        periods = [query.stat.period for query in queries if query.stat is not None]
        self._period = min(periods, default=FIVE_MINUTES_S)
        for query in in_order(queries):
            self._values[query.id] = self._compute(query)

    def series(self, query: Query) -> list[TimeSeries]:
        match self._values[query.id]:
            case TimeSeries() as one:
                return [one]
            case list() as many:
                return many
        raise _wrong(query, "The result must be a time series or an array of them")

    def only_series(self, query: Query) -> TimeSeries:
        """Of a query that must not come to an array."""
        if self.is_array(query):
            raise _wrong(query, "The result must be a single time series")
        (only,) = self.series(query)
        return only

    def is_array(self, query: Query) -> bool:
        return isinstance(self._values[query.id], list)

    def _compute(self, query: Query) -> Value:
        if query.stat is not None:
            return self._within.read(query.stat)
        source, period = query.expression or "", query.period or self._period
        try:
            if is_insights_query(source):
                return read_insights(InsightsQuery.parse(source), self._within, period)
            context = Context(self._within, period, self._look_up, self._metrics)
            return evaluate(parse(source), context)
        except ExpressionError as error:
            raise _wrong(query, str(error)) from None

    def _look_up(self, name: str) -> Value:
        if name not in self._values:
            raise ExpressionError(f"Unknown id '{name}'")
        return self._values[name]

    def _metrics(self) -> Mapping[str, TimeSeries]:
        named = ((q.id, self._values[q.id]) for q in self._queries if q.stat is not None)
        return {name: series for name, series in named if isinstance(series, TimeSeries)}


def in_order(queries: list[Query]) -> list[Query]:
    """Each after those that it refers to, and metrics first.

    Raises ValidationError for what is wrong with an expression before any data are read.
    """
    by_id = {query.id: query for query in queries}
    needs = {query.id: _references(query, by_id) for query in queries}
    try:
        ordered = [by_id[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        one, other, *_ = error.args[1]
        raise _wrong(by_id[other], f"Circular reference to '{one}'") from None
    return sorted(ordered, key=lambda query: query.stat is None)


def _references(query: Query, known: Container[str]) -> set[str]:
    if not query.is_math:
        return set()
    try:
        found = references(parse(query.expression or ""))
    except ExpressionError as error:
        raise _wrong(query, str(error)) from None
    unknown = sorted(name for name in found if name not in known)
    if unknown:
        raise _wrong(query, f"Unknown id '{unknown[0]}'")
    return found


def _wrong(query: Query, message: str) -> Exception:
    return validation_error(f"Error in expression '{query.id}': {message}")
