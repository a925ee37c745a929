"""Where moto has the tags that its own tagging API does not show, service by service."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from moto.utilities.tagging_service import TaggingService

from awsdash.demo.aws.state import Place
from awsdash.demo.aws.tagging.tagged import Tagged, by_key

Source: TypeAlias = Callable[[Any, Place], Iterator[Tagged]]
"""From moto's backend of a service in a region."""

_EC2_TYPES: Final[Mapping[str, str]] = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "lt": "launch-template",
    "vpce": "vpc-endpoint",
}


def _by_arn(backend: Any, place: Place) -> Iterator[Tagged]:
    """Services that keep tags by ARN."""
    for held in list(vars(backend).values()):
        if isinstance(held, TaggingService):
            for arn, tags in list(held.tags.items()):
                if arn.startswith("arn:"):
                    yield Tagged(arn, {key: value or "" for key, value in tags.items()})


def _api_gateway(backend: Any, place: Place) -> Iterator[Tagged]:
    for api in list(backend.apis.values()):
        arn = f"arn:aws:apigateway:{place.region}::/restapis/{api.id}"
        yield Tagged(arn, api.tags or {})
        for stage in list(api.stages.values()):
            yield Tagged(f"{arn}/stages/{stage.name}", stage.tags or {})


def _code_build(backend: Any, place: Place) -> Iterator[Tagged]:
    for project in list(backend.codebuild_projects.values()):
        yield Tagged(project.arn, by_key(project.tags))


def _code_pipeline(backend: Any, place: Place) -> Iterator[Tagged]:
    for pipeline in list(backend.pipelines.values()):
        yield Tagged(pipeline.metadata["pipelineArn"], pipeline.tags)


def _cognito(backend: Any, place: Place) -> Iterator[Tagged]:
    for pool in list(backend.user_pools.values()):
        yield Tagged(pool.arn, pool.extended_config.get("UserPoolTags") or {})


def _ec2(backend: Any, place: Place) -> Iterator[Tagged]:
    for identifier, tags in list(backend.tags.items()):
        kind = _EC2_TYPES.get(identifier.rpartition("-")[0])
        if kind is not None:
            arn = f"arn:aws:ec2:{place.region}:{place.account}:{kind}/{identifier}"
            yield Tagged(arn, dict(tags))


def _eks(backend: Any, place: Place) -> Iterator[Tagged]:
    for cluster in list(backend.clusters.values()):
        yield Tagged(cluster.arn, cluster.tags)
        for group in list(cluster.nodegroups.values()):
            yield Tagged(group.arn, group.tags)


def _kinesis(backend: Any, place: Place) -> Iterator[Tagged]:
    for stream in list(backend.streams.values()):
        yield Tagged(stream.arn, stream.tags)


def _lambda(backend: Any, place: Place) -> Iterator[Tagged]:
    for mapping in list(backend._event_source_mappings.values()):
        yield Tagged(mapping.arn, mapping.tags)


def _redshift(backend: Any, place: Place) -> Iterator[Tagged]:
    for cluster in list(backend.clusters.values()):
        yield Tagged(cluster.arn, by_key(cluster.tags))


def _route53(backend: Any, place: Place) -> Iterator[Tagged]:
    for identifier in list(backend.zones):
        tags = dict(backend.resource_tags.get(identifier, {}))
        yield Tagged(f"arn:aws:route53:::hostedzone/{identifier}", tags)


SOURCES: Final[Mapping[str, Source]] = {
    "apigateway": _api_gateway,
    "apigatewayv2": _by_arn,
    "batch": _by_arn,
    "cloudtrail": _by_arn,
    "codebuild": _code_build,
    "codepipeline": _code_pipeline,
    "cognito-idp": _cognito,
    "ec2": _ec2,
    "ecr": _by_arn,
    "eks": _eks,
    "elbv2": _by_arn,
    "events": _by_arn,
    "iam": _by_arn,
    "kinesis": _kinesis,
    "lambda": _lambda,
    "opensearch": _by_arn,
    "redshift": _redshift,
    "route53": _route53,
    "wafv2": _by_arn,
}
"""By moto's name of the service."""
