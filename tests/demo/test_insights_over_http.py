"""Logs Insights of the emulated AWS, through boto3."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.logs.models import LogEvent, LogGroup, logs_backends

from awsdash.demo.aws import clock
from awsdash.demo.aws.insights import outcome, run, runs
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import CULPRIT, PAYMENTS_DEV, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EPOCH_MS, EmulatedAws

EPOCH_S = EPOCH_MS // 1000
GROUP = "/test/insights"
ARN = f"arn:aws:logs:eu-west-1:{PAYMENTS_PROD}:log-group:{GROUP}"
LONG_S = 3600.0  # longer than any test


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)
    clock.set_now(None)


@pytest.fixture
def logs(aws: EmulatedAws) -> Any:
    runs.runs.clear()
    return aws.reader("logs", PAYMENTS_PROD)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "QUEUED_S", 0)
    monkeypatch.setattr(run, "RUNNING_S", 0)


@pytest.fixture
def in_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "QUEUED_S", LONG_S)


@pytest.fixture
def half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started now has run for half its time."""
    monkeypatch.setattr(run, "QUEUED_S", -LONG_S / 2)
    monkeypatch.setattr(run, "RUNNING_S", LONG_S)


@pytest.fixture
def group(aws: EmulatedAws) -> Iterator[LogGroup]:
    """100 events, one a second until the story's end."""
    backend = logs_backends[PAYMENTS_PROD]["eu-west-1"]
    created = backend.create_log_group(GROUP, {})
    created.create_log_stream("main")
    created.streams["main"].events = [
        LogEvent(at, {"timestamp": at, "message": json.dumps({"n": number, "odd": number % 2})})
        for number in range(100)
        for at in [EPOCH_MS - 1000 * (99 - number)]
    ]
    yield created
    backend.delete_log_group(GROUP)


def start(logs: Any, query: str = "fields @message", **request: Any) -> str:
    given = {"logGroupName", "logGroupNames", "logGroupIdentifiers"} & request.keys()
    group = {} if given else {"logGroupName": GROUP}
    times = {"startTime": EPOCH_S - 3600, "endTime": EPOCH_S}
    return str(logs.start_query(**{**group, **times, "queryString": query, **request})["queryId"])


def results(logs: Any, query: str, **request: Any) -> list[dict[str, str]]:
    found = logs.get_query_results(queryId=start(logs, query, **request))
    return [{cell["field"]: cell["value"] for cell in row} for row in found["results"]]


def refusal(call: Any, **request: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer: Any = refused.value.response
    return {**answer, **answer["Error"]}


def start_refusal(logs: Any, **request: Any) -> dict[str, Any]:
    asked = {
        "logGroupName": GROUP,
        "startTime": 0,
        "endTime": EPOCH_S,
        "queryString": "fields @message",
    }
    wanted = {name: value for name, value in {**asked, **request}.items() if value is not None}
    return refusal(logs.start_query, **wanted)


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("group", "in_queue")
def test_a_query_is_scheduled_first_and_has_found_nothing(logs: Any) -> None:
    found = logs.get_query_results(queryId=start(logs))
    assert found["status"] == "Scheduled"
    assert found["results"] == []
    assert found["statistics"]["recordsScanned"] == 0


@pytest.mark.usefixtures("group", "half_way")
def test_a_running_query_has_found_a_part(logs: Any) -> None:
    found = logs.get_query_results(queryId=start(logs), maxItems=10)
    assert found["status"] == "Running"
    assert found["statistics"]["recordsMatched"] == 50
    assert found["statistics"]["resultCount"] == 50
    assert "nextToken" not in found


@pytest.mark.usefixtures("group")
def test_a_query_takes_a_short_while(logs: Any) -> None:
    query = start(logs)
    states: list[str] = []
    while not states or states[-1] != "Complete":
        states.append(logs.get_query_results(queryId=query)["status"])
        time.sleep(0.01)
    assert list(dict.fromkeys(states)) in (
        ["Scheduled", "Running", "Complete"],
        ["Running", "Complete"],
    )


@pytest.mark.usefixtures("group", "at_once")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        (r"parse 'a*' as rest | filter concat('aaaaaaaaaaaaaaaaa', '!') like /^(?:a|aa)+$/", None),
        (f"filter '{'a' * 99}!' like /^(?:a|aa)+$/ | limit 5", "Timeout"),
        ("fields 1" + "|filter 1" * 1100, "Failed"),
        ("fields 1" + " + 1" * 2000, "Failed"),
    ],
)
def test_a_query_that_would_not_end_is_given_up(logs: Any, query: str, status: str | None) -> None:
    started = start(logs, query)
    for _ in range(2):
        found = logs.get_query_results(queryId=started)
        assert found["status"] == (status or "Complete")
        assert found["results"] == []


