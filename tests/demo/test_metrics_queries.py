"""The queries of GetMetricData in the emulated CloudWatch: ids, pages, labels."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import ask, minute, put, refusal, stat


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url).reader("cloudwatch", PAYMENTS_PROD, "eu-central-1")


def data_refusal(cloudwatch: Any, *queries: dict[str, Any], **request: Any) -> tuple[str, str]:
    asked = {"StartTime": minute(-10), "EndTime": minute(0), **request}
    return refusal(cloudwatch.get_metric_data, MetricDataQueries=list(queries), **asked)


def test_ids_are_unique(cloudwatch: Any) -> None:
    assert data_refusal(cloudwatch, stat("m1", "Data", "a"), stat("m1", "Data", "b")) == (
        "ValidationError",
        "The values for parameter Id in MetricDataQueries are not unique.",
    )


@pytest.mark.parametrize("wrong", ["M1", "1m", "m-1", "_m"])
def test_an_id_starts_with_a_small_letter(cloudwatch: Any, wrong: str) -> None:
    code, message = data_refusal(cloudwatch, stat(wrong, "Data", "m"))
    assert code == "ValidationError"
    assert message == (
        f"The value {wrong} for parameter MetricDataQueries.member.1.Id is not matching"
        " the expected pattern ^[a-z][a-zA-Z0-9_]*$.\n"
    )


def test_a_query_is_of_a_metric_or_an_expression(cloudwatch: Any) -> None:
    assert data_refusal(cloudwatch, {"Id": "m1"}) == (
        "ValidationError",
        "The parameter MetricDataQueries.member.1.MetricStat is required.\n",
    )
    assert data_refusal(cloudwatch, stat("m1", "Data", "m", Expression="m2")) == (
        "ValidationError",
        "The parameters MetricDataQuery Expression and MetricStat are mutually exclusive"
        " and you have specified both.\n",
    )


def test_all_that_is_wrong_is_told_at_once(cloudwatch: Any) -> None:
    _, message = data_refusal(cloudwatch, *(stat(f"m{n}", "Data", "m", "None") for n in (1, 2)))
    assert message == "".join(
        f"The value None for parameter MetricDataQueries.member.{n}.MetricStat.Stat"
        " is not a valid statistic.\n"
        for n in (1, 2)
    )


def test_a_call_has_500_queries(cloudwatch: Any) -> None:
    queries = [stat(f"m{number}", "Data", "m") for number in range(501)]
    assert len(ask(cloudwatch, *queries[:500])) == 500
    assert data_refusal(cloudwatch, *queries) == (
        "ValidationError",
        "The collection MetricDataQueries must not have a size greater than 500.\n",
    )


def test_a_metric_nobody_put_is_complete_and_empty(cloudwatch: Any) -> None:
    assert ask(cloudwatch, stat("m1", "Data/Nothing", "m")) == [
        {"Id": "m1", "Label": "m", "Timestamps": [], "Values": [], "StatusCode": "Complete"}
    ]


def test_what_is_not_to_be_returned_is_not(cloudwatch: Any) -> None:
    found = ask(
        cloudwatch, stat("m1", "Data", "m", ReturnData=False), {"Id": "e1", "Expression": "m1*2"}
    )
    assert [result["Id"] for result in found] == ["e1"]


# --- pages ----------------------------------------------------------------------------------------


def test_a_page_has_max_datapoints_and_says_what_is_partial(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Pages", "long", {number: number for number in range(-6, 0)})
    put(cloudwatch, "Data/Pages", "short", {-2: 20})
    queries = [stat("m1", "Data/Pages", "long"), stat("m2", "Data/Pages", "short")]
    request = {
        "MetricDataQueries": queries,
        "StartTime": minute(-10),
        "EndTime": minute(0),
        "MaxDatapoints": 3,
    }
    first = cloudwatch.get_metric_data(**request)
    assert [(r["Id"], r["Values"], r["StatusCode"]) for r in first["MetricDataResults"]] == [
        ("m1", [-1, -2], "PartialData"),
        ("m2", [20], "Complete"),
    ]
    second = cloudwatch.get_metric_data(**request, NextToken=first["NextToken"])
    assert [(r["Id"], r["Values"], r["StatusCode"]) for r in second["MetricDataResults"]] == [
        ("m1", [-3, -4, -5], "PartialData")
    ]
    third = cloudwatch.get_metric_data(**request, NextToken=second["NextToken"])
    assert third["MetricDataResults"][0]["StatusCode"] == "Complete"
    assert third["MetricDataResults"][0]["Values"] == [-6]
    assert "NextToken" not in third


def test_with_a_math_expression_there_is_no_token(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/MathPages", "m", {-3: 3, -2: 2})
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            stat("m1", "Data/MathPages", "m", ReturnData=False),
            {"Id": "e1", "Expression": "m1*1"},
        ],
        StartTime=minute(-10),
        EndTime=minute(0),
        MaxDatapoints=1,
    )
    assert answer["MetricDataResults"][0]["Values"] == [2]
    assert answer["MetricDataResults"][0]["StatusCode"] == "PartialData"
    assert "NextToken" not in answer


def test_a_token_is_bound_to_its_request(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Token", "m", {-3: 3, -2: 2})
    query = stat("m1", "Data/Token", "m")
    request = {"MetricDataQueries": [query], "StartTime": minute(-10), "EndTime": minute(0)}
    token = cloudwatch.get_metric_data(**request, MaxDatapoints=1)["NextToken"]
    other = stat("m1", "Data/Token", "m", "Average")
    assert data_refusal(cloudwatch, other, NextToken=token)[0] == "InvalidNextToken"
    assert data_refusal(cloudwatch, query, NextToken="none")[0] == "InvalidNextToken"


@pytest.mark.parametrize("wrong", [0, 100_801])
def test_a_page_has_at_most_100800_data_points(cloudwatch: Any, wrong: int) -> None:
    code, message = data_refusal(cloudwatch, stat("m1", "Data", "m"), MaxDatapoints=wrong)
    assert code == "ValidationError"
    assert "MaxDatapoints" in message


# --- labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queries", "labels"),
    [
        ([("m", "Sum", 60, None)], ["m"]),
        ([("a", "Sum", 60, None), ("b", "Sum", 60, None)], ["a", "b"]),
        ([("m", "Sum", 60, None), ("m", "Minimum", 60, None)], ["m Sum", "m Minimum"]),
        ([("m", "Sum", 60, None), ("m", "Sum", 30, None)], ["m 60", "m 30"]),
        ([("m", "Sum", 60, None), ("m", "Minimum", 30, None)], ["m Sum 60", "m Minimum 30"]),
        (
            [("m", "Sum", 60, {"City": "Bern"}), ("m", "Sum", 60, {"City": "Oslo"})],
            ["Bern", "Oslo"],
        ),
    ],
)
def test_a_default_label_is_what_tells_the_metrics_apart(
    cloudwatch: Any, queries: list[tuple[str, str, int, dict[str, str] | None]], labels: list[str]
) -> None:
    asked = [
        stat(f"m{number}", "Data/Labels", name, statistic, period, dimensions)
        for number, (name, statistic, period, dimensions) in enumerate(queries)
    ]
    assert [result["Label"] for result in ask(cloudwatch, *asked)] == labels


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Errors", "Errors"),
        ("max ${MAX} min ${MIN}", "max 3.5 min 1"),
        ("${AVG} of ${DATAPOINT_COUNT}, last ${LAST}", "2.25 of 2, last 1"),
        ("${SUM} ${FIRST} ${MIN_MAX_RANGE}", "4.5 3.5 2.5"),
        ("${MAX_TIME}", "2026-11-23 08:57:00 UTC"),
        ("${LABEL}: ${PROP('Dim.City')}", "m: Bern"),
        (
            "${PROP('Namespace')} ${PROP('MetricName')} ${PROP('Stat')} ${PROP('Period')}",
            "Data/Dynamic m Sum 60",
        ),
        ("${PROP('Region')} ${PROP('AccountId')}", f"eu-central-1 {PAYMENTS_PROD}"),
        ("${NOTHING}", "${NOTHING}"),
    ],
)
def test_a_label_has_dynamic_parts(cloudwatch: Any, label: str, shown: str) -> None:
    if not cloudwatch.list_metrics(Namespace="Data/Dynamic")["Metrics"]:
        put(cloudwatch, "Data/Dynamic", "m", {-3: 3.5, -2: 1}, {"City": "Bern"})
    query = stat("m1", "Data/Dynamic", "m", dimensions={"City": "Bern"}, Label=label)
    assert ask(cloudwatch, query)[0]["Label"] == shown
