"""ListDiscoveredResources and GetDiscoveredResourceCounts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from awsdash.demo.aws.aws_config import recorder
from awsdash.demo.aws.aws_config.constraints import invalid_token
from awsdash.demo.aws.aws_config.item import Item
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

DEFAULT_LIMIT: Final = 100
MAX_IDS: Final = 20


def list_discovered_resources(call: Call, asked: Members) -> Members:
    recorder.require_available(call.place)
    _check(asked)
    found = [item for item in recorded[call.place].latest() if _is_asked_for(item, asked)]
    page, token = page_of(
        found,
        asked.get("limit") or DEFAULT_LIMIT,
        asked.get("nextToken"),
        {name: asked[name] for name in asked if name not in {"limit", "nextToken"}},
        invalid_token(),
    )
    return {"resourceIdentifiers": [_identifier(item) for item in page], "nextToken": token}


def _check(asked: Members) -> None:
    ids = asked.get("resourceIds") or []
    if ids and asked.get("resourceName") is not None:
        raise AwsError(
            "ValidationException",
            "Both Resource ID and Resource Name cannot be specified in the request",
        )
    if len(ids) > MAX_IDS:
        raise AwsError(
            "ValidationException",
            "The specified list had more than 20 resource ID's. It must have '20' or less items",
        )


def _is_asked_for(item: Item, asked: Members) -> bool:
    ids, name = asked.get("resourceIds"), asked.get("resourceName")
    return (
        item.key.resource_type == asked["resourceType"]
        and (not item.is_deleted or asked.get("includeDeletedResources", False))
        and (not ids or item.key.resource_id in ids)
        and (name is None or item.members.get("resourceName") == name)
    )


def _identifier(item: Item) -> dict[str, Any]:
    known = {
        "resourceType": item.key.resource_type,
        "resourceId": item.key.resource_id,
        "resourceName": item.members.get("resourceName"),
        "resourceDeletionTime": item.captured_at if item.is_deleted else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def get_discovered_resource_counts(call: Call, asked: Members) -> Members:
    """Nothing where the recorder is off."""
    counted = Counter(_types(call, asked.get("resourceTypes") or ()))
    page, token = page_of(
        sorted(counted.items(), key=lambda row: (-row[1], row[0])),
        asked.get("limit") or DEFAULT_LIMIT,
        asked.get("nextToken"),
        asked.get("resourceTypes"),
        invalid_token(),
    )
    return {
        "totalDiscoveredResources": counted.total(),
        "resourceCounts": [{"resourceType": name, "count": count} for name, count in page],
        "nextToken": token,
    }


def _types(call: Call, only: Iterable[str]) -> Iterable[str]:
    if not recorder.is_running(call.place):
        return
    for item in recorded[call.place].current():
        if not only or item.key.resource_type in only:
            yield item.key.resource_type
