"""GetServiceGraph, GetTraceGraph and GetTimeSeriesServiceStatistics, through boto3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import MANAGEMENT
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.xray_documents import NOW_S, http, new_trace_id, put, segment, subsegment

HOUR = timedelta(hours=1)
LAST_HOUR = {"StartTime": EPOCH - HOUR, "EndTime": EPOCH}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def traces(aws: EmulatedAws) -> list[str]:
    """Of a shop that asks a table and a bank: one is well, one throttled, one fails at the bank."""
    xray = aws.client("xray")
    made = []
    for status, ago_s in ((200, 90), (429, 80), (500, 1000)):
        shop = segment(
            new_trace_id(ago_s),
            "shop",
            0.4,
            origin="AWS::EC2::Instance",
            http=http(status),
            annotations={"status": status},
        )
        subsegment(shop, "DynamoDB", 0.1, namespace="aws", aws={"table_name": "carts"})
        call = subsegment(shop, "bank.example.com", 0.25, namespace="remote", fault=status == 500)
        bank = segment(shop["trace_id"], "bank", 0.2, parent_id=call["id"], fault=status == 500)
        assert put(xray, shop, bank) == []
        made.append(shop["trace_id"])
    return made


@pytest.fixture(scope="module")
def xray(aws: EmulatedAws, traces: list[str]) -> Any:
    return aws.client("xray")


@pytest.fixture(scope="module")
def graph(xray: Any) -> dict[Any, dict[str, Any]]:
    """Services by name and type."""
    answer = xray.get_service_graph(**LAST_HOUR)
    return {(one["Name"], one.get("Type")): one for one in answer["Services"]}


def refusal(call: Any, **request: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer: Any = refused.value.response
    return dict(answer["Error"])


def test_the_graph_has_the_client_the_services_and_the_inferred_ones(
    graph: dict[Any, dict[str, Any]],
) -> None:
    assert graph.keys() == {
        ("shop", "client"),
        ("shop", "AWS::EC2::Instance"),
        ("bank", None),
        ("carts", "AWS::DynamoDB::Table"),
    }
    assert {one["State"] for one in graph.values()} == {"active", "unknown"}
    active = {name for (name, _), one in graph.items() if one["State"] == "active"}
    assert active == {"shop", "bank"}
    assert [name for name, one in graph.items() if one.get("Root")] == [
        ("shop", "AWS::EC2::Instance")
    ]
    assert len({one["ReferenceId"] for one in graph.values()}) == 4


def test_a_client_has_edges_only(graph: dict[Any, dict[str, Any]]) -> None:
    client = graph["shop", "client"]
    assert client.keys() == {
        "ReferenceId",
        "Name",
        "Names",
        "Type",
        "State",
        "StartTime",
        "EndTime",
        "Edges",
    }
    (edge,) = client["Edges"]
    assert edge["ReferenceId"] == graph["shop", "AWS::EC2::Instance"]["ReferenceId"]
    assert edge["SummaryStatistics"]["TotalCount"] == 3


def test_a_request_is_counted_once_by_its_outcome(graph: dict[Any, dict[str, Any]]) -> None:
    shop = graph["shop", "AWS::EC2::Instance"]
    assert shop["SummaryStatistics"] == {
        "OkCount": 1,
        "ErrorStatistics": {"ThrottleCount": 1, "OtherCount": 0, "TotalCount": 1},
        "FaultStatistics": {"OtherCount": 1, "TotalCount": 1},
        "TotalCount": 3,
        "TotalResponseTime": 1.2,
    }
    assert shop["ResponseTimeHistogram"] == [{"Value": 0.4, "Count": 3}]
    assert shop["DurationHistogram"] == [{"Value": 0.4, "Count": 3}]
    assert shop["AccountId"] == MANAGEMENT


def test_edges_are_as_the_caller_saw_them(graph: dict[Any, dict[str, Any]]) -> None:
    edges = {edge["ReferenceId"]: edge for edge in graph["shop", "AWS::EC2::Instance"]["Edges"]}
    assert edges.keys() == {
        graph["carts", "AWS::DynamoDB::Table"]["ReferenceId"],
        graph["bank", None]["ReferenceId"],
    }
    bank = edges[graph["bank", None]["ReferenceId"]]
    assert bank["ResponseTimeHistogram"] == [{"Value": 0.25, "Count": 3}]
    assert bank["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
    assert graph["bank", None]["ResponseTimeHistogram"] == [{"Value": 0.2, "Count": 3}]
    assert bank["Aliases"] == [{"Name": "bank.example.com", "Names": ["bank.example.com"]}]
    assert "EdgeType" not in bank  # nothing of it is asynchronous


def test_a_service_tells_when_it_was_first_and_last_at_work(
    graph: dict[Any, dict[str, Any]],
) -> None:
    shop = graph["shop", "AWS::EC2::Instance"]
    assert shop["StartTime"].timestamp() == NOW_S - 1000 + 0.25
    assert shop["EndTime"].timestamp() == pytest.approx(NOW_S - 80 + 0.65)


def test_the_graph_is_of_the_traces_in_the_range(xray: Any) -> None:
    request = {"StartTime": EPOCH - timedelta(seconds=100), "EndTime": EPOCH}
    answer = xray.get_service_graph(**request)
    counts = {
        one["Name"]: one["SummaryStatistics"]["TotalCount"]
        for one in answer["Services"]
        if one.get("Type") != "client"
    }
    assert counts == {"shop": 2, "bank": 2, "carts": 2}
    assert (answer["StartTime"], answer["EndTime"]) == (request["StartTime"], EPOCH)
    assert answer["ContainsOldGroupVersions"] is False


def test_the_graph_of_a_group_is_of_the_traces_that_match_it(xray: Any) -> None:
    group = xray.create_group(GroupName="failing", FilterExpression="fault")["Group"]
    for request in ({"GroupName": "failing"}, {"GroupARN": group["GroupARN"]}):
        services = xray.get_service_graph(**LAST_HOUR, **request)["Services"]
        counts = [s["SummaryStatistics"]["TotalCount"] for s in services if s["State"] == "active"]
        assert counts == [1, 1]
    assert len(xray.get_service_graph(**LAST_HOUR, GroupName="Default")["Services"]) == 4
    assert refusal(xray.get_service_graph, **LAST_HOUR, GroupName="nobody")["Code"] == (
        "InvalidRequestException"
    )


def test_the_range_of_a_graph_is_six_hours_at_most(xray: Any) -> None:
    xray.get_service_graph(StartTime=EPOCH - 6 * HOUR, EndTime=EPOCH)
    error = refusal(xray.get_service_graph, StartTime=EPOCH - 7 * HOUR, EndTime=EPOCH)
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"] == "Time range cannot be longer than 6 hours"


def test_services_come_in_pages(xray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("awsdash.demo.aws.xray.service_graph.SERVICES_A_PAGE", 3)
    pages = list(xray.get_paginator("get_service_graph").paginate(**LAST_HOUR))
    assert [len(page["Services"]) for page in pages] == [3, 1]
    numbers = [one["ReferenceId"] for page in pages for one in page["Services"]]
    assert numbers == [0, 1, 2, 3]


def test_the_graph_of_some_traces_is_of_these(xray: Any, traces: list[str]) -> None:
    answer = xray.get_trace_graph(TraceIds=[traces[0], traces[2], new_trace_id()])
    counts = {
        one["Name"]: one["SummaryStatistics"]["TotalCount"]
        for one in answer["Services"]
        if one.get("Type") != "client"
    }
    assert counts == {"shop": 2, "bank": 2, "carts": 2}
    assert xray.get_trace_graph(TraceIds=[])["Services"] == []


def series(xray: Any, **request: Any) -> list[dict[str, Any]]:
    answer = xray.get_time_series_service_statistics(**LAST_HOUR, **request)
    return list(answer["TimeSeriesServiceStatistics"])


@pytest.mark.parametrize(("period", "points"), [(None, 60), (60, 60), (300, 12)])
def test_a_series_has_a_point_for_each_period(xray: Any, period: int | None, points: int) -> None:
    found = series(xray, **({} if period is None else {"Period": period}))
    assert len(found) == points
    step = found[1]["Timestamp"] - found[0]["Timestamp"]
    assert step == timedelta(seconds=period or 60)
    assert found[0]["Timestamp"] == EPOCH - HOUR


def test_without_a_selector_the_edges_of_the_clients_are_counted(xray: Any) -> None:
    found = series(xray)
    assert {
        point.keys() - {"Timestamp", "ResponseTimeHistogram"} == {"EdgeSummaryStatistics"}
        for point in found
    } == {True}
    counted = {
        point["Timestamp"]: point["EdgeSummaryStatistics"]
        for point in found
        if point["EdgeSummaryStatistics"]["TotalCount"]
    }
    assert list(counted) == [EPOCH - timedelta(minutes=17), EPOCH - timedelta(minutes=2)]
    assert [one["TotalCount"] for one in counted.values()] == [1, 2]
    assert [one["FaultStatistics"]["TotalCount"] for one in counted.values()] == [1, 0]


@pytest.mark.parametrize(
    ("selector", "member", "times"),
    [
        ('service("bank")', "ServiceSummaryStatistics", [0.2, 0.4]),
        (
            'service(id(name: "shop", type: "AWS::EC2::Instance"))',
            "ServiceSummaryStatistics",
            [0.4, 0.8],
        ),
        ('id(name: "carts", type: "AWS::DynamoDB::Table")', "ServiceSummaryStatistics", [0.1, 0.2]),
        ('edge("shop", "bank")', "EdgeSummaryStatistics", [0.25, 0.5]),
    ],
)
def test_a_selector_selects_a_service_or_an_edge(
    xray: Any, selector: str, member: str, times: list[float]
) -> None:
    found = [point[member] for point in series(xray, EntitySelectorExpression=selector)]
    assert [one["TotalResponseTime"] for one in found if one["TotalCount"]] == times


def test_a_series_can_be_of_a_group(xray: Any) -> None:
    xray.create_group(GroupName="throttled", FilterExpression="annotation.status = 429")
    found = series(xray, GroupName="throttled")
    assert sum(point["EdgeSummaryStatistics"]["TotalCount"] for point in found) == 1


@pytest.mark.parametrize(
    "request_",
    [
        {"Period": 30},
        {"EntitySelectorExpression": "fault"},
        {"EntitySelectorExpression": "annotation.status = 200"},
        {"EntitySelectorExpression": 'service("shop") { fault }'},
        {"EntitySelectorExpression": 'service("shop") AND service("bank")'},
        {"ForecastStatistics": True},
        {"StartTime": EPOCH - 25 * HOUR},
    ],
)
def test_a_wrong_request_for_a_series_is_refused(xray: Any, request_: dict[str, Any]) -> None:
    error = refusal(xray.get_time_series_service_statistics, **{**LAST_HOUR, **request_})
    assert error["Code"] == "InvalidRequestException"
