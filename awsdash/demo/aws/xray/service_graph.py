"""GetServiceGraph, GetTraceGraph and GetTimeSeriesServiceStatistics."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.xray.expression_parser import Parser
from awsdash.demo.aws.xray.filter_expression import compile_filter
from awsdash.demo.aws.xray.graph import Graph, Statistics, histogram
from awsdash.demo.aws.xray.groups import group_expression, group_of
from awsdash.demo.aws.xray.hops import CLIENT, CallTo, Visit
from awsdash.demo.aws.xray.requests import invalid_request, page, time_range
from awsdash.demo.aws.xray.selector import edge_selector, id_selector, service_selector
from awsdash.demo.aws.xray.store import Indexed, traces

MAX_GRAPH_RANGE: Final = timedelta(hours=6)
MAX_SERIES_RANGE: Final = timedelta(hours=24)
PERIODS_S: Final = (60, 300)
SERVICES_A_PAGE: Final = 100
POINTS_A_PAGE: Final = 1000

Selected: TypeAlias = Callable[[Indexed], Iterable[Visit | CallTo]]


def get_service_graph(call: Call, asked: Members) -> Members:
    start, end = time_range(asked, MAX_GRAPH_RANGE)
    services, token = page(
        Graph(_traces_of_group(call, asked, start, end)).services(), SERVICES_A_PAGE, asked
    )
    return {
        "StartTime": start,
        "EndTime": end,
        "Services": services,
        "ContainsOldGroupVersions": False,
        "NextToken": token,
    }


def get_trace_graph(call: Call, asked: Members) -> Members:
    found = (traces[call.place].index(name) for name in dict.fromkeys(asked["TraceIds"]))
    graph = Graph(trace for trace in found if trace)
    services, token = page(graph.services(), SERVICES_A_PAGE, asked)
    return {"Services": services, "NextToken": token}


def get_time_series_service_statistics(call: Call, asked: Members) -> Members:
    start, end = time_range(asked, MAX_SERIES_RANGE)
    period_s = asked.get("Period", PERIODS_S[0])
    if period_s not in PERIODS_S:
        raise invalid_request("Period must be 60 or 300 seconds")
    if asked.get("ForecastStatistics") and "EntitySelectorExpression" not in asked:
        raise invalid_request("ForecastStatistics requires an EntitySelectorExpression")
    member, selected = _selection(asked.get("EntitySelectorExpression"))
    counted: dict[int, Statistics] = {}
    for trace in _traces_of_group(call, asked, start, end):
        for one in selected(trace):
            if one.response_time is not None and start <= one.start < end:
                statistics = counted.setdefault(int(one.start // period_s), Statistics())
                statistics.count(one.outcome, one.response_time, one.response_time)
    points, token = page(list(_points(counted, member, period_s, start, end)), POINTS_A_PAGE, asked)
    return {
        "TimeSeriesServiceStatistics": points,
        "ContainsOldGroupVersions": False,
        "NextToken": token,
    }


def _points(
    counted: dict[int, Statistics], member: str, period_s: int, start: float, end: float
) -> Iterator[dict[str, Any]]:
    """One for each period, also of those in which nothing was called."""
    for number in range(int(start // period_s), int(-(-end // period_s))):
        statistics = counted.get(number, Statistics())
        yield {
            "Timestamp": number * period_s,
            member: statistics.summary(),
            "ResponseTimeHistogram": histogram(statistics.response_times),
        }


def _selection(expression: str | None) -> tuple[str, Selected]:
    """The member that the statistics go to, and what of a trace they are about.

    Without an expression these are the edges at which clients call.
    """
    if expression is None:
        return "EdgeSummaryStatistics", lambda trace: (
            call for call in trace.calls if call.source.type == CLIENT
        )
    parser = Parser(expression)
    if parser.next.value == "edge":
        is_source, is_target = edge_selector(parser)
        parser.finish()
        return "EdgeSummaryStatistics", lambda trace: (
            call for call in trace.calls if is_source(call.source) and is_target(call.target)
        )
    is_service = (id_selector if parser.next.value == "id" else service_selector)(parser)
    parser.finish()
    return "ServiceSummaryStatistics", lambda trace: (
        visit for visit in trace.visits if is_service(visit.node)
    )


def _traces_of_group(call: Call, asked: Members, start: float, end: float) -> list[Indexed]:
    group = group_of(call.place, asked)
    matches = compile_filter(group.filter_expression if group else "", group_expression(call.place))
    return [trace for trace in traces[call.place].between(start, end) if matches(trace.element)]
