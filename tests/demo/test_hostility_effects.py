"""Each hostility of AWS in AWS's own codes and messages, by protocol and service."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import BASE_USER, MANAGEMENT, PAYMENTS_DEV, PAYMENTS_PROD, ROLE_NAME
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

EXPIRED = "The security token included in the request is expired"
INVALID = "The security token included in the request is invalid."
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "logs": ("describe_log_groups", {}),
    "athena": ("list_work_groups", {}),
    "cloudwatch": ("list_metrics", {}),
    "cloudtrail": ("describe_trails", {}),
    "organizations": ("list_accounts", {}),
    "resourcegroupstaggingapi": ("get_resources", {}),
    "lambda": ("list_functions", {}),
    "xray": ("get_groups", {}),
    "apigateway": ("get_rest_apis", {}),
    "eks": ("list_clusters", {}),
    "sts": ("get_caller_identity", {}),
    "iam": ("list_roles", {}),
    "rds": ("describe_db_instances", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "ec2": ("describe_instances", {}),
    "s3": ("list_buckets", {}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> EmulatedAws:
    server.control("DELETE", "faults")
    return server


def answer_to(aws: EmulatedAws, service: str, region: str = "eu-west-1") -> tuple[str, str, int]:
    """Code, message and status of the error."""
    operation, arguments = CALLS[service]
    with pytest.raises(ClientError) as failed:
        getattr(aws.client(service, region=region), operation)(**arguments)
    answer: Any = failed.value.response
    error = answer["Error"]
    return error["Code"], error["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("service", "code", "message", "status"),
    [
        ("logs", "ThrottlingException", "Rate exceeded", 400),
        ("athena", "ThrottlingException", "Rate exceeded", 400),
        ("cloudtrail", "ThrottlingException", "Rate exceeded", 400),
        ("cloudwatch", "ThrottlingException", "Rate exceeded", 400),
        ("organizations", "TooManyRequestsException", "Rate exceeded", 400),
        ("resourcegroupstaggingapi", "ThrottledException", "Rate exceeded", 400),
        ("lambda", "TooManyRequestsException", "Rate exceeded", 429),
        ("xray", "ThrottledException", "Rate exceeded", 429),
        ("apigateway", "TooManyRequestsException", "Too Many Requests", 429),
        ("eks", "ThrottlingException", "Rate exceeded", 429),
        ("sts", "Throttling", "Rate exceeded", 400),
        ("iam", "Throttling", "Rate exceeded", 400),
        ("rds", "Throttling", "Rate exceeded", 400),
        ("sqs", "RequestThrottled", "Request is throttled.", 403),
        ("ec2", "RequestLimitExceeded", "Request limit exceeded.", 503),
        ("s3", "SlowDown", "Please reduce your request rate.", 503),
    ],
)
def test_a_service_throttles_in_its_own_words(
    aws: EmulatedAws, service: str, code: str, message: str, status: int
) -> None:
    aws.control("PUT", "faults", [{"effect": "throttle"}])
    assert answer_to(aws, service) == (code, message, status)


@pytest.mark.parametrize(
    ("service", "code", "status", "action"),
    [
        ("logs", "AccessDeniedException", 400, "logs:DescribeLogGroups"),
        ("cloudwatch", "AccessDeniedException", 400, "cloudwatch:ListMetrics"),
        ("resourcegroupstaggingapi", "AccessDeniedException", 400, "tag:GetResources"),
        ("lambda", "AccessDeniedException", 403, "lambda:ListFunctions"),
        ("iam", "AccessDenied", 403, "iam:ListRoles"),
        ("ec2", "UnauthorizedOperation", 403, "ec2:DescribeInstances"),
        ("s3", "AccessDenied", 403, "s3:List"),
    ],
)
def test_a_denial_names_the_caller_the_action_and_the_resource(
    aws: EmulatedAws, service: str, code: str, status: int, action: str
) -> None:
    aws.control("PUT", "faults", [{"effect": "deny"}])
    answered, message, answered_status = answer_to(aws, service)
    assert (answered, answered_status) == (code, status)
    user = f"User: arn:aws:iam::{MANAGEMENT}:user/{BASE_USER}"
    assert f"{user} is not authorized to perform: {action}" in message
    assert "on resource: " in message
    assert f"because no identity-based policy allows the {action}" in message


def test_a_denial_names_the_log_group(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"service": "logs", "effect": "deny"}])
    group = f"arn:aws:logs:eu-west-1:{PAYMENTS_PROD}:log-group:/a:log-stream:"
    with pytest.raises(ClientError, match=f"logs:FilterLogEvents on resource: {group} because no"):
        logs.filter_log_events(logGroupName="/a")


def test_a_denied_session_is_called_by_its_role_and_its_name(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"service": "logs", "effect": "deny"}])
    with pytest.raises(ClientError, match=f"assumed-role/{ROLE_NAME}/test is not authorized"):
        logs.describe_log_groups()


@pytest.mark.parametrize(
    ("service", "code", "message", "status"),
    [
        ("logs", "ExpiredTokenException", EXPIRED, 400),
        ("lambda", "ExpiredTokenException", EXPIRED, 403),
        ("sts", "ExpiredToken", EXPIRED, 403),
        ("ec2", "RequestExpired", "Request has expired.", 400),
        ("s3", "ExpiredToken", "The provided token has expired.", 400),
    ],
)
def test_credentials_expire_in_the_words_of_the_protocol(
    aws: EmulatedAws, service: str, code: str, message: str, status: int
) -> None:
    aws.control("PUT", "faults", [{"effect": "expire"}])
    assert answer_to(aws, service) == (code, message, status)


@pytest.mark.parametrize(
    ("service", "code", "message", "status"),
    [
        ("logs", "UnrecognizedClientException", INVALID, 400),
        ("lambda", "UnrecognizedClientException", INVALID, 403),
        ("rds", "InvalidClientTokenId", INVALID, 403),
        ("sts", "InvalidClientTokenId", INVALID, 403),
        ("ec2", "AuthFailure", "AWS was not able to validate the provided access credentials", 401),
        ("s3", "InvalidToken", "The provided token is malformed or otherwise invalid.", 400),
    ],
)
def test_a_region_that_is_off_knows_no_key(
    aws: EmulatedAws, service: str, code: str, message: str, status: int
) -> None:
    aws.control("PUT", "faults", [{"region": "eu-central-1", "effect": "disable_region"}])
    assert answer_to(aws, service, "eu-central-1") == (code, message, status)


def test_sts_issues_no_credentials_in_a_region_that_is_off(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [{"region": "eu-central-1", "effect": "disable_region"}])
    with pytest.raises(ClientError) as refused:
        aws.assume_reader(PAYMENTS_PROD, "eu-central-1")
    error = refused.value.response["Error"]
    assert error["Code"] == "RegionDisabledException"
    assert error["Message"].startswith("STS is not activated in this region for account:")
    assert aws.assume_reader(PAYMENTS_PROD, "eu-west-1")


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("logs", "ServiceUnavailableException", 503),
        ("athena", "InternalServerException", 500),
        ("cloudtrail", "InternalFailure", 500),
        ("lambda", "ServiceException", 500),
        ("sts", "InternalFailure", 500),
        ("ec2", "InternalError", 500),
        ("s3", "InternalError", 500),
    ],
)
def test_a_service_fails_in_its_own_words(
    aws: EmulatedAws, service: str, code: str, status: int
) -> None:
    aws.control("PUT", "faults", [{"effect": "fail"}])
    answer = answer_to(aws, service)
    assert (answer[0], answer[2]) == (code, status)


@pytest.mark.parametrize(
    ("scope", "is_struck"),
    [
        ({"region": "eu-*"}, True),
        ({"region": "us-*"}, False),
        ({"operation": "Describe*"}, True),
        ({"operation": "*LogEvents"}, False),
        ({"account": PAYMENTS_PROD[:-1] + "?"}, True),
        ({"account": PAYMENTS_DEV}, False),
        ({"service": "l*"}, True),
    ],
)
def test_a_scope_may_hold_wildcards(
    aws: EmulatedAws, scope: dict[str, str], is_struck: bool
) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{**scope, "effect": "fail"}])
    if is_struck:
        with pytest.raises(ClientError):
            logs.describe_log_groups()
    else:
        assert logs.describe_log_groups()["logGroups"]
