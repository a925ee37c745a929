"""FilterLogEvents through boto3 over HTTP."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.aws import Aws
from services.base import Page, Row, Statistics
from services.cloudwatch_logs.client import filter_events
from services.cloudwatch_logs.service import FilterEvents
from services.cloudwatch_logs.tests.reading import rows_of
from services.cloudwatch_logs.types import FilterEventsQuery
from services.errors import InvalidQuery, NotFound

LOG_GROUP = "/aws/lambda/checkout-charge"


def pages(aws: Aws, **options: Any) -> list[Page]:
    query = FilterEventsQuery.parse({"logGroupName": LOG_GROUP, **options})
    return list(filter_events(query, aws))


def rows(aws: Aws, **options: Any) -> list[Row]:
    return rows_of(pages(aws, **options))


def test_newest_events_come_first_unless_asked_otherwise(payments_prod: Aws) -> None:
    newest = [row["timestamp"] for row in rows(payments_prod, limit=50)]
    oldest = [row["timestamp"] for row in rows(payments_prod, limit=50, startFromHead=True)]
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)
    assert min(newest) > max(oldest)


def test_limit_is_met_exactly_and_the_token_continues_there(payments_prod: Aws) -> None:
    first = pages(payments_prod, limit=30)
    second = pages(payments_prod, limit=30, nextToken=first[-1].next_token)
    ids = [row["eventId"] for row in rows_of(first + second)]
    assert len(ids) == len(set(ids)) == 60
    assert ids == [row["eventId"] for row in rows(payments_prod, limit=60)]


def test_filter_pattern_selects_json_errors(payments_prod: Aws) -> None:
    found = rows(payments_prod, filterPattern='{ $.level = "ERROR" }', limit=20)
    assert found
    assert {json.loads(row["message"])["level"] for row in found} == {"ERROR"}


def test_rows_have_their_level_and_all_that_aws_gives(payments_prod: Aws) -> None:
    found = rows(payments_prod, limit=3000)
    levels = {row["level"] for row in found}
    assert levels == {"error", "warning", "info", None}
    charges = [row for row in found if "charge failed" in row["message"]]
    assert {row["level"] for row in charges} == {"error"}
    assert {row["level"] for row in found if row["message"].startswith("END")} == {None}
    told = {"timestamp", "message", "logStreamName", "ingestionTime", "eventId", "level"}
    assert all(row.keys() == told for row in found)


def test_time_range_bounds_both_ends(payments_prod: Aws) -> None:
    start, end = datetime(2026, 11, 22, 13, tzinfo=UTC), datetime(2026, 11, 22, 14, tzinfo=UTC)
    times = [r["timestamp"] for r in rows(payments_prod, startTime=start, endTime=end, limit=9999)]
    assert times
    assert min(times) >= start.timestamp() * 1000
    assert max(times) <= end.timestamp() * 1000


def test_only_the_named_streams_are_read(payments_prod: Aws) -> None:
    streams = {row["logStreamName"] for row in rows(payments_prod, limit=5000)}
    assert len(streams) > 1
    one = min(streams)
    assert {r["logStreamName"] for r in rows(payments_prod, logStreamNames=[one])} == {one}


@pytest.mark.parametrize("suffix", ["", ":*"])
def test_a_log_group_can_be_named_by_its_arn(payments_prod: Aws, suffix: str) -> None:
    arn = f"arn:aws:logs:eu-west-1:{payments_prod.account_id}:log-group:{LOG_GROUP}{suffix}"
    query = FilterEventsQuery.parse({"logGroupName": arn, "limit": 1})
    assert [len(page.rows) for page in filter_events(query, payments_prod)] == [1]


def test_statistics_are_unknown_because_aws_reports_none(payments_prod: Aws) -> None:
    assert {page.statistics.bytes_scanned for page in pages(payments_prod, limit=1)} == {None}


def test_reading_events_costs_nothing() -> None:
    assert FilterEvents().price(Statistics()) == 0


def test_empty_pages_are_followed(payments_prod: Aws, short_scans: None) -> None:
    found = pages(payments_prod, filterPattern='"config loaded"', startFromHead=True)
    assert not len(found[0].rows)
    assert found[0].next_token
    assert ["pool=2 (was 20)" in row["message"] for row in rows_of(found)] == [True]


def test_a_missing_log_group_is_not_found(payments_prod: Aws) -> None:
    query = FilterEventsQuery.parse({"logGroupName": "/aws/lambda/nobody"})
    with pytest.raises(NotFound, match="log group does not exist"):
        list(filter_events(query, payments_prod))


def test_newest_first_before_2024_is_refused_with_the_way_out() -> None:
    with pytest.raises(InvalidQuery, match="set startFromHead"):
        FilterEventsQuery.parse({"logGroupName": LOG_GROUP, "startTime": "2023-05-01"})
