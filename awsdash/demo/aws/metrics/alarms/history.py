"""What happened to alarms: recorded, or put there by the seed `alarm-history`."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.alarms.alarm import METRIC, Alarm, State, alarms
from awsdash.demo.aws.metrics.alarms.reasons import iso
from awsdash.demo.aws.metrics.retention import DAY_S
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import PerPlace, Place

KEPT_S: Final = 30 * DAY_S
MAX_DATA: Final = 4095
MAX_STATE_DATA: Final = 1000
ITEM_TYPES: Final = ("ConfigurationUpdate", "StateUpdate", "Action")
STATES: Final = ("OK", "ALARM", "INSUFFICIENT_DATA")


@dataclass(frozen=True)
class HistoryItem:
    alarm: str
    alarm_type: str
    at: float
    kind: str
    summary: str
    data: str

    def document(self) -> Members:
        return {
            "AlarmName": self.alarm,
            "AlarmType": self.alarm_type,
            "Timestamp": self.at,
            "HistoryItemType": self.kind,
            "HistorySummary": self.summary,
            "HistoryData": self.data,
        }


class History:
    def __init__(self, _: Place) -> None:
        self._lock = threading.Lock()
        self._items: list[HistoryItem] = []

    def add(self, *items: HistoryItem) -> None:
        with self._lock:
            self._items = sorted([*self._items, *items], key=lambda item: item.at)

    def kept(self) -> list[HistoryItem]:
        """In order of time."""
        since = clock.now().timestamp() - KEPT_S
        with self._lock:
            return [item for item in self._items if item.at >= since]


histories: Final = PerPlace(History)


def record_state(alarm: Alarm, before: State) -> None:
    """That an alarm came from one state to that which it has now."""
    data = {"version": "1.0", "oldState": _state(before), "newState": _state(alarm.state)}
    summary = f"Alarm updated from {before.value} to {alarm.state.value}"
    _record(alarm, alarm.state.since, "StateUpdate", summary, data)


def record_configuration(alarm: Alarm, change: str, at: float) -> None:
    """`change` is created, updated or deleted."""
    kind = {"created": "Create", "updated": "Update", "deleted": "Delete"}[change]
    data = {"version": "1.0", "type": kind, f"{change}Alarm": _spelt(alarm.document())}
    if len(orjson.dumps(data)) > MAX_DATA:
        data[f"{change}Alarm"] = {"alarmName": alarm.name}
    _record(alarm, at, "ConfigurationUpdate", f'Alarm "{alarm.name}" {change}', data)


def _spelt(value: Any) -> Any:
    """As in the JSON of alarms: alarmName for AlarmName."""
    match value:
        case dict():
            return {
                key[:1].lower() + key[1:]: iso(inner) if "Timestamp" in key else _spelt(inner)
                for key, inner in value.items()
            }
        case list():
            return [_spelt(inner) for inner in value]
    return value


def _state(state: State) -> Members:
    """Without its data where there is no room for them."""
    found: Members = {"stateValue": state.value, "stateReason": state.reason}
    if state.data is not None and len(state.data) < MAX_STATE_DATA:
        found["stateReasonData"] = orjson.loads(state.data)
    return found


def _record(alarm: Alarm, at: float, kind: str, summary: str, data: Members) -> None:
    region, account = alarm.arn.split(":")[3:5]
    item = HistoryItem(alarm.name, alarm.kind, at, kind, summary[:255], orjson.dumps(data).decode())
    histories[Place(account, region)].add(item)


def plant_alarm_history(place: Place, rows: list[Members]) -> int:
    """Rows as DescribeAlarmHistory answers them; the number of rows.

    Timestamp may be a datetime, HistoryData an object. An alarm that is there is left in the state
    (`newState` of the data) that its last StateUpdate tells.
    """
    items = [_read(row, number) for number, row in enumerate(rows, start=1)]
    histories[place].add(*items)
    held = alarms[place]
    with held.lock:
        for item in sorted(items, key=lambda item: item.at):
            alarm = held.get(item.alarm)
            if alarm is not None and item.kind == "StateUpdate":
                _settle(alarm, item)
    return len(rows)


def _settle(alarm: Alarm, item: HistoryItem) -> None:
    told = orjson.loads(item.data).get("newState", {})
    if told.get("stateValue") in STATES and item.at >= alarm.state.since:
        data = told.get("stateReasonData")
        text = None if data is None else orjson.dumps(data).decode()
        alarm.state = State(told["stateValue"], told.get("stateReason", ""), item.at, text)
        alarm.evaluated_at = max(alarm.evaluated_at or 0, int(item.at))


def _read(row: Mapping[str, Any], number: int) -> HistoryItem:
    at, data = row.get("Timestamp"), row.get("HistoryData", {})
    if isinstance(at, datetime):
        at = at.timestamp()
    if isinstance(data, dict):
        data = orjson.dumps(data).decode()
    texts = (row.get("AlarmName"), row.get("HistorySummary"), data)
    if not all(isinstance(text, str) for text in texts) or not isinstance(at, int | float):
        raise _invalid(number, "it needs AlarmName, HistorySummary and a Timestamp in seconds")
    if row.get("HistoryItemType") not in ITEM_TYPES:
        raise _invalid(number, f"HistoryItemType is one of {', '.join(ITEM_TYPES)}")
    try:
        known = orjson.loads(data)
    except orjson.JSONDecodeError:
        known = None
    if not isinstance(known, dict):
        raise _invalid(number, "HistoryData is the JSON of an object")
    return HistoryItem(
        row["AlarmName"],
        row.get("AlarmType", METRIC),
        float(at),
        row["HistoryItemType"],
        row["HistorySummary"],
        data,
    )


def _invalid(number: int, problem: str) -> AwsError:
    return AwsError("ValidationException", f"Row {number}: {problem}")
