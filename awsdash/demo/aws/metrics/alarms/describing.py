"""DescribeAlarms, DescribeAlarmsForMetric and DescribeAlarmHistory."""

from typing import Final

from awsdash.demo.aws.metrics.alarms.alarm import ACTIONS, COMPOSITE, METRIC, Alarm, Alarms, alarms
from awsdash.demo.aws.metrics.alarms.history import histories
from awsdash.demo.aws.metrics.alarms.rule import children_of
from awsdash.demo.aws.metrics.alarms.watching import bring_up_to_date
from awsdash.demo.aws.metrics.refusals import invalid_combination, validation_error
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

MAX_RECORDS: Final = 50
MAX_ITEMS: Final = 100
CHILDREN: Final = ("AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp")
PARENTS: Final = ("AlarmName", "AlarmArn")


def describe_alarms(call: Call, asked: Members) -> Members:
    if asked.get("AlarmNames") and asked.get("AlarmNamePrefix"):
        raise invalid_combination("AlarmNamePrefix and AlarmNames.member are mutually exclusive")
    held = alarms[call.place]
    with held.lock:
        bring_up_to_date(held)
        found = _relatives(held, asked)
        if found is None:
            found = [(a.kind, a.document()) for a in held.all() if _fits(a, asked)]
    request = {k: v for k, v in asked.items() if k not in ("NextToken", "MaxRecords")}
    invalid = AwsError("InvalidNextToken", "The specified NextToken is invalid.")
    limit = asked.get("MaxRecords", MAX_RECORDS)
    page, token = page_of(found, limit, asked.get("NextToken"), request, invalid)
    return {
        "MetricAlarms": [document for kind, document in page if kind == METRIC],
        "CompositeAlarms": [document for kind, document in page if kind == COMPOSITE],
        "NextToken": token,
    }


def _fits(alarm: Alarm, asked: Members) -> bool:
    names, prefix = asked.get("AlarmNames"), asked.get("AlarmNamePrefix")
    actions = [action for kind in ACTIONS for action in alarm.configuration.get(kind) or ()]
    wanted = asked.get("ActionPrefix")
    return (
        alarm.kind in (asked.get("AlarmTypes") or [METRIC])
        and (not names or alarm.name in names)
        and alarm.name.startswith(prefix or "")
        and asked.get("StateValue") in (None, alarm.state.value)
        and (wanted is None or any(action.startswith(wanted) for action in actions))
    )


def _relatives(held: Alarms, asked: Members) -> list[tuple[str, Members]] | None:
    """The children or parents that are asked for, with what AWS tells of them."""
    for member in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
        if member not in asked:
            continue
        if asked.keys() - {member, "MaxRecords", "NextToken"}:
            raise validation_error(f"{member} cannot be used with other parameters.")
        alarm = held.get(asked[member])
        if alarm is None:
            return []
        if member == "ChildrenOfAlarmName":
            found = children_of(held, alarm) if alarm.kind == COMPOSITE else []
            return [(child.kind, _part(child, CHILDREN)) for child in found]
        composites = (each for each in held.all() if each.kind == COMPOSITE)
        return [(c.kind, _part(c, PARENTS)) for c in composites if alarm in children_of(held, c)]
    return None


def _part(alarm: Alarm, members: tuple[str, ...]) -> Members:
    return {key: value for key, value in alarm.document().items() if key in members}


def describe_alarms_for_metric(call: Call, asked: Members) -> Members:
    """Of alarms on one metric only, not on expressions."""
    held = alarms[call.place]
    with held.lock:
        bring_up_to_date(held)
        found = [alarm.document() for alarm in held.all() if _watches(alarm.configuration, asked)]
    return {"MetricAlarms": found}


def _watches(configuration: Members, asked: Members) -> bool:
    exact = all(configuration.get(key) == asked[key] for key in ("Namespace", "MetricName"))
    optional = ("Statistic", "ExtendedStatistic", "Period", "Unit")
    return (
        exact
        and _dimensions(configuration) == _dimensions(asked)
        and all(configuration.get(key) == asked[key] for key in optional if key in asked)
    )


def _dimensions(members: Members) -> list[tuple[str, str]]:
    return sorted((d["Name"], d["Value"]) for d in members.get("Dimensions") or ())


def describe_alarm_history(call: Call, asked: Members) -> Members:
    held = alarms[call.place]
    with held.lock:
        bring_up_to_date(held)
    start, end = asked.get("StartDate", 0.0), asked.get("EndDate", float("inf"))
    types = asked.get("AlarmTypes") or [METRIC]
    found = [
        item
        for item in histories[call.place].kept()
        if asked.get("AlarmName") in (None, item.alarm)
        and asked.get("HistoryItemType") in (None, item.kind)
        and item.alarm_type in types
        and start <= item.at <= end
    ]
    if asked.get("ScanBy") != "TimestampAscending":
        found.reverse()
    request = {k: v for k, v in asked.items() if k not in ("NextToken", "MaxRecords")}
    invalid = AwsError("InvalidNextToken", "The specified NextToken is invalid.")
    limit = asked.get("MaxRecords", MAX_ITEMS)
    page, token = page_of(found, limit, asked.get("NextToken"), request, invalid)
    return {"AlarmHistoryItems": [item.document() for item in page], "NextToken": token}
