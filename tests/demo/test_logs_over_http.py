"""FilterLogEvents and DescribeLogGroups of the emulated AWS, through boto3."""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.logs.models import LogEvent, LogGroup, logs_backends

from awsdash.demo.aws.logs import pages, regex_search
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import CULPRIT, ERROR_TEXT, PAYMENTS_PROD, SHARED_LOG_GROUP
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EPOCH_MS, EmulatedAws

GROUP = CULPRIT.log_group
GROUP_ARN = f"arn:aws:logs:eu-west-1:{PAYMENTS_PROD}:log-group:{GROUP}"
DAY_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH)) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def logs(aws: EmulatedAws) -> Any:
    return aws.reader("logs", PAYMENTS_PROD)


@pytest.fixture
def group(aws: EmulatedAws) -> Iterator[LogGroup]:
    """An empty group with one stream, `main`."""
    backend = logs_backends[PAYMENTS_PROD]["eu-west-1"]
    created = backend.create_log_group("/test/group", {})
    created.create_log_stream("main")
    yield created
    backend.delete_log_group("/test/group")


def fill(group: LogGroup, messages: list[str]) -> None:
    group.streams["main"].events = [
        LogEvent(EPOCH_MS + number, {"timestamp": EPOCH_MS + number, "message": message})
        for number, message in enumerate(messages)
    ]


def all_pages(logs: Any, **request: Any) -> list[dict[str, Any]]:
    pages = [logs.filter_log_events(**request)]
    while token := pages[-1].get("nextToken"):
        pages.append(logs.filter_log_events(**request, nextToken=token))
    return pages


def all_events(logs: Any, **request: Any) -> list[dict[str, Any]]:
    return [event for page in all_pages(logs, **request) for event in page["events"]]


def refusal(logs: Any, **request: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        logs.filter_log_events(**request)
    answer: Any = refused.value.response
    return dict(answer["Error"])


def test_events_of_all_streams_come_in_order_of_time(logs: Any) -> None:
    events = all_events(logs, logGroupName=GROUP)
    assert len({event["logStreamName"] for event in events}) > 2
    assert all(one["timestamp"] <= next_["timestamp"] for one, next_ in pairwise(events))


def test_an_event_has_what_aws_gives_it(logs: Any) -> None:
    events = all_events(logs, logGroupName=GROUP)
    assert events[0].keys() == {
        "logStreamName",
        "timestamp",
        "message",
        "ingestionTime",
        "eventId",
    }
    assert len({event["eventId"] for event in events}) == len(events)
    assert all(event["ingestionTime"] > event["timestamp"] for event in events)


def test_the_newest_come_first_if_not_started_from_the_head(logs: Any) -> None:
    forward = all_events(logs, logGroupName=GROUP)
    backward = all_events(
        logs, logGroupName=GROUP, startFromHead=False, startTime=EPOCH_MS - 14 * DAY_MS
    )
    assert backward == forward[::-1]


def test_newest_first_needs_a_start_in_2024_or_later(logs: Any) -> None:
    before = 1_704_067_199_999
    for request in ({}, {"startTime": before}):
        error = refusal(logs, logGroupName=GROUP, startFromHead=False, **request)
        assert error["Code"] == "InvalidParameterException"
    logs.filter_log_events(logGroupName=GROUP, startFromHead=False, startTime=before + 1)


def test_the_start_and_the_end_are_inside_the_range(logs: Any) -> None:
    events = all_events(logs, logGroupName=GROUP)
    start, end = events[100]["timestamp"], events[200]["timestamp"]
    found = all_events(logs, logGroupName=GROUP, startTime=start, endTime=end)
    assert found == [event for event in events if start <= event["timestamp"] <= end]
    assert {start, end} <= {event["timestamp"] for event in found}


def test_a_start_after_the_end_is_refused(logs: Any) -> None:
    error = refusal(logs, logGroupName=GROUP, startTime=EPOCH_MS, endTime=EPOCH_MS - 1)
    assert error["Code"] == "InvalidParameterException"


@pytest.mark.parametrize("from_head", [True, False])
def test_pages_hold_every_event_once(logs: Any, from_head: bool) -> None:
    request = {"logGroupName": GROUP, "startFromHead": from_head, "startTime": EPOCH_MS - DAY_MS}
    whole = logs.filter_log_events(**request)
    pages = all_pages(logs, **request, limit=97)
    assert [event for page in pages for event in page["events"]] == whole["events"]
    assert {len(page["events"]) for page in pages[:-1]} == {97}


def test_boto3s_paginator_reads_all_pages(logs: Any) -> None:
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, PaginationConfig={"PageSize": 300}
    )
    assert [event for page in pages for event in page["events"]] == all_events(
        logs, logGroupName=GROUP
    )


def test_events_that_arrive_between_pages_move_nothing(logs: Any, group: LogGroup) -> None:
    fill(group, [f"line {number}" for number in range(10)])
    first = logs.filter_log_events(logGroupName=group.name, limit=5)
    group.streams["main"].events.insert(0, LogEvent(1, {"timestamp": 1, "message": "late"}))
    second = logs.filter_log_events(logGroupName=group.name, nextToken=first["nextToken"])
    assert [event["message"] for event in second["events"]] == [f"line {n}" for n in range(5, 10)]


