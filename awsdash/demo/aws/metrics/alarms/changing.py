"""SetAlarmState, DeleteAlarms, EnableAlarmActions, DisableAlarmActions, and tags."""

import orjson

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.alarms.alarm import COMPOSITE, Alarm, Alarms, State, alarms
from awsdash.demo.aws.metrics.alarms.history import record_configuration, record_state
from awsdash.demo.aws.metrics.alarms.rule import children_of
from awsdash.demo.aws.metrics.refusals import validation_error
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call


def set_alarm_state(call: Call, asked: Members) -> Members:
    """Until the alarm is evaluated next: a metric alarm at the next full minute."""
    data = asked.get("StateReasonData")
    if data is not None and not _is_json(data):
        raise AwsError("InvalidFormat", "StateReasonData was not syntactically valid JSON")
    held = alarms[call.place]
    with held.lock:
        alarm = held.get(asked["AlarmName"])
        if alarm is None:
            raise AwsError("ResourceNotFound", "", 404)
        now = clock.now().timestamp()
        before = alarm.state
        alarm.state = State(asked["StateValue"], asked["StateReason"], now, data)
        alarm.evaluated_at = int(now)
        if before.value != alarm.state.value:
            record_state(alarm, before)
    return {}


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def delete_alarms(call: Call, asked: Members) -> Members:
    """Passes over names that there are none of."""
    held = alarms[call.place]
    with held.lock:
        found = [alarm for name in asked["AlarmNames"] if (alarm := held.get(name)) is not None]
        composites = [alarm for alarm in found if alarm.kind == COMPOSITE]
        if len(composites) > 1:
            raise validation_error("Only one composite alarm can be deleted per request")
        for alarm in composites:
            _check_unused(held, alarm)
        for alarm in found:
            held.remove(alarm.name)
            record_configuration(alarm, "deleted", clock.now().timestamp())
    return {}


def _check_unused(held: Alarms, alarm: Alarm) -> None:
    parents = [
        each.name
        for each in held.all()
        if each.kind == COMPOSITE and alarm in children_of(held, each)
    ]
    if parents:
        raise AwsError(
            "ResourceConflict",
            f"Cannot delete alarm {alarm.name}: the alarm rules of {parents} depend on it",
            409,
        )


def enable_alarm_actions(call: Call, asked: Members) -> Members:
    return _switch(call, asked, enabled=True)


def disable_alarm_actions(call: Call, asked: Members) -> Members:
    return _switch(call, asked, enabled=False)


def _switch(call: Call, asked: Members, enabled: bool) -> Members:
    held = alarms[call.place]
    with held.lock:
        for name in asked["AlarmNames"]:
            if (alarm := held.get(name)) is not None:
                alarm.configuration["ActionsEnabled"] = enabled
    return {}


def tag_resource(call: Call, asked: Members) -> Members:
    held = alarms[call.place]
    with held.lock:
        _tagged(held, asked).tags.update({tag["Key"]: tag["Value"] for tag in asked["Tags"]})
    return {}


def untag_resource(call: Call, asked: Members) -> Members:
    held = alarms[call.place]
    with held.lock:
        alarm = _tagged(held, asked)
        for key in asked["TagKeys"]:
            alarm.tags.pop(key, None)
    return {}


def list_tags_for_resource(call: Call, asked: Members) -> Members:
    held = alarms[call.place]
    with held.lock:
        tags = sorted(_tagged(held, asked).tags.items())
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags]}


def _tagged(held: Alarms, asked: Members) -> Alarm:
    arn = asked["ResourceARN"]
    alarm = held.get(arn)
    if alarm is None or alarm.arn != arn:
        raise AwsError("ResourceNotFoundException", f"Resource {arn} does not exist", 404)
    return alarm
