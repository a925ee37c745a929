"""What starts by the clock or by an event, and the state machines and batches that this starts."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from awsdash.demo.story.cast import FUNCTIONS
from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    Environment,
)
from awsdash.demo.story.estate.holdings.messaging import QUEUE, STREAM
from awsdash.demo.story.estate.holdings.network import GROUP
from awsdash.demo.story.estate.resource import Resource

RULE: Final = "AWS::Events::Rule"
BUS: Final = "AWS::Events::EventBus"
SCHEDULE: Final = "AWS::Scheduler::Schedule"
MACHINE: Final = "AWS::StepFunctions::StateMachine"
SOURCE: Final = "AWS::Lambda::EventSourceMapping"
LAYER: Final = "AWS::Lambda::LayerVersion"
COMPUTE: Final = "AWS::Batch::ComputeEnvironment"
JOBS: Final = "AWS::Batch::JobQueue"
_RULES: Final = (
    (REPORTS, "nightly-report", "reporting", "cron(0 2 * * ? *)", "report-nightly"),
    (REPORTS, "compact-clickstream", "clickstream", "rate(1 hour)", "clickstream-compact"),
    (SETTLEMENT, "settle-banks", "settlement", "cron(30 4 ? * MON-FRI *)", "settlement-export"),
)
_SCHEDULES: Final = (
    (PAYMENTS, "expire-sessions", "checkout", "rate(15 minutes)", "checkout-api"),
    (DEVELOPMENT, "expire-sessions", "checkout", "rate(1 hour)", "checkout-api"),
    (DATA, "refresh-geo", "orders", "cron(15 3 * * ? *)", "orders-enrich"),
)
_MACHINES: Final = (
    (DATA, "orders-backfill", "orders", "orders-ingest", 190),
    (PAYMENTS, "refund-approval", "checkout", "checkout-refund", 260),
    (DEVELOPMENT, "refund-approval", "checkout", "checkout-charge", 120),
    (SETTLEMENT, "settlement-run", "settlement", "settlement-export", 230),
)
# What a function reads from: a queue or a stream of its account.
_SOURCES: Final = (
    (PAYMENTS, "payments-webhook", QUEUE, "payments-webhook", "checkout"),
    (PAYMENTS, "checkout-charge", QUEUE, "checkout-charges", "checkout"),
    (DEVELOPMENT, "checkout-charge", QUEUE, "checkout-charges", "checkout"),
    (DATA, "orders-ingest", QUEUE, "orders-ingest", "orders"),
    (DATA, "orders-enrich", STREAM, "orders", "orders"),
    (SETTLEMENT, "settlement-export", QUEUE, "settlement-export", "settlement"),
)


def resources() -> Iterator[Resource]:
    for at, name, service, expression, function in _RULES:
        yield _rule(at, name, service, {"ScheduleExpression": expression}, _function(at, function))
    pattern = orjson.dumps({"source": ["northwind.payments"]}).decode()
    score = _function(PAYMENTS, "fraud-score")
    yield _rule(PAYMENTS, "score-payments", "fraud", {"EventPattern": pattern}, score)
    for at, name, service in ((PAYMENTS, "payments", "checkout"), (DATA, "orders", "orders")):
        yield at.resource(BUS, name, service, {"Name": name}, days=270)
    for at, name, service, expression, function in _SCHEDULES:
        yield _schedule(at, name, service, expression, _function(at, function))
    for at, name, service, function, days in _MACHINES:
        yield _machine(at, name, service, _function(at, function), days)
    for at, function, type_, source, service in _SOURCES:
        yield _source(at, function, type_, source, service)
    for at in (PAYMENTS, DEVELOPMENT, DATA):
        layer = {"LayerName": "northwind-node", "CompatibleRuntimes": ["nodejs22.x"]}
        yield at.resource(LAYER, "northwind-node", "delivery", layer, days=95)
    yield from _batch(DATA, "clickstream", "clickstream")
    yield from _batch(REPORTS, "reports", "reporting")


def _function(at: Environment, name: str) -> str:
    """The ARN of a function of the cast."""
    return next(
        function.arn
        for function in FUNCTIONS
        if (function.account, function.region, function.name) == (*at.place, name)
    )


def _rule(at: Environment, name: str, service: str, when: dict[str, str], target: str) -> Resource:
    configuration = {
        "Name": name,
        **when,
        "State": "ENABLED",
        "Targets": [{"Id": "function", "Arn": target}],
    }
    return at.resource(RULE, name, service, configuration, days=240)


def _schedule(at: Environment, name: str, service: str, expression: str, target: str) -> Resource:
    configuration = {
        "Name": name,
        "GroupName": "default",
        "ScheduleExpression": expression,
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": target, "RoleArn": at.role_arn("scheduler")},
    }
    return at.resource(SCHEDULE, name, service, configuration, days=150)


def _machine(at: Environment, name: str, service: str, function: str, days: float) -> Resource:
    definition = {
        "StartAt": "Work",
        "States": {"Work": {"Type": "Task", "Resource": function, "End": True}},
    }
    log_group = f"{at.log_group_arn(f'/aws/vendedlogs/states/{name}-Logs')}:*"
    configuration = {
        "StateMachineName": name,
        "StateMachineType": "STANDARD",
        "RoleArn": at.role_arn("states-execution"),
        "DefinitionString": orjson.dumps(definition).decode(),
        "LoggingConfiguration": {
            "Level": "ALL",
            "IncludeExecutionData": True,
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": log_group}}],
        },
        "TracingConfiguration": {"Enabled": True},
    }
    return at.resource(MACHINE, name, service, configuration, days=days)


def _source(at: Environment, function: str, type_: str, source: str, service: str) -> Resource:
    configuration = {
        "FunctionName": function,
        "EventSourceArn": at.arn_of(type_, source),
        "BatchSize": 10 if type_ == QUEUE else 100,
        "Enabled": True,
    }
    if type_ == STREAM:
        configuration["StartingPosition"] = "LATEST"
    related = ("Is associated with", type_, source)
    return at.resource(SOURCE, f"{function}/{source}", service, configuration, related, days=200)


def _batch(at: Environment, name: str, service: str) -> Iterator[Resource]:
    compute: dict[str, Any] = {
        "type": "FARGATE",
        "maxvCpus": 256,
        "subnets": at.subnet_ids("private"),
        "securityGroupIds": [at.id_of(GROUP, "services")],
    }
    environment = {
        "ComputeEnvironmentName": name,
        "Type": "MANAGED",
        "State": "ENABLED",
        "ServiceRole": at.role_arn("batch-service"),
        "ComputeResources": compute,
    }
    yield at.resource(COMPUTE, name, service, environment, days=280)
    order = [{"Order": 1, "ComputeEnvironment": at.arn_of(COMPUTE, name)}]
    queue = {
        "JobQueueName": name,
        "Priority": 10,
        "State": "ENABLED",
        "ComputeEnvironmentOrder": order,
    }
    yield at.resource(JOBS, name, service, queue, ("Is associated with", COMPUTE, name), days=280)
