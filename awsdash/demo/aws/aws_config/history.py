"""GetResourceConfigHistory and BatchGetResourceConfig."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.aws_config import recorder
from awsdash.demo.aws.aws_config.constraints import invalid_token
from awsdash.demo.aws.aws_config.item import Item, Key, read_time
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import read_token, write_token
from awsdash.demo.aws.protocol import AwsError, Call

DEFAULT_LIMIT: Final = 10
PAGE_SPAN_S: Final = 7 * 24 * 3600
NOT_IN_BASE: Final = ("configurationItemMD5Hash", "relatedEvents", "relationships", "tags")


def get_resource_config_history(call: Call, asked: Members) -> Members:
    recorder.require_available(call.place)
    key = Key(asked["resourceType"], asked["resourceId"])
    history = recorded[call.place].history(key)
    if not history:
        raise not_discovered(key)
    page, following = _page(history, asked)
    return {
        "configurationItems": [history[number].members for number in page],
        "nextToken": None if following is None else write_token(following, _request(asked)),
    }


def _page(history: Sequence[Item], asked: Members) -> tuple[Sequence[int], int | None]:
    """Numbers of items, and the next page's first; a number stays its item's while others come."""
    numbers = _numbers_in_range(history, asked)
    if asked.get("chronologicalOrder", "Reverse") == "Reverse":
        numbers = numbers[::-1]
    start = _start(numbers, asked)
    limit = asked.get("limit") or DEFAULT_LIMIT
    page = [
        number
        for number in numbers[start : start + limit]
        if abs(history[number].captured_at - history[numbers[start]].captured_at) <= PAGE_SPAN_S
    ]
    rest = start + len(page)
    return page, numbers[rest] if rest < len(numbers) else None


def _numbers_in_range(history: Sequence[Item], asked: Members) -> range:
    later = read_time(asked.get("laterTime", clock.now()))
    earlier = read_time(asked.get("earlierTime", 0))
    if earlier >= later:
        raise AwsError(
            "InvalidTimeRangeException",
            "The specified time range is not valid."
            " The earlier time is not chronologically before the later time.",
        )
    captured_at = attrgetter("captured_at")
    return range(
        bisect_left(history, earlier, key=captured_at),
        bisect_right(history, later, key=captured_at),
    )


def _start(numbers: range, asked: Members) -> int:
    if asked.get("nextToken") is None:
        return 0
    number = read_token(asked["nextToken"], _request(asked), invalid_token())
    if number not in numbers:
        raise invalid_token()
    return numbers.index(number)


def _request(asked: Members) -> Members:
    return {name: asked[name] for name in asked if name not in {"nextToken", "limit"}}


def not_discovered(key: Key) -> AwsError:
    return AwsError(
        "ResourceNotDiscoveredException",
        f"Resource {key.resource_id} of resourceType:{key.resource_type} is unknown or has not been"
        " discovered",
    )


def batch_get_resource_config(call: Call, asked: Members) -> Members:
    """Deleted and unknown resources are not answered at all."""
    recorder.require_available(call.place)
    keys = [Key(key["resourceType"], key["resourceId"]) for key in asked["resourceKeys"]]
    found = [recorded[call.place].find(key) for key in keys]
    return {
        "baseConfigurationItems": [base_of(item) for item in found if item is not None],
        "unprocessedResourceKeys": [],
    }


def base_of(item: Item) -> Members:
    """As BaseConfigurationItem."""
    return {name: value for name, value in item.members.items() if name not in NOT_IN_BASE}
