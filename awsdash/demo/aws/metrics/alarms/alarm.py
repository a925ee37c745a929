"""Alarms as they are kept, by account and region, and as they are answered."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.constraints import service_model
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.state import PerPlace, Place

METRIC: Final = "MetricAlarm"
COMPOSITE: Final = "CompositeAlarm"
ACTIONS: Final = ("OKActions", "AlarmActions", "InsufficientDataActions")


@dataclass(frozen=True)
class State:
    """`data` is JSON, None where AWS tells none; `since` is when it came to this value."""

    value: str
    reason: str
    since: float
    data: str | None = None


@dataclass
class Alarm:
    """`configuration` is what was put; `evaluated_at` the last time (epoch seconds) it was judged.

    An alarm that was never evaluated is so at the next look, without a past.
    """

    kind: str
    arn: str
    configuration: Members
    configured_at: float
    state: State
    tags: dict[str, str] = field(default_factory=dict)
    evaluated_at: int | None = None

    @property
    def name(self) -> str:
        return str(self.configuration["AlarmName"])

    def document(self) -> Members:
        shape: Any = service_model("cloudwatch").shape_for(self.kind)
        answer: Members = {
            "ActionsEnabled": True,
            **{list_: [] for list_ in ACTIONS},
            **({"Dimensions": []} if self.kind == METRIC else {}),
            **{key: value for key, value in self.configuration.items() if key in shape.members},
            "AlarmArn": self.arn,
            "AlarmConfigurationUpdatedTimestamp": self.configured_at,
            "StateValue": self.state.value,
            "StateReason": self.state.reason,
            "StateUpdatedTimestamp": self.state.since,
            "StateTransitionedTimestamp": self.state.since,
        }
        if self.state.data is not None:
            answer["StateReasonData"] = self.state.data
        return answer


class Alarms:
    """All that read or change them hold `lock`."""

    def __init__(self, place: Place) -> None:
        self.place: Final = place
        self.lock: Final = threading.RLock()
        self._by_name: dict[str, Alarm] = {}

    def get(self, name: str) -> Alarm | None:
        """By its name or ARN."""
        return self._by_name.get(name.removeprefix(self.arn_of("")))

    def all(self) -> list[Alarm]:
        return [alarm for _, alarm in sorted(self._by_name.items())]

    def arn_of(self, name: str) -> str:
        account, region = self.place
        return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"

    def put(self, kind: str, configuration: Mapping[str, Any], at: float) -> tuple[Alarm, bool]:
        """The alarm, and whether it is new. An update keeps its state and tags."""
        kept = {key: value for key, value in configuration.items() if key != "Tags"}
        name = kept["AlarmName"]
        alarm = self._by_name.get(name)
        if alarm is not None:
            alarm.kind, alarm.configuration, alarm.configured_at = kind, kept, at
            alarm.evaluated_at = None
            return alarm, False
        state = State("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", at)
        tags = {tag["Key"]: tag["Value"] for tag in configuration.get("Tags") or ()}
        self._by_name[name] = alarm = Alarm(kind, self.arn_of(name), kept, at, state, tags)
        return alarm, True

    def remove(self, name: str) -> None:
        self._by_name.pop(name, None)


alarms: Final = PerPlace(Alarms)


def plant_alarm(place: Place, asked: Members, created: datetime) -> None:
    """An alarm that has been there since `created`; `asked` is as PutMetricAlarm takes it.

    Its state is told from the metric's last hours, or from history that is planted after it.
    """
    held = alarms[place]
    kind = COMPOSITE if "AlarmRule" in asked else METRIC
    with held.lock:
        alarm, _ = held.put(kind, asked, created.timestamp())
        alarm.evaluated_at = int(min(created, clock.now()).timestamp())
