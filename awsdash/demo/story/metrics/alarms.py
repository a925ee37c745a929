"""The alarms that watch over the story, and when they went off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from awsdash.demo.aws.metrics.alarms.alarm import plant_alarm
from awsdash.demo.aws.metrics.alarms.history import plant_alarm_history
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import CULPRIT, DATA_PROD, INGEST, NIGHTLY, PAYMENTS_PROD, PLATFORM
from awsdash.demo.story.estate.environments import SHARED
from awsdash.demo.story.logs.runs import nights
from awsdash.demo.story.metrics.functions import API_STAGE
from awsdash.demo.story.timeline import FOUNDED, Timeline

MINUTE_S: Final = 60
HOUR_S: Final = 3600
TELL: Final = "arn:aws:sns:{}:{}:on-call"

IRELAND: Final = Place(PAYMENTS_PROD, "eu-west-1")
DATA: Final = Place(DATA_PROD, "eu-west-1")
REPORTS: Final = Place(DATA_PROD, "us-east-1")
NETWORK: Final = Place(PLATFORM, "eu-central-1")


@dataclass(frozen=True)
class Watch:
    """Goes off when so many of the last periods were above the threshold."""

    place: Place
    name: str
    metric: tuple[str, str]
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    threshold: float
    period_s: int = MINUTE_S
    of_last: int = 5
    periods: int = 3

    def request(self) -> dict[str, Any]:
        """As PutMetricAlarm takes it. Once the story is over nothing is measured: states stay."""
        namespace, metric = self.metric
        extended = self.statistic.startswith("p")
        return {
            "AlarmName": self.name,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
            "ExtendedStatistic" if extended else "Statistic": self.statistic,
            "Threshold": self.threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "Period": self.period_s,
            "EvaluationPeriods": self.of_last,
            "DatapointsToAlarm": self.periods,
            "TreatMissingData": "ignore",
            "AlarmActions": [TELL.format(self.place.region, self.place.account)],
        }


_CHARGE: Final = (("FunctionName", CULPRIT.name),)
_INGEST: Final = (("FunctionName", INGEST.name),)
_NIGHTLY: Final = (("FunctionName", NIGHTLY.name),)
_LETTERS: Final = (("QueueName", "orders-ingest-dlq"),)
_BASTION: Final = (("InstanceId", SHARED.id_of("AWS::EC2::Instance", "bastion")),)
WATCHES: Final = (
    Watch(IRELAND, "checkout-charge-errors", ("AWS/Lambda", "Errors"), _CHARGE, "Sum", 0),
    Watch(IRELAND, "checkout-charge-slow", ("AWS/Lambda", "Duration"), _CHARGE, "p99", 2500),
    Watch(IRELAND, "checkout-5xx", ("AWS/ApiGateway", "5XXError"), API_STAGE, "Sum", 0, 300, 3, 2),
    Watch(
        IRELAND,
        "ledger-cpu",
        ("AWS/RDS", "CPUUtilization"),
        (("DBClusterIdentifier", "ledger"),),
        "Average",
        85,
        300,
    ),
    Watch(
        DATA, "orders-late", ("AWS/Lambda", "IteratorAge"), _INGEST, "Maximum", 600_000, 300, 3, 2
    ),
    Watch(
        DATA,
        "orders-lost",
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        _LETTERS,
        "Maximum",
        100,
        300,
        1,
        1,
    ),
    Watch(REPORTS, "report-failed", ("AWS/Lambda", "Errors"), _NIGHTLY, "Sum", 0, HOUR_S, 1, 1),
    Watch(NETWORK, "bastion-cpu", ("AWS/EC2", "CPUUtilization"), _BASTION, "Average", 90, 300),
)
BROKEN: Final = {
    "AlarmName": "checkout-broken",
    "AlarmRule": "ALARM(checkout-charge-errors) AND ALARM(checkout-charge-slow)",
    "AlarmActions": [TELL.format(IRELAND.region, IRELAND.account)],
}


def plant_alarms(story: Timeline) -> None:
    created = story.epoch - FOUNDED
    for watch in WATCHES:
        plant_alarm(watch.place, watch.request(), created)
    plant_alarm(IRELAND, BROKEN, created)
    for watch, changes in _past(story):
        plant_alarm_history(watch.place, list(_rows(watch, changes)))


def _past(story: Timeline) -> Iterator[tuple[Watch, list[tuple[datetime, str]]]]:
    """What is too long ago to be told from the metrics' last hours."""
    watches = {watch.name: watch for watch in WATCHES}
    late = timedelta(minutes=27)
    yield (
        watches["orders-late"],
        [
            (story.resharded_at + late, "ALARM"),
            (story.reshard_mended_at + timedelta(minutes=42), "OK"),
        ],
    )
    yield watches["orders-lost"], [(story.resharded_at + late, "ALARM")]
    failed = next(night for night in nights(story) if night > story.policy_changed_at)
    yield watches["report-failed"], [(failed + timedelta(hours=1), "ALARM")]


def _rows(watch: Watch, changes: list[tuple[datetime, str]]) -> Iterator[dict[str, Any]]:
    before = "OK"
    for at, after in changes:
        comparison = "was" if after == "ALARM" else "was not"
        reason = f"Threshold Crossed: 1 datapoint {comparison} greater than {watch.threshold}."
        yield {
            "AlarmName": watch.name,
            "Timestamp": at,
            "HistoryItemType": "StateUpdate",
            "HistorySummary": f"Alarm updated from {before} to {after}",
            "HistoryData": {
                "version": "1.0",
                "oldState": {"stateValue": before},
                "newState": {"stateValue": after, "stateReason": reason},
            },
        }
        before = after
