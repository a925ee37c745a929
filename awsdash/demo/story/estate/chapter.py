"""The chapters that plant the estate: one for each service, told at its first call."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Final

from awsdash.demo.aws import chapters
from awsdash.demo.story.estate.holdings import RESOURCES
from awsdash.demo.story.estate.kinds import KINDS
from awsdash.demo.story.estate.resource import Resource
from awsdash.demo.story.timeline import Timeline

_ROOM: Final = "awsdash.demo.story.estate.planting"
# What is planted by which module; the modules import moto's, which takes its time.
_MODULES: Final = {
    "ec2": ("ec2",),
    "scaling": ("autoscaling", "elasticloadbalancing"),
    "containers": ("ecs", "eks", "ecr", "batch"),
    "databases": ("rds", "elasticache", "redshift", "es"),
    "storage": ("dynamodb", "s3"),
    "file_systems": ("elasticfilesystem",),
    "messaging": ("sqs", "sns", "kinesis", "firehose", "kafka"),
    "scheduling": ("events", "scheduler", "states"),
    "functions": ("lambda",),
    "apis": ("apigateway",),
    "edge": ("cloudfront", "route53", "acm", "wafv2", "cognito-idp"),
    "secrets": ("kms", "secretsmanager", "ssm"),
    "identity": ("iam",),
    "delivery": ("cloudformation", "codebuild", "codepipeline"),
    "analytics": ("glue",),
    "governance": ("backup", "cloudtrail"),
}
_STANDS_ON: Final = {
    "autoscaling": ("ec2",),
    "elasticloadbalancing": ("ec2",),
    "ecs": ("elasticloadbalancing",),
    "eks": ("ec2",),
    "rds": ("ec2",),
    "elasticache": ("ec2",),
    "redshift": ("ec2",),
    "elasticfilesystem": ("ec2",),
    "sns": ("sqs",),
    "cloudtrail": ("s3",),
    "codepipeline": ("iam",),
}


def register(story: Timeline) -> None:
    """Says what will be told; nothing is planted, and nothing of moto's imported, by that."""
    for module, services in _MODULES.items():
        for service in services:
            chapters.tell_later(service, partial(_plant, story, module, service))


def _plant(story: Timeline, module_name: str, service: str) -> None:
    from awsdash.demo.story.estate.planting.moto import install_clock

    for other in _STANDS_ON.get(service, ()):
        chapters.tell(other)
    module = import_module(f"{_ROOM}.{module_name}")
    install_clock()
    if hasattr(module, "prepare"):
        module.prepare()
    for type_, planter in module.PLANTERS.items():
        if KINDS[type_].chapter == service:
            for resource in RESOURCES:
                if resource.type == type_:
                    _plant_one(story, planter, resource)


def _plant_one(story: Timeline, planter: Callable[[Resource], None], resource: Resource) -> None:
    from awsdash.demo.story.estate.planting.moto import created_at

    # Whatever moto made up before, for this one it makes up the same.
    identifiers = chapters.identifiers(f"{resource.type}/{resource.arn}")
    with identifiers, created_at(story.epoch - resource.age):
        planter(resource)