@pytest.mark.usefixtures("group", "at_once")
def test_a_query_that_takes_too_long_times_out(logs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "LONGEST_S", -1)
    found = logs.get_query_results(queryId=start(logs))
    assert (found["status"], found["results"]) == ("Timeout", [])


@pytest.mark.usefixtures("group", "at_once")
def test_rows_are_held_up_to_a_limit_and_found_again(
    logs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_ROWS", 250)
    first, *_ = queries = [start(logs) for _ in range(3)]
    before = [logs.get_query_results(queryId=query)["results"] for query in queries]
    start(logs)
    held = runs.runs[Place(PAYMENTS_PROD, "eu-west-1")]
    assert [held.get(query).outcome is not None for query in queries] == [False, True, True]
    assert logs.get_query_results(queryId=first)["results"] == before[0]


@pytest.mark.usefixtures("group", "at_once")
def test_the_oldest_queries_are_forgotten_beyond_a_limit(
    logs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_RUNS", 2)
    queries = [start(logs) for _ in range(3)]
    found = logs.describe_queries()["queries"]
    assert [query["queryId"] for query in found] == queries[:0:-1]


@pytest.mark.usefixtures("at_once")
def test_a_complete_query_tells_rows_and_statistics(logs: Any, group: LogGroup) -> None:
    query = "filter odd = 1 | fields @timestamp, n | sort @timestamp | limit 2"
    found = logs.get_query_results(queryId=start(logs, query))
    assert found["status"] == "Complete"
    assert found["queryLanguage"] == "CWLI"
    first = {cell["field"]: cell["value"] for cell in found["results"][0]}
    assert first.pop("@ptr")
    assert first == {"@timestamp": "2026-11-23 08:58:22.000", "n": "1"}
    assert found["statistics"] == {
        "recordsMatched": 50.0,
        "recordsScanned": 100.0,
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": float(sum(len(event.message) for event in group.streams["main"].events)),
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": 1.0,
        "resultCount": 2.0,
    }


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"queuedS": LONG_S}, "Scheduled"),
        ({"queuedS": 0, "runningS": LONG_S}, "Running"),
        ({"queuedS": 0, "runningS": 0, "failure": "Out of memory"}, "Failed"),
        ({"queuedS": 0, "runningS": 0, "failure": "Timeout"}, "Timeout"),
        ({"queuedS": 0, "runningS": 0}, "Complete"),
    ],
)
def test_a_fault_rule_tells_how_a_query_goes(
    aws: EmulatedAws, logs: Any, told: dict[str, Any], status: str
) -> None:
    rule = {"service": "logs", "operation": "StartQuery", **told}
    assert aws.control("PUT", "faults", [rule])[0] == 200
    query = start(logs)
    aws.control("DELETE", "faults")
    found = logs.get_query_results(queryId=query)
    assert found["status"] == status
    assert bool(found["results"]) == (status == "Complete")


@pytest.mark.usefixtures("group")
def test_a_query_times_out_after_an_hour(logs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "QUEUED_S", -run.TIMEOUT_S)
    monkeypatch.setattr(run, "RUNNING_S", 2 * run.TIMEOUT_S)
    assert logs.get_query_results(queryId=start(logs))["status"] == "Timeout"


