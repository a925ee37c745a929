"""Who may do what, and the keys and secrets they need for it."""

from collections.abc import Iterator
from typing import Any, Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    HOMES,
    MANAGED,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.resource import Resource

USER: Final = "AWS::IAM::User"
GROUP: Final = "AWS::IAM::Group"
ROLE: Final = "AWS::IAM::Role"
POLICY: Final = "AWS::IAM::Policy"
KEY: Final = "AWS::KMS::Key"
ALIAS: Final = "AWS::KMS::Alias"
SECRET: Final = "AWS::SecretsManager::Secret"  # noqa: S105
PARAMETER: Final = "AWS::SSM::Parameter"
# The roles that services take, and where other resources name them.
_ROLES: Final = {
    "flow-logs": ("vpc-flow-logs", HOMES[1:]),
    "ecs-execution": ("ecs-tasks", HOMES[1:]),
    "states-execution": ("states", (PAYMENTS, DEVELOPMENT, DATA)),
    "scheduler": ("scheduler", (PAYMENTS, DEVELOPMENT, DATA)),
    "eks-cluster": ("eks", (DATA, SHARED)),
    "eks-node": ("ec2", (DATA, SHARED)),
    "batch-service": ("batch", (DATA,)),
    "firehose-delivery": ("firehose", (DATA,)),
    "glue-etl": ("glue", (DATA,)),
    "build": ("codebuild", (PAYMENTS, DEVELOPMENT, SHARED)),
    "pipeline": ("codepipeline", (PAYMENTS, DEVELOPMENT, SHARED)),
    "config-recorder": ("config", (MANAGED, SHARED)),
    "trail-logs": ("cloudtrail", (MANAGED,)),
}
_PEOPLE: Final = {
    "break-glass": "administrators",
    "audit.lindqvist": "auditors",
    "ops.okafor": "administrators",
}
_KEYS: Final = (
    (PAYMENTS, "ledger", "ledger"),
    (PAYMENTS, "backups", "security"),
    (SETTLEMENT, "backups", "security"),
    (DEVELOPMENT, "ledger", "ledger"),
    (DATA, "orders", "orders"),
    (DATA, "backups", "security"),
    (SHARED, "backups", "security"),
    (MANAGED, "trail", "security"),
)
_SECRETS: Final = (
    (PAYMENTS, "ledger/database", "ledger"),
    (PAYMENTS, "checkout/card-network", "checkout"),
    (PAYMENTS, "fraud/vendor-token", "fraud"),
    (DEVELOPMENT, "ledger/database", "ledger"),
    (SETTLEMENT, "settlement/bank-sftp", "settlement"),
    (DATA, "orders/database", "orders"),
    (SHARED, "delivery/github-app", "delivery"),
)
_PARAMETERS: Final = (
    (PAYMENTS, "/checkout/pool-size", "checkout", "2"),
    (PAYMENTS, "/checkout/revision", "checkout", "118"),
    (DEVELOPMENT, "/checkout/pool-size", "checkout", "20"),
    (PAYMENTS, "/ledger/endpoint", "ledger", "ledger.internal.northwind.example:5432"),
    (DATA, "/orders/shards", "orders", "8"),
    (REPORTS, "/reports/bucket", "reporting", "northwind-reports"),
)


def resources() -> Iterator[Resource]:
    yield from _people()
    for name, (principal, accounts) in _ROLES.items():
        for at in accounts:
            yield _role(at, name, principal)
    for at in HOMES[1:]:
        yield _policy(at, "guardrails", "security", "Deny", "organizations:LeaveOrganization")
    yield _policy(PAYMENTS, "ledger-read", "ledger", "Allow", "dynamodb:GetItem")
    for at, name, service in _KEYS:
        yield from _key(at, name, service)
    for at, name, service in _SECRETS:
        secret = {"Name": name, "Description": f"{name} of {at.name}"}
        yield at.resource(SECRET, name, service, secret, days=210)
    for at, name, service, value in _PARAMETERS:
        parameter = {"Name": name, "Type": "String", "Value": value}
        yield at.resource(PARAMETER, name, service, parameter, days=160)


def _people() -> Iterator[Resource]:
    for group in sorted(set(_PEOPLE.values())):
        yield MANAGED.resource(
            GROUP, group, "security", {"groupName": group, "path": "/"}, days=600
        )
    for name, group in _PEOPLE.items():
        configuration = {"userName": name, "path": "/", "groupList": [group]}
        member = ("Is attached to", GROUP, group)
        yield MANAGED.resource(USER, name, "security", configuration, member, days=590)


def _role(at: Environment, name: str, principal: str) -> Resource:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": f"{principal}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    configuration = {
        "roleName": name,
        "path": "/",
        "assumeRolePolicyDocument": _document(trust),
    }
    return at.resource(ROLE, name, "security", configuration, days=420)


def _policy(at: Environment, name: str, service: str, effect: str, action: str) -> Resource:
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    configuration = {"policyName": name, "path": "/", "document": _document(statement)}
    return at.resource(POLICY, name, service, configuration, days=410)


def _document(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}


def _key(at: Environment, name: str, service: str) -> Iterator[Resource]:
    configuration = {
        "keyId": at.id_of(KEY, name),
        "description": f"{name} of {at.name}",
        "keyState": "Enabled",
        "keyUsage": "ENCRYPT_DECRYPT",
        "keySpec": "SYMMETRIC_DEFAULT",
    }
    yield at.resource(KEY, name, service, configuration, days=430)
    alias = {"AliasName": f"alias/{name}", "TargetKeyId": at.id_of(KEY, name)}
    yield at.resource(
        ALIAS, f"alias/{name}", service, alias, ("Is associated with", KEY, name), days=430
    )
