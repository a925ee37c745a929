"""What every request is held to, in AWS's wording, by botocore's models of the operations."""

from typing import Any

import pytest

from awsdash.demo.aws.constraints import check, operation_model
from awsdash.demo.aws.protocol import AwsError


def refusal(service: str, operation: str, asked: dict[str, Any]) -> AwsError:
    with pytest.raises(AwsError) as refused:
        check(operation_model(service, operation), asked, "ValidationException")
    return refused.value


def test_a_valid_request_passes() -> None:
    asked = {"logGroupName": "/aws/lambda/a", "startTime": 5, "limit": 10_000}
    check(operation_model("logs", "FilterLogEvents"), asked, "ValidationException")


@pytest.mark.parametrize(
    ("service", "operation", "asked", "violation"),
    [
        (
            "athena",
            "GetQueryExecution",
            {},
            "Value null at 'queryExecutionId' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            "logs",
            "FilterLogEvents",
            {"limit": 10_001},
            "Value '10001' at 'limit' failed to satisfy constraint: "
            "Member must have value less than or equal to 10000",
        ),
        (
            "logs",
            "FilterLogEvents",
            {"logGroupName": ""},
            "Value '' at 'logGroupName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1; "
            "Value '' at 'logGroupName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        ),
        (
            "cloudtrail",
            "LookupEvents",
            {"LookupAttributes": [{"AttributeKey": "Colour", "AttributeValue": "red"}]},
            "Value 'Colour' at 'lookupAttributes.1.member.attributeKey' failed to satisfy "
            "constraint: Member must satisfy enum value set: [EventId, EventName, ReadOnly, "
            "Username, ResourceType, ResourceName, EventSource, AccessKeyId]",
        ),
        (
            "athena",
            "BatchGetQueryExecution",
            {"QueryExecutionIds": ["x"] * 51},
            "Member must have length less than or equal to 50",
        ),
    ],
)
def test_a_member_outside_its_constraint_is_told_as_aws_tells_it(
    service: str, operation: str, asked: dict[str, Any], violation: str
) -> None:
    error = refusal(service, operation, asked)
    assert error.code == "ValidationException"
    assert violation in error.message


def test_all_violations_are_counted_in_one_message() -> None:
    error = refusal("logs", "FilterLogEvents", {"limit": 0, "logGroupName": "a b"})
    assert error.message.startswith("2 validation errors detected: Value ")


def test_one_violation_is_one_error() -> None:
    error = refusal("logs", "FilterLogEvents", {"limit": 0})
    assert error.message.startswith("1 validation error detected: Value '0' at 'limit'")


@pytest.mark.parametrize("limit", ["10", True, [10]])
def test_a_member_of_another_type_is_a_serialization_exception(limit: object) -> None:
    assert refusal("logs", "FilterLogEvents", {"limit": limit}).code == "SerializationException"


@pytest.mark.parametrize("name", ["zoë", "٣٣"])
def test_letters_and_digits_of_a_pattern_are_those_of_ascii(name: str) -> None:
    asked = {"RoleArn": "arn:aws:iam::111111111111:role/a", "RoleSessionName": name}
    error = refusal("sts", "AssumeRole", asked)
    assert f"Value '{name}' at 'roleSessionName' failed to satisfy constraint" in error.message
