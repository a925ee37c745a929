"""`@ptr`: the opaque name of a log event, for GetLogRecord."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson
from moto.logs.models import LogGroup

from awsdash.demo.aws.logs.index import Event


def write_pointer(group: LogGroup, event: Event) -> str:
    content = [group.name, event["timestamp"], int(event["eventId"])]
    return urlsafe_b64encode(orjson.dumps(content)).decode()


def read_pointer(pointer: str) -> tuple[str, int, str] | None:
    """The group's name, the event's timestamp and its id; None if the text is no pointer."""
    try:
        name, timestamp, number = orjson.loads(urlsafe_b64decode(pointer))
        return str(name), int(timestamp), f"{int(number):056d}"
    except (ValueError, TypeError):
        return None
