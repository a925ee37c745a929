"""CloudWatch Logs Insights."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="logs",
    model="logs",
    invalid="InvalidParameterException",
    operations={},
)
