"""PutTraceSegments and BatchGetTraces of the emulated AWS, through boto3."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import MANAGEMENT
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.xray_documents import Document, http, new_id, new_trace_id, put, segment, subsegment

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def xray(aws: EmulatedAws) -> Any:
    return aws.client("xray")


def trace(xray: Any, trace_id: str) -> dict[str, Any]:
    (found,) = xray.batch_get_traces(TraceIds=[trace_id])["Traces"]
    return dict(found)


def documents(xray: Any, trace_id: str) -> list[Document]:
    return [json.loads(one["Document"]) for one in trace(xray, trace_id)["Segments"]]


def test_a_trace_has_the_segments_that_were_put(xray: Any) -> None:
    one = segment(new_trace_id(), "www.example.com", 0.4, http=http(200, method="GET"))
    assert put(xray, one) == []
    found = trace(xray, one["trace_id"])
    assert (found["Id"], found["Duration"], found["LimitExceeded"]) == (
        one["trace_id"],
        0.4,
        False,
    )
    assert [held["Id"] for held in found["Segments"]] == [one["id"]]
    assert documents(xray, one["trace_id"]) == [one]


def test_a_minimal_segment_is_complete(xray: Any) -> None:
    text = (
        '{"name": "example.com", "id": "70de5b6f19ff9a0a", "start_time": 1.795424361271E9, '
        f'"trace_id": "{new_trace_id()}", "end_time": 1.795424361449E9}}'
    )
    answer = xray.put_trace_segments(TraceSegmentDocuments=[text])
    assert answer["UnprocessedTraceSegments"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": None}, "MissingName"),
        ({"name": "a" * 201}, "InvalidName"),
        ({"name": "what?"}, "InvalidName"),
        ({"trace_id": None}, "MissingTraceId"),
        ({"trace_id": "1-5759e988-bd862e3fe1be46a99427279"}, "InvalidTraceId"),
        ({"trace_id": new_trace_id(ago_s=30 * DAY_S + 60)}, "InvalidTraceId"),
        ({"id": "53995c3f42cd8ad"}, "InvalidId"),
        ({"id": "53995c3f42cd8adg"}, "InvalidId"),
        ({"start_time": None}, "MissingStartTime"),
        ({"start_time": "1461096053.37518"}, "InvalidStartTime"),
        ({"end_time": None}, "MissingEndTime"),
        ({"end_time": 1461096053.37518}, "InvalidEndTime"),
        ({"end_time": None, "in_progress": False}, "MissingEndTime"),
        ({"type": "subsegment"}, "MissingParentId"),
        ({"metadata": {"filler": "x" * 64 * 1024}}, "SegmentTooLarge"),
        ({"subsegments": [{"id": "53995c3f42cd8ad8", "name": "part"}]}, "MissingStartTime"),
    ],
)
def test_a_segment_that_breaks_the_format_is_not_processed(
    xray: Any, change: Document, code: str
) -> None:
    wrong = segment(new_trace_id(), "wrong") | change
    wrong = {name: value for name, value in wrong.items() if value is not None}
    known = "53995c3f42cd8ad8" if "subsegments" in change else wrong["id"]
    assert put(xray, wrong) == [
        {"ErrorCode": code, "Message": f"Invalid segment. ErrorCode: {code}", "Id": known}
    ]


def test_what_is_no_json_is_not_processed_and_has_no_id(xray: Any) -> None:
    right = segment(new_trace_id(), "right")
    answer = xray.put_trace_segments(TraceSegmentDocuments=["{", json.dumps(right), '"text"'])
    wrong = {"ErrorCode": "ParseError", "Message": "Invalid segment. ErrorCode: ParseError"}
    assert answer["UnprocessedTraceSegments"] == [wrong, wrong]
    assert documents(xray, right["trace_id"]) == [right]


def test_a_trace_can_be_29_days_old(xray: Any) -> None:
    assert put(xray, segment(new_trace_id(ago_s=29 * DAY_S), "old")) == []


def test_one_call_takes_50_documents(xray: Any) -> None:
    many = [segment(new_trace_id(), "one of many") for _ in range(51)]
    with pytest.raises(ClientError) as refused:
        put(xray, *many)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert put(xray, *many[:50]) == []


@pytest.mark.parametrize("members", [{}, {"in_progress": False}, {"metadata": {"in_progress": 1}}])
def test_a_complete_segment_replaces_the_one_in_progress(xray: Any, members: Document) -> None:
    complete = segment(new_trace_id(), "slow", **members)
    begun = {**complete, "in_progress": True}
    del begun["end_time"]
    put(xray, begun)
    assert documents(xray, complete["trace_id"]) == [begun]
    put(xray, complete)
    put(xray, begun)  # late
    assert documents(xray, complete["trace_id"]) == [complete]


def test_a_subsegment_sent_alone_is_put_into_its_parent(xray: Any) -> None:
    whole = segment(new_trace_id(), "whole")
    inner = subsegment(whole, "inner")
    innermost = subsegment(inner, "innermost")
    alone = [
        {**innermost, "type": "subsegment", "parent_id": inner["id"]},
        {**inner, "subsegments": [], "type": "subsegment", "parent_id": whole["id"]},
        {**whole, "subsegments": []},
    ]
    put(xray, *({**one, "trace_id": whole["trace_id"]} for one in alone))
    assert documents(xray, whole["trace_id"]) == [whole]


def test_a_document_can_be_an_array_of_subsegments(xray: Any) -> None:
    whole = segment(new_trace_id(), "whole")
    parts = [
        {
            **segment(whole["trace_id"], name),
            "type": "subsegment",
            "parent_id": whole["id"],
        }
        for name in ("one", "two")
    ]
    texts = [json.dumps(whole), json.dumps(parts)]
    assert xray.put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"] == []
    (found,) = documents(xray, whole["trace_id"])
    assert [part["name"] for part in found["subsegments"]] == ["one", "two"]
    (refused,) = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps([whole])])[
        "UnprocessedTraceSegments"
    ]
    assert refused["ErrorCode"] == "InvalidSegment"


def test_a_subsegment_whose_parent_never_came_stands_alone(xray: Any) -> None:
    orphan = {
        **segment(new_trace_id(), "orphan"),
        "type": "subsegment",
        "parent_id": new_id(),
    }
    put(xray, orphan)
    assert documents(xray, orphan["trace_id"]) == [orphan]


@pytest.mark.parametrize(
    ("called", "origin"),
    [
        (
            {
                "name": "DynamoDB",
                "namespace": "aws",
                "aws": {"table_name": "scorekeep-user", "operation": "UpdateItem"},
            },
            "AWS::DynamoDB::Table",
        ),
        (
            {"name": "SNS", "namespace": "aws", "aws": {"operation": "Publish"}},
            "AWS::SNS",
        ),
        ({"name": "names.example.com", "namespace": "remote", "http": http(200)}, "remote"),
        (
            {"name": "ebdb@rds", "namespace": "remote", "sql": {"database_type": "PostgreSQL"}},
            "Database::SQL",
        ),
    ],
)
def test_a_segment_is_inferred_for_a_call_that_none_answers(
    xray: Any, called: Document, origin: str
) -> None:
    caller = segment(new_trace_id(), "caller")
    call = subsegment(caller, **called)
    put(xray, caller)
    _, inferred = documents(xray, caller["trace_id"])
    assert inferred["inferred"] is True
    assert inferred["origin"] == origin
    assert inferred["parent_id"] == call["id"]
    assert inferred["id"] not in {caller["id"], call["id"]}
    shared = ("name", "start_time", "end_time", *(called.keys() & {"aws", "http", "sql"}))
    assert {name: inferred[name] for name in shared} == {name: call[name] for name in shared}


def test_none_is_inferred_for_a_call_that_a_segment_answers(xray: Any) -> None:
    caller = segment(new_trace_id(), "caller")
    call = subsegment(caller, "callee", namespace="remote")
    callee = segment(caller["trace_id"], "callee", parent_id=call["id"])
    put(xray, caller)
    assert len(documents(xray, caller["trace_id"])) == 2
    put(xray, callee)
    assert documents(xray, caller["trace_id"]) == [caller, callee]


def test_none_is_inferred_for_a_traced_call_nor_for_a_part_of_the_code(xray: Any) -> None:
    caller = segment(new_trace_id(), "caller")
    subsegment(caller, "callee", namespace="remote", http={"request": {"traced": True}})
    subsegment(caller, "## UserModel.saveUser")
    put(xray, caller)
    assert documents(xray, caller["trace_id"]) == [caller]


def test_ids_that_are_not_known_are_unprocessed(xray: Any) -> None:
    known = segment(new_trace_id(), "known")
    put(xray, known)
    unknown = new_trace_id()
    answer = xray.batch_get_traces(TraceIds=[unknown, known["trace_id"]])
    assert [found["Id"] for found in answer["Traces"]] == [known["trace_id"]]
    assert answer["UnprocessedTraceIds"] == [unknown]


def test_one_call_takes_five_ids(xray: Any) -> None:
    with pytest.raises(ClientError) as refused:
        xray.batch_get_traces(TraceIds=[new_trace_id() for _ in range(6)])
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidRequestException"
    assert "Member must have length less than or equal to 5" in error["Message"]


def test_a_token_that_was_not_given_is_refused(xray: Any) -> None:
    with pytest.raises(ClientError) as refused:
        xray.batch_get_traces(TraceIds=[new_trace_id()], NextToken="nonsense")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_trace_of_more_than_500_kb_is_cut(xray: Any) -> None:
    trace_id = new_trace_id()
    filler = {"filler": "x" * 60 * 1024}
    for _ in range(9):
        put(xray, segment(trace_id, "large", metadata=filler))
    found = trace(xray, trace_id)
    assert found["LimitExceeded"] is True
    assert len(found["Segments"]) == 8


def test_another_account_and_another_region_have_their_own_traces(aws: EmulatedAws) -> None:
    one = segment(new_trace_id(), "here")
    put(aws.reader("xray", MANAGEMENT), one)
    elsewhere = aws.reader("xray", MANAGEMENT, "us-east-1")
    answer = elsewhere.batch_get_traces(TraceIds=[one["trace_id"]])
    assert answer["UnprocessedTraceIds"] == [one["trace_id"]]


def test_telemetry_is_taken(xray: Any) -> None:
    answer = xray.put_telemetry_records(
        TelemetryRecords=[{"Timestamp": EPOCH, "SegmentsReceivedCount": 3}]
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
