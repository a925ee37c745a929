"""Log groups of ECS: what a task writes is said by its definition, which others only name."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from services.base import Resource
from services.cloudwatch_logs.candidates import Candidate, all_of, dig, each, identity

# A revision may be inside the family's name or ARN: `web:12`.
_FAMILY: Final = re.compile(r"(?:arn:.+:task-definition/)?([^:/]+)(?::\d+)?")
_OPTION: Final = "logConfiguration.options.awslogs-group"

containers: Final = all_of(
    each("containerDefinitions", _OPTION, detail="name"),
    each("taskDefinition.containerDefinitions", _OPTION, detail="name"),
)


def definition_family(resource: Resource) -> Iterator[Candidate]:
    """`/ecs/<family>`, which the console gives to new task definitions."""
    keys = ("taskDefinitionArn", "taskDefinition", "family")
    named = [dig(resource.properties, key) for key in keys]
    if resource.type == "AWS::ECS::TaskDefinition":
        named.append(resource.name or resource.id)
    for text in named:
        if isinstance(text, str) and (found := _FAMILY.fullmatch(text)):
            yield Candidate(f"/ecs/{found[1]}")


def service_of_task(resource: Resource) -> Iterable[Candidate]:
    """A task that a service started is of the group `service:<name>`."""
    kind, _, service = (identity(resource, "group") or "").partition(":")
    return [Candidate(f"/ecs/{service}")] if kind == "service" and service else ()


def container_insights(resource: Resource) -> Iterable[Candidate]:
    """The group of the cluster that a service or a task runs in."""
    cluster = identity(resource, "clusterArn")
    name = f"/aws/ecs/containerinsights/{cluster}/performance"
    return [Candidate(name, "container insights")] if cluster else ()
