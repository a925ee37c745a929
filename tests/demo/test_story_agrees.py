"""The first plot as six services tell it: they agree on what, when, who and how often."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story import tour
from awsdash.demo.story.cast import CULPRIT, ERROR_TEXT
from awsdash.demo.story.story import Story
from awsdash.demo.story.tour import Visitor
from tests.demo.emulated_aws import EPOCH

STORY = Story(EPOCH)
DEPLOYED = STORY.deployed_at


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with running_server(STORY, now=EPOCH) as server:
        yield Visitor(server.url, EPOCH)


@pytest.fixture(scope="module")
def logged(visitor: Visitor) -> list[dict[str, Any]]:
    return [json.loads(event["message"]) for event in tour.errors(visitor)]


def moment(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record["eventTime"])


def test_the_logs_tell_of_timeouts(logged: list[dict[str, Any]]) -> None:
    assert len(logged) > 50
    assert {error["msg"] for error in logged} == {ERROR_TEXT}


def test_lambda_counts_as_many_errors_as_were_logged(
    visitor: Visitor, logged: list[dict[str, Any]]
) -> None:
    rows = tour.failures_and_latency(visitor)
    assert sum(failed for _, failed, _ in rows) == len(logged)


def test_errors_and_latency_rise_with_the_deployment(visitor: Visitor) -> None:
    rows = tour.failures_and_latency(visitor)
    before = [row for row in rows if row[0] < DEPLOYED - timedelta(minutes=5)]
    after = [row for row in rows if row[0] > DEPLOYED]
    assert {failed for _, failed, _ in before} == {0}
    assert all(failed > 0 and slow >= 3000 for _, failed, slow in after)
    assert max(slow for _, _, slow in before) < 1500


def test_failed_traces_are_of_runs_that_logged_the_error(
    visitor: Visitor, logged: list[dict[str, Any]]
) -> None:
    requests = {error["requestId"] for error in logged}
    traces = [trace["Id"] for trace in tour.failed_traces(visitor)]
    assert len(traces) > 50
    xray = visitor.client("xray", CULPRIT.account)
    documents = [
        json.loads(segment["Document"])
        for trace in xray.batch_get_traces(TraceIds=traces[:5])["Traces"]
        for segment in trace["Segments"]
    ]
    named = {
        document.get("aws", {}).get("request_id")
        for document in documents
        if document["name"] == CULPRIT.name
    }
    assert named - {None}
    assert named - {None} <= requests


def test_cloudtrail_tells_who_deployed(visitor: Visitor) -> None:
    records = tour.deployments(visitor)
    names = {record["eventName"] for record in records}
    assert "UpdateFunctionConfiguration20150331v2" in names
    for record in records:
        assert record["userIdentity"]["arn"].endswith("/dana.reyes")
        assert abs(moment(record) - DEPLOYED) < timedelta(minutes=2)


def test_config_tells_what_changed_and_links_to_the_event(visitor: Visitor) -> None:
    after, before = tour.configurations(visitor)
    assert (before["POOL_SIZE"], after["POOL_SIZE"]) == ("20", "2")
    assert (before["REVISION"], after["REVISION"]) == ("117", "118")
    items = visitor.client("config", CULPRIT.account).get_resource_config_history(
        resourceType="AWS::Lambda::Function", resourceId=CULPRIT.name, limit=1
    )["configurationItems"]
    assert abs(items[0]["configurationItemCaptureTime"] - DEPLOYED) < timedelta(minutes=5)


def test_the_edge_saw_it_within_minutes(visitor: Visitor) -> None:
    rows = tour.spike(visitor)
    deployed = f"{DEPLOYED:%Y-%m-%d %H:%M}"
    calm = [failed / requests for minute, requests, failed in rows if minute < deployed]
    late = [failed / requests for _, requests, failed in rows[-10:]]
    assert sum(calm) / len(calm) < 0.02
    assert sum(late) / len(late) > 0.3
