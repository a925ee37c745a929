"""CloudWatch Logs: options and rows of FilterLogEvents."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, StringConstraints, model_validator

from services.base import Item, Level, column
from services.query import RangedQuery

# AWS reads newest first only from here on.
NEWEST_FIRST_SINCE: Final = datetime(2024, 1, 1, tzinfo=UTC)
StreamName = Annotated[str, StringConstraints(min_length=1, max_length=512)]


class FilterEventsQuery(RangedQuery):
    identifier: ClassVar[str] = "log_group_name"

    log_group_name: str = Field(
        min_length=1,
        max_length=2048,
        title="Log group",
        description="Name or ARN of the log group.",
        examples=["/aws/lambda/checkout-charge"],
    )
    filter_pattern: str = Field(
        "",
        max_length=1024,
        title="Filter pattern",
        description="CloudWatch Logs filter pattern; empty matches every event.",
        examples=["?ERROR ?WARN", '{ $.level = "ERROR" }'],
    )
    log_stream_names: tuple[StreamName, ...] = Field(
        (), max_length=100, title="Log streams", description="Only these streams; empty reads all."
    )
    start_from_head: bool = Field(
        False, title="Oldest first", description="Oldest events first; otherwise the newest."
    )

    @model_validator(mode="after")
    def _check_newest_first(self) -> Self:
        earliest = self.start_time or self.end_time
        if earliest and earliest < NEWEST_FIRST_SINCE and not self.start_from_head:
            raise ValueError(
                "AWS reads newest first only from 2024-01-01 on; "
                "choose later times or set startFromHead"
            )
        return self


class LogEvent(Item):
    timestamp: int = column("Time", "timestamp", "When the event happened.", unit="ms")
    level: Level | None = column(
        "Level",
        "level",
        "error, warning, info or debug, recognised in the message: a JSON field such as level or "
        "severity, a level's name where loggers write it, Lambda's own lines, or an access log's "
        "status (4xx warning, 5xx error); null: none recognised.",
    )
    message: str = column("Message", "text", "The event as it was written.")
    log_stream_name: str = column("Stream", "text", "The log stream it was written to.")
    ingestion_time: int = column(
        "Ingested", "timestamp", "When AWS received it.", unit="ms", in_table=False
    )
    event_id: str = column("Event id", "text", "AWS's id of the event.", in_table=False)
    data: str = column("Data", "text", "The same as message.", same_as="message")
