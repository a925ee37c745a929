"""Event records put into the event history from outside, and the builder of records."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.cloudtrail import lookup
from awsdash.demo.aws.cloudtrail.event import username_of
from awsdash.demo.aws.cloudtrail.record import (
    Happening,
    assumed_role,
    build_record,
    iam_user,
    principal_id,
)
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

REGION = "ap-southeast-1"
SEED = f"seed/cloudtrail/events?account={PAYMENTS_DEV}&region={REGION}"
ROW: dict[str, Any] = {
    "eventTime": "2026-11-22T10:00:00Z",
    "eventName": "DeleteBucket",
    "eventSource": "s3.amazonaws.com",
    "userIdentity": {"type": "IAMUser", "userName": "eve", "accessKeyId": "AKIAEVE"},
    "requestParameters": {"bucketName": "left-behind"},
}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(autouse=True)
def swiftly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "LOOKUPS_PER_SECOND", 1000.0)


def found(aws: EmulatedAws, **asked: Any) -> list[Any]:
    by_user = [{"AttributeKey": "Username", "AttributeValue": "eve"}]
    trail = aws.reader("cloudtrail", PAYMENTS_DEV, REGION)
    return list(trail.lookup_events(LookupAttributes=by_user, **asked)["Events"])


def test_a_seeded_event_is_found_with_what_it_lacked(aws: EmulatedAws) -> None:
    rows = [ROW, ROW, ROW | {"eventID": "own", "readOnly": True, "awsRegion": "elsewhere"}]
    assert aws.control("POST", SEED, rows) == (200, {"count": 3})
    events = found(aws)
    assert len({event["EventId"] for event in events}) == 3
    own = next(event for event in events if event["EventId"] == "own")
    assert own["ReadOnly"] == "true"
    other = next(event for event in events if event["EventId"] != "own")
    assert other["Resources"] == [
        {"ResourceType": "AWS::S3::Bucket", "ResourceName": "left-behind"}
    ]
    record = json.loads(other["CloudTrailEvent"])
    assert record == ROW | {
        "eventVersion": "1.11",
        "awsRegion": REGION,
        "recipientAccountId": PAYMENTS_DEV,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "eventID": other["EventId"],
    }


def test_many_events_can_be_seeded_at_once(aws: EmulatedAws) -> None:
    rows = [ROW | {"eventName": f"Delete{number}"} for number in range(6_000)]
    where = SEED.replace(REGION, "ap-southeast-2")
    assert aws.control("POST", where, rows) == (200, {"count": 6_000})
    trail = aws.reader("cloudtrail", PAYMENTS_DEV, "ap-southeast-2")
    for name in ("Delete0", "Delete5999"):
        by_name = [{"AttributeKey": "EventName", "AttributeValue": name}]
        assert len(trail.lookup_events(LookupAttributes=by_name)["Events"]) == 1


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"eventTime": None}, "Row 2: eventTime is needed"),
        ({"eventTime": "yesterday"}, "Row 2: eventTime 'yesterday' is no time"),
        ({"eventName": 5}, "Row 2: eventName is needed"),
        ({"eventSource": None}, "Row 2: eventSource is needed"),
        ({"userIdentity": "eve"}, "Row 2: userIdentity is needed"),
        ({"readOnly": "yes"}, "Row 2: readOnly is not as CloudTrail writes it"),
        ({"resources": ["arn"]}, "Row 2: resources is not as CloudTrail writes it"),
        ({"eventCategory": "Data"}, "Row 2: eventCategory must be one of Management, Insight"),
    ],
)
def test_a_row_that_is_no_event_record_is_refused_and_none_is_planted(
    aws: EmulatedAws, changed: dict[str, Any], complaint: str
) -> None:
    good = ROW | {"eventTime": "2026-11-01T00:00:00Z"}
    status, answer = aws.control("POST", SEED, [good, ROW | changed])
    assert status == 400
    assert complaint in str(answer)
    assert found(aws, EndTime=EPOCH - timedelta(days=10)) == []


def test_a_record_has_the_documented_members() -> None:
    identity = iam_user("123456789012", "ada", "AKIAADA")
    record = build_record(
        Happening(
            time=EPOCH,
            source="iam.amazonaws.com",
            name="CreateUser",
            account="123456789012",
            region="us-east-1",
            identity=identity,
            read_only=False,
            source_ip="192.0.2.1",
            user_agent="console.amazonaws.com",
            parameters={"userName": "zoe"},
            error_code="EntityAlreadyExists",
            error_message="It does",
            host="iam.amazonaws.com",
            by_console=True,
            event_id="e",
            request_id="r",
        )
    )
    assert record == {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": "2026-11-23T09:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "console.amazonaws.com",
        "errorCode": "EntityAlreadyExists",
        "errorMessage": "It does",
        "requestParameters": {"userName": "zoe"},
        "responseElements": None,
        "requestID": "r",
        "eventID": "e",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "iam.amazonaws.com",
        },
        "sessionCredentialFromConsole": "true",
    }


def test_the_session_of_a_role_with_a_path_is_told_by_its_name() -> None:
    arn = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_1a2b"
    identity = assumed_role(
        "123456789012",
        "AWSReservedSSO_Ops_1a2b",
        "ada@northwind.example",
        "ASIAADA",
        EPOCH,
        role_arn=arn,
        source_identity="ada",
        mfa=True,
    )
    issuer = identity["sessionContext"]["sessionIssuer"]
    assert (issuer["arn"], issuer["userName"]) == (arn, "AWSReservedSSO_Ops_1a2b")
    assert issuer["principalId"] == principal_id("AROA", arn)
    assert identity["arn"].endswith(":assumed-role/AWSReservedSSO_Ops_1a2b/ada@northwind.example")
    assert identity["sessionContext"]["sourceIdentity"] == "ada"
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "true"
    assert username_of(identity) == "ada@northwind.example"


def test_an_id_of_a_principal_has_21_characters_and_stays_the_same() -> None:
    assert len(principal_id("AIDA", "arn:a")) == 21
    assert principal_id("AIDA", "arn:a") == principal_id("AIDA", "arn:a")
    assert principal_id("AIDA", "arn:a") != principal_id("AIDA", "arn:b")
