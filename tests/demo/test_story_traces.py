"""The story's traces, as X-Ray tells them: they are of the runs that the logs tell of."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.xray.store import traces
from awsdash.demo.story.cast import CULPRIT, DATA_PROD, INGEST, PAYMENTS_DEV, PAYMENTS_PROD, VICTIM
from awsdash.demo.story.logs.invocation import Invocation
from awsdash.demo.story.logs.runs import runs_of
from awsdash.demo.story.story import Story
from awsdash.demo.story.traces.planting import plant_traces
from tests.demo.emulated_aws import EPOCH, EmulatedAws

STORY = Story(EPOCH)
DAY = timedelta(days=1)
INCIDENT = {"StartTime": STORY.deployed_at, "EndTime": EPOCH}
REPORT = re.compile(r"\nXRAY TraceId: (\S+)\tSegmentId: (\w+)\tSampled: true\t\n$")


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(STORY, now=EPOCH) as server:
        emulated = EmulatedAws(server.url)
        emulated.client("xray").get_groups()  # whatever of the story waits for X-Ray is told
        traces.clear()
        plant_traces(STORY)
        yield emulated


@pytest.fixture(scope="module")
def xray(aws: EmulatedAws) -> Any:
    return aws.reader("xray", PAYMENTS_PROD)


@pytest.fixture(scope="module")
def summaries(xray: Any) -> list[dict[str, Any]]:
    """Of all days."""
    return [one for day in range(14) for one in found(xray, EPOCH - (day + 1) * DAY, day=DAY)]


@pytest.fixture(scope="module")
def documents(xray: Any, summaries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return segments(xray, [one["Id"] for one in summaries])


def found(xray: Any, start: Any, day: timedelta = DAY, **request: Any) -> list[dict[str, Any]]:
    pages = xray.get_paginator("get_trace_summaries").paginate(
        StartTime=start, EndTime=start + day, **request
    )
    return [one for page in pages for one in page["TraceSummaries"]]


def matching(xray: Any, expression: str) -> list[dict[str, Any]]:
    """Since the deployment."""
    pages = xray.get_paginator("get_trace_summaries").paginate(
        **INCIDENT, FilterExpression=expression
    )
    return [one for page in pages for one in page["TraceSummaries"]]


def segments(xray: Any, trace_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    return {
        trace["Id"]: [json.loads(segment["Document"]) for segment in trace["Segments"]]
        for some in (trace_ids[at : at + 5] for at in range(0, len(trace_ids), 5))
        for trace in xray.batch_get_traces(TraceIds=some)["Traces"]
    }


def ran(documents: dict[str, list[dict[str, Any]]], name: str) -> dict[str, dict[str, Any]]:
    """The function's own segments by request id."""
    return {
        segment["aws"]["request_id"]: segment
        for of_trace in documents.values()
        for segment in of_trace
        if segment["origin"] == "AWS::Lambda::Function" and segment["name"] == name
    }


def report(run: Invocation) -> tuple[str, str] | None:
    """The trace and the segment that the run's report names."""
    named = REPORT.search(run.lines[-1].message)
    return (named[1], named[2]) if named else None


@pytest.mark.parametrize("function", [CULPRIT, VICTIM])
def test_a_traced_run_started_lasted_and_ended_as_it_logged(
    documents: dict[str, list[dict[str, Any]]], function: Any
) -> None:
    runs = {run.request_id: run for run in runs_of(STORY, function)}
    traced = ran(documents, function.name)
    assert len(traced) > 50
    for request_id, segment in traced.items():
        run = runs[request_id]
        assert segment["start_time"] == pytest.approx(run.started / 1000, abs=1e-5)
        assert segment["end_time"] == pytest.approx(run.now / 1000, abs=1e-5)
        assert segment.get("fault", False) is (run.failure is not None)
        assert segment["service"]["version"] == run.version


def test_each_failed_run_and_a_third_of_the_others_are_traced(
    documents: dict[str, list[dict[str, Any]]],
) -> None:
    traced = ran(documents, CULPRIT.name).keys()
    runs = list(runs_of(STORY, CULPRIT))
    failed = {run.request_id for run in runs if run.failure}
    well = {run.request_id for run in runs} - failed
    assert failed <= traced
    assert 0.22 < len(well & traced) / len(well) < 0.45


