"""Items of the estate's resources at later times, made from what Config discovered first."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate.configuration_items import base_items
from awsdash.demo.story.timeline import Timeline

Item: TypeAlias = dict[str, Any]


class Named(NamedTuple):
    """A resource by the name of its type in Config, and its own."""

    place: Place
    type: str
    name: str


def name_of(place: Place, item: Item) -> Named:
    return Named(place, item["resourceType"], item["resourceName"])


def item_of(
    story: Timeline,
    named: Named,
    at: datetime,
    changed: Mapping[str, Any] | None = None,
    **members: Any,
) -> tuple[Place, Item]:
    """In AWS's shape. `changed` is what its configuration had otherwise than in the end."""
    discovered = _discovered(story)[named]
    return named.place, {
        **discovered,
        "configurationItemCaptureTime": at,
        "configurationItemStatus": "OK",
        "configuration": {**discovered["configuration"], **(changed or {})},
        **members,
    }


def discovered_item(story: Timeline, named: Named) -> Item:
    return _discovered(story)[named]


@lru_cache(maxsize=2)
def _discovered(story: Timeline) -> dict[Named, Item]:
    return {name_of(place, item): item for place, item in base_items(story)}
