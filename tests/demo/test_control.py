"""The emulator's own interface: seeds, and the story told again, emptied or replaced."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws import chapters
from awsdash.demo.aws.interface.gate import Gate
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import CULPRIT, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws, Keys

ACCOUNT = "900000000001"
ADMIN = Keys("AKIAOTHERSTORY000001", "another+secret")
ROW = {
    "accountId": ACCOUNT,
    "name": "harbour-prod",
    "user": "admin",
    "accessKeyId": ADMIN.key_id,
    "secretAccessKey": ADMIN.secret,
}


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> EmulatedAws:
    """Telling the story that it began with."""
    server.control("DELETE", "faults")
    assert server.control("PUT", "story", {})[0] == 200
    return server


def messages(aws: EmulatedAws) -> list[str]:
    page = aws.reader("logs", PAYMENTS_PROD).filter_log_events(logGroupName=CULPRIT.log_group)
    return [event["message"] for event in page["events"]]


def test_the_story_that_is_told_can_be_read(aws: EmulatedAws) -> None:
    status, story = aws.control("GET", "story")
    assert status == 200
    told = {key: story[key] for key in ("epoch", "seed", "events")}
    assert told == {"epoch": "2026-11-23T09:00:00Z", "seed": 7, "events": 600}


def test_a_story_told_again_is_the_same(aws: EmulatedAws) -> None:
    before = messages(aws)
    assert aws.control("PUT", "story", {})[0] == 200
    assert messages(aws) == before


def test_a_story_can_be_told_with_another_seed_size_and_epoch(aws: EmulatedAws) -> None:
    before = messages(aws)
    other = {"seed": 8, "events": 300, "epoch": "2026-11-23T08:00:00+00:00"}
    status, told = aws.control("PUT", "story", other)
    assert status == 200
    assert (told["seed"], told["events"], told["epoch"]) == (8, 300, "2026-11-23T08:00:00Z")
    assert messages(aws) != before
    assert aws.control("GET", "health")[1]["epoch"] == "2026-11-23T08:00:00Z"
    assert aws.control("GET", "story") == (200, told)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ([], "The body must be an object"),
        ({"sed": 8}, "Unknown key 'sed'; known are epoch, seed, events"),
        ({"seed": "8"}, "'seed' must be of the kind of 7"),
        ({"events": True}, "'events' must be of the kind of 600"),
        ({"events": -1}, "'events' must be of the kind of 600"),
        ({"epoch": "yesterday"}, "'epoch' must be a moment such as"),
        ({"epoch": 5}, "'epoch' must be a moment such as"),
        ({"epoch": "0001-01-01T00:00:00+14:00"}, "'epoch' must be a moment such as"),
        ({"epoch": "1969-07-20T20:17:40Z"}, "'epoch' must be between the years 2000 and 3000"),
        ({"epoch": "9999-12-31T23:59:59Z"}, "'epoch' must be between the years 2000 and 3000"),
    ],
)
def test_a_malformed_story_is_refused_and_changes_nothing(
    aws: EmulatedAws, changes: object, complaint: str
) -> None:
    before = aws.control("GET", "story")
    status, answer = aws.control("PUT", "story", changes)
    assert status == 400
    assert complaint in answer["error"]
    assert aws.control("GET", "story") == before


def test_without_a_story_aws_holds_nothing(aws: EmulatedAws) -> None:
    assert aws.control("DELETE", "story") == (204, None)
    assert aws.control("GET", "story") == (200, {})
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        aws.client("sts").get_caller_identity()


def test_rules_outlive_a_story(aws: EmulatedAws) -> None:
    aws.control("PUT", "faults", [{"effect": "fail"}])
    aws.control("PUT", "story", {})
    assert len(aws.control("GET", "faults")[1]) == 1


def test_a_story_waits_for_no_call_that_hangs(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"service": "logs", "latencyMs": 600_000}])
    call = threading.Thread(target=logs.describe_log_groups)
    call.start()
    while aws.control("GET", "faults")[1][0]["strikes"] == 0:
        pass
    assert aws.control("PUT", "story", {})[0] == 200
    call.join(10)
    assert not call.is_alive()


def test_a_malformed_story_lets_no_call_go_that_hangs(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    aws.control("PUT", "faults", [{"service": "logs", "latencyMs": 600_000}])
    call = threading.Thread(target=logs.describe_log_groups)
    call.start()
    while aws.control("GET", "faults")[1][0]["strikes"] == 0:
        pass
    assert aws.control("PUT", "story", {"sed": 8})[0] == 400
    call.join(0.2)
    assert call.is_alive()
    aws.control("DELETE", "faults")
    call.join(10)
    assert not call.is_alive()


def test_nobody_sees_half_a_story() -> None:
    gate, seen, told = Gate(), [], threading.Event()

    def look() -> None:
        with gate.passing():
            seen.append(told.is_set())

    calls = [threading.Thread(target=look) for _ in range(5)]
    with gate.closed(hurry=lambda: None):
        for call in calls:
            call.start()
        assert seen == []
        told.set()
    for call in calls:
        call.join()
    assert seen == [True] * 5


def test_a_story_waits_for_the_calls_under_way() -> None:
    gate, order, entered, leave = Gate(), [], threading.Event(), threading.Event()

    def call() -> None:
        with gate.passing():
            entered.set()
            leave.wait()
            order.append("call")

    def tell() -> None:
        with gate.closed(hurry=leave.set):
            order.append("story")

    threads = [threading.Thread(target=call)]
    threads[0].start()
    entered.wait()
    threads.append(threading.Thread(target=tell))
    threads[1].start()
    for thread in threads:
        thread.join()
    assert order == ["call", "story"]


def test_an_account_is_created_with_an_administrator(aws: EmulatedAws) -> None:
    assert aws.control("POST", "seed/accounts", [ROW]) == (200, {"count": 1})
    identity = aws.client("sts", ADMIN).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/admin"
    assert aws.client("iam", ADMIN).list_account_aliases()["AccountAliases"] == ["harbour-prod"]
    assert aws.client("logs", ADMIN).describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ({}, "The body must be a JSON list"),
        ([1], "Row 1 must be an object"),
        ([ROW | {"accountId": "12"}], "Row 1: 'accountId' must be 12 digits"),
        ([{k: v for k, v in ROW.items() if k != "user"}], "Row 1: 'user' must be a text"),
        ([ROW | {"email": "a@b"}], "Row 1: unknown key 'email'; known are accountId,"),
        ([ROW | {"accessKeyId": "AKIADEMOAWSDASH00001"}], "Row 1: 'accessKeyId' is somebody's"),
        ([ROW | {"accessKeyId": "short"}], "Row 1: 'accessKeyId' must be 16 letters"),
        ([ROW, ROW], "Row 2: 'accessKeyId' is there twice"),
        (
            [ROW | {"accessKeyId": f"AKIAOTHERSTORY00000{number}"} for number in (1, 2, 3)],
            "Row 3: 'user' may have 2 access keys at most",
        ),
    ],
)
def test_malformed_accounts_are_refused(aws: EmulatedAws, rows: object, complaint: str) -> None:
    status, answer = aws.control("POST", "seed/accounts", rows)
    assert status == 400
    assert complaint in answer["error"]
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        aws.client("sts", ADMIN).get_caller_identity()


def test_what_cannot_be_planted_is_told_with_what_can(aws: EmulatedAws) -> None:
    status, answer = aws.control("POST", "seed/logs/nothing?account=1&region=eu-west-1", [])
    assert status == 404
    assert answer["error"].startswith("Nothing plants logs/nothing; known are accounts, ")
    assert "config/configuration-items" in answer["error"]


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("", "'account' must be an account's 12 digits"),
        (f"account={ACCOUNT}", "'region' must be a region such as eu-west-1"),
        (f"account={ACCOUNT}&region=nowhere", "'region' must be a region such as eu-west-1"),
    ],
)
def test_seeds_need_a_place(aws: EmulatedAws, place: str, complaint: str) -> None:
    status, answer = aws.control("POST", f"seed/config/configuration-items?{place}", [])
    assert (status, answer["error"]) == (400, complaint)


def test_a_failure_of_the_emulator_itself_is_told(aws: EmulatedAws) -> None:
    def fail() -> None:
        raise RuntimeError("no disk")

    chapters.tell_later("config", fail)
    path = f"seed/config/configuration-items?account={ACCOUNT}&region=eu-west-1"
    status, answer = aws.control("POST", path, [])
    assert (status, answer["error"]) == (500, "The emulator failed: RuntimeError('no disk')")


def test_a_body_that_is_no_json_is_refused(aws: EmulatedAws) -> None:
    status, _ = aws.control("POST", "seed/accounts")
    assert status == 400


def test_a_bad_row_is_told_in_the_services_words(aws: EmulatedAws) -> None:
    rows: list[Any] = [{"resourceType": 5}]
    path = f"seed/config/configuration-items?account={ACCOUNT}&region=eu-west-1"
    status, answer = aws.control("POST", path, rows)
    assert status == 400
    assert answer["error"]
