"""Athena: SQL over the emulated S3."""

from typing import Final

from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="athena",
    model="athena",
    invalid="InvalidRequestException",
    operations={},
)
