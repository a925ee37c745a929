"""Plants stacks, builds and pipelines."""

from typing import Final

import orjson
from moto.cloudformation import models as cloudformation

from awsdash.demo.story.estate.planting.moto import Planters, answering, backend, sparse
from awsdash.demo.story.estate.resource import Resource


def _lower_tags(resource: Resource) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in resource.tags.items()]


def _stack(resource: Resource) -> None:
    # Its resources are planted by their own services.
    template = {"Description": resource.configuration["description"], "Resources": {}}
    with answering(cloudformation, generate_stack_id=resource.arn):
        backend("cloudformation", resource).create_stack(
            resource.name, orjson.dumps(template).decode(), {}, tags=dict(resource.tags)
        )


def _project(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("codebuild", resource).create_project,
        project_name=has["name"],
        project_source=dict(has["source"]),
        artifacts=dict(has["artifacts"]),
        environment=dict(has["environment"]),
        service_role=has["serviceRole"],
        logs_config=dict(has["logsConfig"]),
        tags=_lower_tags(resource),
    )


def _pipeline(resource: Resource) -> None:
    backend("codepipeline", resource).create_pipeline(
        dict(resource.configuration), _lower_tags(resource)
    )


PLANTERS: Final[Planters] = {
    "AWS::CloudFormation::Stack": _stack,
    "AWS::CodeBuild::Project": _project,
    "AWS::CodePipeline::Pipeline": _pipeline,
}
