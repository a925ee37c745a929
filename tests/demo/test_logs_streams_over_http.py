"""DescribeLogStreams, GetLogEvents, PutLogEvents and ListLogGroups through boto3."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.logs.models import LogEvent, LogGroup, LogsBackend, logs_backends

from awsdash.demo.aws import clock
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EPOCH_MS, EmulatedAws

GROUP = "/test/streams"
ARN = f"arn:aws:logs:eu-west-1:{PAYMENTS_PROD}:log-group:{GROUP}"
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)
    clock.set_now(None)


@pytest.fixture(scope="module")
def logs(aws: EmulatedAws) -> Any:
    return aws.reader("logs", PAYMENTS_PROD)


@pytest.fixture
def backend(aws: EmulatedAws) -> LogsBackend:
    found: LogsBackend = logs_backends[PAYMENTS_PROD]["eu-west-1"]
    return found


@pytest.fixture
def group(backend: LogsBackend) -> Iterator[LogGroup]:
    """An empty group with one stream, `main`."""
    created = backend.create_log_group(GROUP, {})
    created.create_log_stream("main")
    yield created
    backend.delete_log_group(GROUP)


def fill(group: LogGroup, count: int, message: str = "line {}", stream: str = "main") -> None:
    """One event a second, the last one at the story's end."""
    group.streams[stream].events = [
        LogEvent(at, {"timestamp": at, "message": message.format(number)})
        for number in range(count)
        for at in [EPOCH_MS - 1000 * (count - 1 - number)]
    ]


