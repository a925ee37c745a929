"""Plants tables and buckets."""

from typing import Final

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    backend,
    key_values,
    pascal,
)
from awsdash.demo.story.estate.resource import Resource


def _table(resource: Resource) -> None:
    has = resource.configuration
    backend("dynamodb", resource).create_table(
        has["tableName"],
        pascal(has["keySchema"]),
        None,
        pascal(has["attributeDefinitions"]),
        None,
        None,
        None,
        has["billingModeSummary"]["billingMode"],
        None,
        key_values(resource),
        has["deletionProtectionEnabled"],
        None,
    )


def _bucket(resource: Resource) -> None:
    s3 = backend("s3", resource, is_global=True)
    s3.create_bucket(resource.name, resource.place.region)
    s3.put_bucket_versioning(resource.name, resource.configuration["versioning"])
    s3.put_bucket_tagging(resource.name, dict(resource.tags))


PLANTERS: Final[Planters] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
}
