"""Which log group belongs to a resource: its own configuration first, then AWS's convention."""

from collections.abc import Sequence

from services.base import Link, Resource

OPERATION = "cloudwatch_logs.filter_events"


def _link(log_group: str) -> Link:
    return Link(OPERATION, "View logs", {"logGroupName": log_group})


def lambda_function(resource: Resource) -> Sequence[Link]:
    logging = resource.properties.get("LoggingConfig") or {}
    return [_link(logging.get("LogGroup") or f"/aws/lambda/{resource.name}")]


def log_group(resource: Resource) -> Sequence[Link]:
    return [_link(resource.name)]


LINKS = {
    "AWS::Lambda::Function": lambda_function,
    "AWS::Logs::LogGroup": log_group,
}
