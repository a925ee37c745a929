"""The services that have operations of ours; whatever they lack, moto may have."""

from typing import Final

from awsdash.demo.aws import (
    athena,
    aws_config,
    cloudtrail,
    glue,
    insights,
    logs,
    metrics,
    organizations,
    tagging,
    xray,
)
from awsdash.demo.aws.operations import Service

SERVICES: Final[tuple[Service, ...]] = (
    athena.SERVICE,
    aws_config.SERVICE,
    cloudtrail.SERVICE,
    glue.SERVICE,
    insights.SERVICE,
    logs.SERVICE,
    metrics.SERVICE,
    organizations.SERVICE,
    tagging.SERVICE,
    xray.SERVICE,
)