@pytest.mark.usefixtures("group", "half_way")
def test_a_query_is_stopped_and_keeps_what_it_found(logs: Any) -> None:
    query = start(logs)
    assert logs.stop_query(queryId=query)["success"] is True
    found = logs.get_query_results(queryId=query)
    assert found["status"] == "Cancelled"
    assert len(found["results"]) == 50
    assert refusal(logs.stop_query, queryId=query)["Code"] == "InvalidParameterException"


@pytest.mark.usefixtures("group", "at_once")
def test_a_query_that_has_ended_cannot_be_stopped(logs: Any) -> None:
    error = refusal(logs.stop_query, queryId=start(logs))
    assert error["Code"] == "InvalidParameterException"
    assert "not running" in error["Message"]


@pytest.mark.usefixtures("group")
def test_a_query_is_known_in_its_account_and_region_only(aws: EmulatedAws, logs: Any) -> None:
    query = start(logs)
    elsewhere = [
        aws.reader("logs", PAYMENTS_PROD, "eu-central-1"),
        aws.reader("logs", PAYMENTS_DEV),
    ]
    for client in elsewhere:
        for call in (client.get_query_results, client.stop_query):
            assert refusal(call, queryId=query)["Code"] == "ResourceNotFoundException"


@pytest.mark.usefixtures("group", "at_once")
def test_results_are_kept_for_seven_days(logs: Any) -> None:
    query = start(logs)
    try:
        clock.set_now(EPOCH + timedelta(days=7) - timedelta(minutes=1))
        assert logs.get_query_results(queryId=query)["status"] == "Complete"
        clock.set_now(EPOCH + timedelta(days=7, minutes=1))
        error = refusal(logs.get_query_results, queryId=query)
        assert error["Code"] == "ResourceNotFoundException"
    finally:
        clock.set_now(EPOCH)


@pytest.mark.usefixtures("group", "in_queue")
def test_a_hundred_queries_run_at_once(logs: Any) -> None:
    queries = [start(logs) for _ in range(100)]
    error = start_refusal(logs)
    assert error["Code"] == "LimitExceededException"
    assert error["Message"] == "Account maximum query concurrency limit of [100] reached."
    logs.stop_query(queryId=queries[0])
    start(logs)


@pytest.mark.usefixtures("group", "at_once")
def test_queries_that_ended_do_not_count(logs: Any) -> None:
    for _ in range(101):
        start(logs)


# --- what is asked --------------------------------------------------------------------------------


@pytest.mark.usefixtures("group", "at_once")
def test_the_time_range_is_in_seconds_and_holds_its_ends(logs: Any) -> None:
    found = results(logs, "fields n", startTime=EPOCH_S - 10, endTime=EPOCH_S - 8)
    assert [row["n"] for row in found] == ["91", "90", "89"]


@pytest.mark.usefixtures("group", "at_once")
@pytest.mark.parametrize(
    "groups",
    [
        {"logGroupName": GROUP},
        {"logGroupNames": [GROUP, GROUP]},
        {"logGroupIdentifiers": [GROUP]},
        {"logGroupIdentifiers": [ARN]},
    ],
)
def test_groups_are_named_or_identified(logs: Any, groups: dict[str, Any]) -> None:
    assert results(logs, "stats count(*) as n", **groups) == [{"n": "100"}]


