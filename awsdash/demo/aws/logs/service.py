"""CloudWatch Logs: what moto has otherwise, or not at all."""

from typing import Final

from awsdash.demo.aws.logs.filtering import describe_log_groups, filter_log_events
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="logs",
    model="logs",
    invalid="InvalidParameterException",
    operations={
        "DescribeLogGroups": describe_log_groups,
        "FilterLogEvents": filter_log_events,
    },
)
