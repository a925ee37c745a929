"""What Northwind has, as data: one module for each domain."""

from typing import Final

from awsdash.demo.story.estate.holdings import (
    apis,
    compute,
    containers,
    databases,
    delivery,
    functions,
    governance,
    identity,
    messaging,
    network,
    storage,
    workflows,
)
from awsdash.demo.story.estate.resource import Resource

_DOMAINS: Final = (
    network,
    compute,
    containers,
    databases,
    storage,
    messaging,
    workflows,
    apis,
    identity,
    delivery,
    functions,
    governance,
)

RESOURCES: Final[tuple[Resource, ...]] = tuple(
    resource for domain in _DOMAINS for resource in domain.resources()
)
"""In an order in which those come first that others stand on."""
