"""CloudTrail event history."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="cloudtrail",
    model="cloudtrail",
    invalid="ValidationException",
    operations={},
)
