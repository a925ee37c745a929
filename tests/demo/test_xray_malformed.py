"""What X-Ray is sent by mistake: it is refused, or takes no harm to what is right."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.xray_documents import (
    NOW_S,
    Document,
    http,
    new_id,
    new_trace_id,
    put,
    segment,
    subsegment,
)

WINDOW = {"StartTime": NOW_S - 3600, "EndTime": NOW_S}


@pytest.fixture(scope="module")
def xray() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url).client("xray", region="sa-east-1")


@pytest.fixture(autouse=True)
def _all_can_be_read(xray: Any) -> Iterator[None]:
    """Whatever was sent."""
    yield
    found = xray.get_trace_summaries(**WINDOW)["TraceSummaries"]
    xray.get_service_graph(**WINDOW)
    for one in found:
        xray.batch_get_traces(TraceIds=[one["Id"]])


def codes(unprocessed: list[dict[str, Any]]) -> list[str]:
    return [one["ErrorCode"] for one in unprocessed]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"http": "GET"}, "InvalidHttp"),
        ({"http": {"request": "GET"}}, "InvalidHttp"),
        ({"http": http(200, method="GET") | {"response": {"status": "200"}}}, "InvalidHttp"),
        ({"http": {"request": {"url": 5}}}, "InvalidHttp"),
        ({"aws": "ec2"}, "InvalidAws"),
        ({"aws": {"ec2": "i-1"}}, "InvalidAws"),
        ({"annotations": ["user"]}, "InvalidAnnotations"),
        ({"sql": "SELECT 1"}, "InvalidSql"),
        ({"origin": 5}, "InvalidOrigin"),
        ({"namespace": ["aws"]}, "InvalidNamespace"),
        ({"end_time": 1e300}, "InvalidEndTime"),
        ({"start_time": -1}, "InvalidStartTime"),
        ({"in_progress": True, "end_time": "soon"}, "InvalidEndTime"),
    ],
)
def test_a_member_of_the_wrong_kind_is_refused_wherever_it_is(
    xray: Any, members: Document, code: str
) -> None:
    assert codes(put(xray, segment(new_trace_id(), "wrong", **members))) == [code]
    within = segment(new_trace_id(), "right")
    subsegment(within, "wrong").update(members)
    assert codes(put(xray, within)) == [code]


@pytest.mark.parametrize("subsegments", [5, {"a": 1}, [5], "none"])
def test_subsegments_must_be_an_array_of_objects(xray: Any, subsegments: object) -> None:
    wrong = segment(new_trace_id(), "wrong", subsegments=subsegments)
    assert codes(put(xray, wrong)) in (["InvalidSubsegments"], ["InvalidSubsegment"])


def test_a_parents_id_must_be_a_text(xray: Any) -> None:
    assert codes(put(xray, segment(new_trace_id(), "wrong", parent_id={}))) == ["InvalidParentId"]


def test_what_is_too_deep_is_refused(xray: Any) -> None:
    deep = within = segment(new_trace_id(), "deep")
    for _ in range(200):
        within = subsegment(within, "deeper")
    assert codes(put(xray, deep)) == ["ParseError"]


def test_subsegments_within_each_other_stand_alone(xray: Any) -> None:
    trace_id, ids = new_trace_id(), [new_id(), new_id()]
    circle = [
        segment(trace_id, "part", id=own, parent_id=other, type="subsegment")
        for own, other in (ids, ids[::-1])
    ]
    put(xray, *circle)
    (trace,) = xray.batch_get_traces(TraceIds=[trace_id])["Traces"]
    assert [held["Id"] for held in trace["Segments"]] == ids


def test_a_subsegment_within_itself_stands_alone(xray: Any) -> None:
    own = new_id()
    put(xray, segment(new_trace_id(), "part", id=own, parent_id=own, type="subsegment"))


def test_an_id_sent_twice_leads_no_root_cause_astray(xray: Any) -> None:
    root = segment(new_trace_id(), "front", 1, fault=True)
    call = subsegment(root, "back", 0.9, namespace="remote", fault=True)
    back = segment(root["trace_id"], "back", 0.9, parent_id=call["id"], fault=True)
    back["subsegments"] = [dict(call)]
    assert put(xray, root, back) == []


def test_an_expression_nested_without_end_is_refused(xray: Any) -> None:
    nested = f"{'(' * 900}ok{')' * 900}"
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.get_trace_summaries(**WINDOW, FilterExpression=nested)


def test_a_subsegment_sent_alone_replaces_the_one_its_segment_had_in_progress(xray: Any) -> None:
    begun = segment(new_trace_id(), "slow", 2)
    part = subsegment(begun, "part", 1)
    complete = dict(part)
    for one in (begun, part):
        del one["end_time"]
        one["in_progress"] = True
    sent = complete | {"type": "subsegment", "parent_id": begun["id"]}
    put(xray, begun, sent | {"trace_id": begun["trace_id"]})
    (trace,) = xray.batch_get_traces(TraceIds=[begun["trace_id"]])["Traces"]
    (held,) = trace["Segments"]
    assert json.loads(held["Document"])["subsegments"] == [complete]
