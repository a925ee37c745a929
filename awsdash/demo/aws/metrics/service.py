"""CloudWatch Metrics and alarms."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="monitoring",
    model="cloudwatch",
    invalid="ValidationError",
    operations={},
)