def test_the_direction_of_a_token_overrules_start_from_head(logs: Any) -> None:
    request = {"logGroupName": GROUP, "startTime": EPOCH_MS - DAY_MS, "limit": 10}
    newest = logs.filter_log_events(**request, startFromHead=False)
    older = logs.filter_log_events(**request, startFromHead=True, nextToken=newest["nextToken"])
    assert older["events"][0]["timestamp"] <= newest["events"][-1]["timestamp"]
    assert older["events"][0]["timestamp"] >= older["events"][-1]["timestamp"]


def test_a_token_that_was_not_given_for_the_group_is_refused(logs: Any) -> None:
    other = logs.filter_log_events(logGroupName=SHARED_LOG_GROUP, limit=1)["nextToken"]
    for token in ("nonsense", "e30=", other):
        error = refusal(logs, logGroupName=GROUP, nextToken=token)
        assert error["Code"] == "InvalidParameterException"
        assert error["Message"] == "The specified nextToken is invalid."


def test_a_page_holds_at_most_one_megabyte(logs: Any, group: LogGroup) -> None:
    fill(group, ["x" * 10_240] * 250)
    sizes = [len(page["events"]) for page in all_pages(logs, logGroupName=group.name)]
    assert sizes == [102, 102, 46]


def test_a_rare_pattern_yields_an_empty_page_and_a_token(logs: Any, group: LogGroup) -> None:
    fill(group, [*["usual"] * 24_999, "rare"])
    pages = all_pages(logs, logGroupName=group.name, filterPattern="rare")
    assert [[event["message"] for event in page["events"]] for page in pages] == [[], ["rare"]]


def test_a_page_holds_ten_thousand_events_at_most(logs: Any, group: LogGroup) -> None:
    fill(group, [f"request {number} served from cache in 12 ms" for number in range(20_000)])
    assert len(logs.filter_log_events(logGroupName=group.name)["events"]) == 10_000


def test_an_event_put_over_http_is_found_at_once(logs: Any, group: LogGroup) -> None:
    now = int(time.time() * 1000)
    for text in ("first", "second"):
        logs.put_log_events(
            logGroupName=group.name,
            logStreamName="main",
            logEvents=[{"timestamp": now, "message": text}],
        )
        found = all_events(logs, logGroupName=group.name, filterPattern=text)
        assert [event["message"] for event in found] == [text]


def test_a_filter_pattern_selects_events(logs: Any) -> None:
    quoted = all_events(logs, logGroupName=GROUP, filterPattern=f'"{ERROR_TEXT}"')
    selected = all_events(
        logs, logGroupName=GROUP, filterPattern='{ $.level = "ERROR" && $.pool.size < 20 }'
    )
    assert quoted == selected != []


def test_a_malformed_pattern_is_refused_with_its_reason(logs: Any) -> None:
    error = refusal(logs, logGroupName=GROUP, filterPattern="Status: timeout")
    assert error["Code"] == "InvalidParameterException"
    assert error["Message"] == "Invalid character(s) in term ':'"
    assert "1024" in refusal(logs, logGroupName=GROUP, filterPattern="x" * 1025)["Message"]


@pytest.mark.parametrize("identifier", [GROUP, GROUP_ARN])
def test_a_group_is_found_by_identifier(logs: Any, identifier: str) -> None:
    found = logs.filter_log_events(logGroupIdentifier=identifier, limit=5)["events"]
    assert found == logs.filter_log_events(logGroupName=GROUP, limit=5)["events"]
    streams = logs.describe_log_streams(logGroupIdentifier=identifier)["logStreams"]
    assert all(stream["arn"].startswith(f"{GROUP_ARN}:log-stream:") for stream in streams)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({}, "InvalidParameterException"),
        ({"logGroupName": GROUP, "logGroupIdentifier": GROUP}, "InvalidParameterException"),
        ({"logGroupIdentifier": f"{GROUP_ARN}:*"}, "InvalidParameterException"),
        ({"logGroupName": "/no/such"}, "ResourceNotFoundException"),
        (
            {"logGroupIdentifier": GROUP_ARN.replace("eu-west-1", "us-east-1")},
            "ResourceNotFoundException",
        ),
        ({"logGroupName": GROUP, "limit": 10_001}, "InvalidParameterException"),
        ({"logGroupName": GROUP, "logStreamNames": ["no such"]}, "ResourceNotFoundException"),
        (
            {"logGroupName": GROUP, "logStreamNames": ["a"], "logStreamNamePrefix": "a"},
            "InvalidParameterException",
        ),
    ],
)
def test_a_wrong_request_is_refused(logs: Any, request_: dict[str, Any], code: str) -> None:
    assert refusal(logs, **request_)["Code"] == code


