"""Connections that are cut, hang or crawl, as boto3 meets them; and the rules' own life."""

import threading
import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ResponseStreamingError,
)
from urllib3.exceptions import ProtocolError

from awsdash.demo.aws.hostility.rule import parse_rule
from awsdash.demo.aws.hostility.rulebook import Rulebook
from awsdash.demo.aws.protocol import Call, Protocol
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

BROKEN = (ConnectionClosedError, HTTPClientError, ResponseStreamingError)
FAILING = {"service": "logs", "effect": "fail"}
CALL = Call("logs", "DescribeLogGroups", "eu-west-1", Protocol.JSON, None)


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> EmulatedAws:
    server.control("DELETE", "faults")
    return server


def test_a_connection_is_cut_in_mid_response(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"service": "logs", "effect": "cut"}])
    with pytest.raises(BROKEN):
        logs.describe_log_groups()
    aws.control("DELETE", "faults")
    assert logs.describe_log_groups()["logGroups"]


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sts", "get_caller_identity"), ("ec2", "describe_vpcs"), ("s3", "list_buckets")],
)
def test_no_half_answer_passes_for_a_whole_one(
    aws: EmulatedAws, service: str, operation: str
) -> None:
    client = aws.client(service)
    aws.control("PUT", "faults", [{"effect": "cut", "service": service}])
    with pytest.raises(BROKEN):
        getattr(client, operation)()


def test_a_download_from_s3_is_cut_while_it_streams(aws: EmulatedAws) -> None:
    s3 = aws.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="cut-in-half")
    s3.put_object(Bucket="cut-in-half", Key="a", Body=b"x" * 2_000_000)
    aws.control("PUT", "faults", [{"effect": "cut", "operation": "GetObject"}])
    body = s3.get_object(Bucket="cut-in-half", Key="a")["Body"]
    assert len(body.read(1000)) == 1000
    with pytest.raises((ResponseStreamingError, ProtocolError)):
        body.read()


def test_a_call_that_hangs_ends_without_an_answer(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    aws.control("PUT", "faults", [{"service": "logs", "effect": "hang", "latencyMs": 50}])
    with pytest.raises(ConnectionClosedError):
        logs.describe_log_groups()


def test_removing_a_rule_lets_its_hanging_calls_go(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    aws.control("PUT", "faults", [{"service": "logs", "latencyMs": 600_000}])
    answers: list[object] = []
    call = threading.Thread(target=lambda: answers.append(logs.describe_log_groups()))
    call.start()
    while aws.control("GET", "faults")[1][0]["strikes"] == 0:
        time.sleep(0.01)
    assert answers == []
    aws.control("DELETE", "faults")
    call.join(10)
    assert answers


def test_a_rule_that_is_spent_lets_its_hanging_call_go_too(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    aws.control("PUT", "faults", [{"service": "logs", "latencyMs": 600_000, "times": 1}])
    call = threading.Thread(target=logs.describe_log_groups)
    call.start()
    while aws.control("GET", "faults")[1]:
        time.sleep(0.01)
    aws.control("DELETE", "faults")
    call.join(10)
    assert not call.is_alive()


def test_a_rule_removed_before_it_holds_its_call_holds_it_no_more() -> None:
    rulebook = Rulebook()
    added = rulebook.add(parse_rule({"latencyMs": 600_000}))
    (strike,) = rulebook.strike(CALL)
    assert rulebook.remove(added["id"])
    holding = threading.Thread(target=rulebook.hold, args=(strike, 600), daemon=True)
    holding.start()
    holding.join(10)
    assert not holding.is_alive()


def test_a_rule_removed_lets_no_call_of_another_go() -> None:
    rulebook = Rulebook()
    ids = [rulebook.add(parse_rule({"latencyMs": 1}))["id"] for _ in range(2)]
    first, second = rulebook.strike(CALL)
    rulebook.remove(ids[0])
    assert (first.let_go.is_set(), second.let_go.is_set()) == (True, False)


def test_a_body_may_come_slowly(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    whole = len(str(logs.describe_log_groups(limit=1)))
    assert whole > 100
    aws.control("PUT", "faults", [{"service": "logs", "bytesPerSecond": 100_000}])
    assert logs.describe_log_groups(limit=1)["logGroups"] == []  # the base account has none


def test_delays_add_up_and_an_error_ends_the_call(aws: EmulatedAws) -> None:
    rules = [
        {"service": "logs", "latencyMs": 100},
        {"service": "logs", "latencyMs": 100},
        FAILING,
        {"service": "logs", "latencyMs": 60_000},
    ]
    aws.control("PUT", "faults", rules)
    started = time.perf_counter()
    with pytest.raises(ClientError):
        aws.client("logs").describe_log_groups()
    assert time.perf_counter() - started >= 0.2
    assert [rule["strikes"] for rule in aws.control("GET", "faults")[1]] == [1, 1, 1, 0]


def test_a_delay_may_vary(aws: EmulatedAws) -> None:
    rule = {"service": "logs", "latencyMs": 20, "latencyJitterMs": 20}
    aws.control("PUT", "faults", [rule])
    started = time.perf_counter()
    aws.client("logs").describe_log_groups()
    assert time.perf_counter() - started >= 0.02


def test_rules_are_added_and_removed_one_by_one(aws: EmulatedAws) -> None:
    status, first = aws.control("POST", "faults", FAILING)
    assert status == 201
    _, second = aws.control("POST", "faults", {"latencyMs": 1})
    assert first == {**FAILING, "id": first["id"], "strikes": 0}
    assert [rule["id"] for rule in aws.control("GET", "faults")[1]] == [first["id"], second["id"]]
    assert aws.control("DELETE", f"faults/{first['id']}") == (204, None)
    assert [rule["id"] for rule in aws.control("GET", "faults")[1]] == [second["id"]]
    status, answer = aws.control("DELETE", f"faults/{first['id']}")
    assert (status, answer["error"]) == (404, f"There is no rule {first['id']}")


def test_a_malformed_rule_is_not_added(aws: EmulatedAws) -> None:
    status, answer = aws.control("POST", "faults", {"latencyMS": 5})
    assert (status, answer["error"][:41]) == (400, "The rule: unknown key 'latencyMS'; known ")
    assert aws.control("GET", "faults") == (200, [])


def test_strikes_are_counted(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [{**FAILING, "times": 3}])
    for _ in range(2):
        with pytest.raises(ClientError):
            aws.client("logs").describe_log_groups()
    _, (rule,) = aws.control("GET", "faults")
    assert (rule["strikes"], rule["times"]) == (2, 1)
