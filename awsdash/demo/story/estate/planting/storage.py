"""Plants tables, buckets and file systems."""

from typing import Final

from moto.efs.models import FileSystem

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    backend,
    build,
    key_values,
    pascal,
    planting_time,
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


def _file_system(resource: Resource) -> None:
    # moto's backend makes an id up, and keeps the rest by it.
    has, files = resource.configuration, backend("efs", resource)
    account, region = resource.place
    created = build(
        FileSystem,
        account_id=account,
        region_name=region,
        creation_token=resource.name,
        file_system_id=resource.id,
        context=files,
        performance_mode=has["PerformanceMode"],
        encrypted=has["Encrypted"],
        throughput_mode=has["ThroughputMode"],
    )
    created.creation_time = planting_time().timestamp()
    files.file_systems_by_id[resource.id] = created
    files.tagging_service.tag_resource(resource.id, key_values(resource))
    files.creation_tokens.add(resource.name)


PLANTERS: Final[Planters] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
    "AWS::EFS::FileSystem": _file_system,
}
