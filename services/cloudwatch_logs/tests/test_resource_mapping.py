import pytest

from services.base import Resource
from services.cloudwatch_logs.resource_mapping import LINKS


def resource(kind: str, name: str, **properties: object) -> Resource:
    return Resource(kind, name, name, None, "111111111111", "eu-west-1", properties)


@pytest.mark.parametrize(
    ("found", "log_group"),
    [
        (resource("AWS::Lambda::Function", "f"), "/aws/lambda/f"),
        (resource("AWS::Lambda::Function", "f", LoggingConfig={"LogGroup": "/own"}), "/own"),
        (resource("AWS::Logs::LogGroup", "/any/group"), "/any/group"),
    ],
)
def test_a_resource_leads_to_its_log_group(found: Resource, log_group: str) -> None:
    (link,) = LINKS[found.type](found)
    assert link.query == {"logGroupName": log_group}
