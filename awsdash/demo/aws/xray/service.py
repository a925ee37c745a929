"""X-Ray: traces and the service graph."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="xray",
    model="xray",
    invalid="InvalidRequestException",
    operations={},
)
