"""What a field's name in a query stands for."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.insights.document import find, scalar
from awsdash.demo.aws.insights.lambda_line import LAMBDA_FIELDS
from awsdash.demo.aws.insights.pointer import write_pointer
from awsdash.demo.aws.insights.row import Row
from awsdash.demo.aws.insights.value import Timestamp, Value

Evaluate: TypeAlias = Callable[[Any], Value]
"""From a Row or, after `stats`, a Made."""


class Scope:
    """The fields that a command can name: those made before it and, until `stats`, an event's."""

    def __init__(self) -> None:
        self.has_events = True
        self._raw: dict[str, bool] = {}

    def add(self, name: str, is_raw: bool) -> None:
        """`is_raw` tells whether its values are an event's own, which are shown as they are."""
        self._raw[name] = is_raw

    def replace(self) -> None:
        """What `stats` leaves: nothing but what it makes."""
        self.has_events = False
        self._raw = {}

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def is_raw(self, name: str) -> bool:
        return self._raw.get(name, True)

    def find(self, name: str) -> Evaluate | None:
        """How to read the field, None if there can be no such field."""
        if name in self._raw:
            return lambda row: row.made.get(name)
        head, _, rest = name.partition(".")
        if rest and head in self._raw:
            return lambda row: find(row.made.get(head), rest)
        return _event_field(name) if self.has_events else None


def _event_field(name: str) -> Evaluate:
    if name in SYSTEM_FIELDS:
        return SYSTEM_FIELDS[name]
    if name in LAMBDA_FIELDS:
        return lambda row: row.line.get(name)
    # A key that begins with @ is shown with another one, which tells it from a system field.
    path = name.removeprefix("@") if name.startswith("@@") else name
    if "." in path:
        return lambda row: scalar(find(row.document, path))
    return lambda row: _value(row.document, path)


def _value(document: Any, key: str) -> Value:
    return scalar(document.get(key)) if document.__class__ is dict else None


def _timestamp(row: Row) -> Value:
    return Timestamp(row.event["timestamp"])


def _log(row: Row) -> Value:
    return f"{row.group.account_id}:{row.group.name}"


SYSTEM_FIELDS: Final[dict[str, Evaluate]] = {
    "@timestamp": _timestamp,
    "@message": lambda row: row.event["message"],
    "@logStream": lambda row: row.event["logStreamName"],
    "@log": _log,
    "@ingestionTime": lambda row: Timestamp(row.event["ingestionTime"]),
    "@ptr": lambda row: write_pointer(row.group, row.event),
}
