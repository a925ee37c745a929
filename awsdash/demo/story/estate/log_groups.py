"""The log groups that the estate's resources say they write to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from awsdash.demo.story.estate.holdings import RESOURCES
from awsdash.demo.story.estate.resource import Resource

_ARN: Final = re.compile(r"arn:aws:logs:([^:]+):(\d+):log-group:([^:*]+)(?::\*)?")
_NAMES: Final = frozenset(
    {"logGroupName", "LogGroupName", "LogGroup", "awslogs-group", "--continuous-log-logGroup"}
)


class LogGroup(NamedTuple):
    account: str
    region: str
    name: str


def log_groups() -> tuple[LogGroup, ...]:
    """Each once, by account, region and name; without those of the functions."""
    functions = "AWS::Lambda::Function"
    found = {
        group
        for resource in RESOURCES
        if resource.type != functions
        for group in (*_named(resource, resource.configuration), *_by_convention(resource))
    }
    return tuple(sorted(found))


def _named(resource: Resource, value: Any) -> Iterator[LogGroup]:
    """By ARN, or by a member that holds nothing else than names of log groups."""
    if isinstance(value, str) and (arn := _ARN.fullmatch(value)):
        yield LogGroup(arn[2], arn[1], arn[3])
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if name in _NAMES:
                yield LogGroup(*resource.place, member)
            elif name == "cloudWatchLogs":
                yield LogGroup(*resource.place, member["groupName"])
            else:
                yield from _named(resource, member)
    elif isinstance(value, list):
        for member in value:
            yield from _named(resource, member)


def _by_convention(resource: Resource) -> Iterator[LogGroup]:
    """What is only switched on goes where AWS decides."""
    has, name = resource.configuration, resource.name
    exports = has.get("enabledCloudwatchLogsExports", [])
    match resource.type:
        case "AWS::RDS::DBCluster":
            names = [f"/aws/rds/cluster/{name}/{log}" for log in exports]
        case "AWS::RDS::DBInstance" if "dBClusterIdentifier" not in has:
            names = [f"/aws/rds/instance/{name}/{log}" for log in exports]
        case "AWS::EKS::Cluster":
            names = [f"/aws/eks/{name}/cluster"]
        case "AWS::ECS::Cluster":
            names = [f"/aws/ecs/containerinsights/{name}/performance"]
        case _:
            names = []
    return (LogGroup(*resource.place, group) for group in names)
