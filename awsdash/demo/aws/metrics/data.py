"""GetMetricData."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from awsdash.demo.aws.metrics.insights_query import is_insights_query
from awsdash.demo.aws.metrics.labels import default_labels, fill_in, is_dynamic
from awsdash.demo.aws.metrics.queries import Evaluation, Query, check_expressions, read_queries
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
    query: Query
    series: TimeSeries


def get_metric_data(call: Call, asked: Members) -> Members:
    limit = _limit(asked)
    queries = _queries(asked)
    start = _position(asked)
    within = Range(call.place, asked["StartTime"], asked["EndTime"])
    evaluation = Evaluation(queries, within)
    found = [
        Result(query, series)
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
    check_expressions(queries)
    if sum(is_insights_query(query.expression or "") for query in queries) > 1:
        raise validation_error("Only one Metrics Insights query is allowed per request.\n")
    if not any(query.returned for query in queries):
        raise validation_error("At least one query must have ReturnData set to true.\n")
    return queries


def _labelled(found: list[Result], queries: Sequence[Query], place: Place) -> list[Result]:
    own = [query for query in queries if query.stat is not None]
    names = dict(
        zip(
            (query.id for query in own),
            default_labels([query.stat for query in own if query.stat]),
            strict=True,
        )
    )
    labelled = []
    for query in dict.fromkeys(result.query for result in found):
        many = [result.series for result in found if result.query is query]
        if query.id in names:
            many = [replace(series, label=names[query.id]) for series in many]
        labelled += [
            Result(query, replace(series, label=label))
            for series, label in zip(many, _labels(query, many, place), strict=True)
        ]
    return labelled


def _labels(query: Query, many: list[TimeSeries], place: Place) -> list[str]:
    sources = [series.source for series in many if series.source is not None]
    if query.stat is None and many and len(sources) == len(many):
        defaults = default_labels(sources)
        many = [replace(s, label=label) for s, label in zip(many, defaults, strict=True)]
    if query.label is not None and (query.stat is not None or is_dynamic(query.label)):
        return [fill_in(query.label, series, place) for series in many]
    if query.stat is not None:
        return [series.label for series in many]
    return _expression_labels(query, many)


def _expression_labels(query: Query, many: list[TimeSeries]) -> list[str]:
    """Of one time series the label, or else the id; of several, before their own labels."""
    found_itself = all(series.source is not None for series in many)
    if query.label is None and (found_itself or not query.is_math):
        return [series.label for series in many]
    if len(many) == 1:
        return [query.id if query.label is None else query.label]
    prefix = f"{query.label} " if query.label else ""
    return [f"{prefix}{series.label}" for series in many]


def _page(found: list[Result], start: int, limit: int, newest_first: bool) -> list[Members]:
    """The data points from a position on, in order of time across all results."""
    rows = sorted(
        ((at, number) for number, result in enumerate(found) for at in result.series.values),
        key=lambda row: (-row[0] if newest_first else row[0], row[1]),
    )
    chosen: list[list[int]] = [[] for _ in found]
    for at, number in rows[start : start + limit]:
        chosen[number].append(at)
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
