"""CloudWatch Logs: what Lambda functions, containers and services wrote."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.aws import Aws
from services.base import Choice, Page, PagedOperation, Path, Rate, Row, Service, Statistics
from services.cloudwatch_logs import client
from services.cloudwatch_logs.messages import document_of
from services.cloudwatch_logs.patterns import narrowed
from services.cloudwatch_logs.resource_mapping import LINKS
from services.cloudwatch_logs.types import FilterEventsQuery, LogEvent


class FilterEvents(PagedOperation[FilterEventsQuery]):
    name = "cloudwatch_logs.filter_events"
    title = "Log events"
    function = "queryCloudWatchLogs"
    query_type = FilterEventsQuery
    item_type = LogEvent
    # Twice as many and more in some regions; none allows less.
    rate = Rate("logs:FilterLogEvents", per_s=10, burst=10)
    suggests = {"logGroupName": (), "logStreamNames": ("logGroupName",)}

    def pages(self, query: FilterEventsQuery, aws: Aws) -> Iterator[Page]:
        return client.filter_events(query, aws)

    def suggest(
        self, option: str, typed: str, given: Mapping[str, str], aws: Aws
    ) -> Sequence[Choice]:
        if option == "logStreamNames":
            return client.suggest_log_streams(given.get("logGroupName", ""), typed, aws)
        return client.suggest_log_groups(typed, aws)

    def document(self, row: Row) -> tuple[str, Any] | None:
        message = row.get("message")
        document = document_of(message) if isinstance(message, str) else None
        return None if document is None else ("message", document)

    def narrow(self, query: FilterEventsQuery, row: Row, path: Path) -> Mapping[str, Any] | None:
        match path:
            case ("logStreamName",):
                stream = row.get("logStreamName")
                is_new = stream and query.log_stream_names != (stream,)
                return {"logStreamNames": [stream]} if is_new else None
            case ("message", _, *_) if isinstance(message := row.get("message"), str):
                pattern = narrowed(query.filter_pattern, message, path[1:])
                return None if pattern is None else {"filterPattern": pattern}
        return None

    def price(self, statistics: Statistics) -> Decimal | None:
        # AWS charges for Logs Insights and Live Tail; FilterLogEvents is free.
        return Decimal(0)


SERVICE = Service(
    name="cloudwatch_logs",
    title="CloudWatch Logs",
    icon="logs",
    operations=(FilterEvents(),),
    links=LINKS,
    shortcut="l",
)
