"""What AWS Config tells of the story: the four plots' changes, and calm ones around them."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import orjson

from awsdash.demo.aws.state import Place
from awsdash.demo.story.calm_changes import CALM_CHANGES, FUNCTION, STREAM, calm_changes
from awsdash.demo.story.cast import CULPRIT
from awsdash.demo.story.compliance import compliance_items
from awsdash.demo.story.configuration_items import find, item_of, relationship, relationships_of
from awsdash.demo.story.deeds import ANYONE, REPORTS_BUCKET, deeds
from awsdash.demo.story.deployments import Deployment, deployments, version_at
from awsdash.demo.story.estate.environments import DATA, PAYMENTS, REPORTS, SHARED
from awsdash.demo.story.estate.resource import Resource
from awsdash.demo.story.story import Story

BASTION: Final = find("AWS::EC2::SecurityGroup", SHARED.place, "bastion")
BUCKET: Final = find("AWS::S3::Bucket", REPORTS.place, REPORTS_BUCKET)
ORDERS: Final = find(STREAM, DATA.place, "orders")
CHARGE: Final = find(FUNCTION, PAYMENTS.place, CULPRIT.name)
_ONLY_BY_TLS: Final = {
    "Sid": "OnlyByTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [f"arn:aws:s3:::{REPORTS_BUCKET}", f"arn:aws:s3:::{REPORTS_BUCKET}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

Change: TypeAlias = tuple[Place, dict[str, Any]]


def changes(story: Story) -> Iterator[Change]:
    """Items in AWS's shape, later than the first ones of their resources; in no order."""
    for deployment in deployments(story):
        yield _deployed(story, deployment)
    yield from _ssh_opened(story)
    yield from _reports_refused(story)
    yield from _resharded(story)
    yield from compliance_items(story)
    yield from calm_changes(story)


def first_item(story: Story, resource: Resource) -> dict[str, Any]:
    """How the resource was when it was discovered, before anything in the story changed it."""
    members: dict[str, Any] = {"configurationItemStatus": "ResourceDiscovered"}
    changed = _before(story, resource)
    for change in CALM_CHANGES:
        if change.resource == resource:
            changed = {**changed, **change.before}
            tags = {**resource.tags, **change.tags_before}
            members["tags"] = {key: value for key, value in tags.items() if value is not None}
    return item_of(story, resource, story.epoch - resource.age, changed, **members)


def _before(story: Story, resource: Resource) -> Mapping[str, Any]:
    if resource == CHARGE:
        version = version_at(story, CULPRIT, story.epoch - resource.age)
        return _code(version, (("POOL_SIZE", "20"), ("REVISION", version)))
    return {"ShardCount": 4, "RetentionPeriodHours": 24} if resource == ORDERS else {}


def _deployed(story: Story, deployment: Deployment) -> Change:
    function = deployment.function
    resource = find(FUNCTION, Place(function.account, function.region), function.name)
    changed = {
        **_code(deployment.version, deployment.variables),
        "lastModified": f"{deployment.at:%Y-%m-%dT%H:%M:%S}.000+0000",
        "revisionId": str(uuid5(NAMESPACE_URL, f"{function.arn}:{deployment.version}")),
    }
    return resource.place, item_of(story, resource, deployment.at, changed)


def _code(version: str, variables: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    digest = hashlib.sha256(f"version {version}".encode()).digest()
    return {
        "codeSha256": base64.b64encode(digest).decode(),
        "codeSize": 1_204_000 + int(version) * 311,
        "environment": {"variables": dict(variables)},
    }


def _ssh_opened(story: Story) -> Iterator[Change]:
    (permission,) = BASTION.configuration["ipPermissions"]
    opened = {
        **permission,
        "ipv4Ranges": [*permission["ipv4Ranges"], {"cidrIp": ANYONE}],
        "ipRanges": [*permission["ipRanges"], ANYONE],
    }
    related = [
        *relationships_of(BASTION),
        relationship(BASTION, "Is associated with", "AWS::EC2::Instance", "bastion"),
    ]
    for at, permissions in (
        (story.ssh_opened_at, [opened]),
        (story.ssh_closed_at, [permission]),
    ):
        changed = {"ipPermissions": permissions}
        yield BASTION.place, item_of(story, BASTION, at, changed, relationships=related)


def _reports_refused(story: Story) -> Iterator[Change]:
    (put,) = (deed for deed in deeds(story) if deed.name == "PutBucketPolicy")
    calm_at = story.policy_changed_at - timedelta(days=7, hours=5)
    refusing = put.request["bucketPolicy"]["Statement"]
    yield _with_policy(story, calm_at, [_ONLY_BY_TLS])
    yield _with_policy(story, story.policy_changed_at, refusing)


def _with_policy(story: Story, at: datetime, statements: list[Mapping[str, Any]]) -> Change:
    policy = orjson.dumps({"Version": "2012-10-17", "Statement": statements}).decode()
    supplementary = {
        "BucketPolicy": {"policyText": policy},
        "BucketVersioningConfiguration": {"status": "Enabled", "isMfaDeleteEnabled": None},
    }
    return BUCKET.place, item_of(story, BUCKET, at, supplementaryConfiguration=supplementary)


def _resharded(story: Story) -> Iterator[Change]:
    for at, shards in (
        (story.resharded_at - timedelta(days=9), 4),
        (story.resharded_at, 1),
        (story.reshard_mended_at, 8),
    ):
        yield ORDERS.place, item_of(story, ORDERS, at, {"ShardCount": shards})
