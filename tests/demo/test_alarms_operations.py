"""The operations on alarms of the emulated CloudWatch, through boto3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.alarms import plant_alarm_history
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import as_dimensions, minute, refusal, stat

PLACE = Place(DATA_PROD, "eu-central-1")
TOPIC = f"arn:aws:sns:eu-central-1:{DATA_PROD}:on-call"
ARN = f"arn:aws:cloudwatch:eu-central-1:{DATA_PROD}:alarm:"
ALARM = {
    "Namespace": "Shop",
    "MetricName": "Errors",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 5.0,
    "EvaluationPeriods": 2,
    "Period": 60,
    "Statistic": "Sum",
}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture
def cloudwatch(aws: EmulatedAws) -> Iterator[Any]:
    """Of a place without alarms."""
    clock.set_now(EPOCH)
    client = aws.reader("cloudwatch", PLACE.account, PLACE.region)
    delete_all(client)
    yield client
    delete_all(client)


def delete_all(cloudwatch: Any) -> None:
    for kind in ("CompositeAlarm", "MetricAlarm"):
        for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=[kind]):
            for alarm in page[f"{kind}s"]:
                cloudwatch.delete_alarms(AlarmNames=[alarm["AlarmName"]])


def make(cloudwatch: Any, *names: str, **members: Any) -> None:
    for name in names:
        cloudwatch.put_metric_alarm(**{"AlarmName": name, **ALARM, **members})


def names(cloudwatch: Any, **request: Any) -> list[str]:
    found = cloudwatch.describe_alarms(**request)
    return [a["AlarmName"] for a in (*found["MetricAlarms"], *found["CompositeAlarms"])]


# --- PutMetricAlarm -------------------------------------------------------------------------------


def test_a_minimal_alarm_is_described_with_its_defaults(cloudwatch: Any) -> None:
    make(cloudwatch, "minimal")
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    for member in ("StateUpdatedTimestamp", "StateTransitionedTimestamp"):
        assert abs(alarm.pop(member) - EPOCH) < timedelta(minutes=1)
    assert abs(alarm.pop("AlarmConfigurationUpdatedTimestamp") - EPOCH) < timedelta(minutes=1)
    assert alarm == {
        "AlarmName": "minimal",
        "AlarmArn": f"{ARN}minimal",
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        "Dimensions": [],
        "StateValue": "INSUFFICIENT_DATA",
        "StateReason": "Unchecked: Initial alarm creation",
        **ALARM,
    }


def test_an_alarm_is_described_as_it_was_put(cloudwatch: Any) -> None:
    members = {
        "AlarmDescription": "too many errors",
        "ActionsEnabled": False,
        "AlarmActions": [TOPIC],
        "Dimensions": as_dimensions({"City": "Bern"}),
        "Unit": "Count",
        "DatapointsToAlarm": 1,
        "TreatMissingData": "notBreaching",
    }
    make(cloudwatch, "full", **members)
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert members.items() <= alarm.items()


def test_an_update_replaces_the_configuration_and_keeps_the_state(cloudwatch: Any) -> None:
    make(cloudwatch, "a", AlarmDescription="first", TreatMissingData="ignore")
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="test")
    make(cloudwatch, "a", Threshold=7.0, TreatMissingData="ignore")
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["Threshold"], alarm["StateValue"]) == (7, "ALARM")
    assert "AlarmDescription" not in alarm


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"ComparisonOperator": None},
            "PutMetricAlarm request should have a valid ComparisonOperator parameter",
        ),
        ({"Threshold": None}, "PutMetricAlarm request should have valid Threshold parameter"),
        (
            {"EvaluationPeriods": None},
            "PutMetricAlarm request should have an EvaluationPeriods parameter",
        ),
        ({"Period": None}, "Period must not be null"),
        ({"MetricName": None}, "MetricName must not be null"),
        (
            {"Metrics": [stat("m1", "Shop", "a")]},
            "MetricName should not be set if list of Metrics is set.",
        ),
        ({"Statistic": None}, "PutMetricAlarm request should have a Statistic parameter"),
        (
            {"ExtendedStatistic": "p99"},
            "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic"
            " parameters. Only one of them should be present",
        ),
        (
            {"DatapointsToAlarm": 3},
            "DatapointsToAlarm must be less than or equal to EvaluationPeriods",
        ),
        ({"Period": 90}, "Period must be 10, 20, 30 or a multiple of 60"),
        (
            {"Period": 300, "EvaluationPeriods": 289},
            "Metrics cannot be checked across more than a day"
            " (EvaluationPeriods * Period must be <= 86400).",
        ),
        (
            {"Period": 3600, "EvaluationPeriods": 169},
            "Metrics cannot be checked across more than a week"
            " (EvaluationPeriods * Period must be <= 604800).",
        ),
        (
            {"EvaluateLowSampleCountPercentile": "ignore"},
            "Option evaluateLowSampleCountPercentile can not be applied with statistic Sum."
            " This option is enabled only for percentile statistics.",
        ),
        ({"AlarmActions": ["on-call"]}, "Invalid arn syntax: on-call"),
        ({"AlarmName": "a\tb"}, "AlarmName must not contain ASCII Control characters"),
    ],
)
def test_a_malformed_alarm_is_refused(
    cloudwatch: Any, members: dict[str, Any], message: str
) -> None:
    asked = {"AlarmName": "wrong", **ALARM, **members}
    known = {key: value for key, value in asked.items() if value is not None}
    assert refusal(cloudwatch.put_metric_alarm, **known) == ("ValidationError", message)
    assert names(cloudwatch) == []


def test_what_is_no_extended_statistic_is_refused(cloudwatch: Any) -> None:
    asked = {key: value for key, value in ALARM.items() if key != "Statistic"}
    assert refusal(
        cloudwatch.put_metric_alarm, AlarmName="wrong", ExtendedStatistic="p101", **asked
    ) == (
        "InvalidParameterValue",
        "The value p101 for parameter ExtendedStatistic is not supported.",
    )


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        (
            [stat("m1", "Shop", "a"), stat("m2", "Shop", "b")],
            "Exactly one element of the metrics list should return data.",
        ),
        (
            [stat("m1", "Shop", "a", ReturnData=False), {"Id": "e1", "Expression": "m1 +"}],
            "Error in expression 'e1': Invalid syntax",
        ),
        (
            [{"Id": "e1", "Expression": "SELECT SUM(a) FROM Shop"}],
            "Period must not be null",
        ),
        (
            [{"Id": "e1", "Expression": "SEARCH('{Shop} Errors', 'Sum', 60)", "Period": 60}],
            "Error in expression 'e1': SEARCH is not supported in alarms",
        ),
        (
            [stat("m1", "Shop", "a", ReturnData=False), {"Id": "e1", "Expression": "SUM(m1)"}],
            "Error in expression 'e1': The result must be a time series or an array of them",
        ),
        (
            [stat("m1", "Shop", "a", ReturnData=False), {"Id": "e1", "Expression": "METRICS()"}],
            "Error in expression 'e1': The result must be a single time series",
        ),
        (
            [stat("m1", "Shop", "a", ReturnData=False), {"Id": "e1", "Expression": "m1 + RATE(5)"}],
            "Error in expression 'e1': Unsupported operand type(s) for RATE: '[Scalar]'",
        ),
        (
            [{"Id": "e1", "Expression": "SELECT SUM(a) Shop", "Period": 60}],
            "Error in expression 'e1': Invalid syntax",
        ),
        (
            [{"Id": "e1", "Expression": "SELECT SUM(a) FROM Shop GROUP BY b", "Period": 60}],
            "Error in expression 'e1': The result must be a single time series",
        ),
        (
            [stat(f"m{n}", "Shop", "a", ReturnData=False) for n in range(11)]
            + [{"Id": "e1", "Expression": "m1 + m2"}],
            "An alarm can watch at most 10 metrics.",
        ),
    ],
)
def test_malformed_expressions_of_an_alarm_are_refused(
    cloudwatch: Any, metrics: list[dict[str, Any]], message: str
) -> None:
    common = ("ComparisonOperator", "Threshold", "EvaluationPeriods")
    asked = {key: ALARM[key] for key in common}
    assert refusal(cloudwatch.put_metric_alarm, AlarmName="wrong", Metrics=metrics, **asked) == (
        "ValidationError",
        message,
    )


# --- DescribeAlarms -------------------------------------------------------------------------------


def test_alarms_come_by_name(cloudwatch: Any) -> None:
    make(cloudwatch, "b", "c", "a")
    assert names(cloudwatch) == ["a", "b", "c"]


def test_another_region_and_account_have_alarms_of_their_own(
    aws: EmulatedAws, cloudwatch: Any
) -> None:
    make(cloudwatch, "a")
    for account, region in ((DATA_PROD, "us-east-1"), (PAYMENTS_DEV, "eu-central-1")):
        assert "a" not in names(aws.reader("cloudwatch", account, region))


def test_a_page_has_50_alarms_unless_another_number_is_asked_for(cloudwatch: Any) -> None:
    make(cloudwatch, *(f"alarm-{number:03d}" for number in range(51)))
    first = cloudwatch.describe_alarms()
    assert len(first["MetricAlarms"]) == 50
    rest = cloudwatch.describe_alarms(NextToken=first["NextToken"])
    assert [alarm["AlarmName"] for alarm in rest["MetricAlarms"]] == ["alarm-050"]
    assert "NextToken" not in rest
    assert len(cloudwatch.describe_alarms(MaxRecords=100)["MetricAlarms"]) == 51
    code, _ = refusal(cloudwatch.describe_alarms, MaxRecords=101)
    assert code == "ValidationError"


def test_a_token_is_bound_to_its_request(cloudwatch: Any) -> None:
    make(cloudwatch, "a", "b")
    token = cloudwatch.describe_alarms(MaxRecords=1)["NextToken"]
    for request in ({"NextToken": "none"}, {"NextToken": token, "AlarmNamePrefix": "a"}):
        assert refusal(cloudwatch.describe_alarms, **request)[0] == "InvalidNextToken"


def test_alarms_are_found_by_names_prefix_state_and_action(cloudwatch: Any) -> None:
    make(cloudwatch, "shop-a", "shop-b", "stock-a")
    make(cloudwatch, "stock-b", OKActions=[TOPIC])
    cloudwatch.set_alarm_state(AlarmName="shop-b", StateValue="OK", StateReason="test")
    assert names(cloudwatch, AlarmNames=["stock-a", "shop-a", "none"]) == ["shop-a", "stock-a"]
    assert names(cloudwatch, AlarmNamePrefix="shop-") == ["shop-a", "shop-b"]
    assert names(cloudwatch, StateValue="OK") == ["shop-b"]
    assert names(cloudwatch, StateValue="OK", AlarmNamePrefix="stock-") == []
    assert names(cloudwatch, ActionPrefix=TOPIC[:20]) == ["stock-b"]


def test_names_and_a_prefix_exclude_each_other(cloudwatch: Any) -> None:
    assert refusal(cloudwatch.describe_alarms, AlarmNames=["a"], AlarmNamePrefix="a") == (
        "InvalidParameterCombination",
        "AlarmNamePrefix and AlarmNames.member are mutually exclusive",
    )


def test_only_metric_alarms_are_described_unless_asked_otherwise(cloudwatch: Any) -> None:
    make(cloudwatch, "a")
    cloudwatch.put_composite_alarm(AlarmName="c", AlarmRule="ALARM(a)")
    assert names(cloudwatch) == ["a"]
    assert names(cloudwatch, AlarmTypes=["CompositeAlarm"]) == ["c"]
    assert names(cloudwatch, AlarmTypes=["CompositeAlarm", "MetricAlarm"]) == ["a", "c"]


def test_children_and_parents_of_a_composite_alarm(cloudwatch: Any) -> None:
    make(cloudwatch, "a", "b", "other")
    cloudwatch.put_composite_alarm(AlarmName="c", AlarmRule='ALARM(a) OR ALARM("b")')
    found = cloudwatch.describe_alarms(ChildrenOfAlarmName="c")
    assert [alarm.keys() for alarm in found["MetricAlarms"]] == [
        {"AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"}
    ] * 2
    parents = cloudwatch.describe_alarms(ParentsOfAlarmName="a")["CompositeAlarms"]
    assert parents == [{"AlarmName": "c", "AlarmArn": f"{ARN}c"}]
    code, _ = refusal(cloudwatch.describe_alarms, ParentsOfAlarmName="a", StateValue="OK")
    assert code == "ValidationError"


def test_alarms_of_a_metric(cloudwatch: Any) -> None:
    bern = as_dimensions({"City": "Bern"})
    make(cloudwatch, "plain")
    make(cloudwatch, "bern", Dimensions=bern)
    make(cloudwatch, "five", Period=300)

    def found(**request: Any) -> list[str]:
        asked = {"Namespace": "Shop", "MetricName": "Errors", **request}
        answer = cloudwatch.describe_alarms_for_metric(**asked)
        return [alarm["AlarmName"] for alarm in answer["MetricAlarms"]]

    assert found() == ["five", "plain"]
    assert found(Dimensions=bern) == ["bern"]
    assert found(Period=300, Statistic="Sum") == ["five"]
    assert found(MetricName="Calls") == []


# --- SetAlarmState and others ---------------------------------------------------------------------


def test_a_state_that_is_set_lasts_until_the_next_evaluation(cloudwatch: Any) -> None:
    make(cloudwatch, "a", TreatMissingData="notBreaching")
    cloudwatch.set_alarm_state(
        AlarmName="a", StateValue="ALARM", StateReason="testing", StateReasonData='{"a": 1}'
    )
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "testing")
    assert alarm["StateReasonData"] == '{"a": 1}'
    clock.set_now(EPOCH + timedelta(minutes=2))
    assert names(cloudwatch, StateValue="OK") == ["a"]


def test_setting_the_state_of_no_alarm_is_not_found(cloudwatch: Any) -> None:
    with pytest.raises(cloudwatch.exceptions.ResourceNotFound) as missing:
        cloudwatch.set_alarm_state(AlarmName="none", StateValue="OK", StateReason="")
    answer: Any = missing.value.response
    assert answer["Error"]["Code"] == "ResourceNotFound"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_malformed_state_is_refused(cloudwatch: Any) -> None:
    make(cloudwatch, "a")
    asked = {"AlarmName": "a", "StateReason": "x"}
    code, message = refusal(cloudwatch.set_alarm_state, StateValue="INVALID", **asked)
    assert code == "ValidationError"
    assert message.startswith(
        "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy"
        " constraint: Member must satisfy enum value set:"
    )
    code, _ = refusal(
        cloudwatch.set_alarm_state, StateValue="OK", StateReasonData="no JSON", **asked
    )
    assert code == "InvalidFormat"


def test_actions_are_switched_off_and_on(cloudwatch: Any) -> None:
    make(cloudwatch, "a", "b")
    cloudwatch.disable_alarm_actions(AlarmNames=["a"])
    found = cloudwatch.describe_alarms()["MetricAlarms"]
    assert [alarm["ActionsEnabled"] for alarm in found] == [False, True]
    cloudwatch.enable_alarm_actions(AlarmNames=["a"])
    found = cloudwatch.describe_alarms()["MetricAlarms"]
    assert [alarm["ActionsEnabled"] for alarm in found] == [True, True]


def test_deleting_passes_over_names_that_are_wrong(cloudwatch: Any) -> None:
    make(cloudwatch, "a", "b")
    cloudwatch.delete_alarms(AlarmNames=["a", "none"])
    assert names(cloudwatch) == ["b"]


def test_one_composite_alarm_is_deleted_at_a_time_and_only_if_none_depends_on_it(
    cloudwatch: Any,
) -> None:
    make(cloudwatch, "a")
    for name, rule in (("c", "ALARM(a)"), ("d", "ALARM(c)")):
        cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule)
    assert refusal(cloudwatch.delete_alarms, AlarmNames=["c", "d"])[0] == "ValidationError"
    assert refusal(cloudwatch.delete_alarms, AlarmNames=["c"])[0] == "ResourceConflict"
    cloudwatch.delete_alarms(AlarmNames=["d", "a"])
    assert names(cloudwatch, AlarmTypes=["CompositeAlarm", "MetricAlarm"]) == ["c"]


@pytest.mark.parametrize(
    "rule",
    [
        "ALARM(a",
        "ALARM()",
        "a",
        "ALARM(a) ALARM(a)",
        "AND",
        "ON(a)",
        "(" * 500 + "TRUE" + ")" * 500,
        "NOT " * 2000 + "TRUE",
    ],
)
def test_a_malformed_rule_is_refused(cloudwatch: Any, rule: str) -> None:
    make(cloudwatch, "a")
    code, message = refusal(cloudwatch.put_composite_alarm, AlarmName="c", AlarmRule=rule)
    assert (code, message) == ("ValidationError", "AlarmRule was not a valid rule expression")


def test_a_rule_is_about_alarms_that_exist(cloudwatch: Any) -> None:
    assert refusal(cloudwatch.put_composite_alarm, AlarmName="c", AlarmRule="ALARM(none)") == (
        "ValidationError",
        "Could not save the composite alarm as alarms [none] in the alarm rule do not exist",
    )


def test_alarms_have_tags(cloudwatch: Any) -> None:
    make(cloudwatch, "a", Tags=[{"Key": "app", "Value": "shop"}])
    arn = f"{ARN}a"
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "x"}])
    tags = [{"Key": "app", "Value": "shop"}, {"Key": "team", "Value": "x"}]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    make(cloudwatch, "a", Tags=[{"Key": "app", "Value": "ignored in an update"}])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["app"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags[1:]
    code, _ = refusal(cloudwatch.list_tags_for_resource, ResourceARN=f"{ARN}none")
    assert code == "ResourceNotFoundException"


# --- DescribeAlarmHistory -------------------------------------------------------------------------


def history(cloudwatch: Any, **request: Any) -> list[dict[str, Any]]:
    return list(cloudwatch.describe_alarm_history(**request)["AlarmHistoryItems"])


def row(number: int, **members: Any) -> dict[str, Any]:
    return {
        "AlarmName": "planted",
        "Timestamp": minute(number).timestamp(),
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"at {number}",
        "HistoryData": "{}",
        **members,
    }


def test_configuration_and_states_are_recorded(cloudwatch: Any) -> None:
    make(cloudwatch, "told")
    cloudwatch.set_alarm_state(AlarmName="told", StateValue="OK", StateReason="test")
    make(cloudwatch, "told")
    cloudwatch.delete_alarms(AlarmNames=["told"])
    found = history(cloudwatch, AlarmName="told", ScanBy="TimestampAscending")
    assert [(item["HistoryItemType"], item["HistorySummary"]) for item in found] == [
        ("ConfigurationUpdate", 'Alarm "told" created'),
        ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to OK"),
        ("ConfigurationUpdate", 'Alarm "told" updated'),
        ("ConfigurationUpdate", 'Alarm "told" deleted'),
    ]
    created = orjson.loads(found[0]["HistoryData"])
    assert (created["type"], created["createdAlarm"]["alarmName"]) == ("Create", "told")
    assert created["createdAlarm"]["stateUpdatedTimestamp"].startswith("2026-11-23T09:00:")
    assert orjson.loads(found[1]["HistoryData"]) == {
        "version": "1.0",
        "oldState": {
            "stateValue": "INSUFFICIENT_DATA",
            "stateReason": "Unchecked: Initial alarm creation",
        },
        "newState": {"stateValue": "OK", "stateReason": "test"},
    }


def test_history_is_found_by_alarm_type_and_dates_and_the_newest_comes_first(
    cloudwatch: Any,
) -> None:
    rows = [row(number) for number in (-30, -20, -10)]
    rows.append(row(-15, HistoryItemType="Action"))
    rows.append(row(-5, AlarmType="CompositeAlarm"))
    assert plant_alarm_history(PLACE, rows) == 5

    def found(**request: Any) -> list[str]:
        items = history(cloudwatch, AlarmName="planted", **request)
        return [item["HistorySummary"] for item in items]

    assert found() == ["at -10", "at -15", "at -20", "at -30"]
    assert found(ScanBy="TimestampAscending")[0] == "at -30"
    assert found(HistoryItemType="Action") == ["at -15"]
    assert found(AlarmTypes=["CompositeAlarm"]) == ["at -5"]
    assert found(StartDate=minute(-20), EndDate=minute(-15)) == ["at -15", "at -20"]


def test_history_has_pages_with_tokens(cloudwatch: Any) -> None:
    plant_alarm_history(PLACE, [row(-number, AlarmName="paged") for number in range(1, 102)])
    assert len(history(cloudwatch, AlarmName="paged")) == 100
    pages = cloudwatch.get_paginator("describe_alarm_history").paginate(
        AlarmName="paged", PaginationConfig={"PageSize": 40}
    )
    assert [len(page["AlarmHistoryItems"]) for page in pages] == [40, 40, 21]
    code, _ = refusal(cloudwatch.describe_alarm_history, AlarmName="paged", NextToken="none")
    assert code == "InvalidNextToken"


def test_history_is_kept_30_days(cloudwatch: Any) -> None:
    rows = [row(-days * 1440, AlarmName="aged") for days in (29, 31)]
    plant_alarm_history(PLACE, rows)
    assert [item["Timestamp"] for item in history(cloudwatch, AlarmName="aged")] == [
        minute(-29 * 1440)
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"Timestamp": "yesterday"},
        {"HistoryItemType": "Other"},
        {"HistorySummary": None},
        {"HistoryData": "no JSON"},
        {"HistoryData": "[]"},
    ],
)
def test_a_wrong_row_of_seeded_history_is_told_by_its_number(wrong: dict[str, Any]) -> None:
    with pytest.raises(AwsError, match="ValidationException: Row 2: "):
        plant_alarm_history(PLACE, [row(-1), row(-2, **wrong)])
