"""One event as LookupEvents answers it: a row, and the record it is derived from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from awsdash.demo.aws.cloudtrail.record import Identity, Record, event_id_of, read_time
from awsdash.demo.aws.cloudtrail.resources import Named, named_resources


@dataclass(slots=True)
class Event:
    """What is asked for rarely is told by `tell` when it is first asked for."""

    id: str
    name: str
    source: str
    second: int
    read_only: str
    access_key: str | None
    username: str | None
    tell: Callable[[], Record] | None = None
    _record: bytes = b""
    _resources: tuple[Named, ...] = ()

    @property
    def record(self) -> bytes:
        """As JSON."""
        self._resolve()
        return self._record

    @property
    def resources(self) -> tuple[Named, ...]:
        self._resolve()
        return self._resources

    def _resolve(self) -> None:
        tell = self.tell
        if tell is not None:
            record = tell()
            self._record, self._resources = _written(record), named_resources(record)
            self.tell = None

    def row(self) -> dict[str, Any]:
        known = {
            "EventId": self.id,
            "EventName": self.name,
            "ReadOnly": self.read_only,
            "AccessKeyId": self.access_key,
            "EventTime": self.second,
            "EventSource": self.source,
            "Username": self.username,
            "Resources": [{"ResourceType": r.type, "ResourceName": r.name} for r in self.resources],
            "CloudTrailEvent": self.record.decode(),
        }
        return {key: value for key, value in known.items() if value is not None}


def event_of(record: Record, name: str = "") -> Event:
    """An id that is missing follows from the record and a name that tells it from its like.
    Raises ValueError for an eventTime that is none."""
    if "eventID" not in record:
        record = record | {"eventID": event_id_of(name + orjson.dumps(record).decode())}
    identity = record["userIdentity"]
    return Event(
        record["eventID"],
        record["eventName"],
        record["eventSource"],
        int(read_time(record["eventTime"]).timestamp()),
        _flag(record.get("readOnly")),
        access_key_of(identity),
        username_of(identity),
        None,
        _written(record),
        named_resources(record),
    )


def _written(record: Record) -> bytes:
    # What orjson answers holds on to a buffer of 8 kB, however short it is.
    return bytes(memoryview(orjson.dumps(record)))


def access_key_of(identity: Identity) -> str | None:
    return identity.get("accessKeyId") or None


def username_of(identity: Identity) -> str | None:
    """A user's name, the session's name of an assumed role; a service has none."""
    if "userName" in identity:
        return str(identity["userName"])
    match identity.get("type"):
        case "Root":
            return "root"
        case "AssumedRole" | "FederatedUser":
            return str(identity.get("principalId", "")).partition(":")[2] or None
    return None


_FLAGS: Final = {True: "true", False: "false", "true": "true", "false": "false"}


def _flag(value: Any) -> str:
    return _FLAGS.get(value, "false")
