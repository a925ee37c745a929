"""What a configuration aggregator collects: the items of its accounts in its regions.

moto keeps the aggregators themselves. One of an organization collects every account there is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from moto.config.models import ConfigAggregator

from awsdash.demo.aws.aws_config.constraints import invalid_token
from awsdash.demo.aws.aws_config.definitions import require_aggregator
from awsdash.demo.aws.aws_config.history import base_of, not_discovered
from awsdash.demo.aws.aws_config.item import Item, Key
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.state import Place

DEFAULT_LIMIT: Final = 100
DEFAULT_GROUPS: Final = 1000
_GROUP_KEYS: Final[dict[str, Callable[[Item], str]]] = {
    "RESOURCE_TYPE": lambda item: item.key.resource_type,
    "ACCOUNT_ID": lambda item: str(item.members["accountId"]),
    "AWS_REGION": lambda item: str(item.members["awsRegion"]),
}


def items_of(place: Place, name: str) -> Iterator[Item]:
    """The current items that the place's aggregator of this name collects."""
    aggregator = require_aggregator(place, name)
    return (
        item
        for source, items in sorted(recorded, key=lambda pair: pair[0])
        if _collects(aggregator, source)
        for item in items.current()
    )


def _collects(aggregator: ConfigAggregator, place: Place) -> bool:
    for source in aggregator.account_aggregation_sources or ():
        if place.account in source.account_ids and _has_region(source, place.region):
            return True
    organization = aggregator.organization_aggregation_source
    return organization is not None and _has_region(organization, place.region)


def _has_region(source: Any, region: str) -> bool:
    return bool(source.all_aws_regions) or region in (source.aws_regions or ())


def list_aggregate_discovered_resources(call: Call, asked: Members) -> Members:
    filters = {"ResourceType": asked["ResourceType"], **(asked.get("Filters") or {})}
    found = [
        item
        for item in items_of(call.place, asked["ConfigurationAggregatorName"])
        if _passes(item, filters)
    ]
    page, token = page_of(
        found,
        asked.get("Limit") or DEFAULT_LIMIT,
        asked.get("NextToken"),
        [asked["ConfigurationAggregatorName"], filters],
        invalid_token(),
    )
    return {"ResourceIdentifiers": [_identifier(item) for item in page], "NextToken": token}


def _passes(item: Item, filters: Members) -> bool:
    has = {
        "ResourceType": item.key.resource_type,
        "ResourceId": item.key.resource_id,
        "ResourceName": item.members.get("resourceName"),
        "AccountId": item.members["accountId"],
        "Region": item.members["awsRegion"],
    }
    return all(has[name] == wanted for name, wanted in filters.items())


def _identifier(item: Item) -> Members:
    name = item.members.get("resourceName")
    return {
        "SourceAccountId": item.members["accountId"],
        "SourceRegion": item.members["awsRegion"],
        "ResourceId": item.key.resource_id,
        "ResourceType": item.key.resource_type,
        **({} if name is None else {"ResourceName": name}),
    }


def get_aggregate_discovered_resource_counts(call: Call, asked: Members) -> Members:
    filters, group_key = asked.get("Filters") or {}, asked.get("GroupByKey")
    items = items_of(call.place, asked["ConfigurationAggregatorName"])
    found = [item for item in items if _passes(item, filters)]
    total = {"TotalDiscoveredResources": len(found), "GroupByKey": group_key}
    if group_key is None:
        return total
    counted = Counter(map(_GROUP_KEYS[group_key], found))
    page, token = page_of(
        sorted(counted.items(), key=lambda row: (-row[1], row[0])),
        asked.get("Limit") or DEFAULT_GROUPS,
        asked.get("NextToken"),
        [asked["ConfigurationAggregatorName"], filters, group_key],
        invalid_token(),
    )
    groups = [{"GroupName": name, "ResourceCount": count} for name, count in page]
    return {**total, "GroupedResourceCounts": groups, "NextToken": token}


def get_aggregate_resource_config(call: Call, asked: Members) -> Members:
    wanted = asked["ResourceIdentifier"]
    found = _find(call.place, asked["ConfigurationAggregatorName"], wanted)
    if found is None:
        raise not_discovered(Key(wanted["ResourceType"], wanted["ResourceId"]))
    return {"ConfigurationItem": found.members}


def batch_get_aggregate_resource_config(call: Call, asked: Members) -> Members:
    """What is deleted or unknown is not answered, but named as unprocessed."""
    name = asked["ConfigurationAggregatorName"]
    found = [(wanted, _find(call.place, name, wanted)) for wanted in asked["ResourceIdentifiers"]]
    return {
        "BaseConfigurationItems": [base_of(item) for _, item in found if item is not None],
        "UnprocessedResourceIdentifiers": [wanted for wanted, item in found if item is None],
    }


def _find(place: Place, name: str, wanted: Members) -> Item | None:
    filters = {
        "ResourceType": wanted["ResourceType"],
        "ResourceId": wanted["ResourceId"],
        "AccountId": wanted["SourceAccountId"],
        "Region": wanted["SourceRegion"],
    }
    return next((item for item in items_of(place, name) if _passes(item, filters)), None)
