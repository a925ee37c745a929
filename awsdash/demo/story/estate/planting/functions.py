"""Plants what belongs to the functions; they themselves are the story's, and get their tags."""

import base64
from typing import Final

from moto.awslambda.models import EventSourceMapping

from awsdash.demo.story.estate.planting.moto import Planters, backend, build
from awsdash.demo.story.estate.resource import Resource

EMPTY_ARCHIVE: Final = b"PK\x05\x06" + bytes(18)


def _function(resource: Resource) -> None:
    backend("awslambda", resource).tag_resource(resource.arn, dict(resource.tags))


def _event_source_mapping(resource: Resource) -> None:
    # moto's backend would make the source run the function, which needs Docker.
    has, functions = resource.configuration, backend("awslambda", resource)
    function = functions.get_function(has["FunctionName"])
    account, region = resource.place
    specification = {
        **has,
        "FunctionArn": function.function_arn,
        "AccountId": account,
        "RegionName": region,
        "Tags": dict(resource.tags),
    }
    created = build(EventSourceMapping, spec=specification)
    created.uuid, created.arn = resource.id, resource.arn
    functions._event_source_mappings[resource.id] = created


def _layer_version(resource: Resource) -> None:
    has = resource.configuration
    backend("awslambda", resource).publish_layer_version(
        {
            "LayerName": has["LayerName"],
            "CompatibleRuntimes": has["CompatibleRuntimes"],
            "Content": {"ZipFile": base64.b64encode(EMPTY_ARCHIVE).decode()},
        }
    )


PLANTERS: Final[Planters] = {
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::EventSourceMapping": _event_source_mapping,
    "AWS::Lambda::LayerVersion": _layer_version,
}
