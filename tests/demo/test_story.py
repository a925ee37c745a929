"""What the emulated AWS holds, as the role of AWS Dash finds it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
from moto.logs.models import logs_backends

from awsdash.demo.aws import stage
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import (
    ACCOUNTS,
    CONFIG_CHANGE,
    CULPRIT,
    DATA_PROD,
    ERROR_TEXT,
    FUNCTIONS,
    MANAGEMENT,
    PAYMENTS_DEV,
    PAYMENTS_PROD,
    REGIONS,
    SHARED_LOG_GROUP,
    WORKLOAD_ACCOUNTS,
)
from awsdash.demo.story.logs.invocation import Line
from awsdash.demo.story.logs.runs import lines_of
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EPOCH_MS, EmulatedAws

MINUTE_MS = 60_000
STORY = Story(EPOCH)
DEPLOYED_MS = int(STORY.deployed_at.timestamp() * 1000)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(STORY) as server:
        yield EmulatedAws(server.url)


def everything(story: Story) -> list[Line]:
    return [line for function in FUNCTIONS if function.logs for line in lines_of(story, function)]


def search(logs: Any, group: str, pattern: str) -> list[dict[str, Any]]:
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern=pattern
    )
    return [event for page in pages for event in page["events"]]


def test_the_same_seed_and_epoch_tell_the_same_story() -> None:
    assert everything(STORY) == everything(Story(EPOCH))
    assert everything(STORY) != everything(Story(EPOCH, seed=8))


def test_a_later_epoch_moves_the_same_story() -> None:
    later = Story(EPOCH + timedelta(days=1))
    shifts = {
        after.timestamp - before.timestamp
        for before, after in zip(everything(STORY), everything(later), strict=True)
    }
    assert shifts == {24 * 60 * MINUTE_MS}


def test_planting_twice_gives_the_same_events_with_the_same_ids(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    before = search(logs, CULPRIT.log_group, "")
    stage.tell(STORY)
    assert search(aws.reader("logs", PAYMENTS_PROD), CULPRIT.log_group, "") == before


@pytest.mark.parametrize("events", [3000, 12_000, 100_000])
def test_a_story_has_about_as_many_events_as_it_was_asked_for(events: int) -> None:
    assert len(everything(Story(EPOCH, events=events))) == pytest.approx(events, rel=0.07)


def test_the_events_lie_in_the_13_days_before_the_epoch_and_mostly_in_six_hours() -> None:
    ages = [EPOCH_MS - line.timestamp for line in everything(STORY)]
    assert 0 < min(ages) < MINUTE_MS
    assert 12.5 * 24 * 60 * MINUTE_MS < max(ages) <= 13.2 * 24 * 60 * MINUTE_MS
    assert sum(age <= 6 * 60 * MINUTE_MS for age in ages) > len(ages) / 2


def test_the_management_account_holds_the_base_user_and_a_reader_and_runs_nothing(
    aws: EmulatedAws,
) -> None:
    iam = aws.client("iam")
    assert "awsdash" in {user["UserName"] for user in iam.list_users()["Users"]}
    assert "awsdash-reader" in {role["RoleName"] for role in iam.list_roles()["Roles"]}
    for region in REGIONS:
        assert aws.client("lambda", region=region).list_functions()["Functions"] == []


@pytest.mark.parametrize("account", WORKLOAD_ACCOUNTS)
def test_each_workload_account_has_its_functions_and_log_groups(
    aws: EmulatedAws, account: str
) -> None:
    keys = aws.assume_reader(account)
    for region in REGIONS:
        cast = [f for f in FUNCTIONS if (f.account, f.region) == (account, region)]
        listed = aws.client("lambda", keys, region).list_functions()["Functions"]
        assert {function["FunctionName"] for function in listed} == {f.name for f in cast}
        groups = aws.client("logs", keys, region).describe_log_groups()["logGroups"]
        names = {group["logGroupName"] for group in groups}
        of_functions = {name for name in names if name.startswith(("/aws/lambda/", "/payments/"))}
        assert of_functions == {f.log_group for f in cast if f.logs}


def test_functions_tell_where_they_log(aws: EmulatedAws) -> None:
    functions = aws.reader("lambda", PAYMENTS_PROD)
    listed = functions.list_functions()["Functions"]
    groups = {f["FunctionName"]: f["LoggingConfig"]["LogGroup"] for f in listed}
    assert groups["checkout-charge"] == "/aws/lambda/checkout-charge"
    assert groups["payments-webhook"] == groups["fraud-score"] == SHARED_LOG_GROUP
    one = functions.get_function(FunctionName="fraud-score")["Configuration"]
    assert one["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": SHARED_LOG_GROUP}


def test_one_function_was_never_invoked_and_has_no_log_group(aws: EmulatedAws) -> None:
    keys = aws.assume_reader(PAYMENTS_DEV)
    configuration = aws.client("lambda", keys).get_function_configuration(
        FunctionName="card-tokenizer"
    )
    group = configuration["LoggingConfig"]["LogGroup"]
    found = aws.client("logs", keys).describe_log_groups(logGroupNamePrefix=group)
    assert found["logGroups"] == []


def test_the_culprit_was_changed_when_it_was_deployed(aws: EmulatedAws) -> None:
    configuration = aws.reader("lambda", PAYMENTS_PROD).get_function_configuration(
        FunctionName="checkout-charge"
    )
    assert datetime.fromisoformat(configuration["LastModified"]) == STORY.deployed_at
    assert configuration["Environment"]["Variables"]["POOL_SIZE"] == "2"


def test_the_configuration_change_is_logged_once_at_the_deployment(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    (change,) = search(logs, CULPRIT.log_group, f'"{CONFIG_CHANGE}"')
    assert change["timestamp"] == DEPLOYED_MS == EPOCH_MS - 41 * MINUTE_MS
    assert change["logStreamName"].startswith("2026/11/23/[118]")


def test_an_invocation_names_the_version_that_its_stream_names() -> None:
    starts = [line for line in lines_of(STORY, CULPRIT) if line.message.startswith("START")]
    versions = [line.message.rpartition("Version: ")[2].strip() for line in starts]
    for line, version in zip(starts, versions, strict=True):
        assert f"[{version}]" in line.stream
        assert (version == "118") == (line.timestamp >= DEPLOYED_MS)
    assert [version for version, _ in groupby(versions)] == [
        "113",
        "114",
        "115",
        "116",
        "117",
        "118",
    ]


def test_errors_begin_with_the_deployment_rise_and_go_on_until_the_epoch(aws: EmulatedAws) -> None:
    errors = search(aws.reader("logs", PAYMENTS_PROD), CULPRIT.log_group, '{ $.level = "ERROR" }')
    times = [error["timestamp"] for error in errors]
    assert min(times) > DEPLOYED_MS
    assert EPOCH_MS - max(times) < 2 * MINUTE_MS
    third = (EPOCH_MS - DEPLOYED_MS) / 3
    counts = [sum((t - DEPLOYED_MS) // third == part for t in times) for part in range(3)]
    assert all(one < next_ for one, next_ in pairwise(counts)), counts
    first = json.loads(errors[0]["message"])
    assert first["msg"] == ERROR_TEXT
    assert list(first) == ["level", "msg", "order", "attempt", "requestId", "pool"]
    assert first["pool"]["size"] == 2


def test_the_error_is_in_one_account_and_region_only() -> None:
    guilty = {
        (function.account, function.region, function.name)
        for function in FUNCTIONS
        if any(ERROR_TEXT in line.message for line in lines_of(STORY, function) if function.logs)
    }
    assert guilty == {(PAYMENTS_PROD, "eu-west-1", "checkout-charge")}


def test_invocations_are_framed_as_lambda_frames_them(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", DATA_PROD)
    group = "/aws/lambda/orders-ingest"
    (stream, *_) = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert re.fullmatch(r"2026/11/\d\d/\[[89]\][0-9a-f]{32}", stream["logStreamName"])
    starts, ends, reports = (
        search(logs, group, f'"{word} RequestId"') for word in ("START", "END", "REPORT")
    )
    assert len(starts) == len(ends) == len(reports) > 50


def test_streams_of_a_shared_log_group_name_their_function(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    streams = logs.describe_log_streams(logGroupName=SHARED_LOG_GROUP)["logStreams"]
    names = {re.split(r"[/\[]", stream["logStreamName"])[3] for stream in streams}
    assert names == {"payments-webhook", "fraud-score"}


def test_streams_tell_when_their_events_were(aws: EmulatedAws) -> None:
    logs = aws.reader("logs", PAYMENTS_PROD)
    (newest, *_) = logs.describe_log_streams(
        logGroupName=CULPRIT.log_group, orderBy="LastEventTime", descending=True
    )["logStreams"]
    assert newest["logStreamName"].startswith("2026/11/23/[118]")
    assert newest["creationTime"] <= newest["firstEventTimestamp"] + 1000
    assert newest["lastIngestionTime"] >= newest["lastEventTimestamp"]


def test_the_story_names_every_account(aws: EmulatedAws) -> None:
    assert ACCOUNTS[MANAGEMENT] == "northwind-root"
    assert {*ACCOUNTS} == {MANAGEMENT, *WORKLOAD_ACCOUNTS}
    assert {function.account for function in FUNCTIONS} == {*WORKLOAD_ACCOUNTS}
    assert logs_backends.keys() >= {*WORKLOAD_ACCOUNTS}
