"""CloudWatch Logs: what moto has otherwise, or not at all."""

from typing import Final

from awsdash.demo.aws.logs.filtering import filter_log_events
from awsdash.demo.aws.logs.listing import describe_log_groups, list_log_groups
from awsdash.demo.aws.logs.reading import get_log_events
from awsdash.demo.aws.logs.streams import describe_log_streams
from awsdash.demo.aws.logs.writing import put_log_events
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="logs",
    model="logs",
    invalid="InvalidParameterException",
    operations={
        "DescribeLogGroups": describe_log_groups,
        "DescribeLogStreams": describe_log_streams,
        "FilterLogEvents": filter_log_events,
        "GetLogEvents": get_log_events,
        "ListLogGroups": list_log_groups,
        "PutLogEvents": put_log_events,
    },
)