@pytest.mark.usefixtures("group", "at_once")
def test_several_groups_are_queried_at_once(logs: Any) -> None:
    found = logs.get_query_results(
        queryId=start(
            logs, "stats count(*) by @log", logGroupNames=[GROUP, CULPRIT.log_group], startTime=0
        )
    )
    assert found["statistics"]["logGroupsScanned"] == 2
    assert {row[0]["value"] for row in found["results"]} == {
        f"{PAYMENTS_PROD}:{GROUP}",
        f"{PAYMENTS_PROD}:{CULPRIT.log_group}",
    }


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"logGroupName": None}, "InvalidParameterException"),
        ({"logGroupNames": [GROUP]}, "InvalidParameterException"),
        (
            {"logGroupName": None, "logGroupNames": [f"/g/{n}" for n in range(51)]},
            "InvalidParameterException",
        ),
        ({"logGroupName": "/no/such"}, "ResourceNotFoundException"),
        (
            {"logGroupName": None, "logGroupIdentifiers": [GROUP, "/no/such"]},
            "ResourceNotFoundException",
        ),
        (
            {"logGroupName": None, "logGroupIdentifiers": [f"{ARN}:*"]},
            "InvalidParameterException",
        ),
        ({"startTime": EPOCH_S + 1}, "InvalidParameterException"),
        ({"limit": 100_001}, "InvalidParameterException"),
        ({"queryString": "x" * 10_001}, "InvalidParameterException"),
        ({"queryString": ""}, "MalformedQueryException"),
        ({"queryString": "pattern @message"}, "MalformedQueryException"),
        ({"queryLanguage": "SQL", "queryString": "SELECT 1"}, "MalformedQueryException"),
    ],
)
def test_a_wrong_request_is_refused(logs: Any, request_: dict[str, Any], code: str) -> None:
    assert start_refusal(logs, **request_)["Code"] == code


@pytest.mark.usefixtures("group")
def test_a_malformed_query_tells_where(logs: Any) -> None:
    error = start_refusal(logs, queryString="fields a\n| filtr b = 1")
    message = "unexpected symbol found filtr at line 2 and position 2"
    assert error["Message"] == message
    assert error["queryCompileError"] == {
        "location": {"startCharOffset": 11, "endCharOffset": 16},
        "message": message,
    }


@pytest.mark.usefixtures("group", "at_once")
def test_the_requests_limit_gives_way_to_that_of_the_query(logs: Any) -> None:
    assert len(results(logs, "fields n", limit=3)) == 3
    assert len(results(logs, "fields n | limit 5", limit=3)) == 5


@pytest.mark.usefixtures("at_once")
def test_a_query_has_ten_thousand_rows_unless_told_otherwise(logs: Any, group: LogGroup) -> None:
    group.streams["main"].events = [
        LogEvent(EPOCH_MS, {"timestamp": EPOCH_MS, "message": "x"}) for _ in range(10_050)
    ]
    assert len(results(logs, "fields @message")) == 10_000
    first = logs.get_query_results(queryId=(query := start(logs, "fields @message", limit=10_020)))
    assert len(first["results"]) == 10_000
    rest = logs.get_query_results(queryId=query, nextToken=first["nextToken"])
    assert len(rest["results"]) == 20
    assert "nextToken" not in rest


@pytest.mark.usefixtures("group", "at_once")
def test_results_come_in_pages(logs: Any) -> None:
    query = start(logs, "fields n")
    other = start(logs, "fields n")
    first = logs.get_query_results(queryId=query, maxItems=60)
    second = logs.get_query_results(queryId=query, maxItems=60, nextToken=first["nextToken"])
    assert (len(first["results"]), len(second["results"])) == (60, 40)
    for request in (
        {"queryId": other, "nextToken": first["nextToken"]},
        {"queryId": query, "nextToken": "nonsense"},
    ):
        error = refusal(logs.get_query_results, **request)
        assert error["Code"] == "InvalidParameterException"


@pytest.mark.usefixtures("group", "at_once")
def test_what_is_put_is_found_at_once(logs: Any) -> None:
    logs.put_log_events(
        logGroupName=GROUP,
        logStreamName="main",
        logEvents=[{"timestamp": EPOCH_MS - 500, "message": '{"n": "new"}'}],
    )
    assert [row["n"] for row in results(logs, "filter n = 'new' | fields n")] == ["new"]


@pytest.mark.usefixtures("at_once")
def test_the_story_can_be_queried(logs: Any) -> None:
    query = "filter @type = 'REPORT' | stats count(*) as n, max(@duration) as ms by @logStream"
    found = results(logs, query, logGroupName=CULPRIT.log_group, startTime=0)
    assert found
    assert all(float(row["ms"]) > 0 for row in found)


