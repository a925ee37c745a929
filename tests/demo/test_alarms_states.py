"""The states of CloudWatch's alarms: the user guide's tables, and what the data call for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.alarms import plant_alarm, plant_alarm_history
from awsdash.demo.aws.metrics.alarms.judgement import judge
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import as_dimensions, minute, put, stat

PLACE = Place(PAYMENTS_PROD, "eu-central-1")
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
RETAIN = None
ALARM = {
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 5.0,
    "EvaluationPeriods": 1,
    "Period": 60,
    "Statistic": "Sum",
}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture
def cloudwatch(aws: EmulatedAws) -> Iterator[Any]:
    clock.set_now(EPOCH)
    yield aws.reader("cloudwatch", PLACE.account, PLACE.region)
    clock.set_now(EPOCH)


def make(cloudwatch: Any, name: str, **members: Any) -> None:
    """An alarm on the metric of its name; a member that is None is left out."""
    asked = {"AlarmName": name, "Namespace": "Alarms", "MetricName": name, **ALARM, **members}
    cloudwatch.put_metric_alarm(**{k: v for k, v in asked.items() if v is not None})


def described(cloudwatch: Any, name: str) -> dict[str, Any]:
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(alarm)


def state_of(cloudwatch: Any, name: str) -> tuple[str, str]:
    alarm = described(cloudwatch, name)
    return alarm["StateValue"], alarm["StateReason"]


# --- M out of N, with missing data ----------------------------------------------------------------


@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize(
    ("to_alarm", "points", "states"),
    [
        (3, "0-X-X", ("OK", "OK", "OK", "OK")),
        (3, "0----", ("OK", "OK", "OK", "OK")),
        (3, "-----", ("INSUFFICIENT_DATA", RETAIN, "ALARM", "OK")),
        (3, "0XX-X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (3, "--X--", ("ALARM", RETAIN, "ALARM", "OK")),
        (2, "0-X-X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, "00X0X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, "0-X--", ("OK", "OK", "ALARM", "OK")),
        (2, "----0", ("OK", "OK", "ALARM", "OK")),
        (2, "---X-", ("ALARM", RETAIN, "ALARM", "OK")),
        # Too early to tell: the next data point may be within the threshold.
        (3, "----X", (RETAIN, RETAIN, "ALARM", "OK")),
        (3, "---X-", (RETAIN, RETAIN, "ALARM", "OK")),
    ],
)
def test_a_state_is_as_the_user_guide_tabulates_it(
    to_alarm: int, points: str, states: tuple[str | None, ...], treatment: str
) -> None:
    """Of 3 periods; X breaches, 0 does not, - is missing, and the newest is on the right."""
    values = {"X": 9.0, "0": 1.0, "-": None}
    newest_first = [(-60 * n, values[point]) for n, point in enumerate(reversed(points))]
    configuration = {
        **ALARM,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": to_alarm,
        "TreatMissingData": treatment,
    }
    assert judge(configuration, newest_first).value == states[TREATMENTS.index(treatment)]


def test_alarms_of_dynamodb_always_ignore_missing_data() -> None:
    configuration = {**ALARM, "Namespace": "AWS/DynamoDB", "TreatMissingData": "breaching"}
    assert judge(configuration, [(0, None)]).value is RETAIN


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanOrEqualToThreshold", {5, 6}),
        ("GreaterThanThreshold", {6}),
        ("LessThanThreshold", {4}),
        ("LessThanOrEqualToThreshold", {4, 5}),
    ],
)
def test_a_comparison_is_of_the_value_with_the_threshold(
    comparison: str, breaching: set[int]
) -> None:
    configuration = {**ALARM, "ComparisonOperator": comparison}
    states = {value: judge(configuration, [(0, float(value))]).value for value in (4, 5, 6)}
    assert {value for value, state in states.items() if state == "ALARM"} == breaching


# --- states from the data -------------------------------------------------------------------------


def test_an_alarm_is_judged_by_the_last_full_minutes(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "high", {-2: 1, -1: 9, 0: 1})
    make(cloudwatch, "high")
    assert state_of(cloudwatch, "high") == (
        "ALARM",
        "Threshold Crossed: 1 datapoint [9.0 (23/11/26 08:59:00)] was greater than"
        " the threshold (5.0).",
    )


def test_the_reason_of_m_out_of_n_tells_the_minimum(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "some", {-3: 8, -2: 1, -1: 9})
    make(cloudwatch, "some", EvaluationPeriods=3, DatapointsToAlarm=2)
    assert state_of(cloudwatch, "some") == (
        "ALARM",
        "Threshold Crossed: 2 out of the last 3 datapoints [9.0 (23/11/26 08:59:00),"
        " 8.0 (23/11/26 08:57:00)] were greater than the threshold (5.0)"
        " (minimum 2 datapoints for OK -> ALARM transition).",
    )


def test_a_reason_lists_the_five_most_recent_of_many(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "many", {number: 10 + number for number in range(-6, 0)})
    make(cloudwatch, "many", EvaluationPeriods=6, Threshold=1.0)
    assert state_of(cloudwatch, "many") == (
        "ALARM",
        "Threshold Crossed: 6 datapoints were greater than the threshold (1.0)."
        " The most recent datapoints which crossed the threshold:"
        " [9.0 (23/11/26 08:59:00), 8.0 (23/11/26 08:58:00), 7.0 (23/11/26 08:57:00),"
        " 6.0 (23/11/26 08:56:00), 5.0 (23/11/26 08:55:00)].",
    )


def test_reason_data_have_at_most_4000_characters(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "day", dict.fromkeys(range(-200, 0), 9.0))
    make(cloudwatch, "day", EvaluationPeriods=200)
    text = described(cloudwatch, "day")["StateReasonData"]
    assert len(text) <= 4000
    assert orjson.loads(text)["recentDatapoints"] == [9.0] * 25


def test_the_reason_of_ok_says_not(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "low", {-1: 1})
    make(cloudwatch, "low", DatapointsToAlarm=1)
    assert state_of(cloudwatch, "low") == (
        "OK",
        "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (23/11/26 08:59:00)] was not"
        " greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).",
    )


@pytest.mark.parametrize(
    ("treatment", "count", "state", "reason"),
    [
        (None, 1, "INSUFFICIENT_DATA", "Unchecked: Initial alarm creation"),
        ("ignore", 1, "INSUFFICIENT_DATA", "Unchecked: Initial alarm creation"),
        (
            "breaching",
            2,
            "ALARM",
            "Threshold Crossed: no datapoints were received for 2 periods"
            " and 2 missing datapoints were treated as [Breaching].",
        ),
        (
            "notBreaching",
            1,
            "OK",
            "Threshold Crossed: no datapoints were received for 1 period"
            " and 1 missing datapoint was treated as [NonBreaching].",
        ),
    ],
)
def test_an_alarm_without_data(
    cloudwatch: Any, treatment: str | None, count: int, state: str, reason: str
) -> None:
    name = f"nothing-{treatment}"
    make(cloudwatch, name, EvaluationPeriods=count, TreatMissingData=treatment)
    assert state_of(cloudwatch, name) == (state, reason)


def test_the_reason_data_tell_what_was_evaluated(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "data", {-1: [9.0, 12.0]}, Unit="Seconds")
    make(cloudwatch, "data", Statistic="Average", Unit="Seconds")
    data = orjson.loads(described(cloudwatch, "data")["StateReasonData"])
    assert data.pop("queryDate").startswith("2026-11-23T09:00:")
    assert data == {
        "version": "1.0",
        "startDate": "2026-11-23T08:59:00.000+0000",
        "unit": "Seconds",
        "statistic": "Average",
        "period": 60,
        "recentDatapoints": [10.5],
        "threshold": 5.0,
        "evaluatedDatapoints": [
            {"timestamp": "2026-11-23T08:59:00.000+0000", "sampleCount": 2.0, "value": 10.5}
        ],
    }


def test_a_state_changes_with_time_and_the_change_is_dated_and_recorded(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "later", {-1: 1, 0: 1, 1: 9, 2: 9, 3: 1})
    make(cloudwatch, "later")
    assert state_of(cloudwatch, "later")[0] == "OK"
    clock.set_now(EPOCH + timedelta(minutes=3))
    alarm = described(cloudwatch, "later")
    assert (alarm["StateValue"], alarm["StateUpdatedTimestamp"]) == ("ALARM", minute(2))
    assert alarm["StateTransitionedTimestamp"] == minute(2)
    clock.set_now(EPOCH + timedelta(minutes=5))
    items = cloudwatch.describe_alarm_history(AlarmName="later", HistoryItemType="StateUpdate")
    assert [(i["Timestamp"], i["HistorySummary"]) for i in items["AlarmHistoryItems"]][:2] == [
        (minute(4), "Alarm updated from ALARM to OK"),
        (minute(2), "Alarm updated from OK to ALARM"),
    ]


def test_an_alarm_of_a_percentile(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "slow", {-1: [1.0] * 98 + [9.0] * 2})
    for name, percentile, state in (("slow99", "p99", "ALARM"), ("slow98", "p98", "OK")):
        make(cloudwatch, name, MetricName="slow", Statistic=None, ExtendedStatistic=percentile)
        assert state_of(cloudwatch, name)[0] == state


def test_a_percentile_of_too_few_samples_can_be_ignored(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "few", {-1: [9.0] * 100})
    for option, state in (("ignore", "INSUFFICIENT_DATA"), ("evaluate", "ALARM")):
        make(
            cloudwatch,
            f"few-{option}",
            MetricName="few",
            Statistic=None,
            ExtendedStatistic="p99",
            EvaluateLowSampleCountPercentile=option,
        )
        assert state_of(cloudwatch, f"few-{option}")[0] == state


def test_an_alarm_of_an_expression(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "errors", {-1: 3})
    put(cloudwatch, "Alarms", "calls", {-1: 30})
    metrics = [
        stat("errors", "Alarms", "errors", ReturnData=False),
        stat("calls", "Alarms", "calls", ReturnData=False),
        {"Id": "rate", "Expression": "100 * errors / calls", "ReturnData": True},
    ]
    of_one = ("Namespace", "MetricName", "Period", "Statistic")
    make(cloudwatch, "rate", Metrics=metrics, **dict.fromkeys(of_one))
    assert state_of(cloudwatch, "rate") == (
        "ALARM",
        "Threshold Crossed: 1 datapoint [10.0 (23/11/26 08:59:00)] was greater than"
        " the threshold (5.0).",
    )


def test_an_alarm_of_five_minutes_looks_at_the_last_five(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "five", {-5: 2, -4: 2, -3: 2, -6: 50})
    make(cloudwatch, "five", Period=300)
    value, reason = state_of(cloudwatch, "five")
    assert value == "ALARM"
    assert "[6.0 (23/11/26 08:55:00)]" in reason


# --- planted alarms -------------------------------------------------------------------------------


def planted(cloudwatch: Any, name: str) -> dict[str, Any]:
    asked = {"AlarmName": name, "Namespace": "Planted", "MetricName": name, **ALARM}
    plant_alarm(PLACE, asked, EPOCH - timedelta(days=90))
    return described(cloudwatch, name)


def test_a_planted_alarm_has_changed_when_its_data_did(cloudwatch: Any) -> None:
    values = dict.fromkeys(range(-180, -38), 1.0) | dict.fromkeys(range(-38, 0), 9.0)
    put(cloudwatch, "Planted", "since", values)
    alarm = planted(cloudwatch, "since")
    assert (alarm["StateValue"], alarm["StateUpdatedTimestamp"]) == ("ALARM", minute(-37))
    assert alarm["AlarmConfigurationUpdatedTimestamp"] == EPOCH - timedelta(days=90)


def test_planted_history_leaves_an_alarm_in_its_last_state(cloudwatch: Any) -> None:
    put(cloudwatch, "Planted", "long", dict.fromkeys(range(-190, 0), 9.0))
    planted_at = EPOCH - timedelta(days=4)
    asked = {"AlarmName": "long", "Namespace": "Planted", "MetricName": "long", **ALARM}
    plant_alarm(PLACE, asked, EPOCH - timedelta(days=90))
    row = {
        "AlarmName": "long",
        "Timestamp": planted_at,
        "HistoryItemType": "StateUpdate",
        "HistorySummary": "Alarm updated from OK to ALARM",
        "HistoryData": {"newState": {"stateValue": "ALARM", "stateReason": "denied"}},
    }
    assert plant_alarm_history(PLACE, [row]) == 1
    alarm = described(cloudwatch, "long")
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "denied")
    assert alarm["StateUpdatedTimestamp"] == planted_at


# --- composite alarms -----------------------------------------------------------------------------


def composite_state(cloudwatch: Any, rule: str) -> tuple[str, str]:
    cloudwatch.put_composite_alarm(AlarmName="composite", AlarmRule=rule)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["composite"], AlarmTypes=["CompositeAlarm"])[
        "CompositeAlarms"
    ]
    cloudwatch.delete_alarms(AlarmNames=["composite"])
    return alarm["StateValue"], alarm["StateReason"]


@pytest.fixture
def children(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "bad", {-1: 9})
    put(cloudwatch, "Alarms", "good", {-1: 1})
    for name in ("bad", "good", "unknown"):
        make(cloudwatch, name, Statistic="Maximum")


@pytest.mark.usefixtures("children")
@pytest.mark.parametrize(
    ("rule", "state"),
    [
        ("ALARM(bad)", "ALARM"),
        ('ALARM("good")', "OK"),
        ("OK(good) AND INSUFFICIENT_DATA(unknown)", "ALARM"),
        ("ALARM(bad) AND ALARM(good)", "OK"),
        ("ALARM(bad) OR ALARM(good)", "ALARM"),
        ("ALARM(bad) AND NOT ALARM(good)", "ALARM"),
        ("NOT (ALARM(bad) OR ALARM(good))", "OK"),
        ("ALARM(good) OR ALARM(bad) AND FALSE", "OK"),
        ("TRUE", "ALARM"),
        (f"ALARM(arn:aws:cloudwatch:eu-central-1:{PAYMENTS_PROD}:alarm:bad)", "ALARM"),
    ],
)
def test_a_composite_alarm_follows_its_rule(cloudwatch: Any, rule: str, state: str) -> None:
    arn = f"arn:aws:cloudwatch:eu-central-1:{PAYMENTS_PROD}:alarm:composite"
    assert composite_state(cloudwatch, rule) == (
        state,
        f"{arn} was created and its alarm rule evaluates to {state}",
    )


@pytest.mark.usefixtures("children")
def test_a_composite_alarm_changes_with_its_children(cloudwatch: Any) -> None:
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(bad) AND ALARM(good)")
    types = ["CompositeAlarm"]
    before = cloudwatch.describe_alarms(AlarmNames=["both"], AlarmTypes=types)
    assert before["CompositeAlarms"][0]["StateValue"] == "OK"
    put(cloudwatch, "Alarms", "good", {0: 9})
    put(cloudwatch, "Alarms", "bad", {0: 9})
    clock.set_now(EPOCH + timedelta(minutes=1, seconds=5))
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["both"], AlarmTypes=types)["CompositeAlarms"]
    assert (alarm["StateValue"], alarm["StateUpdatedTimestamp"]) == ("ALARM", minute(1))
    assert alarm["StateReason"] == (
        f"arn:aws:cloudwatch:eu-central-1:{PAYMENTS_PROD}:alarm:good transitioned to ALARM"
        " at Monday 23 November, 2026 09:01:00 UTC"
    )
    cloudwatch.delete_alarms(AlarmNames=["both"])


@pytest.mark.usefixtures("children")
def test_composite_alarms_that_lead_into_a_cycle_stay_as_they_are(cloudwatch: Any) -> None:
    def put_rules(*rules: tuple[str, str]) -> None:
        for name, rule in rules:
            cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule)

    def states() -> list[str]:
        described = cloudwatch.describe_alarms(
            AlarmNames=["inner", "outer", "beside"], AlarmTypes=["CompositeAlarm"]
        )
        return [alarm["StateValue"] for alarm in described["CompositeAlarms"]]

    put_rules(("inner", "ALARM(bad)"), ("outer", "ALARM(inner)"), ("beside", "ALARM(outer)"))
    assert states() == ["ALARM", "ALARM", "ALARM"]
    put_rules(("inner", "NOT ALARM(outer)"))
    assert [states() for _ in range(3)] == [["ALARM", "ALARM", "ALARM"]] * 3
    put_rules(("inner", "FALSE"))
    assert states() == ["OK", "OK", "OK"]
    for name in ("beside", "outer", "inner"):
        cloudwatch.delete_alarms(AlarmNames=[name])


def test_dimensions_are_part_of_what_an_alarm_watches(cloudwatch: Any) -> None:
    put(cloudwatch, "Alarms", "cities", {-1: 9}, {"City": "Bern"})
    for city, state in (("Bern", "ALARM"), ("Oslo", "INSUFFICIENT_DATA")):
        dimensions = as_dimensions({"City": city})
        make(cloudwatch, f"cities-{city}", MetricName="cities", Dimensions=dimensions)
        assert state_of(cloudwatch, f"cities-{city}")[0] == state
