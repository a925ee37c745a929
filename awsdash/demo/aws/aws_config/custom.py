"""PutResourceConfig and DeleteResourceConfig: items of third parties' resources."""

import re
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.aws_config import recorder
from awsdash.demo.aws.aws_config.item import Item, Key, is_custom, read_item
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import Place

MAX_CONFIGURATION_BYTES: Final = 64 * 1024
_RESERVED: Final = {"amzn", "amazon", "alexa", "custom", "aws"}


def put_resource_config(call: Call, asked: Members) -> Members:
    key = _read_key(call, asked)
    if len(asked["Configuration"].encode()) > MAX_CONFIGURATION_BYTES:
        raise _invalid("The configuration JSON must not exceed 64 KB.")
    is_new = recorded[call.place].find(key) is None
    _record(
        call.place,
        key,
        {
            "configurationItemStatus": "ResourceDiscovered" if is_new else "OK",
            "resourceName": asked.get("ResourceName"),
            "configuration": asked["Configuration"],
            "tags": asked.get("Tags"),
        },
    )
    return {}


def delete_resource_config(call: Call, asked: Members) -> Members:
    """Its history stays. Nothing happens to a resource that is not there."""
    key = _read_key(call, asked)
    found = recorded[call.place].find(key)
    if found is not None:
        name = found.members.get("resourceName")
        deleted = {"configurationItemStatus": "ResourceDeleted", "resourceName": name}
        _record(call.place, key, deleted)
    return {}


def _read_key(call: Call, asked: Members) -> Key:
    recorder.require_running(call.place)
    key = Key(asked["ResourceType"], asked["ResourceId"])
    if not is_custom(key.resource_type) or not re.fullmatch(r"\w+(::\w+){2}", key.resource_type):
        raise _invalid(f"Resource type {key.resource_type} is not a custom resource type.")
    owner = key.resource_type.partition("::")[0]
    if owner.lower() in _RESERVED:
        raise _invalid(
            f"You cannot use the organization name '{owner}' with custom resource types."
        )
    return key


def _record(place: Place, key: Key, told: Members) -> None:
    recorded[place].record([_item(place, key, told)])


def _item(place: Place, key: Key, told: Members) -> Item:
    given = {
        "resourceType": key.resource_type,
        "resourceId": key.resource_id,
        "configurationItemCaptureTime": clock.now(),
        **{name: value for name, value in told.items() if value is not None},
    }
    try:
        return read_item(place, given)
    except ValueError as error:
        raise _invalid(str(error)) from None


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
