"""The emulated AWS as an HTTP server, asked as boto3 does not ask but other clients may."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

PUT = "PUT /_emulator/quotas HTTP/1.1\r\nHost: localhost\r\n"
HEALTH = "GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n"
LAST = f"{HEALTH}Connection: close\r\n\r\n"
ENFORCED = '{"enforced":true}'


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


@pytest.fixture
def aws(server: EmulatedAws) -> EmulatedAws:
    server.control("PUT", "quotas", {"enforced": False})
    return server


def exchange(aws: EmulatedAws, sent: str) -> str:
    """All that is answered, after what is sent has ended."""
    address = urlsplit(aws.url)
    with socket.create_connection((address.hostname or "", address.port or 0), 10) as connection:
        connection.sendall(sent.encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            return answer.read().decode()


def is_enforced(aws: EmulatedAws) -> bool:
    return bool(aws.control("GET", "quotas")[1]["enforced"])


def test_requests_may_be_sent_before_the_answers_to_those_before(aws: EmulatedAws) -> None:
    head = HEALTH.replace("GET", "HEAD")
    answers = exchange(aws, f"{HEALTH}\r\n{head}\r\n{LAST}")
    assert answers.count("HTTP/1.1 200 OK") == 3
    assert answers.count('"ready":true') == 2


def test_a_client_may_ask_whether_to_send_its_body(aws: EmulatedAws) -> None:
    answer = exchange(aws, f"{PUT}Expect: 100-continue\r\nContent-Length: 17\r\n\r\n{ENFORCED}")
    assert answer.startswith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
    assert is_enforced(aws)


def test_a_body_may_come_in_chunks_before_another_request(aws: EmulatedAws) -> None:
    chunks = f"8\r\n{ENFORCED[:8]}\r\n9\r\n{ENFORCED[8:]}\r\n0\r\n\r\n"
    answers = exchange(aws, f"{PUT}Transfer-Encoding: chunked\r\n\r\n{chunks}{LAST}")
    assert answers.count("HTTP/1.1 200 OK") == 2
    assert is_enforced(aws)


def test_a_body_may_be_large(aws: EmulatedAws) -> None:
    rows = json.dumps([{"name": "x" * 5_000_000}])
    head = "POST /_emulator/seed/accounts HTTP/1.1\r\nHost: localhost\r\n"
    answer = exchange(aws, f"{head}Content-Length: {len(rows)}\r\n\r\n{rows}")
    assert "Row 1: 'accountId' must be a text" in answer


@pytest.mark.parametrize(
    "rest",
    [
        f"Content-Length: 18\r\n\r\n{ENFORCED}",
        f"Content-Length: -1\r\n\r\n{ENFORCED}",
        f"Content-Length: many\r\n\r\n{ENFORCED}",
        f"Content-Length: {10**30}\r\n\r\n{ENFORCED}",
        f"Transfer-Encoding: chunked\r\n\r\n11\r\n{ENFORCED}\r\n",
        f"Transfer-Encoding: chunked\r\n\r\n11\r\n{ENFORCED[:5]}",
        f"Transfer-Encoding: chunked\r\n\r\n{ENFORCED}",
    ],
)
def test_a_request_that_is_not_whole_does_nothing(aws: EmulatedAws, rest: str) -> None:
    assert exchange(aws, f"{PUT}{rest}").startswith("HTTP/1.1 400 ")
    assert not is_enforced(aws)
