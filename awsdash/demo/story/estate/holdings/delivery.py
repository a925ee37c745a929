"""How software gets there: stacks, builds and pipelines; and the jobs that transform data."""

from collections.abc import Iterator
from typing import Any, Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.resource import Resource

STACK: Final = "AWS::CloudFormation::Stack"
BUILD: Final = "AWS::CodeBuild::Project"
PIPELINE: Final = "AWS::CodePipeline::Pipeline"
JOB: Final = "AWS::Glue::Job"
CRAWLER: Final = "AWS::Glue::Crawler"
_STACKS: Final = (
    (PAYMENTS, "checkout", "checkout", 0.03),
    (PAYMENTS, "ledger", "ledger", 21),
    (SETTLEMENT, "settlement", "settlement", 70),
    (DEVELOPMENT, "checkout", "checkout", 1),
    (DATA, "orders", "orders", 2.2),
    (REPORTS, "reporting", "reporting", 90),
    (SHARED, "landing-zone", "network", 410),
    (SHARED, "tools", "delivery", 60),
)
# A pipeline, and the project of its name that builds for it.
_PIPELINES: Final = (
    (PAYMENTS, "checkout", "checkout"),
    (PAYMENTS, "ledger-api", "ledger"),
    (DEVELOPMENT, "checkout", "checkout"),
    (SHARED, "landing-zone", "network"),
)
_JOBS: Final = (
    ("orders-to-parquet", "orders", "glueetl"),
    ("clickstream-sessions", "clickstream", "glueetl"),
    ("reports-prepare", "reporting", "pythonshell"),
)


def resources() -> Iterator[Resource]:
    for at, name, service, days in _STACKS:
        configuration = {"stackName": name, "description": f"{name} of {at.name}"}
        yield at.resource(STACK, name, service, configuration, days=days)
    for at, name, service in _PIPELINES:
        yield _build(at, name, service)
        yield _pipeline(at, name, service)
    for name, service, command in _JOBS:
        yield _job(DATA, name, service, command)
    for name, service, bucket in (
        ("orders-raw", "orders", "northwind-orders-raw"),
        ("clickstream-raw", "clickstream", "northwind-clickstream"),
    ):
        targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]}
        crawler = {"Name": name, "Role": DATA.role_arn("glue-etl"), "Targets": targets}
        yield DATA.resource(CRAWLER, name, service, crawler, days=170)


def _build(at: Environment, name: str, service: str) -> Resource:
    configuration = {
        "name": name,
        "serviceRole": at.role_arn("build"),
        "source": {"type": "CODEPIPELINE"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "ARM_CONTAINER",
            "image": "aws/codebuild/amazonlinux2-aarch64-standard:3.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        "logsConfig": {
            "cloudWatchLogs": {"status": "ENABLED", "groupName": f"/aws/codebuild/{name}"}
        },
    }
    return at.resource(BUILD, name, service, configuration, days=320)


def _pipeline(at: Environment, name: str, service: str) -> Resource:
    source = _action("Source", "S3", {"S3Bucket": "northwind-artifacts", "S3ObjectKey": name})
    build = _action("Build", "CodeBuild", {"ProjectName": name})
    deploy = _action("Deploy", "CloudFormation", {"StackName": name})
    configuration = {
        "name": name,
        "roleArn": at.role_arn("pipeline"),
        "artifactStore": {"type": "S3", "location": "northwind-artifacts"},
        "stages": [
            {"name": action["name"], "actions": [action]} for action in (source, build, deploy)
        ],
        "version": 1,
    }
    related = ("Is associated with", BUILD, name)
    return at.resource(PIPELINE, name, service, configuration, related, days=320)


def _action(category: str, provider: str, settings: dict[str, str]) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": category, "actionTypeId": kind, "configuration": settings, "runOrder": 1}


def _job(at: Environment, name: str, service: str, command: str) -> Resource:
    log_group = f"/northwind/glue/{name}"
    configuration = {
        "Name": name,
        "Role": at.role_arn("glue-etl"),
        "Command": {
            "Name": command,
            "ScriptLocation": f"s3://northwind-artifacts/glue/{name}.py",
            "PythonVersion": "3",
        },
        "DefaultArguments": {
            "--enable-continuous-cloudwatch-log": "true",
            "--continuous-log-logGroup": log_group,
        },
        "GlueVersion": "5.0",
        "MaxRetries": 1,
        "Timeout": 120,
    }
    return at.resource(JOB, name, service, configuration, days=170)
