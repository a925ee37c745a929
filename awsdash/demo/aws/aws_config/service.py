"""AWS Config: configuration history and queries."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="config",
    model="config",
    invalid="ValidationException",
    operations={},
)
