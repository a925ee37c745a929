"""The same seed and epoch tell the same story after a restart, by every service."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from awsdash.demo.story.cast import CULPRIT, DATA_PROD, PAYMENTS_PROD, PLATFORM
from tests.demo.emulated_aws import EmulatedAws

# Today: what is asked for is as old as in the demo.
EPOCH: Final = datetime.now(UTC).replace(second=0, microsecond=0)
SINCE: Final = EPOCH - timedelta(hours=2)
FLAGS: Final = ("--epoch", EPOCH.isoformat(), "--events", "3000", "--athena-rows", "5000")


@contextmanager
def emulator(*flags: str) -> Iterator[EmulatedAws]:
    command = [sys.executable, "-m", "awsdash.demo.aws", *FLAGS, *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield EmulatedAws(process.stdout.readline().split()[1])
        finally:
            process.terminate()


def log_events(aws: EmulatedAws) -> Any:
    logs = aws.reader("logs", PAYMENTS_PROD)
    return logs.filter_log_events(logGroupName=CULPRIT.log_group)["events"]


def metrics(aws: EmulatedAws) -> Any:
    cloudwatch = aws.reader("cloudwatch", PAYMENTS_PROD)
    search = "SEARCH('MetricName=\"CPUUtilization\"', 'Average', 300)"
    return cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "all", "Expression": search}], StartTime=SINCE, EndTime=EPOCH
    )["MetricDataResults"]


def events(aws: EmulatedAws) -> Any:
    trail = aws.reader("cloudtrail", PAYMENTS_PROD)
    return trail.lookup_events(StartTime=EPOCH - timedelta(days=9), EndTime=EPOCH)["Events"]


def items(aws: EmulatedAws) -> Any:
    config = aws.reader("config", PLATFORM, "eu-central-1")
    expression = "SELECT * WHERE resourceType LIKE 'AWS::EC2::%'"
    return config.select_resource_config(Expression=expression)["Results"]


def traces(aws: EmulatedAws) -> Any:
    xray = aws.reader("xray", PAYMENTS_PROD)
    return xray.get_trace_summaries(StartTime=SINCE, EndTime=EPOCH)["TraceSummaries"]


def machines(aws: EmulatedAws) -> Any:
    ec2 = aws.reader("ec2", PAYMENTS_PROD)
    reservations = ec2.describe_instances()["Reservations"]
    return sorted(
        (machine["InstanceId"], machine["PrivateIpAddress"], machine["SubnetId"])
        for reservation in reservations
        for machine in reservation["Instances"]
    )


def rows(aws: EmulatedAws) -> Any:
    athena = aws.reader("athena", DATA_PROD)
    sql = "SELECT * FROM edge.access_logs ORDER BY ts, trace_id LIMIT 200"
    query = athena.start_query_execution(QueryString=sql, WorkGroup="analysts")
    name = {"QueryExecutionId": query["QueryExecutionId"]}
    while athena.get_query_execution(**name)["QueryExecution"]["Status"]["State"] in {
        "QUEUED",
        "RUNNING",
    }:
        time.sleep(0.05)
    return athena.get_query_results(**name)["ResultSet"]


ASKED: Final[tuple[Callable[[EmulatedAws], Any], ...]] = (
    log_events,
    metrics,
    events,
    items,
    traces,
    machines,
    rows,
)


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[EmulatedAws, EmulatedAws, EmulatedAws]]:
    """The story, the story again, and another one."""
    with emulator() as first, emulator() as again, emulator("--seed", "8") as other:
        yield first, again, other


def written(answer: Any) -> str:
    return json.dumps(answer, default=str, sort_keys=True)


@pytest.mark.parametrize("asked", ASKED)
def test_a_restart_tells_the_same(
    told: tuple[EmulatedAws, ...], asked: Callable[[EmulatedAws], Any]
) -> None:
    first, again, _ = told
    answer = asked(first)
    assert answer
    assert written(answer) == written(asked(again))


@pytest.mark.parametrize("asked", [log_events, metrics, events, traces, rows])
def test_another_seed_tells_another(
    told: tuple[EmulatedAws, ...], asked: Callable[[EmulatedAws], Any]
) -> None:
    first, _, other = told
    assert written(asked(first)) != written(asked(other))
