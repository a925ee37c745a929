"""The emulated AWS as a server: how it starts, keeps connections, ends, and tells its limits."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import CULPRIT, DATA_PROD, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), scan_limit=100) as server:
        yield EmulatedAws(server.url)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_process_tells_its_address_and_ends_cleanly(stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "awsdash.demo.aws", "--epoch", "2026-11-23T09:00:00Z"]
    environment = os.environ | {"AWS_PROFILE": "nobody-has-this"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        word, url = process.stdout.readline().split()
        assert word == "ready"
        with urlopen(f"{url}/_emulator/health") as answer:
            assert json.load(answer) == {"ready": True, "epoch": "2026-11-23T09:00:00Z"}
        process.send_signal(stop)
        assert process.wait(timeout=5) == 0
        assert process.stdout.read() == ""


def test_the_emulator_needs_neither_django_nor_the_portal_nor_docker() -> None:
    script = (
        "import sys; import awsdash.demo.aws.server; "
        "print(*{name.split('.')[0] for name in sys.modules} & {'django', 'docker', 'services'},"
        "*(n for n in sys.modules if n.startswith('awsdash.') and 'awsdash.demo.aws' not in n))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["awsdash.demo"]


def test_a_connection_serves_many_requests(aws: EmulatedAws) -> None:
    with contextlib.closing(http.client.HTTPConnection(urlsplit(aws.url).netloc)) as connection:
        connection.connect()
        socket = connection.sock
        for path, status in (("health", 200), ("nothing", 404), ("health", 200)):
            connection.request("GET", f"/_emulator/{path}", b"a body that nobody reads")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
            assert connection.sock is socket


def test_requests_are_served_at_the_same_time(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    aws.control("PUT", "faults", [{"service": "logs", "latencyMs": 600, "times": 5}])
    start = time.perf_counter()
    with ThreadPoolExecutor(5) as threads:
        calls = [threads.submit(logs.describe_log_groups) for _ in range(5)]
    assert all(call.result() for call in calls)
    # One after the other they would take three seconds.
    assert time.perf_counter() - start < 2.5


def test_a_smaller_scan_limit_makes_for_more_pages(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=CULPRIT.log_group, filterPattern="nowhere"
    )
    assert [page["events"] for page in pages] == [[], []]


def test_an_object_of_s3_comes_back_as_it_was_put(aws: EmulatedAws) -> None:
    s3 = aws.reader("s3", DATA_PROD)
    s3.create_bucket(
        Bucket="results", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_object(Bucket="results", Key="a/b.html", Body=b"<!doctype html>" * 100_000)
    head = s3.head_object(Bucket="results", Key="a/b.html")
    assert head["ContentLength"] == 1_500_000
    assert s3.get_object(Bucket="results", Key="a/b.html")["Body"].read()[:15] == b"<!doctype html>"
    with pytest.raises(ClientError) as missing:
        s3.head_object(Bucket="results", Key="nothing")
    assert missing.value.response["Error"]["Code"] == "404"


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("logs", "list_anomalies", {}, "UnknownOperationException"),
        ("cloudtrail", "list_channels", {}, "UnknownOperationException"),
        (
            "lambda",
            "get_runtime_management_config",
            {"FunctionName": "checkout-charge"},
            "UnknownOperationException",
        ),
        (
            "sts",
            "get_web_identity_token",
            {"Audience": ["a"], "SigningAlgorithm": "ES384"},
            "InvalidAction",
        ),
        ("health", "describe_events", {}, "UnknownOperationException"),
    ],
)
def test_an_operation_that_is_not_emulated_is_refused_by_name(
    aws: EmulatedAws, service: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    client = aws.reader(service, PAYMENTS_PROD)
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**arguments)
    answer: Any = refused.value.response
    assert answer["Error"]["Code"] == code
    assert refused.value.operation_name in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_failure_of_moto_is_an_internal_failure_in_the_services_protocol(
    aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a bug in moto")

    monkeypatch.setattr("moto.sts.responses.TokenResponse.get_caller_identity", fail)
    with pytest.raises(ClientError) as failed:
        aws.client("sts").get_caller_identity()
    error = failed.value.response["Error"]
    assert error["Code"] == "InternalFailure"
    assert "GetCallerIdentity" in error["Message"]
