"""AWS's answers as they come over a socket: whole, cut off at any place, or none at all."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from services import aws
from services.errors import InvalidQuery, QueryFailed
from tests.demo.emulated_aws import EmulatedAws

TABLES: Final = {"FilterLogEvents": "events"}
EVENTS: Final = [
    {"timestamp": 1_795_348_800_000 + n, "message": f'{{"n":{n}}}', "eventId": str(n)}
    for n in range(3)
]
BODY: Final = json.dumps({"events": EVENTS, "nextToken": "more"}).encode()
XML: Final = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
Serve = Callable[[bytes], aws.Aws]
Read = Callable[[aws.Aws], Any]


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def sized(body: bytes, size: int, status: str = "200 OK") -> bytes:
    return http(body, f"Content-Length: {size}", status=status)


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """An AWS that answers every call with the same bytes and closes the connection in order."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers: list[bytes] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # the tests are over
            with connection, connection.makefile("rb") as request:
                size = 0
                while (line := request.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                request.read(size)
                connection.sendall(answers[-1])

    def answer(raw: bytes) -> aws.Aws:
        answers.append(raw)
        return aws.Aws("111111111111", "eu-west-1", aws.Keys("id", "secret"))

    thread = threading.Thread(target=accept)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        patch.setattr(aws, "_clients", aws._ClientCache())
        yield answer
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def events(account: aws.Aws) -> Any:
    return account.client("logs").filter_log_events(logGroupName="a")


def event_table(account: aws.Aws) -> Any:
    return account.client("logs", TABLES).filter_log_events(logGroupName="a")


def groups(account: aws.Aws) -> Any:
    """With times to convert: botocore's to parse."""
    return account.client("athena").get_query_execution(QueryExecutionId="a")


def functions(account: aws.Aws) -> Any:
    return account.client("lambda").list_functions()


def caller(account: aws.Aws) -> Any:
    return account.client("sts").get_caller_identity()


JSON_CALLS: Final = (events, event_table, groups, functions)


def broken(read: Read, account: aws.Aws) -> QueryFailed:
    with pytest.raises(QueryFailed) as caught:
        read(account)
    assert caught.value.retryable
    return caught.value


@pytest.mark.parametrize("read", JSON_CALLS)
@pytest.mark.parametrize("end", [0, 1, BODY.index(b"["), BODY.index(b"}, {") + 1, len(BODY) - 1])
def test_a_body_shorter_than_its_length_was_cut_off(serve: Serve, read: Read, end: int) -> None:
    error = broken(read, serve(sized(BODY[:end], len(BODY))))
    assert error.message == "The answer of AWS was cut off."


@pytest.mark.parametrize("end", [0, 1, XML.index(b"<Account>"), len(XML) - 1])
def test_xml_shorter_than_its_length_was_cut_off(serve: Serve, end: int) -> None:
    error = broken(caller, serve(sized(XML[:end], len(XML))))
    assert error.message == "The answer of AWS was cut off."


@pytest.mark.parametrize("read", JSON_CALLS)
@pytest.mark.parametrize("end", [1, BODY.index(b"["), BODY.index(b"}, {") + 1, len(BODY) - 1])
def test_half_an_answer_of_no_told_length_is_none(serve: Serve, read: Read, end: int) -> None:
    assert broken(read, serve(http(BODY[:end]))).message == "The answer of AWS was cut off."


def test_half_an_answer_of_xml_is_none(serve: Serve) -> None:
    broken(caller, serve(http(XML[:60])))


@pytest.mark.parametrize("read", [events, event_table, groups])
def test_nothing_at_all_is_no_empty_answer(serve: Serve, read: Read) -> None:
    broken(read, serve(http(b"")))
    broken(read, serve(sized(b"", 0)))


@pytest.mark.parametrize("read", [*JSON_CALLS, caller])
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        http(b'5\r\n{"eve', "Transfer-Encoding: chunked"),
        http(b'b\r\n{"events":[\r\n', "Transfer-Encoding: chunked"),
    ],
    ids=["nothing", "half its headers", "half a chunk", "no last chunk"],
)
def test_a_connection_that_ends_early_is_worth_another_try(
    serve: Serve, read: Read, raw: bytes
) -> None:
    broken(read, serve(raw))