def refusal(call: Any, **request: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer: Any = refused.value.response
    return dict(answer["Error"])


# --- DescribeLogStreams ---------------------------------------------------------------------------


def stream_names(logs: Any, **request: Any) -> list[str]:
    found = logs.describe_log_streams(**{"logGroupName": GROUP, **request})["logStreams"]
    return [stream["logStreamName"] for stream in found]


@pytest.fixture
def streams(group: LogGroup) -> LogGroup:
    """`b`, `a` and `c` by the time of their last events, and `main` without any."""
    for name, hours in (("a", 2), ("b", 3), ("c", 1)):
        group.create_log_stream(name)
        group.streams[name].events = [
            LogEvent(EPOCH_MS, {"timestamp": EPOCH_MS - age_ms, "message": "x"})
            for age_ms in (hours * HOUR_MS, hours * HOUR_MS + 5)
        ]
    return group


@pytest.mark.usefixtures("streams")
def test_streams_come_by_name_or_by_last_event(logs: Any) -> None:
    assert stream_names(logs) == ["a", "b", "c", "main"]
    assert stream_names(logs, descending=True) == ["main", "c", "b", "a"]
    assert stream_names(logs, orderBy="LogStreamName") == ["a", "b", "c", "main"]
    assert stream_names(logs, orderBy="LastEventTime") == ["main", "b", "a", "c"]
    newest_first = stream_names(logs, orderBy="LastEventTime", descending=True)
    assert newest_first == ["c", "a", "b", "main"]


@pytest.mark.usefixtures("streams")
def test_a_stream_tells_its_first_and_last_event_and_no_size(logs: Any) -> None:
    first, *_, empty = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert first["firstEventTimestamp"] == EPOCH_MS - 2 * HOUR_MS - 5
    assert first["lastEventTimestamp"] == EPOCH_MS - 2 * HOUR_MS
    assert first["arn"] == f"{ARN}:log-stream:a"
    assert first["storedBytes"] == 0  # since June 17, 2019
    assert "firstEventTimestamp" not in empty


@pytest.mark.usefixtures("streams")
def test_streams_are_found_by_prefix_but_not_in_order_of_time(logs: Any) -> None:
    assert stream_names(logs, logStreamNamePrefix="ma") == ["main"]
    assert stream_names(logs, logStreamNamePrefix="x") == []
    error = refusal(
        logs.describe_log_streams,
        logGroupName=GROUP,
        logStreamNamePrefix="ma",
        orderBy="LastEventTime",
    )
    assert error["Code"] == "InvalidParameterException"
    assert error["Message"] == "Cannot order by LastEventTime with a logStreamNamePrefix."


def test_a_page_has_at_most_50_streams(logs: Any, group: LogGroup) -> None:
    for number in range(60):
        group.create_log_stream(f"s{number:02d}")
    first = logs.describe_log_streams(logGroupName=GROUP)
    second = logs.describe_log_streams(logGroupName=GROUP, nextToken=first["nextToken"])
    assert (len(first["logStreams"]), len(second["logStreams"])) == (50, 11)
    assert "nextToken" not in second
    for request in (
        {"nextToken": "nonsense"},
        {"nextToken": first["nextToken"], "descending": True},
    ):
        error = refusal(logs.describe_log_streams, logGroupName=GROUP, **request)
        assert error["Code"] == "InvalidParameterException"
    assert "50" in refusal(logs.describe_log_streams, logGroupName=GROUP, limit=51)["Message"]


@pytest.mark.usefixtures("streams")
def test_the_group_of_streams_is_named_or_identified(logs: Any) -> None:
    for identifier in (GROUP, ARN):
        found = logs.describe_log_streams(logGroupIdentifier=identifier)["logStreams"]
        assert len(found) == 4
    for request, code in (
        ({}, "InvalidParameterException"),
        ({"logGroupName": GROUP, "logGroupIdentifier": GROUP}, "InvalidParameterException"),
        ({"logGroupName": "/no/such"}, "ResourceNotFoundException"),
    ):
        assert refusal(logs.describe_log_streams, **request)["Code"] == code


# --- GetLogEvents ---------------------------------------------------------------------------------


def page(logs: Any, **request: Any) -> dict[str, Any]:
    wanted = {"logGroupName": GROUP, "logStreamName": "main", **request}
    return dict(logs.get_log_events(**wanted))


def lines(answer: dict[str, Any]) -> list[str]:
    return [event["message"].removeprefix("line ") for event in answer["events"]]


def test_the_latest_events_come_in_order_unless_started_from_the_head(
    logs: Any, group: LogGroup
) -> None:
    fill(group, 5)
    assert lines(page(logs, limit=2)) == ["3", "4"]
    assert lines(page(logs, limit=2, startFromHead=True)) == ["0", "1"]
    assert lines(page(logs)) == ["0", "1", "2", "3", "4"]


def test_an_event_has_its_time_and_message(logs: Any, group: LogGroup) -> None:
    fill(group, 1)
    (event,) = page(logs, unmask=True)["events"]
    assert event == {"timestamp": EPOCH_MS, "message": "line 0", "ingestionTime": EPOCH_MS}


def test_forward_tokens_lead_to_the_end_and_stay_there(logs: Any, group: LogGroup) -> None:
    fill(group, 5)
    answer = page(logs, limit=2, startFromHead=True)
    found = lines(answer)
    for expected in (["2", "3"], ["4"], []):
        token = answer["nextForwardToken"]
        assert token.startswith("f/")
        answer = page(logs, limit=2, startFromHead=True, nextToken=token)
        assert lines(answer) == expected
        found += expected
    assert found == ["0", "1", "2", "3", "4"]
    assert answer["nextForwardToken"] == token


def test_backward_tokens_lead_to_the_beginning_and_stay_there(logs: Any, group: LogGroup) -> None:
    fill(group, 5)
    answer = page(logs, limit=2)
    for expected in (["1", "2"], ["0"], []):
        token = answer["nextBackwardToken"]
        assert token.startswith("b/")
        answer = page(logs, limit=2, nextToken=token)
        assert lines(answer) == expected
    assert answer["nextBackwardToken"] == token


def test_one_can_turn_around_on_the_way_and_at_the_ends(logs: Any, group: LogGroup) -> None:
    fill(group, 5)
    middle = page(logs, limit=2, nextToken=page(logs, limit=2)["nextBackwardToken"])
    assert lines(page(logs, nextToken=middle["nextForwardToken"])) == ["3", "4"]
    assert lines(page(logs, nextToken=middle["nextBackwardToken"])) == ["0"]
    beginning = page(logs, nextToken=page(logs)["nextBackwardToken"])
    assert lines(page(logs, limit=1, nextToken=beginning["nextForwardToken"])) == ["0"]
    end = page(logs, nextToken=page(logs)["nextForwardToken"])
    assert lines(page(logs, limit=1, nextToken=end["nextBackwardToken"])) == ["4"]


def test_later_events_follow_the_token_at_the_end(logs: Any, group: LogGroup) -> None:
    empty = page(logs)
    assert empty["events"] == []
    assert (
        empty["nextForwardToken"]
        == page(logs, nextToken=empty["nextForwardToken"])["nextForwardToken"]
    )
    fill(group, 2)
    known = page(logs, nextToken=empty["nextForwardToken"])
    assert lines(known) == ["0", "1"]
    group.streams["main"].events.append(
        LogEvent(EPOCH_MS, {"timestamp": EPOCH_MS + 1, "message": "line 2"})
    )
    assert lines(page(logs, nextToken=known["nextForwardToken"])) == ["2"]


def test_the_start_is_inside_the_range_and_the_end_is_not(logs: Any, group: LogGroup) -> None:
    fill(group, 5)
    found = page(logs, startTime=EPOCH_MS - 3000, endTime=EPOCH_MS - 1000)
    assert lines(found) == ["1", "2"]


def test_a_page_holds_one_megabyte_or_ten_thousand_events(logs: Any, group: LogGroup) -> None:
    fill(group, 250, "x" * 10_240)
    newest = page(logs)
    assert len(newest["events"]) == 102
    assert newest["events"][-1]["timestamp"] == EPOCH_MS
    assert len(page(logs, nextToken=newest["nextBackwardToken"])["events"]) == 102
    fill(group, 10_001)
    assert len(page(logs)["events"]) == 10_000


def test_events_of_other_streams_are_left_out(logs: Any, group: LogGroup) -> None:
    group.create_log_stream("other")
    fill(group, 3)
    fill(group, 2, "other {}", "other")
    assert lines(page(logs)) == ["0", "1", "2"]
    assert lines(page(logs, logStreamName="other")) == ["other 0", "other 1"]


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"logStreamName": "none"}, "ResourceNotFoundException"),
        ({"logGroupName": "/no/such"}, "ResourceNotFoundException"),
        ({"logGroupIdentifier": ARN}, "InvalidParameterException"),
        ({"limit": 10_001}, "InvalidParameterException"),
        ({"nextToken": "nonsense"}, "InvalidParameterException"),
        ({"nextToken": "x/" + "0" * 56}, "InvalidParameterException"),
    ],
)
def test_a_wrong_request_for_events_is_refused(
    logs: Any, request_: dict[str, Any], code: str
) -> None:
    wanted = {"logGroupName": GROUP, "logStreamName": "main", **request_}
    assert refusal(logs.get_log_events, **wanted)["Code"] == code


