"""LookupEvents of the emulated CloudTrail, by its API reference."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.cloudtrail import lookup
from awsdash.demo.aws.cloudtrail.record import (
    Happening,
    Identity,
    Resource,
    assumed_role,
    aws_service,
    build_record,
    iam_user,
    root,
)
from awsdash.demo.aws.cloudtrail.store import plant
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

HERE = Place(PAYMENTS_DEV, "ap-south-1")  # where the story tells nothing
KEY = "AKIAOFADAADAADAADAAD"
ADA = iam_user(HERE.account, "ada", KEY)
DEPLOYER = assumed_role(HERE.account, "deployer", "release-7", "ASIA" + "D" * 16, EPOCH)
COUNT = 120


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        aws = EmulatedAws(server.url)
        aws.reader("cloudtrail", HERE.account).lookup_events()  # what the story tells comes first
        plant(HERE, _records())
        yield aws


def _records() -> Iterator[dict[str, Any]]:
    for number in range(COUNT):
        yield record(EPOCH - timedelta(minutes=number + 1), "DescribeInstances", source_ip="")
    yield record(EPOCH - timedelta(days=89), "RunInstances")
    yield record(EPOCH - timedelta(days=91), "TerminateInstances")


def record(at: datetime, name: str, identity: Identity = ADA, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "source": "ec2.amazonaws.com",
        "source_ip": "198.51.100.7",
        "user_agent": "aws-cli/2.34.2",
        "read_only": name.startswith("Describe"),
        "account": HERE.account,
        "region": HERE.region,
    }
    return build_record(Happening(time=at, name=name, identity=identity, **(known | more)))


@pytest.fixture(autouse=True)
def swiftly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "LOOKUPS_PER_SECOND", 1000.0)


@pytest.fixture(scope="module")
def trail(aws: EmulatedAws) -> Any:
    return aws.reader("cloudtrail", HERE.account, HERE.region)


def past(**asked: Any) -> dict[str, Any]:
    """Without what this test itself does."""
    return {"EndTime": EPOCH - timedelta(seconds=1), **asked}


def attribute(key: str, value: str) -> dict[str, Any]:
    return past(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])


def all_of(trail: Any, **asked: Any) -> list[Any]:
    pages = trail.get_paginator("lookup_events").paginate(**asked)
    return [event for page in pages for event in page["Events"]]


def error_of(call: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]


def send_unchecked(trail: Any, **asked: Any) -> tuple[str, str]:
    """What boto3 would not send."""

    def put(params: dict[str, Any], **_: Any) -> None:
        params["body"] = json.dumps(asked).encode()

    trail.meta.events.register("before-call.cloudtrail.LookupEvents", put)
    try:
        return error_of(trail.lookup_events)
    finally:
        trail.meta.events.unregister("before-call.cloudtrail.LookupEvents", put)


def test_a_page_has_at_most_50_events_and_the_newest_come_first(trail: Any) -> None:
    page = trail.lookup_events(**past())
    assert len(page["Events"]) == 50
    times = [event["EventTime"] for event in page["Events"]]
    assert times == sorted(times, reverse=True)
    assert times[0] == EPOCH - timedelta(minutes=1)


def test_pages_follow_each_other_without_gap_or_repetition(trail: Any) -> None:
    events = all_of(trail, **past(), MaxResults=50)
    assert len(events) == len({event["EventId"] for event in events}) == COUNT + 1
    times = [event["EventTime"] for event in events]
    assert times == sorted(times, reverse=True)


def test_a_page_may_be_asked_to_be_smaller(trail: Any) -> None:
    first = trail.lookup_events(**past(), MaxResults=7)
    second = trail.lookup_events(**past(), MaxResults=7, NextToken=first["NextToken"])
    ids = [event["EventId"] for page in (first, second) for event in page["Events"]]
    assert ids == [event["EventId"] for event in trail.lookup_events(**past())["Events"][:14]]


def test_events_that_come_to_be_known_between_two_pages_move_none(aws: EmulatedAws) -> None:
    place = Place(DATA_PROD, "ap-south-1")
    plant(place, [record(EPOCH - timedelta(hours=n), "CreateVolume") for n in range(1, 60)])
    trail = aws.reader("cloudtrail", *place)
    first = trail.lookup_events(**past())
    plant(place, [record(EPOCH - timedelta(minutes=1), "DeleteVolume")])
    second = trail.lookup_events(**past(), NextToken=first["NextToken"])
    assert {event["EventName"] for event in second["Events"]} == {"CreateVolume"}
    assert len(second["Events"]) == 9


def test_the_last_page_has_no_token(trail: Any) -> None:
    page = trail.lookup_events(**attribute("EventName", "RunInstances"))
    assert len(page["Events"]) == 1
    assert "NextToken" not in page


def test_events_older_than_90_days_are_not_found(trail: Any) -> None:
    start = EPOCH - timedelta(days=120)
    names = {event["EventName"] for event in all_of(trail, **past(StartTime=start))}
    assert names == {"DescribeInstances", "RunInstances"}


def test_both_ends_of_the_time_range_are_included(trail: Any) -> None:
    start, end = EPOCH - timedelta(minutes=9), EPOCH - timedelta(minutes=5)
    events = trail.lookup_events(StartTime=start, EndTime=end)["Events"]
    assert [event["EventTime"] for event in events] == [
        EPOCH - timedelta(minutes=minutes) for minutes in (5, 6, 7, 8, 9)
    ]


def test_a_range_that_starts_after_its_end_is_refused(trail: Any) -> None:
    code, _ = error_of(
        lambda: trail.lookup_events(StartTime=EPOCH, EndTime=EPOCH - timedelta(seconds=1))
    )
    assert code == "InvalidTimeRangeException"


@pytest.mark.parametrize(
    "changed",
    [
        {"StartTime": EPOCH - timedelta(days=1)},
        {"EndTime": EPOCH - timedelta(seconds=2)},
        attribute("EventName", "DescribeInstances"),
    ],
)
def test_a_token_comes_back_with_the_parameters_it_was_given_for(
    trail: Any, changed: dict[str, Any]
) -> None:
    token = trail.lookup_events(**past())["NextToken"]
    code, _ = error_of(lambda: trail.lookup_events(**past() | changed, NextToken=token))
    assert code == "InvalidNextTokenException"


def test_a_token_that_is_none_is_refused(trail: Any) -> None:
    code, _ = error_of(lambda: trail.lookup_events(NextToken="made up"))
    assert code == "InvalidNextTokenException"


@pytest.mark.parametrize("most", [0, 51])
def test_a_page_of_less_than_1_or_more_than_50_is_refused(trail: Any, most: int) -> None:
    assert send_unchecked(trail, MaxResults=most)[0] == "InvalidMaxResultsException"


def test_two_attributes_are_refused(trail: Any) -> None:
    both = [{"AttributeKey": key, "AttributeValue": "x"} for key in ("EventName", "Username")]
    code, _ = error_of(lambda: trail.lookup_events(LookupAttributes=both))
    assert code == "InvalidLookupAttributesException"


@pytest.mark.parametrize("value", ["True", "yes", "0"])
def test_read_only_is_true_or_false(trail: Any, value: str) -> None:
    code, _ = error_of(lambda: trail.lookup_events(**attribute("ReadOnly", value)))
    assert code == "InvalidLookupAttributesException"


def test_an_attribute_of_another_name_is_refused(trail: Any) -> None:
    asked = [{"AttributeKey": "SourceIp", "AttributeValue": "x"}]
    code, message = error_of(lambda: trail.lookup_events(LookupAttributes=asked))
    assert code == "ValidationException"
    assert "Member must satisfy enum value set: [EventId, EventName," in message


def test_another_category_than_insight_is_refused(trail: Any) -> None:
    assert send_unchecked(trail, EventCategory="data")[0] == "InvalidEventCategoryException"


def test_insight_events_are_found_only_by_their_category(aws: EmulatedAws) -> None:
    place = Place(HERE.account, "ap-south-2")
    at = EPOCH - timedelta(hours=1)
    plant(place, [record(at, "RunInstances", category="Insight"), record(at, "StopInstances")])
    trail = aws.reader("cloudtrail", *place)
    names = [event["EventName"] for event in trail.lookup_events(**past())["Events"]]
    assert names == ["StopInstances"]
    insights = trail.lookup_events(**past(), EventCategory="insight")["Events"]
    assert [event["EventName"] for event in insights] == ["RunInstances"]
    by_user = attribute("Username", "ada") | {"EventCategory": "insight"}
    code, _ = error_of(lambda: trail.lookup_events(**by_user))
    assert code == "InvalidLookupAttributesException"


OTHERS = Place(HERE.account, "ap-northeast-1")
BUCKET = Resource("arn:aws:s3:::northwind-reports", "AWS::S3::Bucket", HERE.account)


@pytest.fixture(scope="module")
def others(aws: EmulatedAws) -> Any:
    """Seven events of all kinds of callers."""
    at = EPOCH - timedelta(hours=3)
    stopped = {"instancesSet": {"items": [{"instanceId": "i-0abc"}]}}
    plant(
        OTHERS,
        [
            record(at, "StopInstances", event_id="1", parameters=stopped),
            record(at, "DescribeInstances", DEPLOYER, event_id="2"),
            record(at, "UpdateFunctionCode20150331v2", DEPLOYER, event_id="3",
                   source="lambda.amazonaws.com", parameters={"functionName": "checkout"}),
            record(at, "PutBucketPolicy", root(HERE.account), event_id="4",
                   source="s3.amazonaws.com", resources=[BUCKET],
                   parameters={"bucketName": "northwind-reports"}),
            record(at, "TerminateInstances", aws_service("autoscaling.amazonaws.com"),
                   event_id="5"),
            record(at, "CreateSecurityGroup", event_id="6", response={"groupId": "sg-0abc"}),
        ],
    )  # fmt: skip
    return aws.reader("cloudtrail", *OTHERS)


@pytest.mark.parametrize(
    ("key", "value", "ids"),
    [
        ("EventId", "4", {"4"}),
        ("EventName", "StopInstances", {"1"}),
        ("EventName", "stopinstances", set()),
        ("EventName", "Stop", set()),
        ("EventSource", "lambda.amazonaws.com", {"3"}),
        ("ReadOnly", "true", {"2"}),
        ("ReadOnly", "false", {"1", "3", "4", "5", "6"}),
        ("AccessKeyId", KEY, {"1", "6"}),
        ("AccessKeyId", DEPLOYER["accessKeyId"], {"2", "3"}),
        ("Username", "ada", {"1", "6"}),
        ("Username", "release-7", {"2", "3"}),
        ("Username", "deployer", set()),
        ("Username", "root", {"4"}),
        ("ResourceType", "AWS::EC2::Instance", {"1"}),
        ("ResourceType", "AWS::S3::Bucket", {"4"}),
        ("ResourceName", "i-0abc", {"1"}),
        ("ResourceName", "checkout", {"3"}),
        ("ResourceName", "northwind-reports", {"4"}),
        ("ResourceName", BUCKET.arn, {"4"}),
        ("ResourceName", "sg-0abc", {"6"}),
    ],
)
def test_events_are_found_by_each_attribute(
    others: Any, key: str, value: str, ids: set[str]
) -> None:
    found = others.lookup_events(**attribute(key, value))["Events"]
    assert {event["EventId"] for event in found} == ids


def test_an_event_tells_all_that_is_derived_and_its_record(others: Any) -> None:
    (event,) = others.lookup_events(**attribute("EventId", "4"))["Events"]
    told = json.loads(event.pop("CloudTrailEvent"))
    assert event == {
        "EventId": "4",
        "EventName": "PutBucketPolicy",
        "ReadOnly": "false",
        "EventTime": EPOCH - timedelta(hours=3),
        "EventSource": "s3.amazonaws.com",
        "Username": "root",
        "Resources": [
            {"ResourceType": "AWS::S3::Bucket", "ResourceName": BUCKET.arn},
            {"ResourceType": "AWS::S3::Bucket", "ResourceName": "northwind-reports"},
        ],
    }
    assert told["eventVersion"] == "1.11"
    assert told["eventTime"] == "2026-11-23T06:00:00Z"
    assert told["userIdentity"] == root(HERE.account)
    assert told["resources"] == [
        {"accountId": HERE.account, "type": "AWS::S3::Bucket", "ARN": BUCKET.arn}
    ]
    assert (told["awsRegion"], told["recipientAccountId"]) == (HERE.region, HERE.account)
    assert (told["eventType"], told["eventCategory"]) == ("AwsApiCall", "Management")
    assert told["managementEvent"] is True
    assert told["responseElements"] is None


def test_what_a_service_does_by_itself_has_neither_user_nor_key(others: Any) -> None:
    (event,) = others.lookup_events(**attribute("EventId", "5"))["Events"]
    assert not {"Username", "AccessKeyId"} & event.keys()
    assert json.loads(event["CloudTrailEvent"])["userIdentity"] == {
        "type": "AWSService",
        "invokedBy": "autoscaling.amazonaws.com",
    }


def test_two_look_ups_a_second_are_admitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "LOOKUPS_PER_SECOND", 2.0)
    limiter = lookup.Limiter(HERE)
    moments_s = (100.0, 100.0, 100.1, 100.4, 100.6, 100.7, 101.2, 109.0, 109.0, 109.0)
    admitted = [limiter.admits(moment_s) for moment_s in moments_s]
    assert admitted == [True, True, False, False, True, False, True, True, True, False]


def test_look_ups_beyond_the_rate_are_throttled_in_that_account_and_region_only(
    aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "LOOKUPS_PER_SECOND", 0.001)
    trail = aws.reader("cloudtrail", HERE.account, "sa-east-1")
    trail.lookup_events()
    for _ in range(2):
        assert error_of(trail.lookup_events) == ("ThrottlingException", "Rate exceeded")
    aws.reader("cloudtrail", HERE.account, "ca-central-1").lookup_events()
    aws.reader("cloudtrail", DATA_PROD, "sa-east-1").lookup_events()
    trail.describe_trails()


def test_trails_are_still_there(aws: EmulatedAws) -> None:
    assert aws.reader("cloudtrail", HERE.account, HERE.region).describe_trails()["trailList"] == []