@pytest.mark.parametrize("function", [CULPRIT, VICTIM])
def test_the_report_of_a_traced_run_names_its_trace_and_segment(
    documents: dict[str, list[dict[str, Any]]], function: Any
) -> None:
    reported = {named: run.request_id for run in runs_of(STORY, function) if (named := report(run))}
    assert reported.keys() == {
        (segment["trace_id"], segment["id"])
        for of_trace in documents.values()
        for segment in of_trace
        if segment["origin"] == "AWS::Lambda" and segment["name"] == function.name
    }
    for (trace_id, segment_id), request_id in reported.items():
        (segment,) = [one for one in documents[trace_id] if one["id"] == segment_id]
        assert segment["aws"]["request_id"] == request_id


def test_the_logs_of_a_run_that_is_not_traced_name_no_trace() -> None:
    reports = [report(run) for run in runs_of(STORY, CULPRIT)]
    assert None in reports
    named = [one for one in reports if one]
    assert len(set(named)) == len(named)


def test_the_id_of_a_trace_carries_its_time(summaries: list[dict[str, Any]]) -> None:
    for one in summaries:
        assert abs(int(one["Id"][2:10], 16) - one["StartTime"].timestamp()) < 1.1


def test_a_failed_checkout_goes_from_the_api_to_the_ledger(xray: Any) -> None:
    checkouts = matching(xray, 'fault AND service(id(type: "AWS::ApiGateway::Stage"))')
    assert len(checkouts) > 5
    for one in checkouts:
        assert one["Http"]["HttpStatus"] == 502
        (root_cause,) = one["FaultRootCauses"]
        path = [(service["Name"], service.get("Type")) for service in root_cause["Services"]]
        assert path == [
            ("checkout/prod", "AWS::ApiGateway::Stage"),
            ("checkout-api", "AWS::Lambda"),
            ("checkout-api", "AWS::Lambda::Function"),
            ("checkout-charge", "AWS::Lambda"),
            ("checkout-charge", "AWS::Lambda::Function"),
            ("ledger-api", "remote"),
        ]
        assert root_cause["ClientImpacting"] is True
        charging = root_cause["Services"][-2]["EntityPath"]
        assert charging[-1]["Exceptions"] == [
            {"Name": "TimeoutError", "Message": "timeout after 3000 ms calling ledger-api"}
        ]


def test_a_failed_charge_waited_three_seconds_for_the_ledger(
    documents: dict[str, list[dict[str, Any]]],
) -> None:
    waits = [
        segment["end_time"] - segment["start_time"]
        for of_trace in documents.values()
        for segment in of_trace
        if segment["name"] == "ledger-api" and segment.get("fault")
    ]
    assert len(waits) > 50
    assert min(waits) > 2.9
    assert max(waits) < 3.1


def test_nothing_fails_before_the_deployment_and_ever_more_after_it(
    summaries: list[dict[str, Any]],
) -> None:
    before = [one for one in summaries if one["StartTime"] < STORY.deployed_at]
    assert not any(one["HasFault"] for one in before)
    half = STORY.deployed_at + (EPOCH - STORY.deployed_at) / 2
    after = [one for one in summaries if one["StartTime"] >= STORY.deployed_at]
    early, late = (
        [one["HasFault"] for one in after if (one["StartTime"] >= half) is is_late]
        for is_late in (False, True)
    )
    assert 0.3 < sum(early) / len(early) < sum(late) / len(late)


def test_a_checkout_and_its_charge_are_of_the_same_order(
    documents: dict[str, list[dict[str, Any]]],
) -> None:
    checkouts = ran(documents, VICTIM.name)
    charges = {one["trace_id"]: one for one in ran(documents, CULPRIT.name).values()}
    for checkout in checkouts.values():
        charge = charges[checkout["trace_id"]]
        annotations = [one["subsegments"][0]["annotations"] for one in (checkout, charge)]
        assert annotations[0]["order"] == annotations[1]["order"]
        assert annotations[0]["attempt"] == annotations[1]["attempt"]
        assert checkout["user"] == charge["user"]


def test_a_checkout_fails_when_its_charge_does() -> None:
    called = [run for run in runs_of(STORY, VICTIM) if run.called]
    assert {
        (run.status, run.called is not None and run.called.failure is None) for run in called
    } == {
        (201, True),
        (502, False),
    }


