"""What CloudWatch measured of the story, and which alarms it set off."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import (
    CULPRIT,
    DATA_PROD,
    INGEST,
    NIGHTLY,
    PAYMENTS_PROD,
    PLATFORM,
    VICTIM,
)
from awsdash.demo.story.estate import RESOURCES
from awsdash.demo.story.logs.runs import runs_of
from awsdash.demo.story.metrics.estate import MEASURES
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

STORY = Story(EPOCH)
HISTORY = timedelta(days=14)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(STORY, now=EPOCH) as server:
        yield EmulatedAws(server.url)


def values(
    cloudwatch: Any,
    metric: str,
    statistic: str,
    start: datetime = EPOCH - HISTORY,
    end: datetime = EPOCH,
    period: int = 300,
    **dimensions: str,
) -> list[tuple[datetime, float]]:
    namespace, _, name = metric.rpartition("/")
    about = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {"Id": "m", "MetricStat": {"Metric": about, "Period": period, "Stat": statistic}}
        ],
        StartTime=start,
        EndTime=end,
        ScanBy="TimestampAscending",
    )
    results = [page["MetricDataResults"][0] for page in pages]
    return [
        pair
        for result in results
        for pair in zip(result["Timestamps"], result["Values"], strict=True)
    ]


def alarms(aws: EmulatedAws, account: str, region: str = "eu-west-1") -> dict[str, Any]:
    found = aws.reader("cloudwatch", account, region).describe_alarms(
        AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return {alarm["AlarmName"]: alarm for alarm in found["MetricAlarms"] + found["CompositeAlarms"]}


def test_lambda_counts_and_times_the_very_runs_that_logged(aws: EmulatedAws) -> None:
    cloudwatch = aws.reader("cloudwatch", PAYMENTS_PROD)
    runs = list(runs_of(STORY, CULPRIT))
    counted = values(cloudwatch, "AWS/Lambda/Invocations", "Sum", FunctionName=CULPRIT.name)
    assert sum(value for _, value in counted) == len(runs)
    timed = values(cloudwatch, "AWS/Lambda/Duration", "Maximum", FunctionName=CULPRIT.name)
    assert max(value for _, value in timed) == pytest.approx(max(run.took_ms for run in runs))


def test_the_gateway_counts_as_many_failures_as_the_checkout_answered(aws: EmulatedAws) -> None:
    cloudwatch = aws.reader("cloudwatch", PAYMENTS_PROD)
    failed = values(cloudwatch, "AWS/ApiGateway/5XXError", "Sum", ApiName="checkout", Stage="prod")
    assert sum(value for _, value in failed) == sum(
        run.status == 502 for run in runs_of(STORY, VICTIM)
    )


def test_the_ledger_loses_its_connections_with_the_deployment(aws: EmulatedAws) -> None:
    cloudwatch = aws.reader("cloudwatch", PAYMENTS_PROD)
    metric = "AWS/RDS/DatabaseConnections"
    rows = values(cloudwatch, metric, "Average", period=60, DBClusterIdentifier="ledger")
    recent = [row for row in rows if row[0] > EPOCH - timedelta(hours=3)]
    assert {round(value / 20) for at, value in recent if at < STORY.deployed_at} == {1}
    assert {round(value / 2) for at, value in recent if at > STORY.deployed_at} == {1}


def test_the_orders_are_read_late_while_the_stream_has_one_shard(aws: EmulatedAws) -> None:
    cloudwatch = aws.reader("cloudwatch", DATA_PROD)
    rows = values(cloudwatch, "AWS/Lambda/IteratorAge", "Maximum", FunctionName=INGEST.name)
    late = [at for at, value in rows if value > 60_000]
    assert STORY.resharded_at < min(late)
    assert max(late) < STORY.reshard_mended_at + timedelta(hours=1)
    lost = values(
        cloudwatch,
        "AWS/SQS/ApproximateNumberOfMessagesVisible",
        "Maximum",
        QueueName="orders-ingest-dlq",
    )
    assert (lost[0][1], lost[-1][1]) == (0, 1840)


def test_the_report_fails_once_a_night_since_the_bucket_refuses_it(aws: EmulatedAws) -> None:
    cloudwatch = aws.reader("cloudwatch", DATA_PROD, "us-east-1")
    rows = values(cloudwatch, "AWS/Lambda/Errors", "Sum", FunctionName=NIGHTLY.name)
    assert len(rows) == 13
    assert {value for at, value in rows if at < STORY.policy_changed_at} == {0}
    assert {value for at, value in rows if at >= STORY.policy_changed_at} == {1}


@pytest.mark.parametrize("type_", MEASURES)
def test_each_type_of_resource_that_is_measured_is_in_the_estate(type_: str) -> None:
    assert any(resource.type == type_ for resource in RESOURCES)


def test_each_machine_is_measured_where_it_stands(aws: EmulatedAws) -> None:
    machines = [r for r in RESOURCES if r.type == "AWS::EC2::Instance"]
    for place in {machine.place for machine in machines}:
        cloudwatch = aws.reader("cloudwatch", *place)
        pages = cloudwatch.get_paginator("list_metrics").paginate(
            Namespace="AWS/EC2", MetricName="CPUUtilization"
        )
        measured = {m["Dimensions"][0]["Value"] for page in pages for m in page["Metrics"]}
        assert measured == {machine.id for machine in machines if machine.place == place}


def test_a_percentage_is_at_most_100(aws: EmulatedAws) -> None:
    cloudwatch = aws.reader("cloudwatch", PAYMENTS_PROD)
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": "busiest",
                "Expression": "MAX(SEARCH('MetricName=\"CPUUtilization\"', 'Maximum', 3600))",
            }
        ],
        StartTime=EPOCH - HISTORY,
        EndTime=EPOCH,
    )["MetricDataResults"][0]
    assert found["Values"]
    assert 0 < max(found["Values"]) <= 100


def test_the_deployment_sets_off_the_checkouts_alarms_and_no_other(aws: EmulatedAws) -> None:
    found = alarms(aws, PAYMENTS_PROD)
    states = {name: alarm["StateValue"] for name, alarm in found.items()}
    assert states == {
        "checkout-5xx": "ALARM",
        "checkout-broken": "ALARM",
        "checkout-charge-errors": "ALARM",
        "checkout-charge-slow": "ALARM",
        "ledger-cpu": "OK",
    }
    for name, alarm in found.items():
        if states[name] == "ALARM":
            assert alarm["StateUpdatedTimestamp"] > STORY.deployed_at, name


def test_the_other_plots_set_off_theirs_and_the_stream_is_well_again(aws: EmulatedAws) -> None:
    orders = alarms(aws, DATA_PROD)
    assert orders["orders-late"]["StateValue"] == "OK"
    assert orders["orders-late"]["StateUpdatedTimestamp"] > STORY.reshard_mended_at
    assert orders["orders-lost"]["StateValue"] == "ALARM"
    reports = alarms(aws, DATA_PROD, "us-east-1")
    assert reports["report-failed"]["StateUpdatedTimestamp"] > STORY.policy_changed_at
    assert alarms(aws, PLATFORM, "eu-central-1")["bastion-cpu"]["StateValue"] == "OK"


def test_the_history_tells_when_the_orders_were_late(aws: EmulatedAws) -> None:
    history = aws.reader("cloudwatch", DATA_PROD).describe_alarm_history(
        AlarmName="orders-late", HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
    )["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in history] == [
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]
