"""PutLogEvents as AWS has it: moto goes by the real clock, and takes batches of any size and span.

What is put is found at once, other than in AWS, where it takes some seconds.
"""

import threading
from itertools import pairwise
from typing import Any, Final

from moto.logs.models import LogEvent, LogGroup, LogStream

from awsdash.demo.aws import clock
from awsdash.demo.aws.logs.groups import backend_of, find_log_group, invalid
from awsdash.demo.aws.logs.pages import DAY_MS, retained_since
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call

MAX_BATCH_BYTES: Final = 1_048_576
BYTES_PER_EVENT: Final = 26
MAX_AGE_MS: Final = 14 * DAY_MS
MAX_AHEAD_MS: Final = 2 * 3600 * 1000

_lock = threading.Lock()


def put_log_events(call: Call, asked: Members) -> Members:
    group = find_log_group(backend_of(call), log_group_name=asked["logGroupName"])
    stream = group.streams.get(asked["logStreamName"])
    if stream is None:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    events = asked["logEvents"]
    _check_batch(events)
    now_ms = clock.now_ms()
    times = [event["timestamp"] for event in events]
    too_old = sum(time < now_ms - MAX_AGE_MS for time in times)
    expired = sum(time < retained_since(group) for time in times)
    accepted = sum(time <= now_ms + MAX_AHEAD_MS for time in times)
    taken = events[max(too_old, expired) : accepted]
    if taken and taken[-1]["timestamp"] - taken[0]["timestamp"] > DAY_MS:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24"
            " hours."
        )
    token = _put(group, stream, taken, now_ms)
    rejected = _rejected(len(events), too_old, expired, accepted)
    return {"nextSequenceToken": token, "rejectedLogEventsInfo": rejected}


def _check_batch(events: list[dict[str, Any]]) -> None:
    size = sum(len(event["message"].encode()) + BYTES_PER_EVENT for event in events)
    if size > MAX_BATCH_BYTES:
        raise invalid(f"Upload too large: {size} bytes exceeds limit of {MAX_BATCH_BYTES}")
    if any(one["timestamp"] > other["timestamp"] for one, other in pairwise(events)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")


def _put(group: LogGroup, stream: LogStream, events: list[dict[str, Any]], now_ms: int) -> str:
    with _lock:
        stream.upload_sequence_token += 1
        token = f"{stream.upload_sequence_token:056d}"
        if not events:
            return token
        taken = [LogEvent(now_ms, event) for event in events]
        stream.events = [*stream.events, *taken]  # whoever reads the old list reads on
        stream.stored_bytes += sum(len(event["message"].encode()) for event in events)
        stream.last_ingestion_time = clock.now().replace(tzinfo=None)  # as moto has it
    for subscription in list(group.subscription_filters.values()):
        stream._send_log_events(
            service=subscription.destination_arn.split(":")[2],
            destination_arn=subscription.destination_arn,
            filter_name=subscription.name,
            log_events=[
                {"id": event.event_id, "timestamp": event.timestamp, "message": event.message}
                for event in taken
            ],
        )
    return token


def _rejected(count: int, too_old: int, expired: int, accepted: int) -> dict[str, int] | None:
    """Ends are those of the events before them, exclusive; the start is inclusive."""
    rejected = {}
    if too_old:
        rejected["tooOldLogEventEndIndex"] = too_old
    if expired:
        rejected["expiredLogEventEndIndex"] = expired
    if accepted < count:
        rejected["tooNewLogEventStartIndex"] = accepted
    return rejected or None