def test_calls_lie_within_their_callers(documents: dict[str, list[dict[str, Any]]]) -> None:
    def hold(part: dict[str, Any]) -> None:
        for inner in part.get("subsegments", ()):
            assert part["start_time"] <= inner["start_time"] <= inner["end_time"]
            assert inner["end_time"] <= part["end_time"] + 1e-6
            hold(inner)

    for of_trace in documents.values():
        for segment in of_trace:
            hold(segment)


def test_annotations_tell_the_version_that_ran(xray: Any, summaries: list[dict[str, Any]]) -> None:
    assert len(matching(xray, "annotation.version = 118")) == len(
        matching(xray, 'service("checkout-charge")')
    )
    before = [
        one for one in summaries if one["StartTime"] < STORY.deployed_at - timedelta(minutes=1)
    ]
    versions = {
        value["AnnotationValue"]["NumberValue"]
        for one in before
        for value in one["Annotations"]["version"]
    }
    assert 117 in versions
    assert 118 not in versions


def test_all_days_have_traces_and_the_last_has_most(summaries: list[dict[str, Any]]) -> None:
    days = [(EPOCH - one["StartTime"]).days for one in summaries]
    counts = [days.count(day) for day in range(13)]
    assert min(counts) > 0
    assert counts[0] > sum(counts[1:])


def test_the_graph_of_the_last_hours_tells_where_it_fails(xray: Any) -> None:
    services = xray.get_service_graph(StartTime=EPOCH - timedelta(hours=6), EndTime=EPOCH)[
        "Services"
    ]
    names = {one["ReferenceId"]: (one["Name"], one["Type"]) for one in services}
    edges = {
        (names[one["ReferenceId"]], names[edge["ReferenceId"]])
        for one in services
        for edge in one["Edges"]
    }
    gateway = ("checkout/prod", "AWS::ApiGateway::Stage")
    api = [("checkout-api", kind) for kind in ("AWS::Lambda", "AWS::Lambda::Function")]
    charge = [("checkout-charge", kind) for kind in ("AWS::Lambda", "AWS::Lambda::Function")]
    assert edges >= {
        (("checkout/prod", "client"), gateway),
        (gateway, api[0]),
        (api[0], api[1]),
        (api[1], charge[0]),
        (charge[0], charge[1]),
        (charge[1], ("payments-ledger-idempotency", "AWS::DynamoDB::Table")),
        (charge[1], ("ledger-api", "remote")),
    }
    faults = {
        names[one["ReferenceId"]]: one["SummaryStatistics"]["FaultStatistics"]["TotalCount"]
        for one in services
        if one["Type"] != "client"
    }
    assert faults["ledger-api", "remote"] == faults[charge[1]] > 50
    assert faults["payments-ledger-idempotency", "AWS::DynamoDB::Table"] == 0


@pytest.mark.parametrize(
    ("account", "called"),
    [
        (DATA_PROD, {"orders-deduplication", "northwind-orders-raw"}),
        (PAYMENTS_DEV, {"checkout-sessions", "payments-ledger-idempotency", "ledger-api"}),
    ],
)
def test_other_accounts_are_well_today(aws: EmulatedAws, account: str, called: set[str]) -> None:
    xray = aws.reader("xray", account)
    today = found(xray, EPOCH - DAY)
    assert len(today) > 10
    assert not any(one["HasFault"] or one["HasError"] for one in today)
    names = {service["Name"] for one in today for service in one["ServiceIds"]}
    assert called <= names


def test_what_orders_ingest_lost_while_it_lagged_is_traced(aws: EmulatedAws) -> None:
    xray = aws.reader("xray", DATA_PROD)
    lost = {run.request_id for run in runs_of(STORY, INGEST) if run.failure}
    start = STORY.resharded_at
    failed = found(xray, start, FilterExpression="fault")
    assert ran(segments(xray, [one["Id"] for one in failed]), INGEST.name).keys() == lost


def test_the_same_story_has_the_same_traces(xray: Any, summaries: list[dict[str, Any]]) -> None:
    traces.clear()
    plant_traces(Story(EPOCH))
    again = [one for day in range(14) for one in found(xray, EPOCH - (day + 1) * DAY)]
    assert again == summaries
