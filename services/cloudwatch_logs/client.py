"""CloudWatch Logs: the calls to AWS."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from services.aws import Aws
from services.base import Page, Row
from services.cloudwatch_logs.types import NEWEST_FIRST_SINCE, FilterEventsQuery

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient


def filter_events(query: FilterEventsQuery, aws: Aws) -> Iterator[Page]:
    """Events in the order asked for, at most `query.limit`; AWS's empty pages come through.

    AWS reports no statistics here. Raises NotFound, AccessDenied, Throttled, InvalidQuery.
    Source: FilterLogEvents.
    """
    logs: CloudWatchLogsClient = aws.client("logs")
    request = _request(query)
    token, wanted = query.next_token, query.limit
    while wanted > 0:
        if token is not None:
            request["nextToken"] = token
        response = logs.filter_log_events(**request, limit=wanted)
        rows = cast("list[Row]", response["events"])
        token = response.get("nextToken")
        wanted -= len(rows)
        yield Page(rows, token)
        if token is None:
            return


def _request(query: FilterEventsQuery) -> dict[str, Any]:
    is_arn = query.log_group_name.startswith("arn:")
    start = query.start_time if query.start_from_head else query.start_time or NEWEST_FIRST_SINCE
    return {
        "logGroupIdentifier" if is_arn else "logGroupName": query.log_group_name,
        "startFromHead": query.start_from_head,
        **({"startTime": _milliseconds(start)} if start else {}),
        **({"endTime": _milliseconds(query.end_time)} if query.end_time else {}),
        **({"filterPattern": query.filter_pattern} if query.filter_pattern else {}),
        **({"logStreamNames": list(query.log_stream_names)} if query.log_stream_names else {}),
    }


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