def test_events_are_found_by_the_arn_of_their_group(logs: Any, group: LogGroup) -> None:
    fill(group, 2)
    found = logs.get_log_events(logGroupIdentifier=ARN, logStreamName="main")
    assert lines(found) == ["0", "1"]


def test_what_retention_no_longer_keeps_is_gone(logs: Any, group: LogGroup) -> None:
    group.streams["main"].events = [
        LogEvent(EPOCH_MS, {"timestamp": EPOCH_MS - days * DAY_MS, "message": f"line {days}"})
        for days in (5, 2)
    ]
    group.set_retention_policy(3)  # type: ignore[arg-type]  # which moto keeps as it comes
    assert lines(page(logs)) == ["2"]
    assert lines(logs.filter_log_events(logGroupName=GROUP)) == ["2"]


# --- PutLogEvents ---------------------------------------------------------------------------------


def put(logs: Any, *ages_ms: int, message: str = "x", stream: str = "main") -> dict[str, Any]:
    events = [{"timestamp": clock.now_ms() - age_ms, "message": message} for age_ms in ages_ms]
    return dict(logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events))


def ages(group: LogGroup) -> list[int]:
    """Of the events in `main`, in hours."""
    now_ms = clock.now_ms()
    return [round((now_ms - event.timestamp) / HOUR_MS) for event in group.streams["main"].events]


def test_what_is_put_is_there_at_once_and_ingested_now(logs: Any, group: LogGroup) -> None:
    answer = put(logs, 2000, 1000)
    assert answer["nextSequenceToken"]
    assert "rejectedLogEventsInfo" not in answer
    events = logs.filter_log_events(logGroupName=GROUP)["events"]
    assert page(logs)["events"] == [
        {name: event[name] for name in ("timestamp", "message", "ingestionTime")}
        for event in events
    ]
    assert all(abs(event["ingestionTime"] - EPOCH_MS) < HOUR_MS for event in events)
    (stream,) = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert abs(stream["lastIngestionTime"] - events[0]["ingestionTime"]) < HOUR_MS
    described = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert [group["storedBytes"] for group in described] == [2]