@pytest.mark.parametrize("read", JSON_CALLS)
@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"[]", b'"text"', b"null", b"{}{}"])
def test_what_is_no_json_object_is_no_answer(serve: Serve, read: Read, body: bytes) -> None:
    broken(read, serve(sized(body, len(body))))


@pytest.mark.parametrize("body", [b'{"events":{}}', b'{"events":[{"timestamp":"x"}]}'])
def test_what_is_no_table_is_no_answer(serve: Serve, body: bytes) -> None:
    assert "could not be read" in broken(event_table, serve(sized(body, len(body)))).message


def test_an_error_is_read_as_ever(serve: Serve) -> None:
    told = b'{"__type":"InvalidParameterException","message":"no such pattern"}'
    for read in (events, event_table):
        with pytest.raises(InvalidQuery, match="no such pattern"):
            read(serve(sized(told, len(told), "400 Bad Request")))
        broken(read, serve(sized(told[:20], len(told), "400 Bad Request")))


def test_an_answer_to_head_has_a_length_and_no_body(serve: Serve) -> None:
    account = serve(sized(b"", 2_000))
    assert account.client("s3").head_object(Bucket="abc", Key="b")["ContentLength"] == 2_000


def test_an_answer_by_chunks_is_whole(serve: Serve) -> None:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    answer = events(serve(http(chunks, "Transfer-Encoding: chunked")))
    assert answer["events"] == EVENTS


def test_a_table_has_the_models_columns_and_the_answers_rows(serve: Serve) -> None:
    answer = event_table(serve(sized(BODY, len(BODY))))
    table = answer["events"]
    assert table.column_names == [
        *("logStreamName", "timestamp", "message", "ingestionTime", "eventId")
    ]
    assert table.select(["timestamp", "message", "eventId"]).to_pylist() == EVENTS
    assert table["logStreamName"].to_pylist() == [None] * 3
    assert answer["nextToken"] == "more"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (b'{"events":[]}', []),
        (b'{"searchedLogStreams":[{"logStreamName":"a"}]}', []),
        (b'{"events":null,"nextToken":null}', []),
        (b'{\n "events" : [\n {"message":"a"},\n {"more":{"b":[1]}}\n ]\n}\n', ["a", None]),
        (rb'{"events":[{"message":"\ud83d\ude00 \"q\" \n \u0000"}]}', ['😀 "q" \n \0']),
        (rb'{"events":[{"message":"\ud83d half"}]}', ["\ufffd half"]),
        (b'{"events":[{"message":"\xff"}]}', ["\ufffd"]),
    ],
    ids=["empty", "absent", "null", "with spaces", "escaped", "half a pair", "no UTF-8"],
)
def test_every_way_to_write_an_answer_becomes_the_same_table(
    serve: Serve, body: bytes, messages: list[str | None]
) -> None:
    answer = event_table(serve(sized(body, len(body))))
    assert answer["events"]["message"].to_pylist() == messages
    assert "nextToken" not in answer


def test_a_cut_by_the_emulated_aws_is_worth_another_try(
    payments_prod: aws.Aws, emulated_aws: str
) -> None:
    def read(account: aws.Aws) -> Any:
        logs = account.client("logs", TABLES)
        return logs.filter_log_events(logGroupName="/aws/lambda/checkout-charge")

    emulator = EmulatedAws(emulated_aws)
    emulator.control("PUT", "faults", [{"service": "logs", "effect": "cut"}])
    try:
        broken(read, payments_prod)
    finally:
        emulator.control("DELETE", "faults")
    assert len(read(payments_prod)["events"])
