"""What somebody did to AWS in one of the plots: CloudTrail has a record of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PLATFORM
from awsdash.demo.story.deployments import Deployment, deployments
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.trail.actors import ACTORS, DATA_TERRAFORM, INES, MARCO, SECOPS, Actor

IRELAND: Final = "eu-west-1"
BASTION_GROUP: Final = "sg-0b5a77e1c0ffee001"
REPORTS_BUCKET: Final = "northwind-reports"
# So CloudTrail shows what may hold a secret.
HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
ANYONE: Final = "0.0.0.0/0"


@dataclass(frozen=True)
class Deed:
    """One call by one actor, with parameters and answer as CloudTrail shows them."""

    at: datetime
    place: Place
    actor: Actor
    source: str
    name: str
    request: Mapping[str, Any]
    response: Mapping[str, Any] | None = None
    error: tuple[str, str] | None = None


def deeds(story: Timeline) -> Iterator[Deed]:
    """Of all plots, and of the calm deployments before."""
    for deployment in deployments(story):
        yield from _deploy(deployment)
    yield from _open_ssh(story)
    yield from _refuse_reports(story)
    yield from _reshard(story)


def _deploy(deployment: Deployment) -> Iterator[Deed]:
    function = deployment.function
    place = Place(function.account, function.region)
    request = {"functionName": function.name}
    steps: tuple[tuple[float, str, Mapping[str, Any]], ...] = (
        (-21, "UpdateFunctionCode20150331v2", {"s3Bucket": "northwind-artifacts"}),
        (-4, "UpdateFunctionConfiguration20150331v2", {"environment": HIDDEN}),
        (3, "PublishVersion20150331", {}),
        (6, "UpdateAlias20150331", {"name": "live", "functionVersion": deployment.version}),
    )
    for seconds, name, further in steps:
        yield Deed(
            deployment.at + timedelta(seconds=seconds),
            place,
            ACTORS[deployment.by],
            "lambda.amazonaws.com",
            name,
            {**request, **further},
            {"functionArn": function.arn, "version": deployment.version},
        )


def _open_ssh(story: Timeline) -> Iterator[Deed]:
    place = Place(PLATFORM, "eu-central-1")
    permission = {
        "ipProtocol": "tcp",
        "fromPort": 22,
        "toPort": 22,
        "ipRanges": {"items": [{"cidrIp": ANYONE}]},
    }
    request = {"groupId": BASTION_GROUP, "ipPermissions": {"items": [permission]}}
    answer = {"_return": True}
    source = "ec2.amazonaws.com"
    for at, actor, name in (
        (story.ssh_opened_at, MARCO, "AuthorizeSecurityGroupIngress"),
        (story.ssh_closed_at, SECOPS, "RevokeSecurityGroupIngress"),
    ):
        yield Deed(at, place, actor, source, name, request, answer)


def _refuse_reports(story: Timeline) -> Iterator[Deed]:
    yield Deed(
        story.policy_changed_at,
        Place(DATA_PROD, "us-east-1"),
        DATA_TERRAFORM,
        "s3.amazonaws.com",
        "PutBucketPolicy",
        {
            "bucketName": REPORTS_BUCKET,
            "bucketPolicy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyFromTheLake",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:PutObject",
                        "Resource": f"arn:aws:s3:::{REPORTS_BUCKET}/*",
                        "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "lake"}},
                    }
                ],
            },
            "policy": "",
            "Host": f"{REPORTS_BUCKET}.s3.amazonaws.com",
        },
    )


def _reshard(story: Timeline) -> Iterator[Deed]:
    """The first was meant for the stream of the same name in the sandbox."""
    place = Place(DATA_PROD, IRELAND)
    source, name = "kinesis.amazonaws.com", "UpdateShardCount"
    for at, before, after in (
        (story.resharded_at, 4, 1),
        (story.reshard_mended_at - timedelta(minutes=7), 1, 8),
    ):
        request = {
            "streamName": "orders",
            "targetShardCount": after,
            "scalingType": "UNIFORM_SCALING",
        }
        response = {
            "streamName": "orders",
            "currentShardCount": before,
            "targetShardCount": after,
        }
        yield Deed(at, place, INES, source, name, request, response)
