"""A configuration item: what AWS Config recorded of a resource at one moment."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

import orjson

from awsdash.demo.aws.aws_config.names import arn_of
from awsdash.demo.aws.constraints import service_model
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.state import Place

VERSION: Final = "1.3"
NOT_RECORDED: Final = "ResourceNotRecorded"
COMPLIANCE: Final = "AWS::Config::ResourceCompliance"

_TYPE = re.compile(r"\w+::\w*::\w+")
_TIMES: Final = (
    "configurationItemCaptureTime",
    "configurationItemDeliveryTime",
    "resourceCreationTime",
)


class Key(NamedTuple):
    """Which resource, within a place."""

    resource_type: str
    resource_id: str


@dataclass(frozen=True)
class Item:
    """`members` is how GetResourceConfigHistory answers it; the rest is for who computes with it.

    `configuration` and the values of `supplementary` are parsed; `captured_at` is in epoch seconds.
    """

    key: Key
    captured_at: float
    members: Members
    configuration: Any
    supplementary: Mapping[str, Any]

    @property
    def status(self) -> str:
        return str(self.members["configurationItemStatus"])

    @property
    def is_deleted(self) -> bool:
        return self.status.startswith("ResourceDeleted")

    @cached_property
    def document(self) -> dict[str, Any]:
        """What queries see of it."""
        return {
            **{name: _shown(value) for name, value in self.members.items()},
            "configuration": None if is_custom(self.key.resource_type) else self.configuration,
            "supplementaryConfiguration": self.supplementary,
            "tags": [
                {"key": key, "value": value, "tag": f"{key}={value}"}
                for key, value in self.members["tags"].items()
            ],
            "relationships": [
                {"name" if name == "relationshipName" else name: text for name, text in row.items()}
                for row in self.members["relationships"]
            ],
        }


def is_custom(resource_type: str) -> bool:
    """Whether it is a third party's type, which PutResourceConfig records."""
    return not resource_type.startswith("AWS::")


def read_item(place: Place, given: Mapping[str, Any]) -> Item:
    """From AWS's shape, with JSON parsed or not, and any kind of time; adds what AWS derives.

    Raises ValueError, which says to its author what is wrong.
    """
    key = _read_key(given)
    _check(place, given)
    times = {name: read_time(given[name]) for name in _TIMES if given.get(name) is not None}
    if _TIMES[0] not in times:
        raise ValueError(f"{_TIMES[0]} is missing")
    captured_at = times[_TIMES[0]]
    configuration = _parsed(given.get("configuration"), "configuration")
    supplementary = {
        name: _parsed(value, f"supplementaryConfiguration.{name}", lenient=True)
        for name, value in (given.get("supplementaryConfiguration") or {}).items()
    }
    members = {
        "version": VERSION,
        "accountId": place.account,
        "awsRegion": place.region,
        "configurationItemStatus": "OK",
        "configurationStateId": str(int(captured_at * 1000)),
        **({} if (arn := arn_of(place, *key)) is None else {"arn": arn}),
        "relatedEvents": [],
        "relationships": [],
        "tags": {},
        **{name: value for name, value in given.items() if value is not None},
        **{name: datetime.fromtimestamp(value, UTC) for name, value in times.items()},
        "configuration": None if configuration is None else _written(given["configuration"]),
        "supplementaryConfiguration": {
            name: _written(value)
            for name, value in (given.get("supplementaryConfiguration") or {}).items()
        },
    }
    members.setdefault("configurationItemMD5Hash", _digest(members))
    return Item(key, captured_at, members, configuration, supplementary)


def read_time(value: object) -> float:
    """Epoch seconds of an aware datetime, ISO 8601 text or epoch seconds; raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"{value!r} is no time with a zone, and no epoch seconds")
    return moment.timestamp()


def _read_key(given: Mapping[str, Any]) -> Key:
    key = Key(given.get("resourceType") or "", given.get("resourceId") or "")
    if not isinstance(key.resource_type, str) or not _TYPE.fullmatch(key.resource_type):
        raise ValueError(f"resourceType {key.resource_type!r} is not like AWS::Service::Kind")
    if not isinstance(key.resource_id, str) or not 1 <= len(key.resource_id) <= 768:
        raise ValueError("resourceId must be a text of 1 to 768 characters")
    return key


@cache
def _members() -> frozenset[str]:
    return frozenset(service_model("config").shape_for("ConfigurationItem").members)  # type: ignore[attr-defined]


@cache
def _statuses() -> tuple[str, ...]:
    return tuple(service_model("config").shape_for("ConfigurationItemStatus").metadata["enum"])


def _check(place: Place, given: Mapping[str, Any]) -> None:
    if unknown := given.keys() - _members():
        raise ValueError(f"{min(unknown)} is no member of a configuration item")
    if given.get("configurationItemStatus", "OK") not in _statuses():
        raise ValueError(f"configurationItemStatus is none of {', '.join(_statuses())}")
    if given.get("accountId", place.account) != place.account:
        raise ValueError(f"accountId is not {place.account}")
    _check_map(given, "tags")
    if not isinstance(given.get("supplementaryConfiguration") or {}, dict):
        raise ValueError("supplementaryConfiguration is no map")
    rows = given.get("relationships") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("relationships is no list of structures")


def _check_map(given: Mapping[str, Any], name: str) -> None:
    found = given.get(name) or {}
    texts = [*found.keys(), *found.values()] if isinstance(found, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is no map of texts")


def _parsed(value: Any, name: str, lenient: bool = False) -> Any:
    """Some values of supplementaryConfiguration are texts that are no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        if lenient:
            return value
        raise ValueError(f"{name} is no JSON") from None


def _written(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _digest(members: Members) -> str:
    state = [
        members[name]
        for name in ("configuration", "supplementaryConfiguration", "tags", "relationships")
    ]
    return hashlib.md5(orjson.dumps(state), usedforsecurity=False).hexdigest()


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
    return value
