"""DescribeLogStreams as AWS has it: moto's reads every event of every stream for each page."""

from typing import Any, Final

from moto.core.utils import unix_time_millis
from moto.logs.models import LogStream

from awsdash.demo.aws.logs.groups import backend_of, find_log_group, invalid
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

MAX_STREAMS: Final = 50
BY_TIME: Final = "LastEventTime"


def describe_log_streams(call: Call, asked: Members) -> Members:
    group = find_log_group(
        backend_of(call), asked.get("logGroupIdentifier"), asked.get("logGroupName")
    )
    prefix = asked.get("logStreamNamePrefix")
    order, descending = asked.get("orderBy", "LogStreamName"), asked.get("descending", False)
    if prefix is not None and order == BY_TIME:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = list(group.streams.items())
    found = [stream for name, stream in streams if name.startswith(prefix or "")]
    found.sort(key=_last_event if order == BY_TIME else _name, reverse=descending)
    page, token = page_of(
        found,
        asked.get("limit", MAX_STREAMS),
        asked.get("nextToken"),
        [group.arn, prefix, order, descending],
        invalid("The specified nextToken is invalid."),
    )
    return {"logStreams": [_describe(stream) for stream in page], "nextToken": token}


def _name(stream: LogStream) -> str:
    return str(stream.log_stream_name)


def _last_event(stream: LogStream) -> tuple[int, str]:
    return max((event.timestamp for event in stream.events), default=0), _name(stream)


def _describe(stream: LogStream) -> dict[str, Any]:
    """The size of a stream is always zero: AWS has not told it since June 17, 2019."""
    description: dict[str, Any] = {
        "logStreamName": stream.log_stream_name,
        "creationTime": int(unix_time_millis(stream.creation_time)),
        "arn": stream.arn,
        "storedBytes": 0,
        "uploadSequenceToken": f"{stream.upload_sequence_token:056d}",
    }
    times = [event.timestamp for event in stream.events]
    if times:
        description["firstEventTimestamp"] = min(times)
        description["lastEventTimestamp"] = max(times)
    if stream.last_ingestion_time is not None:
        description["lastIngestionTime"] = int(unix_time_millis(stream.last_ingestion_time))
    return description
