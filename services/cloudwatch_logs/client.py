"""CloudWatch Logs: the calls to AWS."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from services.aws import Aws
from services.base import Choice, Page
from services.cloudwatch_logs.shapes import levels_of
from services.cloudwatch_logs.types import NEWEST_FIRST_SINCE, FilterEventsQuery

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import LogGroupTypeDef, LogStreamTypeDef

MAX_CHOICES: Final = 50
FEW_CHOICES: Final = 10
# What AWS refuses is no part of any name, so there is nothing to suggest.
_GROUP_NAME: Final = re.compile(r"[\w.\-/#]{0,512}", re.ASCII)
_STREAM_NAME: Final = re.compile(r"[^:*]{0,512}")


def filter_events(query: FilterEventsQuery, aws: Aws) -> Iterator[Page]:
    """Events in the order asked for, at most `query.limit`; AWS's empty pages come through.

    AWS reports no statistics here. Raises NotFound, AccessDenied, Throttled, InvalidQuery.
    Source: FilterLogEvents.
    """
    logs: Any = aws.client("logs", tables={"FilterLogEvents": "events"})
    request = _request(query)
    token, wanted = query.next_token, query.limit
    while wanted > 0:
        if token is not None:
            request["nextToken"] = token
        response = logs.filter_log_events(**request, limit=wanted)
        events = response["events"]
        token = response.get("nextToken")
        wanted -= len(events)
        levels = levels_of(events["message"].combine_chunks())
        yield Page(events.append_column("level", levels), token)
        if token is None:
            return


def _request(query: FilterEventsQuery) -> dict[str, Any]:
    start = query.start_time if query.start_from_head else query.start_time or NEWEST_FIRST_SINCE
    return {
        **_group(query.log_group_name),
        "startFromHead": query.start_from_head,
        **({"startTime": _milliseconds(start)} if start else {}),
        **({"endTime": _milliseconds(query.end_time)} if query.end_time else {}),
        **({"filterPattern": query.filter_pattern} if query.filter_pattern else {}),
        **({"logStreamNames": list(query.log_stream_names)} if query.log_stream_names else {}),
    }


def _group(name_or_arn: str) -> dict[str, Any]:
    if name_or_arn.startswith("arn:"):
        # DescribeLogGroups writes ":*" after an ARN, and every other call refuses it.
        return {"logGroupIdentifier": name_or_arn.removesuffix(":*")}
    return {"logGroupName": name_or_arn}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def suggest_log_groups(typed: str, aws: Aws) -> list[Choice]:
    """Up to 50 log groups that begin with `typed`; few of those: then also that contain it.

    Raises AccessDenied, Throttled. Source: DescribeLogGroups.
    """
    if not _GROUP_NAME.fullmatch(typed):
        return []
    logs: CloudWatchLogsClient = aws.client("logs")
    prefix: dict[str, Any] = {"logGroupNamePrefix": typed} if typed else {}
    found = logs.describe_log_groups(**prefix, limit=MAX_CHOICES)["logGroups"]
    if typed and len(found) < FEW_CHOICES:
        # AWS takes one or the other in a call.
        found += logs.describe_log_groups(logGroupNamePattern=typed, limit=MAX_CHOICES)["logGroups"]
    choices: dict[str, Choice] = {}
    for group in found:
        name = group.get("logGroupName", "")
        choices.setdefault(name, Choice(name, _group_hint(group)))
    return list(choices.values())[:MAX_CHOICES]


def _group_hint(group: "LogGroupTypeDef") -> str:
    """`1.8 GB, kept 30 days`; nothing where AWS answers by pattern, which has names only."""
    if "storedBytes" not in group:
        return ""
    days = group.get("retentionInDays")
    kept = f"kept {days} day{'s' if days > 1 else ''}" if days else "never expires"
    return f"{_size(group['storedBytes'])}, {kept}"


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if round(count, 1) < 1000:
            return f"{count:.1f} {unit}" if unit != "B" else f"{count:.0f} B"
        count /= 1000
    return f"{count:.1f} TB"


def suggest_log_streams(log_group: str, typed: str, aws: Aws) -> list[Choice]:
    """Up to 50 streams: those written to last, or those that begin with `typed`, by name.

    Raises NotFound, AccessDenied, Throttled. Source: DescribeLogStreams.
    """
    if not log_group or not _STREAM_NAME.fullmatch(typed):
        return []
    logs: CloudWatchLogsClient = aws.client("logs")
    # AWS refuses an order by time together with a prefix.
    which: dict[str, Any] = (
        {"logStreamNamePrefix": typed, "orderBy": "LogStreamName"}
        if typed
        else {"orderBy": "LastEventTime", "descending": True}
    )
    found = logs.describe_log_streams(**_group(log_group), **which, limit=MAX_CHOICES)
    return [
        Choice(stream.get("logStreamName", ""), _stream_hint(stream))
        for stream in found["logStreams"]
    ]


def _stream_hint(stream: "LogStreamTypeDef") -> str:
    if "lastEventTimestamp" not in stream:
        return ""
    last = datetime.fromtimestamp(stream["lastEventTimestamp"] / 1000, UTC)
    return f"last event {last:%Y-%m-%d %H:%M} UTC"
