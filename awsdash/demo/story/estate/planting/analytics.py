"""Plants jobs and crawlers."""

from typing import Final

from awsdash.demo.story.estate.planting.moto import Planters, backend, sparse
from awsdash.demo.story.estate.resource import Resource


def _job(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("glue", resource).create_job,
        name=has["Name"],
        role=has["Role"],
        command=dict(has["Command"]),
        default_arguments=dict(has["DefaultArguments"]),
        glue_version=has["GlueVersion"],
        max_retries=has["MaxRetries"],
        timeout=has["Timeout"],
        tags=dict(resource.tags),
    )


def _crawler(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("glue", resource).create_crawler,
        name=has["Name"],
        role=has["Role"],
        targets=dict(has["Targets"]),
        tags=dict(resource.tags),
    )


PLANTERS: Final[Planters] = {"AWS::Glue::Job": _job, "AWS::Glue::Crawler": _crawler}
