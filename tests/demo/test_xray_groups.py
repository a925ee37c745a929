"""Groups, sampling rules, encryption and insights of the emulated X-Ray, through boto3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.aws.xray import SERVICE
from awsdash.demo.story.cast import MANAGEMENT
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.xray_documents import NOW_S, new_trace_id, put, segment

INSIGHT = {
    "InsightId": "a1b2c3d4-0000-4000-8000-000000000001",
    "GroupName": "Default",
    "State": "ACTIVE",
    "StartTime": NOW_S - 1800,
    "LastUpdateTime": NOW_S - 60,
    "Summary": "Faults at checkout-charge",
}
PLACE = Place(MANAGEMENT, "eu-west-1")


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def xray(aws: EmulatedAws) -> Any:
    return aws.client("xray")


@pytest.fixture
def group(xray: Any) -> Iterator[dict[str, Any]]:
    made = xray.create_group(
        GroupName="TestGroup", FilterExpression='service("example.com") {fault OR error}'
    )["Group"]
    yield made
    xray.delete_group(GroupARN=made["GroupARN"])


def refusal(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer: Any = refused.value.response
    return str(answer["Error"]["Code"])


def test_every_account_has_the_default_group(xray: Any) -> None:
    (default,) = xray.get_groups()["Groups"]
    assert default == {
        "GroupName": "Default",
        "GroupARN": f"arn:aws:xray:eu-west-1:{MANAGEMENT}:group/Default",
        "InsightsConfiguration": {"InsightsEnabled": False, "NotificationsEnabled": False},
    }


def test_a_group_is_found_by_its_name_and_by_its_arn(xray: Any, group: dict[str, Any]) -> None:
    assert group["GroupARN"].startswith(f"arn:aws:xray:eu-west-1:{MANAGEMENT}:group/TestGroup/")
    assert xray.get_group(GroupName="TestGroup")["Group"] == group
    assert xray.get_group(GroupARN=group["GroupARN"])["Group"] == group
    assert [one["GroupName"] for one in xray.get_groups()["Groups"]] == ["Default", "TestGroup"]


def test_what_is_not_updated_stays(xray: Any, group: dict[str, Any]) -> None:
    insights = {"InsightsEnabled": True, "NotificationsEnabled": True}
    xray.update_group(GroupName="TestGroup", InsightsConfiguration=insights)
    updated = xray.update_group(GroupName="TestGroup", FilterExpression="responsetime > 2")
    assert updated["Group"] == group | {
        "FilterExpression": "responsetime > 2",
        "InsightsConfiguration": insights,
    }


def test_a_filter_expression_can_name_a_group(xray: Any, group: dict[str, Any]) -> None:
    good, bad = (
        segment(new_trace_id(ago_s), "example.com", fault=ago_s == 21) for ago_s in (20, 21)
    )
    put(xray, good, bad)
    for condition in ('group.name = "TestGroup"', f'group.arn = "{group["GroupARN"]}"'):
        found = xray.get_trace_summaries(
            StartTime=EPOCH - timedelta(minutes=1), EndTime=EPOCH, FilterExpression=condition
        )["TraceSummaries"]
        assert [one["Id"] for one in found] == [bad["trace_id"]]


@pytest.mark.parametrize(
    "request_",
    [
        {"GroupName": "Default"},
        {"GroupName": "TestGroup"},
        {"GroupName": "with space"},
        {"GroupName": "g" * 33},
        {"GroupName": "wrong", "FilterExpression": "speed > 3"},
        {
            "GroupName": "loud",
            "InsightsConfiguration": {"InsightsEnabled": False, "NotificationsEnabled": True},
        },
    ],
)
def test_a_wrong_group_is_refused(
    xray: Any, group: dict[str, Any], request_: dict[str, Any]
) -> None:
    assert refusal(xray.create_group, **request_) == "InvalidRequestException"
    assert len(xray.get_groups()["Groups"]) == 2


@pytest.mark.parametrize("operation", ["get_group", "update_group", "delete_group"])
def test_a_group_is_named_once_and_must_exist(xray: Any, operation: str) -> None:
    call = getattr(xray, operation)
    arn = f"arn:aws:xray:eu-west-1:{MANAGEMENT}:group/Default"
    for request in ({}, {"GroupName": "nobody"}, {"GroupName": "Default", "GroupARN": arn}):
        assert refusal(call, **request) == "InvalidRequestException"


def test_the_default_group_stays(xray: Any) -> None:
    assert refusal(xray.delete_group, GroupName="Default") == "InvalidRequestException"


def test_the_default_sampling_rule_takes_one_a_second_and_five_percent(xray: Any) -> None:
    (record,) = xray.get_sampling_rules()["SamplingRuleRecords"]
    rule = record["SamplingRule"]
    assert (rule["RuleName"], rule["ReservoirSize"], rule["FixedRate"]) == ("Default", 1, 0.05)
    assert rule["Priority"] == 10000


def test_an_account_encrypts_with_the_default_and_keeps_traces_in_x_ray(xray: Any) -> None:
    assert xray.get_encryption_config()["EncryptionConfig"] == {
        "Status": "ACTIVE",
        "Type": "NONE",
    }
    assert xray.get_trace_segment_destination()["Destination"] == "XRay"


def test_insights_are_those_that_were_seeded(xray: Any) -> None:
    request = {"StartTime": EPOCH - timedelta(hours=1), "EndTime": EPOCH, "GroupName": "Default"}
    assert xray.get_insight_summaries(**request)["InsightSummaries"] == []
    assert SERVICE.seeds["insights"](PLACE, [INSIGHT]) == 1
    (found,) = xray.get_insight_summaries(**request)["InsightSummaries"]
    assert found["Summary"] == "Faults at checkout-charge"
    closed = xray.get_insight_summaries(**request, States=["CLOSED"])["InsightSummaries"]
    earlier = {**request, "EndTime": EPOCH - timedelta(minutes=45)}
    assert closed == xray.get_insight_summaries(**earlier)["InsightSummaries"] == []


def test_a_seeded_insight_without_what_it_needs_is_refused() -> None:
    with pytest.raises(AwsError, match="Row 2: State is missing"):
        SERVICE.seeds["insights"](
            PLACE, [INSIGHT, {name: INSIGHT[name] for name in ("InsightId", "GroupName")}]
        )


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"InsightId": 5}, "Row 1: insightId has the wrong type"),
        ({"State": "OVER"}, "Row 1: .* at 'state' failed to satisfy constraint"),
        ({"StartTime": "2026-11-23T09:00:00Z"}, "Row 1: StartTime, .* must be in epoch seconds"),
        ({"Categories": "FAULT"}, "Row 1: categories has the wrong type"),
    ],
)
def test_a_seeded_insight_is_held_to_awss_shape(members: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AwsError, match=complaint):
        SERVICE.seeds["insights"](PLACE, [INSIGHT | members])


@pytest.mark.parametrize(
    "request_", [{}, {"GroupName": "Default", "StartTime": EPOCH - timedelta(days=31)}]
)
def test_a_wrong_request_for_insights_is_refused(xray: Any, request_: dict[str, Any]) -> None:
    request = {"StartTime": EPOCH - timedelta(hours=1), "EndTime": EPOCH, **request_}
    assert refusal(xray.get_insight_summaries, **request) == "InvalidRequestException"
