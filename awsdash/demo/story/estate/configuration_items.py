"""The estate as Config discovered it, each resource ten minutes after it was created."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate.holdings import RESOURCES
from awsdash.demo.story.estate.identifiers import identifiers
from awsdash.demo.story.estate.kinds import CONFIG_NAMES, NOT_RECORDED
from awsdash.demo.story.estate.resource import Relation, Resource
from awsdash.demo.story.timeline import Timeline

DISCOVERY: Final = timedelta(minutes=10)
# How the other end of a relation calls it.
_INVERSE: Final = {
    "Contains": "Is contained in",
    "Is associated with": "Is associated with",
    "Is attached to": "Is attached to",
    "Is contained in": "Contains",
}


class _Key(NamedTuple):
    place: Place
    type: str
    name: str


def base_items(story: Timeline) -> Iterator[tuple[Place, dict[str, Any]]]:
    """AWS's ConfigurationItem of each resource whose type Config knows.

    `configuration` is a structure, where AWS has its JSON; times are aware datetimes.
    """
    for resource in _recorded().values():
        yield resource.place, _item(story, resource)


def _item(story: Timeline, resource: Resource) -> dict[str, Any]:
    created_at = story.epoch - resource.age
    return {
        "resourceType": config_type(resource.type),
        "resourceId": resource.identity.resource_id,
        "resourceName": resource.name,
        "arn": resource.arn,
        "accountId": resource.place.account,
        "awsRegion": "global" if resource.type.startswith("AWS::IAM::") else resource.place.region,
        "availabilityZone": resource.configuration.get("availabilityZone", "Not Applicable"),
        "resourceCreationTime": created_at,
        "configurationItemCaptureTime": created_at + DISCOVERY,
        "configurationItemStatus": "ResourceDiscovered",
        "tags": dict(resource.tags),
        "relationships": list(_relationships(resource)),
        "configuration": {**identifiers(resource), **resource.configuration},
    }


def config_type(type_: str) -> str:
    return CONFIG_NAMES.get(type_, type_)


def _relationships(resource: Resource) -> Iterable[dict[str, str]]:
    for relation in dict.fromkeys([*resource.relations, *_inverse_relations()[_key(resource)]]):
        other = _recorded().get(_Key(resource.place, relation.type, relation.name))
        if other:
            type_ = config_type(relation.type)
            yield {
                "resourceType": type_,
                "resourceId": other.identity.resource_id,
                "resourceName": other.name,
                "relationshipName": f"{relation.verb} {type_.rpartition('::')[2]}",
            }


def _key(resource: Resource) -> _Key:
    return _Key(resource.place, resource.type, resource.name)


@cache
def _recorded() -> dict[_Key, Resource]:
    return {_key(resource): resource for resource in RESOURCES if resource.type not in NOT_RECORDED}


@cache
def _inverse_relations() -> defaultdict[_Key, list[Relation]]:
    """What others say of a resource, as it would say it."""
    found: defaultdict[_Key, list[Relation]] = defaultdict(list)
    for resource in RESOURCES:
        for verb, type_, name in resource.relations:
            inverse = Relation(_INVERSE[verb], resource.type, resource.name)
            found[_Key(resource.place, type_, name)].append(inverse)
    return found
