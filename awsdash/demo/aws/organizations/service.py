"""Organizations: who may list the accounts."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="organizations",
    model="organizations",
    invalid="InvalidInputException",
    operations={},
)