# --- DescribeQueries ------------------------------------------------------------------------------


@pytest.mark.usefixtures("group", "at_once")
def test_queries_are_described_newest_first(logs: Any) -> None:
    first, second = start(logs, "fields n"), start(logs, "fields odd")
    logs.get_query_results(queryId=second)
    newest, oldest = logs.describe_queries()["queries"]
    assert (newest["queryId"], oldest["queryId"]) == (second, first)
    assert newest["queryString"] == "fields odd"
    assert newest["status"] == "Complete"
    assert newest["logGroupName"] == GROUP
    assert abs(newest["createTime"] - EPOCH_MS) < 3_600_000
    assert newest["bytesScanned"] > 0


@pytest.mark.usefixtures("group")
def test_queries_are_described_by_group_status_and_language(logs: Any) -> None:
    here, there = start(logs), start(logs, logGroupName=CULPRIT.log_group)
    logs.stop_query(queryId=there)

    def found(**request: Any) -> list[str]:
        return [query["queryId"] for query in logs.describe_queries(**request)["queries"]]

    assert found(logGroupName=GROUP) == [here]
    assert found(status="Cancelled") == [there]
    assert found(logGroupName=GROUP, status="Cancelled") == []
    assert found(queryLanguage="CWLI") == [there, here]
    assert found(queryLanguage="SQL") == []


@pytest.mark.usefixtures("group", "at_once")
def test_described_queries_come_in_pages(logs: Any) -> None:
    queries = [start(logs) for _ in range(3)]
    first = logs.describe_queries(maxResults=2)
    second = logs.describe_queries(maxResults=2, nextToken=first["nextToken"])
    found = [query["queryId"] for query in first["queries"] + second["queries"]]
    assert found == queries[::-1]
    assert "nextToken" not in second
    error = refusal(logs.describe_queries, status="Complete", nextToken=first["nextToken"])
    assert error["Code"] == "InvalidParameterException"


# --- single events --------------------------------------------------------------------------------


@pytest.mark.usefixtures("group", "at_once")
def test_a_pointer_leads_to_all_fields_of_its_event(logs: Any) -> None:
    (row,) = results(logs, "filter n = 7 | fields odd")
    record = logs.get_log_record(logRecordPointer=row["@ptr"], unmask=True)["logRecord"]
    assert record == {
        "@timestamp": str(EPOCH_MS - 92_000),
        "@ingestionTime": str(EPOCH_MS - 92_000),
        "@message": '{"n": 7, "odd": 1}',
        "@logStream": "main",
        "@log": f"{PAYMENTS_PROD}:{GROUP}",
        "@ptr": row["@ptr"],
        "n": "7",
        "odd": "1",
    }


def test_a_text_that_is_no_pointer_is_refused(logs: Any) -> None:
    error = refusal(logs.get_log_record, logRecordPointer="nonsense")
    assert error["Code"] == "InvalidParameterException"


@pytest.mark.usefixtures("at_once")
def test_the_pointer_of_an_event_that_is_gone_is_refused(logs: Any, group: LogGroup) -> None:
    (row,) = results(logs, "filter n = 7")
    group.streams["main"].events = []
    error = refusal(logs.get_log_record, logRecordPointer=row["@ptr"])
    assert error["Code"] == "ResourceNotFoundException"


def fields_of(logs: Any, **request: Any) -> dict[str, int]:
    found = logs.get_log_group_fields(**request)["logGroupFields"]
    assert [field["percent"] for field in found] == sorted(
        (field["percent"] for field in found), reverse=True
    )
    return {field["name"]: field["percent"] for field in found}


