"""GetMetricData."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from awsdash.demo.aws.metrics.insights_query import is_insights_query
from awsdash.demo.aws.metrics.labels import default_labels, fill_in, is_dynamic
from awsdash.demo.aws.metrics.queries import Evaluation, Query, in_order, read_queries
from awsdash.demo.aws.metrics.refusals import refuse_all, validation_error, wrong_order
from awsdash.demo.aws.metrics.time_series import Range, TimeSeries
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import read_token, write_token
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import Place

MAX_QUERIES: Final = 500
MAX_DATAPOINTS: Final = 100_800


@dataclass(frozen=True)
class Result:
    """`in_array`: whether the query can have any number of them."""

    query: Query
    series: TimeSeries
    in_array: bool


def get_metric_data(call: Call, asked: Members) -> Members:
    limit = _limit(asked)
    queries = _queries(asked)
    start = _position(asked)
    within = Range(call.place, asked["StartTime"], asked["EndTime"])
    evaluation = Evaluation(queries, within)
    found = [
        Result(query, series, evaluation.is_array(query))
        for query in queries
        if query.returned
        for series in evaluation.series(query)
    ]
    newest_first = asked.get("ScanBy") != "TimestampAscending"
    page = _page(_labelled(found, queries, call.place), start, limit, newest_first)
    rest = start + limit
    more = rest < sum(len(result.series.values) for result in found)
    # With a math expression in it, AWS answers no token: what is cut off is lost.
    is_math = any(query.is_math for query in queries)
    token = write_token(rest, _request(asked)) if more and not is_math else None
    return {"MetricDataResults": page, "Messages": [], "NextToken": token}


def _request(asked: Members) -> Members:
    return {k: v for k, v in asked.items() if k not in ("NextToken", "MaxDatapoints")}


def _position(asked: Members) -> int:
    token = asked.get("NextToken")
    invalid = AwsError("InvalidNextToken", "The specified NextToken is invalid.")
    return 0 if token is None else read_token(token, _request(asked), invalid)


def _limit(asked: Members) -> int:
    limit: int = asked.get("MaxDatapoints", MAX_DATAPOINTS)
    if not 1 <= limit <= MAX_DATAPOINTS:
        raise validation_error(
            f"The parameter MaxDatapoints must be between 1 and {MAX_DATAPOINTS}.\n"
        )
    return limit


def _queries(asked: Members) -> list[Query]:
    listed = asked["MetricDataQueries"]
    if not listed:
        raise validation_error("The parameter MetricDataQueries is required.\n")
    if len(listed) > MAX_QUERIES:
        raise validation_error(
            f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}.\n"
        )
    wrong = wrong_order(asked["StartTime"], asked["EndTime"])
    refuse_all([wrong] if wrong else [])
    queries = read_queries(listed, "MetricDataQueries")
    in_order(queries)
    if sum(is_insights_query(query.expression or "") for query in queries) > 1:
        raise validation_error("Only one Metrics Insights query is allowed per request.\n")
    if not any(query.returned for query in queries):
        raise validation_error("At least one query must have ReturnData set to true.\n")
    return queries


def _labelled(found: list[Result], queries: Sequence[Query], place: Place) -> list[Result]:
    """With the labels that they are answered with."""
    stats = {query.id: query.stat for query in queries if query.stat is not None}
    defaults = dict(zip(stats, default_labels(list(stats.values())), strict=True))
    labelled: list[Result] = []
    for query in dict.fromkeys(result.query for result in found):
        own = [result for result in found if result.query is query]
        sources = [r.series.source for r in own if r.series.source is not None]
        if query.id in defaults:
            labels = [defaults[query.id]]
        elif len(sources) == len(own):
            labels = default_labels(sources)
        else:
            labels = [result.series.label for result in own]
        for result, label in zip(own, labels, strict=True):
            series = replace(result.series, label=label)
            shown = _label(replace(result, series=series), place)
            labelled.append(replace(result, series=replace(series, label=shown)))
    return labelled


def _label(result: Result, place: Place) -> str:
    """An expression's label stands before those of its array's time series."""
    query, series = result.query, result.series
    if query.label is not None and is_dynamic(query.label):
        return fill_in(query.label, series, place)
    if query.is_math and not result.in_array:
        return query.id if query.label is None else query.label
    if result.in_array and query.label:
        return f"{query.label} {series.label}"
    return query.label or series.label


def _page(found: list[Result], start: int, limit: int, newest_first: bool) -> list[Members]:
    """The data points from a position on, in order of time across all results."""
    sign = -1 if newest_first else 1
    rows = sorted(
        (sign * at, number) for number, result in enumerate(found) for at in result.series.values
    )
    chosen: list[list[int]] = [[] for _ in found]
    for at, number in rows[start : start + limit]:
        chosen[number].append(sign * at)
    ahead = {number for _, number in rows[start + limit :]}
    return [
        _document(result, chosen[number], number in ahead)
        for number, result in enumerate(found)
        if start == 0 or chosen[number] or number in ahead
    ]


def _document(result: Result, moments: list[int], is_partial: bool) -> Members:
    series = result.series
    document: Members = {
        "Id": result.query.id,
        "Label": series.label,
        "Timestamps": moments,
        "Values": [series.values[at] for at in moments],
        "StatusCode": "PartialData" if is_partial else "Complete",
    }
    if messages := list(_messages(series)):
        document["Messages"] = messages
    return document


def _messages(series: TimeSeries) -> Iterator[Members]:
    if len(series.units) > 1:
        units = ", ".join(series.units)
        yield {"Code": "MultipleUnits", "Value": f"Multiple units returned: '[{units}]'"}
