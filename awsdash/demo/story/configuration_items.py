"""What Config records of a resource of the estate at one moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate.holdings import RESOURCES
from awsdash.demo.story.estate.resource import Resource, identify
from awsdash.demo.story.story import Story

_BY_NAME = {(resource.type, resource.place, resource.name): resource for resource in RESOURCES}


def item_of(
    story: Story,
    resource: Resource,
    at: datetime,
    changed: Mapping[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """An item in AWS's shape. `changed` is what its configuration had otherwise at the time."""
    return {
        "resourceType": resource.type,
        "resourceId": resource.identity.resource_id,
        "resourceName": resource.name,
        "arn": resource.arn,
        "configurationItemCaptureTime": at,
        "configurationItemStatus": "OK",
        "resourceCreationTime": story.epoch - resource.age,
        "configuration": {**resource.configuration, **(changed or {})},
        "tags": dict(resource.tags),
        "relationships": relationships_of(resource),
        **members,
    }


def relationships_of(resource: Resource) -> list[dict[str, str]]:
    return [
        relationship(resource, relation.verb, relation.type, relation.name)
        for relation in resource.relations
    ]


def relationship(resource: Resource, verb: str, type_: str, name: str) -> dict[str, str]:
    """To another resource of the same place, in AWS's words: "Is contained in Vpc"."""
    kind = type_.rpartition("::")[2]
    return {
        "resourceType": type_,
        "resourceId": identify(type_, resource.place, name).resource_id,
        "resourceName": name,
        "relationshipName": f"{verb} {kind.capitalize() if kind.isupper() else kind}",
    }


def find(type_: str, place: Place, name: str) -> Resource:
    """Of the estate."""
    return _BY_NAME[type_, place, name]
