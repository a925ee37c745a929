"""Plants rules, schedules and state machines."""

from typing import Final

from awsdash.demo.story.estate.planting.moto import Planters, backend, camel, key_values, sparse
from awsdash.demo.story.estate.resource import Resource


def _bus(resource: Resource) -> None:
    backend("events", resource).create_event_bus(resource.name, tags=key_values(resource))


def _rule(resource: Resource) -> None:
    has, events = resource.configuration, backend("events", resource)
    events.put_rule(
        has["Name"],
        event_pattern=has.get("EventPattern"),
        scheduled_expression=has.get("ScheduleExpression"),
        state=has["State"],
        tags=key_values(resource),
    )
    events.put_targets(has["Name"], None, [dict(target) for target in has["Targets"]])


def _schedule(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("scheduler", resource).create_schedule,
        name=has["Name"],
        group_name=has["GroupName"],
        schedule_expression=has["ScheduleExpression"],
        schedule_expression_timezone="UTC",
        flexible_time_window=has["FlexibleTimeWindow"],
        state=has["State"],
        target=has["Target"],
    )


def _state_machine(resource: Resource) -> None:
    has = resource.configuration
    backend("stepfunctions", resource).create_state_machine(
        has["StateMachineName"],
        has["DefinitionString"],
        has["RoleArn"],
        tags=[{"key": key, "value": value} for key, value in resource.tags.items()],
        loggingConfiguration=camel(has["LoggingConfiguration"]),
        tracingConfiguration=camel(has["TracingConfiguration"]),
        sm_type=has["StateMachineType"],
    )


PLANTERS: Final[Planters] = {
    "AWS::Events::EventBus": _bus,
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::StepFunctions::StateMachine": _state_machine,
}