def test_fields_of_a_group_are_told_with_their_frequency(logs: Any, group: LogGroup) -> None:
    group.streams["main"].events = [
        LogEvent(EPOCH_MS, {"timestamp": EPOCH_MS - age_s * 1000, "message": message})
        for age_s, message in (
            (20 * 60, '{"old": 1}'),
            (60, '{"a": 1, "deep": {"er": [1]}}'),
            (50, '{"a": 2}'),
            (40, '{"a": 3}'),
            (30, "plain"),
        )
    ]
    recent = fields_of(logs, logGroupName=GROUP)
    assert recent["@message"] == recent["@timestamp"] == 100
    assert (recent["a"], recent["deep.er.0"]) == (75, 25)
    assert "old" not in recent  # the last 15 minutes unless told a time
    around = fields_of(logs, logGroupIdentifier=ARN, time=EPOCH_S - 25 * 60)
    assert around["old"] == 100  # 8 minutes before and after
    assert "a" not in around
    assert fields_of(logs, logGroupName=GROUP, time=EPOCH_S - 7200) == {}


def test_fields_are_those_of_one_existing_group(logs: Any) -> None:
    for request, code in (
        ({}, "InvalidParameterException"),
        ({"logGroupName": "a", "logGroupIdentifier": "a"}, "InvalidParameterException"),
        ({"logGroupName": "/no/such"}, "ResourceNotFoundException"),
    ):
        assert refusal(logs.get_log_group_fields, **request)["Code"] == code


# --- saved queries --------------------------------------------------------------------------------


@pytest.fixture
def saved(aws: EmulatedAws) -> Iterator[Any]:
    logs = aws.client("logs", aws.assume_reader(PAYMENTS_PROD))
    yield logs
    for definition in logs.describe_query_definitions()["queryDefinitions"]:
        logs.delete_query_definition(queryDefinitionId=definition["queryDefinitionId"])


def test_a_query_is_saved_changed_and_deleted(saved: Any) -> None:
    first = saved.put_query_definition(
        name="errors/all", queryString="fields a", logGroupNames=[GROUP]
    )["queryDefinitionId"]
    (found,) = saved.describe_query_definitions()["queryDefinitions"]
    assert abs(found.pop("lastModified") - EPOCH_MS) < 3_600_000
    assert found == {
        "queryDefinitionId": first,
        "queryLanguage": "CWLI",
        "name": "errors/all",
        "queryString": "fields a",
        "logGroupNames": [GROUP],
    }
    saved.put_query_definition(name="renamed", queryString="fields b", queryDefinitionId=first)
    (found,) = saved.describe_query_definitions()["queryDefinitions"]
    assert (found["name"], found["queryString"]) == ("renamed", "fields b")
    assert "logGroupNames" not in found  # an update keeps nothing
    assert saved.delete_query_definition(queryDefinitionId=first)["success"] is True
    assert saved.describe_query_definitions()["queryDefinitions"] == []


def test_saved_queries_are_found_by_prefix_in_pages(saved: Any) -> None:
    for name in ("b/2", "a", "b/1", "b/3"):
        saved.put_query_definition(name=name, queryString="fields a")
    request = {"queryDefinitionNamePrefix": "b/", "maxResults": 2}
    first = saved.describe_query_definitions(**request)
    second = saved.describe_query_definitions(**request, nextToken=first["nextToken"])
    pages = [
        [definition["name"] for definition in page["queryDefinitions"]] for page in (first, second)
    ]
    assert pages == [["b/1", "b/2"], ["b/3"]]


def test_a_client_token_saves_once(saved: Any) -> None:
    token = "0" * 36
    ids = {
        saved.put_query_definition(name="a", queryString="fields a", clientToken=token)[
            "queryDefinitionId"
        ]
        for _ in range(2)
    }
    assert len(ids) == 1
    assert len(saved.describe_query_definitions()["queryDefinitions"]) == 1


def test_an_unknown_saved_query_is_refused(saved: Any) -> None:
    update = {"name": "a", "queryString": "fields a", "queryDefinitionId": "none"}
    for call, request in (
        (saved.put_query_definition, update),
        (saved.delete_query_definition, {"queryDefinitionId": "none"}),
    ):
        assert refusal(call, **request)["Code"] == "ResourceNotFoundException"
