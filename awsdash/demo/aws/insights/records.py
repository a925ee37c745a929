"""GetLogRecord and GetLogGroupFields: the fields that single events have."""

from collections import Counter
from itertools import islice
from typing import Final

from moto.logs.models import LogGroup

from awsdash.demo.aws import clock
from awsdash.demo.aws.insights.document import MAX_FIELDS, flatten
from awsdash.demo.aws.insights.field import SYSTEM_FIELDS
from awsdash.demo.aws.insights.pointer import read_pointer
from awsdash.demo.aws.insights.row import Row
from awsdash.demo.aws.insights.value import Timestamp, text
from awsdash.demo.aws.logs.groups import backend_of, find_log_group, invalid
from awsdash.demo.aws.logs.index import Event
from awsdash.demo.aws.logs.pages import events_between
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call

AROUND_MS: Final = 8 * 60 * 1000
RECENT_MS: Final = 15 * 60 * 1000


def get_log_record(call: Call, asked: Members) -> Members:
    found = read_pointer(asked["logRecordPointer"])
    if found is None:
        raise invalid("The specified logRecordPointer is invalid.")
    name, timestamp, event_id = found
    group = find_log_group(backend_of(call), log_group_name=name)
    for event, _ in events_between(group, timestamp, timestamp):
        if event["eventId"] == event_id:
            return {"logRecord": _fields(event, group)}
    raise AwsError("ResourceNotFoundException", "The specified log record does not exist.")


def get_log_group_fields(call: Call, asked: Members) -> Members:
    group = find_log_group(
        backend_of(call), asked.get("logGroupIdentifier"), asked.get("logGroupName")
    )
    start, end = _window(asked.get("time"))
    events = [event for event, _ in events_between(group, start, end)]
    counts = Counter(name for event in events for name in _fields(event, group))
    fields = [
        {"name": name, "percent": round(100 * count / len(events))}
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return {"logGroupFields": fields}


def _window(center_s: int | None) -> tuple[int, int]:
    now_ms = clock.now_ms()
    if center_s is None:
        return now_ms - RECENT_MS, now_ms
    return center_s * 1000 - AROUND_MS, center_s * 1000 + AROUND_MS


def _fields(event: Event, group: LogGroup) -> dict[str, str]:
    """All fields of an event; times are in milliseconds here."""
    row = Row(event, group)
    found = {name: read(row) for name, read in SYSTEM_FIELDS.items()}
    found.update(row.line)
    for name, value in islice(flatten(row.document), MAX_FIELDS):
        found[f"@{name}" if name.startswith("@") else name] = value
    return {
        name: str(int(value)) if isinstance(value, Timestamp) else text(value)
        for name, value in found.items()
    }
