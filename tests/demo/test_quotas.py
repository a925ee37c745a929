"""Throttling at AWS's default request quotas."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.hostility.default_quotas import QUOTAS, quota_of
from awsdash.demo.aws.hostility.quotas import Quotas, TokenBucket
from awsdash.demo.aws.protocol import Call, Protocol
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws


def call(service: str, operation: str, region: str = "eu-west-1", account: str = "1" * 12) -> Call:
    return Call(service, operation, region, Protocol.JSON, "AKIA", account)


@pytest.mark.parametrize(
    ("service", "operation", "region", "per_second", "burst"),
    [
        ("logs", "FilterLogEvents", "us-east-1", 25, 25),
        ("logs", "FilterLogEvents", "eu-central-1", 5, 5),
        ("logs", "FilterLogEvents", "eu-west-1", 10, 10),
        ("logs", "GetLogEvents", "eu-west-1", 10, 10),
        ("logs", "GetLogEvents", "us-east-1", 25, 25),
        ("logs", "DescribeLogStreams", "eu-west-1", 25, 25),
        ("logs", "DescribeLogGroups", "eu-west-1", 10, 10),
        ("logs", "StartQuery", "eu-west-1", 10, 10),
        ("logs", "GetQueryResults", "eu-west-1", 10, 10),
        ("monitoring", "GetMetricData", "eu-west-1", 500, 500),
        ("monitoring", "ListMetrics", "eu-west-1", 25, 25),
        ("monitoring", "DescribeAlarms", "eu-west-1", 9, 9),
        ("athena", "StartQueryExecution", "eu-west-1", 20, 80),
        ("athena", "GetQueryExecution", "eu-west-1", 100, 200),
        ("athena", "BatchGetQueryExecution", "eu-west-1", 20, 40),
        ("athena", "ListQueryExecutions", "eu-west-1", 5, 10),
        ("sts", "AssumeRole", "eu-west-1", 600, 600),
        ("lambda", "GetFunction", "eu-west-1", 100, 100),
        ("lambda", "ListFunctions", "eu-west-1", 15, 15),
        ("ec2", "DescribeInstances", "eu-west-1", 20, 100),
    ],
)
def test_the_default_quotas_of_the_documentation(
    service: str, operation: str, region: str, per_second: float, burst: float
) -> None:
    quota = quota_of(call(service, operation, region))
    assert quota is not None
    assert (quota.per_second, quota.capacity) == (per_second, burst)


@pytest.mark.parametrize(
    ("service", "operation"),
    [("lambda", "Invoke"), ("s3", "GetObject"), ("cloudtrail", "LookupEvents")],
)
def test_some_calls_have_no_such_quota(service: str, operation: str) -> None:
    assert quota_of(call(service, operation)) is None


def test_every_quota_admits_something() -> None:
    assert all(quota.per_second >= 1 and quota.capacity >= quota.per_second for quota in QUOTAS)


def test_a_bucket_is_full_at_first_and_refills_steadily() -> None:
    bucket = TokenBucket(per_second=2, capacity=3, now_s=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.4), bucket.take(0.5), bucket.take(0.5)] == [False, True, False]
    assert [bucket.take(100) for _ in range(4)] == [True, True, True, False]


class At:
    """A clock that stands."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> At:
    return At()


@pytest.fixture
def quotas(clock: At) -> Quotas:
    enforced = Quotas(lambda environ, start_response: [], clock)
    enforced.set({"enforced": True})
    return enforced


def admitted(quotas: Quotas, calls: list[Call]) -> int:
    return sum(quotas.admits(one) for one in calls)


def test_a_quota_is_per_account_region_and_operation(quotas: Quotas) -> None:
    filtering = call("logs", "FilterLogEvents")
    assert admitted(quotas, [filtering] * 12) == 10
    assert admitted(quotas, [call("logs", "FilterLogEvents", account="2" * 12)] * 12) == 10
    assert admitted(quotas, [call("logs", "FilterLogEvents", "eu-central-1")] * 12) == 5
    assert admitted(quotas, [call("logs", "DescribeLogGroups")] * 12) == 10


def test_lambdas_control_plane_shares_one_quota(quotas: Quotas) -> None:
    calls = [call("lambda", "ListFunctions"), call("lambda", "ListTags")] * 10
    assert admitted(quotas, calls) == 15
    assert admitted(quotas, [call("lambda", "GetFunction")] * 20) == 20


def test_a_quota_refills_with_time(quotas: Quotas, clock: At) -> None:
    filtering = call("logs", "FilterLogEvents")
    assert admitted(quotas, [filtering] * 20) == 10
    clock.now_s = 0.5
    assert admitted(quotas, [filtering] * 20) == 5


def test_a_burst_is_more_than_a_second_brings(quotas: Quotas, clock: At) -> None:
    start = call("athena", "StartQueryExecution")
    assert admitted(quotas, [start] * 100) == 80
    clock.now_s = 1
    assert admitted(quotas, [start] * 100) == 20


def test_a_factor_makes_all_quotas_larger_or_smaller(quotas: Quotas) -> None:
    quotas.set({"enforced": True, "factor": 0.5})
    assert admitted(quotas, [call("logs", "FilterLogEvents")] * 20) == 5
    quotas.set({"enforced": True, "factor": 0.001})
    assert admitted(quotas, [call("logs", "FilterLogEvents")] * 20) == 1


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> Iterator[EmulatedAws]:
    yield server
    server.control("PUT", "quotas", {"enforced": False})


def outcomes(client: Any, times: int) -> list[str]:
    found = []
    for _ in range(times):
        try:
            client.describe_log_groups()
            found.append("served")
        except ClientError as error:
            found.append(error.response["Error"]["Code"])
    return found


def test_nobody_is_throttled_until_quotas_are_enforced(aws: EmulatedAws) -> None:
    assert aws.control("GET", "quotas") == (
        200,
        {"enforced": False, "factor": 1.0, "throttled": []},
    )
    assert set(outcomes(aws.reader("logs", PAYMENTS_DEV), 30)) == {"served"}


def test_calls_over_the_quota_are_throttled_and_counted(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", DATA_PROD)
    status, setting = aws.control("PUT", "quotas", {"enforced": True, "factor": 0.1})
    assert (status, setting) == (200, {"enforced": True, "factor": 0.1, "throttled": []})
    assert set(outcomes(logs, 10)) == {"served", "ThrottlingException"}
    (row,) = aws.control("GET", "quotas")[1]["throttled"]
    assert row.pop("count") >= 1
    assert row == {
        "account": DATA_PROD,
        "region": "eu-west-1",
        "service": "logs",
        "operation": "DescribeLogGroups",
    }


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ([], "must be an object"),
        ({}, "'enforced' is required"),
        ({"enforced": 1}, "'enforced' must be true or false"),
        ({"enforced": True, "factor": 0}, "'factor' must be a number > 0"),
        ({"enforced": True, "rate": 1}, "Unknown key 'rate'; known are enforced, factor"),
    ],
)
def test_a_malformed_setting_is_refused(aws: EmulatedAws, setting: object, complaint: str) -> None:
    status, answer = aws.control("PUT", "quotas", setting)
    assert status == 400
    assert complaint in answer["error"]