def test_an_event_that_is_put_late_takes_its_place_in_time(logs: Any, group: LogGroup) -> None:
    group.create_log_stream("other")
    put(logs, 3000, message="first")
    put(logs, 1000, message="third", stream="other")
    assert len(logs.filter_log_events(logGroupName=GROUP)["events"]) == 2
    put(logs, 2000, message="second")
    assert lines(logs.filter_log_events(logGroupName=GROUP)) == ["first", "second", "third"]
    put(logs, 0, message="fourth")
    assert lines(logs.filter_log_events(logGroupName=GROUP))[2:] == ["third", "fourth"]
    assert lines(page(logs)) == ["first", "second", "fourth"]


def test_events_older_than_14_days_are_rejected_and_others_taken(
    logs: Any, group: LogGroup
) -> None:
    answer = put(logs, 15 * DAY_MS, 14 * DAY_MS + HOUR_MS, 14 * DAY_MS - HOUR_MS)
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 2}
    assert ages(group) == [14 * 24 - 1]


def test_a_stream_whose_events_were_all_rejected_has_ingested_none(
    logs: Any, group: LogGroup
) -> None:
    put(logs, 15 * DAY_MS)
    streams = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert all("lastIngestionTime" not in stream for stream in streams)


def test_events_more_than_two_hours_ahead_are_rejected(logs: Any, group: LogGroup) -> None:
    answer = put(logs, 0, -HOUR_MS, -3 * HOUR_MS, -4 * HOUR_MS)
    assert answer["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 2}
    assert ages(group) == [0, -1]


def test_events_that_retention_would_not_keep_are_rejected(logs: Any, group: LogGroup) -> None:
    group.set_retention_policy(3)  # type: ignore[arg-type]  # which moto keeps as it comes
    answer = put(logs, 5 * DAY_MS, 4 * DAY_MS, 2 * DAY_MS)
    assert answer["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 2}
    assert ages(group) == [48]


def test_a_batch_must_be_in_order(logs: Any, group: LogGroup) -> None:
    with pytest.raises(ClientError) as refused:
        put(logs, 1000, 2000)
    assert refused.value.response["Error"] == {
        "Code": "InvalidParameterException",
        "Message": "Log events in a single PutLogEvents request must be in chronological order.",
    }
    assert ages(group) == []


def test_a_batch_spans_at_most_24_hours(logs: Any, group: LogGroup) -> None:
    put(logs, DAY_MS, 0)
    with pytest.raises(ClientError) as refused:
        put(logs, DAY_MS + 1, 0)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"
    assert "24 hours" in refused.value.response["Error"]["Message"]
    put(logs, 20 * DAY_MS, 0)  # only what is taken counts
    assert ages(group) == [24, 0, 0]


def test_a_batch_holds_at_most_a_megabyte_with_26_bytes_for_each_event(
    logs: Any, group: LogGroup
) -> None:
    put(logs, 0, message="x" * (1_048_576 - 26))
    with pytest.raises(ClientError) as refused:
        put(logs, 0, 0, message="é" * (524_288 // 2 - 12))
    message = refused.value.response["Error"]["Message"]
    assert message == "Upload too large: 1048580 bytes exceeds limit of 1048576"
    assert len(group.streams["main"].events) == 1


@pytest.mark.usefixtures("group")
def test_a_batch_holds_at_most_ten_thousand_events(logs: Any) -> None:
    put(logs, *[0] * 10_000)
    with pytest.raises(ClientError) as refused:
        put(logs, *[0] * 10_001)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


@pytest.mark.usefixtures("group")
def test_a_stream_must_exist_before_it_is_written(logs: Any) -> None:
    with pytest.raises(ClientError) as refused:
        put(logs, 0, stream="none")
    assert refused.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "The specified log stream does not exist.",
    }
    events = [{"timestamp": EPOCH_MS, "message": "x"}]
    error = refusal(
        logs.put_log_events, logGroupName="/no/such", logStreamName="main", logEvents=events
    )
    assert error["Code"] == "ResourceNotFoundException"


@pytest.mark.usefixtures("group")
def test_sequence_tokens_are_ignored(logs: Any) -> None:
    events = [{"timestamp": EPOCH_MS, "message": "x"}]
    request = {"logGroupName": GROUP, "logStreamName": "main", "logEvents": events}
    for token in ("wrong", "wrong"):
        logs.put_log_events(**request, sequenceToken=token)
    assert len(page(logs)["events"]) == 2


# --- ListLogGroups --------------------------------------------------------------------------------


@pytest.fixture
def groups(backend: LogsBackend) -> Iterator[None]:
    tags: dict[str, dict[str, str]] = {
        "/listed/api": {"env": "prod", "team": "payments"},
        "/listed/api.v2": {"env": "Prod-eu"},
        "/listed/worker": {"env": "dev"},
        "/other/listed": {},
    }
    for name, tagged in tags.items():
        backend.create_log_group(name, tagged)
    yield
    for name in tags:
        backend.delete_log_group(name)


def listed(logs: Any, pattern: str = "^/listed|^/other", **request: Any) -> list[str]:
    found = logs.list_log_groups(logGroupNamePattern=pattern, **request)["logGroups"]
    return [group["logGroupName"] for group in found]


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("listed", ["/listed/api", "/listed/api.v2", "/listed/worker", "/other/listed"]),
        ("^/listed", ["/listed/api", "/listed/api.v2", "/listed/worker"]),
        ("^/other|worker", ["/listed/worker", "/other/listed"]),
        ("api.v2", ["/listed/api.v2"]),
        ("LISTED", []),
    ],
)
def test_groups_are_listed_by_prefixes_and_parts(
    logs: Any, pattern: str, expected: list[str]
) -> None:
    assert listed(logs, pattern) == expected


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([{"key": "env", "values": ["prod"]}], ["/listed/api"]),
        ([{"key": "env", "values": ["prod*"]}], ["/listed/api", "/listed/api.v2"]),
        ([{"key": "env", "values": ["!prod"]}], ["/listed/api.v2", "/listed/worker"]),
        ([{"key": "env", "values": ["dev", "prod"]}], ["/listed/api", "/listed/worker"]),
        ([{"key": "team"}], ["/listed/api"]),
        ([{"key": "team"}, {"key": "env", "values": ["dev"]}], []),
    ],
)
def test_groups_are_listed_by_tags(
    logs: Any, tags: list[dict[str, Any]], expected: list[str]
) -> None:
    assert listed(logs, logGroupTags=tags) == expected


