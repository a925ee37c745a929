"""Metrics Insights queries: aggregates over the metrics that fit, grouped by their dimensions."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.expressions.arithmetic import Value
from awsdash.demo.aws.metrics.expressions.reductions import reduce_series
from awsdash.demo.aws.metrics.expressions.syntax import ExpressionError
from awsdash.demo.aws.metrics.insights_syntax import Tokens
from awsdash.demo.aws.metrics.listing import is_listed
from awsdash.demo.aws.metrics.retention import DAY_S, MINUTE_S
from awsdash.demo.aws.metrics.samples import Span
from awsdash.demo.aws.metrics.store import Held, Metric, metrics
from awsdash.demo.aws.metrics.time_series import Range, TimeSeries

MAX_SERIES: Final = 500
QUERIED_S: Final = 14 * DAY_S
OTHER: Final = "Other"

Aggregate = Callable[[list[Span]], float]
AGGREGATES: Final[dict[str, Aggregate]] = {
    "AVG": lambda spans: sum(s.total for s in spans) / sum(s.sample_count for s in spans),
    "COUNT": lambda spans: sum(s.sample_count for s in spans),
    "MAX": lambda spans: max(s.highest for s in spans),
    "MIN": lambda spans: min(s.lowest for s in spans),
    "SUM": lambda spans: sum(s.total for s in spans),
}
# COUNT() of a series is how many data points it has.
ORDERED_BY: Final = {name: name for name in AGGREGATES} | {"COUNT": "DATAPOINT_COUNT"}


def is_insights_query(expression: str) -> bool:
    return re.match(r"\s*SELECT\s", expression, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Condition:
    label: str
    equal: bool
    value: str

    def fits(self, dimensions: dict[str, str]) -> bool:
        return (dimensions.get(self.label) == self.value) is self.equal


@dataclass(frozen=True)
class Order:
    function: str
    descending: bool

    def sort(self, found: list[TimeSeries]) -> list[TimeSeries]:
        name = ORDERED_BY[self.function]
        return sorted(found, key=lambda s: reduce_series(name, s), reverse=self.descending)


@dataclass(frozen=True)
class InsightsQuery:
    """`schema` are the exact dimensions, None: any."""

    function: str
    metric_name: str
    namespace: str
    schema: frozenset[str] | None
    conditions: tuple[Condition, ...]
    groups: tuple[str, ...]
    order: Order | None
    limit: int

    @staticmethod
    @lru_cache(maxsize=1000)
    def parse(source: str) -> "InsightsQuery":
        """Raises ExpressionError."""
        tokens = Tokens(source)
        tokens.expect("SELECT")
        function = tokens.one_of(*AGGREGATES)
        tokens.expect("(")
        metric_name = tokens.name()
        tokens.expect(")", "FROM")
        namespace, schema = _source(tokens)
        conditions = _conditions(tokens)
        groups = tokens.names() if tokens.accept("GROUP", "BY") else ()
        order = _order(tokens) if tokens.accept("ORDER", "BY") else None
        limit = int(tokens.take("number")) if tokens.accept("LIMIT") else MAX_SERIES
        tokens.take("end")
        if not 1 <= limit <= MAX_SERIES:
            raise ExpressionError(f"LIMIT must be from 1 to {MAX_SERIES}")
        return InsightsQuery(
            function, metric_name, namespace, schema, conditions, groups, order, limit
        )

    def fits(self, metric: Metric) -> bool:
        dimensions = dict(metric.dimensions)
        return (
            (metric.namespace, metric.name) == (self.namespace, self.metric_name)
            and self.schema in (None, dimensions.keys())
            and all(condition.fits(dimensions) for condition in self.conditions)
        )

    def group_of(self, metric: Metric) -> tuple[str, ...]:
        dimensions = dict(metric.dimensions)
        return tuple(dimensions.get(label, OTHER) for label in self.groups)


def _source(tokens: Tokens) -> tuple[str, frozenset[str] | None]:
    if tokens.accept("SCHEMA", "("):
        namespace, *labels = tokens.names()
        tokens.expect(")")
        return namespace, frozenset(labels)
    return tokens.name(), None


def _conditions(tokens: Tokens) -> tuple[Condition, ...]:
    if not tokens.accept("WHERE"):
        return ()
    found: list[Condition] = []
    while not found or tokens.accept("AND"):
        label, sign = tokens.name(), tokens.one_of("=", "!=")
        found.append(Condition(label, sign == "=", tokens.take("value")))
    return tuple(found)


def _order(tokens: Tokens) -> Order:
    function = tokens.one_of(*AGGREGATES)
    tokens.expect("(", ")")
    descending = tokens.accept("DESC")
    if not descending:
        tokens.accept("ASC")
    return Order(function, descending)


def read_insights(query: InsightsQuery, within: Range, period: int) -> Value:
    """One time series or, with GROUP BY, an array of them."""
    period = max(period, MINUTE_S)
    recent = replace(within, start=max(within.start, clock.now().timestamp() - QUERIED_S))
    groups: defaultdict[tuple[str, ...], list[Held]] = defaultdict(list)
    for metric, held in metrics[within.place].all():
        if query.fits(metric) and is_listed(held):
            groups[query.group_of(metric)].append(held)
    aggregate = AGGREGATES[query.function]
    found = [
        TimeSeries(" ".join(group) or query.metric_name, period, values)
        for group, held in sorted(groups.items())
        if (values := _aggregate(aggregate, held, recent, period))
    ]
    if not query.groups:
        return found[0] if found else TimeSeries(query.metric_name, period, {})
    return (query.order.sort(found) if query.order else found)[: query.limit]


def _aggregate(
    aggregate: Aggregate, held: Iterable[Held], within: Range, period: int
) -> dict[int, float]:
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for each in held:
        for unit in list(each.units):
            for at, span in each.spans(unit, within.window(period)):
                spans[at].append(span)
    return {at: float(aggregate(parts)) for at, parts in sorted(spans.items())}
