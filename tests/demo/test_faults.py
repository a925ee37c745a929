"""Faults and counts of the emulated AWS, set and read over HTTP."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_DEV, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

THROTTLED = {"service": "logs", "code": "ThrottlingException", "message": "Rate exceeded"}


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600)) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> EmulatedAws:
    """Without faults, and with no call counted."""
    server.control("PUT", "faults", [])
    server.control("DELETE", "calls")
    return server


def error_of(call: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as failed:
        call()
    answer: Any = failed.value.response
    return dict(answer["Error"])


def test_a_rule_makes_a_call_fail_and_removing_it_heals(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    assert aws.control("PUT", "faults", [THROTTLED])[0] == 200
    error = error_of(logs.describe_log_groups)
    assert (error["Code"], error["Message"]) == ("ThrottlingException", "Rate exceeded")
    aws.control("PUT", "faults", [])
    assert logs.describe_log_groups()["logGroups"]


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("logs", "describe_log_groups"),
        ("lambda", "list_functions"),
        ("sts", "get_caller_identity"),
        ("ec2", "describe_instances"),
        ("s3", "list_buckets"),
    ],
)
def test_a_fault_speaks_the_protocol_of_its_service(
    aws: EmulatedAws, service: str, operation: str
) -> None:
    aws.control("PUT", "faults", [{"code": "Broken", "message": "<so & so>", "status": 503}])
    with pytest.raises(ClientError) as failed:
        getattr(aws.client(service), operation)()
    answer: Any = failed.value.response
    assert answer["Error"]["Code"] == "Broken"
    assert answer["Error"]["Message"] == "<so & so>"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"service": "sts"},
        {"operation": "FilterLogEvents"},
        {"account": PAYMENTS_DEV},
        {"region": "us-east-1"},
    ],
)
def test_a_rule_leaves_other_calls_alone(aws: EmulatedAws, elsewhere: dict[str, str]) -> None:
    rule = {
        "service": "logs",
        "operation": "DescribeLogGroups",
        "account": PAYMENTS_PROD,
        "region": "eu-west-1",
        "code": "ThrottlingException",
    }
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [rule | elsewhere])
    assert logs.describe_log_groups()["logGroups"]
    aws.control("PUT", "faults", [rule])
    assert error_of(logs.describe_log_groups)["Code"] == "ThrottlingException"


def test_a_rest_operation_is_known_by_its_name(aws: EmulatedAws) -> None:
    functions = aws.reader("lambda", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"operation": "GetFunction", "code": "TooManyRequestsException"}])
    assert functions.list_functions()["Functions"]
    error = error_of(lambda: functions.get_function(FunctionName="checkout-charge"))
    assert error["Code"] == "TooManyRequestsException"


def test_the_first_rule_that_fits_wins(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [{**THROTTLED, "code": "First"}, {**THROTTLED, "code": "Second"}])
    assert error_of(aws.client("logs").describe_log_groups)["Code"] == "First"


def test_a_rule_with_times_expires(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [{**THROTTLED, "times": 2}])
    logs = aws.client("logs")
    for _ in range(2):
        assert error_of(logs.describe_log_groups)["Code"] == "ThrottlingException"
    logs.describe_log_groups()
    assert aws.control("GET", "faults") == (200, [])


def test_a_rule_with_a_rate_strikes_some_calls(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [{**THROTTLED, "rate": 0.5}])
    logs = aws.client("logs")
    struck = 0
    for _ in range(40):
        try:
            logs.describe_log_groups()
        except ClientError:
            struck += 1
    assert 5 < struck < 35


def test_latency_delays_without_failing(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    aws.control("PUT", "faults", [{"service": "logs", "latencyMs": 150}])
    start = time.perf_counter()
    logs.describe_log_groups()
    assert time.perf_counter() - start >= 0.15


def test_the_rules_in_force_can_be_read_as_they_were_put(aws: EmulatedAws) -> None:
    rule = {**THROTTLED, "latencyMs": 5, "times": 3}
    aws.control("PUT", "faults", [rule])
    _, (read,) = aws.control("GET", "faults")
    assert read == {**rule, "id": read["id"], "strikes": 0}


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({"code": "X"}, "must be a JSON list"),
        (["X"], "Rule 0 must be an object"),
        ([{"code": "X", "latency": 5}], "Rule 0: unknown key 'latency'; known are service,"),
        ([{"code": "X"}, {"service": "logs"}], "Rule 1 does nothing"),
        ([{"code": 5}], "'code' must be a code such as"),
        ([{"latencyMs": -1}], "'latencyMs' must be 0 to a day's 86400000"),
        ([{"latencyMs": 1e300}], "'latencyMs' must be 0 to a day's 86400000"),
        ([{"code": "X\r\nY: Z"}], "'code' must be a code such as ThrottlingException"),
        ([{"code": "X", "rate": 2}], "'rate' must be 0 to 1"),
        ([{"code": "X", "status": 200}], "'status' must be 400 to 599"),
        ([{"code": "X", "times": True}], "'times' must be a whole number >= 1"),
        ([{"effect": "explode"}], "'effect' must be one of throttle, expire,"),
        ([{"effect": "deny", "code": "X"}], "give it an 'effect' or a 'code', not both"),
        ([{"effect": "deny", "status": 500}], "'message' and 'status' belong to a 'code'"),
        ([{"latencyJitterMs": "5"}], "'latencyJitterMs' must be 0 to a day's 86400000"),
        ([{"bytesPerSecond": 0}], "'bytesPerSecond' must be a number >= 1"),
        ([{"runningS": -1}], "'runningS' must be 0 to a day's 86400"),
        ([{"failure": ""}], "'failure' must be a text"),
        ([{"code": "X", "region": ""}], "'region' must be a text"),
    ],
)
def test_malformed_rules_are_refused_and_change_nothing(
    aws: EmulatedAws, rules: object, complaint: str
) -> None:
    aws.control("PUT", "faults", [THROTTLED])
    status, answer = aws.control("PUT", "faults", rules)
    assert status == 400
    assert complaint in answer["error"]
    assert len(aws.control("GET", "faults")[1]) == 1


def test_calls_are_counted_by_account_region_service_and_operation(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", DATA_PROD, "us-east-1")
    for _ in range(3):
        logs.describe_log_groups()
    _, counted = aws.control("GET", "calls?service=logs")
    assert counted == {
        "total": 3,
        "calls": [
            {
                "account": DATA_PROD,
                "region": "us-east-1",
                "service": "logs",
                "operation": "DescribeLogGroups",
                "count": 3,
            }
        ],
    }
    assert aws.control("GET", "calls?operation=AssumeRole")[1]["total"] == 1
    assert aws.control("GET", "calls")[1]["total"] == 4
    assert aws.control("DELETE", "calls") == (204, None)
    assert aws.control("GET", "calls")[1] == {"total": 0, "calls": []}


def test_failed_calls_are_counted_too(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [THROTTLED])
    error_of(aws.client("logs").describe_log_groups)
    assert aws.control("GET", "calls?service=logs")[1]["total"] == 1


def test_a_wrong_question_about_calls_is_refused(aws: EmulatedAws) -> None:
    status, answer = aws.control("GET", "calls?servce=logs")
    assert status == 400
    assert "servce" in answer["error"]


def test_health_tells_the_epoch(aws: EmulatedAws) -> None:
    assert aws.control("GET", "health") == (200, {"ready": True, "epoch": "2026-11-23T09:00:00Z"})


def test_an_unknown_page_of_the_emulator_is_not_found(aws: EmulatedAws) -> None:
    assert aws.control("GET", "nothing")[0] == 404
    assert aws.control("PATCH", "faults")[0] == 404
