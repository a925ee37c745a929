"""Plants file systems."""

from typing import Final

from moto.efs.models import FileSystem

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    backend,
    build,
    key_values,
    planting_time,
)
from awsdash.demo.story.estate.resource import Resource


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
    "AWS::EFS::FileSystem": _file_system,
}
