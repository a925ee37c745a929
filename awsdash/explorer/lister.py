"""Lists one resource type through its catalog entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import jmespath

from awsdash.explorer.catalog import ResourceType
from services.aws import Aws

HIDDEN: Final = "(hidden)"


@dataclass(frozen=True, slots=True)
class Found:
    """One resource as AWS described it."""

    id: str
    name: str
    arn: str
    properties: dict[str, Any]


def list_resources(resource_type: ResourceType, aws: Aws) -> Iterator[Found]:
    """Every resource of the type in `aws`'s account and region. Raises ServiceError."""
    client = aws.client(resource_type.client)
    if client.can_paginate(resource_type.operation):
        pages = client.get_paginator(resource_type.operation).paginate()
    else:
        pages = [getattr(client, resource_type.operation)()]
    for page in pages:
        for item in jmespath.search(resource_type.items, page) or []:
            yield Found(
                id=jmespath.search(resource_type.id, item),
                name=jmespath.search(resource_type.name, item),
                arn=jmespath.search(resource_type.arn, item) or "" if resource_type.arn else "",
                properties=_without_secrets(item, resource_type.secrets),
            )


def _without_secrets(item: dict[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """A copy in which the mappings at `paths` keep their keys alone."""
    for path in paths:
        first, _, rest = path.partition(".")
        inner = item.get(first)
        if isinstance(inner, dict):
            hidden = _without_secrets(inner, (rest,)) if rest else dict.fromkeys(inner, HIDDEN)
            item = {**item, first: hidden}
    return item
