"""CloudWatch Logs: what Lambda functions, containers and services wrote."""

from collections.abc import Iterator

from services.aws import Aws
from services.base import Page, PagedOperation, Service
from services.cloudwatch_logs import client
from services.cloudwatch_logs.resource_mapping import LINKS
from services.cloudwatch_logs.types import FilterEventsQuery, LogEvent


class FilterEvents(PagedOperation[FilterEventsQuery]):
    name = "cloudwatch_logs.filter_events"
    title = "Log events"
    function = "queryCloudWatchLogs"
    query_type = FilterEventsQuery
    item_type = LogEvent

    def pages(self, query: FilterEventsQuery, aws: Aws) -> Iterator[Page]:
        return client.filter_events(query, aws)


SERVICE = Service(
    name="cloudwatch_logs",
    title="CloudWatch Logs",
    icon="logs",
    operations=(FilterEvents(),),
    links=LINKS,
)
