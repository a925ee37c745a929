"""One event on its way through a query, or one row that `stats` made."""

from typing import Any

from moto.logs.models import LogGroup

from awsdash.demo.aws.insights.document import read_document
from awsdash.demo.aws.insights.lambda_line import read_line
from awsdash.demo.aws.insights.value import Value
from awsdash.demo.aws.logs.index import Event

_UNREAD: Any = object()


class Row:
    """`made` holds what commands have made; an event's own fields are read when first asked for."""

    __slots__ = ("_document", "_line", "event", "group", "made")

    def __init__(self, event: Event, group: LogGroup) -> None:
        self.event = event
        self.group = group
        self.made: dict[str | int, Value] = {}
        self._document: Any = _UNREAD
        self._line: dict[str, Value] | None = None

    @property
    def document(self) -> Any:
        """The JSON object in the message, None if there is none."""
        if self._document is _UNREAD:
            self._document = read_document(self.event["message"], self.event["logStreamName"])
        return self._document

    @property
    def line(self) -> dict[str, Value]:
        """What a line of Lambda's tells."""
        if self._line is None:
            self._line = read_line(self.event["message"])
        return self._line


class Made:
    """A row of results, which stands for no event."""

    __slots__ = ("made",)

    def __init__(self, made: dict[str | int, Value]) -> None:
        self.made = made
