"""The pieces every query is made of: instants, typos, columns, errors."""

from datetime import UTC, datetime, timedelta

import pytest

from services.aws import Aws, Keys, error_from_aws, region_names
from services.base import columns_of
from services.cloudwatch_logs.types import FilterEventsQuery, LogEvent
from services.errors import (
    AccessDenied,
    InvalidQuery,
    NotEnabled,
    NotFound,
    QueryFailed,
    ServiceError,
    Throttled,
)
from services.query import parse_instant
from services.registry import get_operation

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        1_795_348_800_000,
        1_795_348_800_000.0,
        "1795348800000",
        "2026-11-22T12:00:00Z",
        "2026-11-22T13:00:00+01:00",
        "2026-11-22 12:00",
        NOON,
    ],
)
def test_an_instant_can_be_written_in_many_ways(written: object) -> None:
    assert parse_instant(written) == NOON


@pytest.mark.parametrize(
    ("written", "ago"),
    [
        ("now", timedelta(0)),
        ("-90s", timedelta(seconds=90)),
        ("-15m", timedelta(minutes=15)),
        ("-3h", timedelta(hours=3)),
        ("-2d", timedelta(days=2)),
        ("-1w", timedelta(weeks=1)),
    ],
)
def test_a_relative_instant_counts_from_now(written: str, ago: timedelta) -> None:
    assert abs(parse_instant(written) - (datetime.now(UTC) - ago)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "written", ["yesterdayish", "-3 years", True, "", [], 1e30, "9" * 40, "-9999999w"]
)
def test_a_bad_instant_is_refused(written: object) -> None:
    with pytest.raises(InvalidQuery) as caught:
        FilterEventsQuery.parse({"logGroupName": "/a", "startTime": written})
    assert "startTime" in caught.value.fields


def test_the_start_must_not_be_after_the_end() -> None:
    with pytest.raises(InvalidQuery, match="startTime must not be after endTime"):
        FilterEventsQuery.parse({"logGroupName": "/a", "startTime": "now", "endTime": "-1h"})


def test_a_relative_time_is_stored_resolved() -> None:
    stored = FilterEventsQuery.parse({"logGroupName": "/a", "startTime": "-1h"}).stored()
    assert datetime.fromisoformat(stored["startTime"]).tzinfo is not None


def test_a_column_that_repeats_another_says_so() -> None:
    columns = {column.name: column for column in columns_of(LogEvent)}
    assert columns["data"].same_as == "message"
    assert columns["timestamp"].kind == "timestamp"


def test_an_unknown_operation_is_told_with_the_nearest_name() -> None:
    with pytest.raises(NotFound) as caught:
        get_operation("cloudwatch_logs.filter_event")
    assert caught.value.hint == "Did you mean cloudwatch_logs.filter_events?"


@pytest.mark.parametrize(
    ("code", "status", "kind", "retryable"),
    [
        ("AccessDeniedException", 400, AccessDenied, False),
        ("UnauthorizedOperation", 403, AccessDenied, False),
        ("403", 403, AccessDenied, False),
        ("ExpiredTokenException", 400, AccessDenied, True),
        ("ThrottlingException", 400, Throttled, True),
        ("RequestLimitExceeded", 503, Throttled, True),
        ("ResourceNotFoundException", 400, NotFound, False),
        ("NoSuchBucket", 404, NotFound, False),
        ("OptInRequired", 403, NotEnabled, False),
        ("UnrecognizedClientException", 400, NotEnabled, False),
        ("InvalidParameterException", 400, InvalidQuery, False),
        ("InternalServerError", 500, QueryFailed, True),
        ("SomethingNew", 400, QueryFailed, False),
    ],
)
def test_an_aws_error_becomes_ours(
    code: str, status: int, kind: type[ServiceError], retryable: bool
) -> None:
    error = error_from_aws(code, "what AWS said", status)
    assert type(error) is kind
    assert error.retryable is retryable
    assert "what AWS said" in error.message
    assert error.hint


def test_keys_never_show_their_secrets() -> None:
    shown = repr(Keys("AKIA1", "the-secret", "the-token"))
    assert "AKIA1" in shown
    assert "the-secret" not in shown
    assert "the-token" not in shown


def test_regions_have_names() -> None:
    assert region_names()["eu-west-1"] == "Europe (Ireland)"


def test_keys_with_another_secret_get_another_client() -> None:
    first = Aws("", "eu-west-1", Keys("AKIA1", "old")).client("logs")
    assert Aws("", "eu-west-1", Keys("AKIA1", "old")).client("logs") is first
    assert Aws("", "eu-west-1", Keys("AKIA1", "new")).client("logs") is not first
