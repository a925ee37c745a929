"""Queries that take their time or fail, because a rule says so."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import CULPRIT, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EPOCH_MS, EmulatedAws
from tests.demo.waiting import until

BAD_DATA = "HIVE_BAD_DATA: Error parsing field value"


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> EmulatedAws:
    server.control("DELETE", "faults")
    return server


def start(athena: Any) -> str:
    return str(
        athena.start_query_execution(
            QueryString="SELECT 1", ResultConfiguration={"OutputLocation": "s3://slow-results/"}
        )["QueryExecutionId"]
    )


def status(athena: Any, query_id: str) -> dict[str, Any]:
    answer = athena.get_query_execution(QueryExecutionId=query_id)
    return dict(answer["QueryExecution"]["Status"])


@pytest.fixture(scope="module")
def athena(server: EmulatedAws) -> Any:
    server.reader("s3", PAYMENTS_PROD).create_bucket(
        Bucket="slow-results", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return server.reader("athena", PAYMENTS_PROD)


def test_athena_queues_a_query_as_long_as_it_is_told(aws: EmulatedAws, athena: Any) -> None:
    aws.control("PUT", "faults", [{"service": "athena", "queuedS": 600}])
    query = start(athena)
    assert status(athena, query)["State"] == "QUEUED"
    athena.stop_query_execution(QueryExecutionId=query)


def test_athena_runs_a_query_as_long_as_it_is_told(aws: EmulatedAws, athena: Any) -> None:
    aws.control("PUT", "faults", [{"service": "athena", "queuedS": 0, "runningS": 600}])
    query = start(athena)
    assert status(athena, query)["State"] == "RUNNING"
    athena.stop_query_execution(QueryExecutionId=query)


def test_athena_fails_a_query_as_it_is_told(aws: EmulatedAws, athena: Any) -> None:
    rule = {"service": "athena", "queuedS": 0, "runningS": 0, "failure": BAD_DATA}
    aws.control("PUT", "faults", [rule])
    query = start(athena)
    until(lambda: status(athena, query)["State"] not in ("QUEUED", "RUNNING"))
    assert status(athena, query)["State"] == "FAILED"
    assert status(athena, query)["StateChangeReason"].startswith(BAD_DATA)


def test_only_the_start_of_a_query_is_struck(aws: EmulatedAws, athena: Any) -> None:
    aws.control("PUT", "faults", [{"service": "athena", "runningS": 600, "times": 2}])
    query = start(athena)
    for _ in range(3):
        status(athena, query)
    athena.stop_query_execution(QueryExecutionId=query)
    _, (rule,) = aws.control("GET", "faults")
    assert (rule["strikes"], rule["times"]) == (1, 1)


def test_rules_together_tell_what_a_query_does(aws: EmulatedAws, athena: Any) -> None:
    rules = [
        {"service": "athena", "queuedS": 0},
        {"service": "athena", "queuedS": 600, "runningS": 0},
        {"service": "athena", "failure": BAD_DATA},
    ]
    aws.control("PUT", "faults", rules)
    query = start(athena)
    until(lambda: status(athena, query)["State"] not in ("QUEUED", "RUNNING"))
    assert status(athena, query)["State"] == "FAILED"


def test_insights_runs_a_query_as_long_as_it_is_told(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"service": "logs", "queuedS": 0, "runningS": 600}])
    query = logs.start_query(
        logGroupName=CULPRIT.log_group,
        startTime=EPOCH_MS // 1000 - 3600,
        endTime=EPOCH_MS // 1000,
        queryString="fields @message",
    )["queryId"]
    assert logs.get_query_results(queryId=query)["status"] == "Running"
    logs.stop_query(queryId=query)