@pytest.mark.usefixtures("groups")
def test_a_listed_group_tells_its_arn_and_class(logs: Any) -> None:
    (found,) = logs.list_log_groups(logGroupNamePattern="^/other/listed")["logGroups"]
    assert found == {
        "logGroupName": "/other/listed",
        "logGroupArn": ARN.replace(GROUP, "/other/listed"),
        "logGroupClass": "STANDARD",
    }
    assert listed(logs, logGroupClass="STANDARD", includeLinkedAccounts=True)
    assert listed(logs, logGroupClass="INFREQUENT_ACCESS") == []
    assert listed(logs, fieldIndexNames=["requestId"]) == []


def test_a_page_lists_50_groups_unless_told_otherwise(logs: Any, backend: LogsBackend) -> None:
    names = [f"/many/{number:02d}" for number in range(55)]
    for name in names:
        backend.create_log_group(name, {})
    request = {"logGroupNamePattern": "^/many"}
    first = logs.list_log_groups(**request)
    second = logs.list_log_groups(**request, nextToken=first["nextToken"])
    found = [group["logGroupName"] for group in first["logGroups"] + second["logGroups"]]
    assert (len(first["logGroups"]), found) == (50, names)
    assert len(logs.list_log_groups(**request, limit=1000)["logGroups"]) == 55
    error = refusal(
        logs.list_log_groups, logGroupNamePattern="^/other", nextToken=first["nextToken"]
    )
    assert error["Code"] == "InvalidParameterException"
    for name in names:
        backend.delete_log_group(name)


@pytest.mark.parametrize("pattern", ["^ab", "x" * 25, "a.*b", "|".join(["abc"] * 6)])
def test_a_wrong_pattern_of_names_is_refused(logs: Any, pattern: str) -> None:
    error = refusal(logs.list_log_groups, logGroupNamePattern=pattern)
    assert error["Code"] == "InvalidParameterException"
