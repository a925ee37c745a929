"""The emulator's own operations: how requests reach them and how they answer, page and remember."""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random
from werkzeug.test import Client
from werkzeug.wrappers import Response

from awsdash.demo.aws import chapters, clock, stage
from awsdash.demo.aws.operations import Members, Operations, Service
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call, Protocol, remember_call
from awsdash.demo.aws.state import PerPlace, Place

INVALID = AwsError("InvalidNextTokenException", "no")
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def look_up(call: Call, asked: Members) -> Members:
    return {"Events": [{"EventId": call.region, "EventTime": MOMENT}], "NextToken": None}


@pytest.fixture
def client() -> Client:
    service = Service("cloudtrail", "cloudtrail", "Invalid", {"LookupEvents": look_up})
    operations = Operations([service], Response("moto's answer"))

    def app(environ: Any, start_response: Any) -> Any:
        name = environ["HTTP_X_AMZ_TARGET"]
        call = Call("cloudtrail", name, "eu-west-1", Protocol.JSON, "AKIA", "111111111111")
        remember_call(environ, call)
        return operations(environ, start_response)

    return Client(app)


def ask(client: Client, operation: str, body: bytes, **headers: str) -> Any:
    return client.post("/", data=body, headers={"X-Amz-Target": operation, **headers})


def test_an_operation_answers_moments_in_seconds_and_leaves_out_what_is_none(
    client: Client,
) -> None:
    answer = ask(client, "LookupEvents", b"{}")
    assert json.loads(answer.data) == {
        "Events": [{"EventId": "eu-west-1", "EventTime": MOMENT.timestamp()}]
    }


def test_what_has_no_operation_of_ours_is_motos(client: Client) -> None:
    assert ask(client, "DescribeTrails", b"{}").data == b"moto's answer"


def test_a_compressed_request_is_read(client: Client) -> None:
    body = gzip.compress(b'{"MaxResults": 50}')
    assert ask(client, "LookupEvents", body, **{"Content-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"{}", mtime=0)[:-9], b"\x1f\x8b"])
def test_a_body_that_cannot_be_decompressed_is_a_serialization_exception(
    client: Client, body: bytes
) -> None:
    with pytest.raises(AwsError, match="SerializationException"):
        ask(client, "LookupEvents", body, **{"Content-Encoding": "gzip"})


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
def test_a_body_that_is_no_object_is_a_serialization_exception(client: Client, body: bytes) -> None:
    with pytest.raises(AwsError, match="SerializationException"):
        ask(client, "LookupEvents", body)


def test_a_request_is_checked_before_it_reaches_the_operation(client: Client) -> None:
    with pytest.raises(AwsError, match="Invalid: 1 validation error detected"):
        ask(client, "LookupEvents", b'{"MaxResults": 51}')


def test_pages_follow_each_other_to_the_end() -> None:
    rows, token = page_of("abcde", 2, None, {"of": 1}, INVALID)
    assert rows == "ab"
    rows, token = page_of("abcde", 2, token, {"of": 1}, INVALID)
    assert rows == "cd"
    rows, token = page_of("abcde", 2, token, {"of": 1}, INVALID)
    assert (rows, token) == ("e", None)


def test_a_full_last_page_has_no_token() -> None:
    assert page_of("ab", 2, None, {}, INVALID) == ("ab", None)


@pytest.mark.parametrize("token", ["", "abc", "WzEsIDJd", "bm8="])
def test_a_text_that_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(AwsError, match="InvalidNextToken"):
        page_of("abc", 1, token, {}, INVALID)


def test_a_token_of_another_request_is_refused() -> None:
    _, token = page_of("abc", 1, None, {"of": 1}, INVALID)
    with pytest.raises(AwsError, match="InvalidNextToken"):
        page_of("abc", 1, token, {"of": 2}, INVALID)


def test_each_place_has_its_own_state_until_a_reset() -> None:
    held = PerPlace(lambda place: [place.region])
    here, there = Place("1", "eu-west-1"), Place("1", "us-east-1")
    held[here].append("more")
    assert held[there] == ["us-east-1"]
    assert dict(held) == {here: ["eu-west-1", "more"], there: ["us-east-1"]}
    stage.clear()
    assert held[here] == ["eu-west-1"]


@pytest.fixture
def no_chapters() -> Iterator[None]:
    chapters.install()
    yield
    stage.clear()


@pytest.mark.usefixtures("no_chapters")
def test_a_chapter_is_told_once_and_only_when_its_service_is_asked_for() -> None:
    told: list[str] = []
    chapters.tell_later("an-ec2", lambda: told.append("network"))
    chapters.tell_later("an-ec2", lambda: told.append("machines"))
    chapters.tell("an-rds")
    assert told == []
    chapters.tell("an-ec2")
    chapters.tell("an-ec2")
    assert told == ["network", "machines"]


@pytest.mark.usefixtures("no_chapters")
def test_a_chapter_may_stand_on_another() -> None:
    told: list[str] = []

    def databases() -> None:
        chapters.tell("an-ec2")
        told.append("databases")

    chapters.tell_later("an-rds", databases)
    chapters.tell_later("an-ec2", lambda: told.append("network"))
    chapters.tell("an-rds")
    assert told == ["network", "databases"]


@pytest.mark.usefixtures("no_chapters")
def test_a_chapter_that_fails_is_told_again() -> None:
    told: list[str] = []

    def fail_once() -> None:
        told.append("tried")
        if len(told) == 1:
            raise RuntimeError("no disk")

    chapters.tell_later("an-ec2", fail_once)
    with pytest.raises(RuntimeError):
        chapters.tell("an-ec2")
    chapters.tell("an-ec2")
    assert told == ["tried", "tried"]


class _Broken:
    """A story that is told by half."""

    epoch = MOMENT

    def tell(self) -> None:
        iam_backends["900000000001"]["aws"].create_user("us-east-1", "ann")
        chapters.tell_later("an-ec2", lambda: None)
        raise RuntimeError("no disk")


def test_of_a_story_that_fails_nothing_stays() -> None:
    with pytest.raises(RuntimeError):
        stage.tell(_Broken())
    assert stage.told is None
    assert "900000000001" not in iam_backends


def test_identifiers_of_moto_follow_from_their_seed() -> None:
    chapters.install()

    def draw() -> list[object]:
        return [mock_random.uuid4(), mock_random.get_random_hex(17), mock_random.random()]

    with chapters.identifiers("network"):
        first = draw()
        with chapters.identifiers("databases"):
            within = draw()
    with chapters.identifiers("network"):
        assert draw() == first != within
    assert draw() != first
    random.seed(1)
    assert draw() != draw()


def test_the_clock_is_the_real_one_unless_set() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    clock.set_now(MOMENT)
    try:
        assert timedelta(0) <= clock.now() - MOMENT < timedelta(minutes=1)
        assert clock.now_ms() // 60_000 == int(MOMENT.timestamp()) // 60
    finally:
        clock.set_now(None)