def test_the_message_for_a_missing_group_is_awss(logs: Any) -> None:
    error = refusal(logs, logGroupName="/no/such")
    assert error["Message"] == "The specified log group does not exist."


def test_a_page_ends_after_some_time(
    logs: Any, group: LogGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LONGEST_S", -1)
    fill(group, ["a", "b", "a"])
    found = all_pages(logs, logGroupName="/test/group", filterPattern="a")
    messages = [[event["message"] for event in page["events"]] for page in found]
    assert messages == [["a"], [], ["a"]]


def test_a_search_for_a_regular_expression_that_would_not_end_is_refused(
    logs: Any, group: LogGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex_search, "LONGEST_S", 0.01)
    fill(group, ["a1" * 3000 + " "])
    request = {"logGroupName": "/test/group", "filterPattern": r"%\w*\w*\w*\w*\d$%"}
    assert refusal(logs, **request)["Code"] == "InvalidParameterException"


def test_streams_are_selected_by_name_or_by_prefix(logs: Any) -> None:
    events = all_events(logs, logGroupName=GROUP)
    name = events[0]["logStreamName"]
    by_name = all_events(logs, logGroupName=GROUP, logStreamNames=[name])
    assert by_name == [event for event in events if event["logStreamName"] == name]
    by_prefix = all_events(logs, logGroupName=GROUP, logStreamNamePrefix="2026/11/23/[118]")
    assert {event["logStreamName"][:16] for event in by_prefix} == {"2026/11/23/[118]"}


def names(logs: Any, **request: Any) -> list[str]:
    return [group["logGroupName"] for group in logs.describe_log_groups(**request)["logGroups"]]


def test_groups_are_found_by_a_part_of_their_name(logs: Any) -> None:
    assert names(logs, logGroupNamePattern="lambda/checkout-") == [
        "/aws/lambda/checkout-api",
        "/aws/lambda/checkout-charge",
        "/aws/lambda/checkout-refund",
    ]
    assert names(logs, logGroupNamePattern="lambda/checkout-c") == [GROUP]
    assert names(logs, logGroupNamePattern="Checkout") == []
    # It is no regular expression: of their signs only the dot is allowed, and means itself.
    assert names(logs, logGroupNamePattern="checkout.api") == []
    with pytest.raises(ClientError) as refused:
        logs.describe_log_groups(logGroupNamePattern=".*")
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


def test_groups_found_by_pattern_have_their_names_only(logs: Any) -> None:
    (by_pattern,) = logs.describe_log_groups(logGroupNamePattern="charge")["logGroups"]
    (by_prefix,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert by_pattern.keys() == {"logGroupName", "arn", "creationTime"}
    assert by_pattern.items() <= by_prefix.items()
    assert by_prefix["storedBytes"] > 0


def test_groups_are_found_by_name_and_arn(logs: Any) -> None:
    refund = "/aws/lambda/checkout-refund"
    asked = [GROUP_ARN, refund, "/no/such"]
    assert names(logs, logGroupIdentifiers=asked) == [GROUP, refund]
    assert names(logs, logGroupIdentifiers=asked, includeLinkedAccounts=True) == [GROUP, refund]
    assert names(logs, logGroupIdentifiers=asked, limit=1) == [GROUP]


def test_groups_are_found_by_class(logs: Any) -> None:
    (found,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert found["logGroupClass"] == "STANDARD"
    assert names(logs, logGroupNamePrefix=GROUP, logGroupClass="STANDARD") == [GROUP]
    assert names(logs, logGroupClass="INFREQUENT_ACCESS") == []


@pytest.mark.usefixtures("group")
def test_a_group_tells_how_many_metric_filters_it_has(aws: EmulatedAws) -> None:
    logs = aws.client("logs", aws.assume_reader(PAYMENTS_PROD))
    request = {"logGroupName": "/test/group", "filterName": "errors"}
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    logs.put_metric_filter(**request, filterPattern="ERROR", metricTransformations=[transformation])
    (found,) = logs.describe_log_groups(logGroupNamePrefix="/test/group")["logGroups"]
    logs.delete_metric_filter(**request)
    assert found["metricFilterCount"] == 1


def test_groups_found_by_pattern_come_in_pages(logs: Any) -> None:
    paginator = logs.get_paginator("describe_log_groups")
    request = {"logGroupNamePattern": "lambda/checkout-", "PaginationConfig": {"PageSize": 2}}
    pages = [page["logGroups"] for page in paginator.paginate(**request)]
    assert [len(page) for page in pages] == [2, 1]
    assert [group["logGroupName"] for page in pages for group in page] == names(
        logs, logGroupNamePattern="lambda/checkout-"
    )


@pytest.mark.parametrize(
    "request_",
    [
        {"logGroupNamePrefix": "/aws", "logGroupNamePattern": "checkout"},
        {"logGroupNamePrefix": "/aws", "logGroupIdentifiers": [GROUP]},
        {"limit": 51},
    ],
)
def test_a_wrong_request_for_groups_is_refused(logs: Any, request_: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        logs.describe_log_groups(**request_)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"
