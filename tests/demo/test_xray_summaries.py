"""GetTraceSummaries of the emulated AWS, through boto3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import MANAGEMENT
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.xray_documents import (
    NOW_S,
    Document,
    all_pages,
    cause,
    http,
    new_trace_id,
    put,
    segment,
    subsegment,
)

HOUR_S = 3600


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def xray(aws: EmulatedAws) -> Any:
    return aws.client("xray")


@pytest.fixture(scope="module")
def busy(aws: EmulatedAws) -> Any:
    """In another region: a trace a second for 250 seconds, each third of them with a fault."""
    client = aws.client("xray", region="us-east-1")
    traces = [
        segment(new_trace_id(ago_s=300 - number), "busy", fault=number % 3 == 0)
        for number in range(250)
    ]
    for first in range(0, 250, 50):
        put(client, *traces[first : first + 50])
    return client


def window(start_ago_s: float = HOUR_S, end_ago_s: float = 0) -> dict[str, Any]:
    return {
        "StartTime": EPOCH - timedelta(seconds=start_ago_s),
        "EndTime": EPOCH - timedelta(seconds=end_ago_s),
    }


def summary(xray: Any, *documents: Document) -> dict[str, Any]:
    """Of the trace that these are put into."""
    put(xray, *documents)
    (found,) = [
        one
        for page in all_pages(xray, "get_trace_summaries", **window())
        for one in page["TraceSummaries"]
        if one["Id"] == documents[0]["trace_id"]
    ]
    return dict(found)


def names(xray: Any, **request: Any) -> set[str]:
    pages = all_pages(xray, "get_trace_summaries", **request)
    return {one["Id"] for page in pages for one in page["TraceSummaries"]}


def refusal(xray: Any, **request: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        xray.get_trace_summaries(**request)
    answer: Any = refused.value.response
    return dict(answer["Error"])


def test_a_summary_tells_of_the_request(xray: Any) -> None:
    root = segment(
        new_trace_id(),
        "www.example.com",
        0.4,
        origin="AWS::EC2::Instance",
        user="5M388M1E",
        http=http(
            200,
            url="https://www.example.com/health",
            method="GET",
            user_agent="Mozilla/5.0",
            client_ip="11.0.3.111",
        ),
        aws={"ec2": {"availability_zone": "us-west-2c", "instance_id": "i-0b5a4678fc325bg98"}},
        resource_arn="arn:aws:ec2:eu-west-1:100000000001:instance/i-0b5a4678fc325bg98",
    )
    found = summary(xray, root)
    service = {
        "Name": "www.example.com",
        "Names": ["www.example.com"],
        "AccountId": MANAGEMENT,
        "Type": "AWS::EC2::Instance",
    }
    assert found.pop("StartTime").timestamp() == root["start_time"]
    assert [cause["Services"][0]["Name"] for cause in found.pop("ResponseTimeRootCauses")] == [
        "www.example.com"
    ]
    assert found == {
        "Id": root["trace_id"],
        "Duration": 0.4,
        "ResponseTime": 0.4,
        "HasFault": False,
        "HasError": False,
        "HasThrottle": False,
        "IsPartial": False,
        "Http": {
            "HttpURL": "https://www.example.com/health",
            "HttpStatus": 200,
            "HttpMethod": "GET",
            "UserAgent": "Mozilla/5.0",
            "ClientIp": "11.0.3.111",
        },
        "Annotations": {},
        "Users": [{"UserName": "5M388M1E", "ServiceIds": [service]}],
        "ServiceIds": [service],
        "ResourceARNs": [{"ARN": root["resource_arn"]}],
        "InstanceIds": [{"Id": "i-0b5a4678fc325bg98"}],
        "AvailabilityZones": [{"Name": "us-west-2c"}],
        "EntryPoint": service,
        "FaultRootCauses": [],
        "ErrorRootCauses": [],
        "Revision": 1,
    }


def test_the_duration_lasts_until_the_last_work_and_the_response_time_until_the_answer(
    xray: Any,
) -> None:
    root = segment(new_trace_id(), "asynchronous", 0.5)
    subsegment(root, "later", 2)
    found = summary(xray, root)
    assert (found["ResponseTime"], found["Duration"]) == (0.5, 2.1)


def test_a_trace_in_progress_is_partial_and_has_no_response_time(xray: Any) -> None:
    root = segment(new_trace_id(), "begun", in_progress=True)
    del root["end_time"]
    found = summary(xray, root)
    assert found["IsPartial"] is True
    assert "ResponseTime" not in found


def test_fault_and_error_are_of_the_root_and_throttle_of_any_segment(xray: Any) -> None:
    root = segment(new_trace_id(), "copes", http=http(200))
    call = subsegment(root, "inner", namespace="remote")
    inner = segment(
        root["trace_id"], "inner", parent_id=call["id"], throttle=True, error=True, fault=True
    )
    found = summary(xray, root, inner)
    outcome = {name: found[name] for name in ("HasFault", "HasError", "HasThrottle")}
    assert outcome == {"HasFault": False, "HasError": False, "HasThrottle": True}


def test_annotations_are_typed_and_tell_their_services(xray: Any) -> None:
    root = segment(new_trace_id(), "outer", annotations={"zip": 98101, "internal": False})
    inner = subsegment(root, "part", annotations={"zip": 98101, "country": "United States"})
    inner["annotations"] |= {"not indexed": 1, "list": [1]}
    found = summary(xray, root)
    service = {"Name": "outer", "Names": ["outer"], "AccountId": MANAGEMENT}
    assert found["Annotations"] == {
        "zip": [{"AnnotationValue": {"NumberValue": 98101}, "ServiceIds": [service]}],
        "internal": [{"AnnotationValue": {"BooleanValue": False}, "ServiceIds": [service]}],
        "country": [{"AnnotationValue": {"StringValue": "United States"}, "ServiceIds": [service]}],
    }


def test_fifty_annotations_are_indexed(xray: Any) -> None:
    root = segment(new_trace_id(), "wordy", annotations={f"key{n}": n for n in range(60)})
    assert len(summary(xray, root)["Annotations"]) == 50


def test_a_fault_root_cause_leads_to_what_failed(xray: Any) -> None:
    root = segment(new_trace_id(), "shop", fault=True)
    call = subsegment(root, "bank", namespace="remote", fault=True)
    call["cause"] = cause("HttpError", "bank answered 500")
    subsegment(root, "harmless")
    bank = segment(root["trace_id"], "bank", parent_id=call["id"], fault=True)
    bank["cause"] = cause("TimeoutError", "no connection")
    (found,) = summary(xray, root, bank)["FaultRootCauses"]
    assert found["ClientImpacting"] is True
    shop, answering = found["Services"]
    assert (shop["Name"], answering["Name"]) == ("shop", "bank")
    assert (shop["Inferred"], answering["Inferred"]) == (False, False)
    assert shop["EntityPath"] == [
        {"Name": "shop", "Exceptions": [], "Remote": False},
        {
            "Name": "bank",
            "Exceptions": [{"Name": "HttpError", "Message": "bank answered 500"}],
            "Remote": True,
        },
    ]
    assert answering["EntityPath"][0]["Exceptions"] == [
        {"Name": "TimeoutError", "Message": "no connection"}
    ]


def test_an_error_that_the_root_copes_with_impacts_no_client(xray: Any) -> None:
    root = segment(new_trace_id(), "patient")
    subsegment(root, "picky", namespace="remote", error=True)
    found = summary(xray, root)
    (error,) = found["ErrorRootCauses"]
    assert error["ClientImpacting"] is False
    assert [service["Inferred"] for service in error["Services"]] == [False, True]
    assert found["FaultRootCauses"] == []


def test_the_response_time_root_cause_tells_the_share_of_each_part(xray: Any) -> None:
    root = segment(new_trace_id(), "GetWeatherData", 1.0)
    subsegment(root, "get_temperature", 0.8)
    subsegment(root, "quick", 0.1)
    (found,) = summary(xray, root)["ResponseTimeRootCauses"]
    (service,) = found["Services"]
    assert service["EntityPath"] == [
        {"Name": "GetWeatherData", "Coverage": 1.0, "Remote": False},
        {"Name": "get_temperature", "Coverage": 0.8, "Remote": False},
    ]


def test_the_revision_counts_what_was_received(xray: Any) -> None:
    root = segment(new_trace_id(), "revised")
    assert summary(xray, root)["Revision"] == 1
    more = segment(root["trace_id"], "more", parent_id=root["id"])
    found = summary(xray, more)
    assert found["Revision"] == 2
    assert [service["Name"] for service in found["ServiceIds"]] == ["revised", "more"]


def test_the_start_is_inside_the_range_and_the_end_is_not(busy: Any) -> None:
    found = busy.get_trace_summaries(**window(200, 190))["TraceSummaries"]
    seconds = [int(one["Id"][2:10], 16) - NOW_S for one in found]
    assert seconds == [-191, -192, -193, -194, -195, -196, -197, -198, -199, -200]


def test_pages_come_newest_first_and_hold_every_trace_once(busy: Any) -> None:
    pages = list(all_pages(busy, "get_trace_summaries", **window()))
    assert [len(page["TraceSummaries"]) for page in pages] == [100, 100, 50]
    found = [one["Id"] for page in pages for one in page["TraceSummaries"]]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 250


def test_traces_that_come_meanwhile_put_none_on_two_pages(aws: EmulatedAws) -> None:
    xray = aws.client("xray", region="ap-south-1")
    for ago_s in (100, 200, 300):
        put(xray, *(segment(new_trace_id(ago_s + number), "early") for number in range(50)))
    first = xray.get_trace_summaries(**window())
    put(xray, *(segment(new_trace_id(ago_s=1), "late") for _ in range(5)))
    second = xray.get_trace_summaries(**window(), NextToken=first["NextToken"])
    pages = [[one["Id"] for one in page["TraceSummaries"]] for page in (first, second)]
    assert [len(page) for page in pages] == [100, 50]
    assert set(pages[0]).isdisjoint(pages[1])


def test_a_page_tells_how_many_traces_it_went_through(busy: Any) -> None:
    request = {**window(250, 0), "FilterExpression": "fault"}
    pages = list(all_pages(busy, "get_trace_summaries", **request))
    assert sum(page["TracesProcessedCount"] for page in pages) == 200
    assert sum(len(page["TraceSummaries"]) for page in pages) == 67


def test_a_page_tells_how_far_back_it_got(busy: Any) -> None:
    whole = busy.get_trace_summaries(**window(60, 50))
    assert whole["ApproximateTime"].timestamp() == NOW_S - 60
    first = busy.get_trace_summaries(**window())
    assert first["ApproximateTime"].timestamp() == NOW_S - 150


def test_a_page_can_match_nothing_and_have_a_next_one(
    busy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("awsdash.demo.aws.xray.summaries.MAX_PROCESSED", 60)
    rare = 'service("busy") { duration > 100 }'
    pages = list(all_pages(busy, "get_trace_summaries", **window(), FilterExpression=rare))
    assert [page["TraceSummaries"] for page in pages] == [[]] * 5
    assert [page["TracesProcessedCount"] for page in pages] == [60, 60, 60, 60, 10]


def test_a_token_of_another_request_is_refused(busy: Any) -> None:
    token = busy.get_trace_summaries(**window())["NextToken"]
    for request in (
        {**window(HOUR_S - 1), "NextToken": token},
        {**window(), "NextToken": "nonsense"},
        {**window(), "FilterExpression": "ok", "NextToken": token},
    ):
        assert refusal(busy, **request)["Code"] == "InvalidRequestException"


def test_the_range_is_24_hours_at_most(busy: Any) -> None:
    busy.get_trace_summaries(**window(24 * HOUR_S))
    error = refusal(busy, **window(24 * HOUR_S + 1))
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"] == "Time range cannot be longer than 24 hours"


def test_the_end_comes_after_the_start(busy: Any) -> None:
    for request in (window(10, 10), window(10, 20)):
        assert refusal(busy, **request)["Code"] == "InvalidRequestException"


def test_a_wrong_filter_expression_is_refused_with_its_place(busy: Any) -> None:
    error = refusal(busy, **window(), FilterExpression="duration < ")
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"].startswith("Error Location: line 1, position 12 : Invalid input symbol")


def test_sampling_takes_the_same_part_of_the_traces_on_every_page(busy: Any) -> None:
    everything = names(busy, **window())
    all_of = {"Name": "FixedRate", "Value": 1.0}
    none_of = {"Name": "FixedRate", "Value": 0.0}
    assert names(busy, **window(), Sampling=True, SamplingStrategy=all_of) == everything
    assert names(busy, **window(), Sampling=True, SamplingStrategy=none_of) == set()
    assert names(busy, **window(), Sampling=False) == everything
    wrong = {"Name": "FixedRate", "Value": 1.1}
    assert refusal(busy, **window(), Sampling=True, SamplingStrategy=wrong)


def test_time_can_be_of_the_request_of_any_activity_or_of_a_segments_end(
    aws: EmulatedAws,
) -> None:
    xray = aws.client("xray", region="eu-central-1")
    root = segment(new_trace_id(ago_s=600), "long", 300)
    put(xray, root)
    asked = {"first": window(610, 590), "within": window(500, 400), "end": window(310, 290)}
    found = {
        (when, kind)
        for when, request in asked.items()
        for kind in ("TraceId", "Event", "Service")
        if names(xray, **request, TimeRangeType=kind)
    }
    assert found == {
        ("first", "TraceId"),
        ("first", "Event"),
        ("within", "Event"),
        ("end", "Event"),
        ("end", "Service"),
    }
    (event,) = xray.get_trace_summaries(**asked["first"], TimeRangeType="Event")["TraceSummaries"]
    assert event["MatchedEventTime"].timestamp() == root["start_time"]


def test_the_model_constrains_what_is_asked(busy: Any) -> None:
    error = refusal(busy, **window(), TimeRangeType="Never")
    assert error["Code"] == "InvalidRequestException"
    assert "enum value set: [TraceId, Event, Service]" in error["Message"]
