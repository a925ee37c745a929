"""The first plot, from the error to its cause, asked of the emulated AWS with boto3.

`python -m awsdash.demo.story.tour` while `make demo` runs; each step prints what AWS says.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from boto3.session import Session

from awsdash.demo.story.cast import (
    BASE_ACCESS_KEY_ID,
    BASE_SECRET_ACCESS_KEY,
    CULPRIT,
    DATA_PROD,
    EXTERNAL_ID,
    role_arn,
)

SPIKE: Final = """
SELECT date_trunc('minute', ts) AS minute, count(*) AS requests, count_if(status >= 500) AS failed
FROM edge.access_logs
WHERE dt >= '{day}' AND ts >= timestamp '{since}' AND path LIKE '/checkout%'
GROUP BY 1 ORDER BY 1
"""
BEFORE: Final = timedelta(minutes=75)
TICK_S: Final = 0.2


@dataclass(frozen=True)
class Visitor:
    """Reads one AWS, as the portal does; `epoch` is when its story ends."""

    url: str
    epoch: datetime

    def client(self, service: str, account: str, region: str = "eu-west-1") -> Any:
        session: Any = Session()
        base = {"endpoint_url": self.url, "region_name": region}
        keys = {
            "aws_access_key_id": BASE_ACCESS_KEY_ID,
            "aws_secret_access_key": BASE_SECRET_ACCESS_KEY,
        }
        issued = session.client("sts", **base, **keys).assume_role(
            RoleArn=role_arn(account), RoleSessionName="tour", ExternalId=EXTERNAL_ID
        )["Credentials"]
        return session.client(
            service,
            **base,
            aws_access_key_id=issued["AccessKeyId"],
            aws_secret_access_key=issued["SecretAccessKey"],
            aws_session_token=issued["SessionToken"],
        )

    @property
    def since(self) -> datetime:
        return self.epoch - BEFORE


def errors(visitor: Visitor) -> list[dict[str, Any]]:
    """What checkout-charge logged as errors, oldest first."""
    pages = (
        visitor.client("logs", CULPRIT.account)
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=CULPRIT.log_group,
            filterPattern='{ $.level = "ERROR" }',
            startTime=int(visitor.since.timestamp() * 1000),
        )
    )
    return [event for page in pages for event in page["events"]]


def failures_and_latency(visitor: Visitor) -> list[tuple[datetime, float, float]]:
    """For each five minutes: failed runs, and the duration (ms) that 1 % exceed."""
    dimensions = [{"Name": "FunctionName", "Value": CULPRIT.name}]

    def asked(name: str, metric: str, statistic: str) -> dict[str, Any]:
        about = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
        return {"Id": name, "MetricStat": {"Metric": about, "Period": 300, "Stat": statistic}}

    failed, slow = visitor.client("cloudwatch", CULPRIT.account).get_metric_data(
        MetricDataQueries=[asked("failed", "Errors", "Sum"), asked("slow", "Duration", "p99")],
        StartTime=visitor.since,
        EndTime=visitor.epoch,
        ScanBy="TimestampAscending",
    )["MetricDataResults"]
    return list(zip(failed["Timestamps"], failed["Values"], slow["Values"], strict=True))


def failed_traces(visitor: Visitor) -> list[dict[str, Any]]:
    """Summaries of the traces in which checkout-charge failed."""
    pages = (
        visitor.client("xray", CULPRIT.account)
        .get_paginator("get_trace_summaries")
        .paginate(
            StartTime=visitor.since,
            EndTime=visitor.epoch,
            FilterExpression=f'service("{CULPRIT.name}") {{ fault }}',
        )
    )
    return [summary for page in pages for summary in page["TraceSummaries"]]


def deployments(visitor: Visitor) -> list[dict[str, Any]]:
    """Who changed the function, newest first: CloudTrail's records."""
    found = visitor.client("cloudtrail", CULPRIT.account).lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": CULPRIT.name}],
        StartTime=visitor.since,
        EndTime=visitor.epoch,
    )["Events"]
    return [json.loads(event["CloudTrailEvent"]) for event in found]


def configurations(visitor: Visitor) -> list[dict[str, Any]]:
    """The function's environment in its last two configuration items, newest first."""
    items = visitor.client("config", CULPRIT.account).get_resource_config_history(
        resourceType="AWS::Lambda::Function", resourceId=CULPRIT.name, limit=2
    )["configurationItems"]
    return [json.loads(item["configuration"])["environment"]["variables"] for item in items]


def spike(visitor: Visitor) -> list[tuple[str, int, int]]:
    """For each minute: requests of the checkout that the edge served, and how many failed."""
    athena = visitor.client("athena", DATA_PROD)
    since = f"{visitor.since:%Y-%m-%d %H:%M:%S}"
    query = athena.start_query_execution(
        QueryString=SPIKE.format(day=since[:10], since=since), WorkGroup="analysts"
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] in {"SUCCEEDED", "FAILED", "CANCELLED"}:
            break
        time.sleep(TICK_S)
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1:]
    cells = [[cell["VarCharValue"] for cell in row["Data"]] for row in rows]
    return [(minute, int(requests), int(failed)) for minute, requests, failed in cells]


Step = Callable[[Visitor], Iterable[Any]]
STEPS: Final[Mapping[str, Step]] = {
    "The error (CloudWatch Logs)": errors,
    "Since when, and how slow (CloudWatch Metrics)": failures_and_latency,
    "Where the time goes (X-Ray)": failed_traces,
    "Who did it (CloudTrail)": deployments,
    "What changed (Config)": configurations,
    "What the shop's visitors saw (Athena)": spike,
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demo", type=Path, default=Path("var/demo.json"))
    url = json.loads(options.parse_args().demo.read_text())["awsEndpoint"]
    with urlopen(f"{url}/_emulator/health") as answer:  # noqa: S310  # our own loopback address
        epoch = datetime.fromisoformat(json.load(answer)["epoch"])
    visitor = Visitor(url, epoch.astimezone(UTC))
    for title, step in STEPS.items():
        found = list(step(visitor))
        print(f"\n== {title}: {len(found)}")
        for row in found[-3:]:
            print("  ", json.dumps(row, default=str)[:300])


if __name__ == "__main__":
    main()
