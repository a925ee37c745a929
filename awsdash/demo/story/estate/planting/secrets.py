"""Plants keys, secrets and parameters."""

from typing import Final

from moto.kms import models as kms

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    answering,
    backend,
    key_values,
    planting_time,
    sparse,
)
from awsdash.demo.story.estate.resource import Resource


def _key(resource: Resource) -> None:
    has = resource.configuration
    tags = [{"TagKey": key, "TagValue": value} for key, value in resource.tags.items()]
    # A symmetric key has no private half; moto makes one, which takes 0.1 s.
    with answering(kms, generate_key_id=resource.id, generate_private_key=None):
        backend("kms", resource).create_key(
            None, has["keyUsage"], has["keySpec"], has["description"], tags
        )


def _alias(resource: Resource) -> None:
    has = resource.configuration
    backend("kms", resource).create_alias(has["TargetKeyId"], has["AliasName"])


def _secret(resource: Resource) -> None:
    has, secrets = resource.configuration, backend("secretsmanager", resource)
    sparse(
        secrets.create_secret,
        name=has["Name"],
        description=has["Description"],
        secret_string="emulated-not-a-secret",  # noqa: S106
        tags=key_values(resource),
        replica_regions=[],
        force_overwrite=False,
    )
    created = secrets.secrets[has["Name"]]
    created.arn = resource.arn
    created.created_date = created.last_changed_date = int(planting_time().timestamp())


def _parameter(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("ssm", resource).put_parameter,
        name=has["Name"],
        value=has["Value"],
        parameter_type=has["Type"],
        tags=key_values(resource),
        data_type="text",
        overwrite=False,
    )


PLANTERS: Final[Planters] = {
    "AWS::KMS::Key": _key,
    "AWS::KMS::Alias": _alias,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SSM::Parameter": _parameter,
}
