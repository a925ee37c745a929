"""The emulator's own interface is for tools on this machine, and not for web pages in a browser."""

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

RULE = '{"effect": "fail"}'


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        yield EmulatedAws(running.url)


def status_of(aws: EmulatedAws, method: str, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc)
    connection.request(method, f"/_emulator/{path}", RULE, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com", "Content-Type": "text/plain"},
        {"Origin": "null", "Content-Type": "text/plain"},
        {"Origin": "http://localhost:8000", "Content-Type": "text/plain"},
        {"Host": "rebound.example.com"},
        {"Host": "rebound.example.com:4566"},
        {"Host": "127.0.0.1.example.com"},
        {"Host": "[::1"},
    ],
)
def test_a_web_page_changes_nothing_and_reads_nothing(
    aws: EmulatedAws, headers: dict[str, str]
) -> None:
    assert status_of(aws, "POST", "faults", headers) == 403
    assert status_of(aws, "GET", "calls", headers) == 403
    assert aws.control("GET", "faults") == (200, [])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:4566", "[::1]:4566"])
def test_a_tool_may_call_this_machine_by_any_of_its_names(aws: EmulatedAws, host: str) -> None:
    assert status_of(aws, "GET", "health", {"Host": host}) == 200
