"""Plants what AWS Config recorded of the estate, and of what the story changed in it."""

from collections import defaultdict
from functools import lru_cache, partial
from typing import Final

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.aws_config.recorder import backend_of
from awsdash.demo.aws.state import Place
from awsdash.demo.story.configuration.changes import changes, first_items
from awsdash.demo.story.configuration.compliance import plant_rules
from awsdash.demo.story.configuration.recorded import Item
from awsdash.demo.story.estate.environments import ENVIRONMENTS, MANAGED
from awsdash.demo.story.timeline import Timeline

AGGREGATOR: Final = "northwind"


def plant_configuration(story: Timeline) -> None:
    """Read when somebody asks Config; a recorder runs in every environment from the beginning."""
    for environment in ENVIRONMENTS:
        store.plant(environment.place, partial(_items, story, environment.place))
    plant_rules()
    _plant_aggregator()


def _plant_aggregator() -> None:
    """In the management account, of all accounts."""
    backend_of(MANAGED.place).put_configuration_aggregator(
        {
            "ConfigurationAggregatorName": AGGREGATOR,
            "OrganizationAggregationSource": {
                "RoleArn": MANAGED.role_arn("config-aggregator"),
                "AllAwsRegions": True,
            },
        }
    )


def _items(story: Timeline, place: Place) -> list[Item]:
    return _by_place(story)[place]


@lru_cache(maxsize=1)
def _by_place(story: Timeline) -> dict[Place, list[Item]]:
    found: defaultdict[Place, list[Item]] = defaultdict(list)
    for told in (first_items(story), changes(story)):
        for place, item in told:
            found[place].append(item)
    return found
