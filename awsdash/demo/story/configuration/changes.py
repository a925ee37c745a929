"""What AWS Config tells of the story: the four plots' changes, and calm ones around them."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import orjson

from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import CULPRIT
from awsdash.demo.story.configuration.calm_changes import (
    BUCKET,
    CALM_CHANGES,
    FUNCTION,
    STREAM,
    calm_changes,
)
from awsdash.demo.story.configuration.compliance import GROUP, compliance_items
from awsdash.demo.story.configuration.recorded import Item, Named, discovered_item, item_of, name_of
from awsdash.demo.story.deployments import Deployment, deployments, version_at
from awsdash.demo.story.estate.configuration_items import base_items
from awsdash.demo.story.estate.environments import DATA, PAYMENTS, REPORTS, SHARED
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.trail.deeds import ANYONE, REPORTS_BUCKET, deeds

Told: TypeAlias = tuple[Place, Item]

CHARGE: Final = Named(PAYMENTS.place, FUNCTION, CULPRIT.name)
BASTION: Final = Named(SHARED.place, GROUP, "bastion")
REPORT_FILES: Final = Named(REPORTS.place, BUCKET, REPORTS_BUCKET)
ORDERS: Final = Named(DATA.place, STREAM, "orders")
_ONLY_BY_TLS: Final = {
    "Sid": "OnlyByTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [f"arn:aws:s3:::{REPORTS_BUCKET}", f"arn:aws:s3:::{REPORTS_BUCKET}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def first_items(story: Timeline) -> Iterator[Told]:
    """How every resource was when it was discovered, before anything in the story changed it."""
    calm = {change.named: change for change in CALM_CHANGES}
    for place, item in base_items(story):
        named = name_of(place, item)
        before = _before(story, named, item["configurationItemCaptureTime"])
        tags = dict(item["tags"])
        if change := calm.get(named):
            before, tags = change.before, {**tags, **change.tags_before}
        yield (
            place,
            {
                **item,
                "configuration": {**item["configuration"], **before},
                "tags": {key: value for key, value in tags.items() if value is not None},
            },
        )


def _before(story: Timeline, named: Named, at: datetime) -> Mapping[str, Any]:
    if named == CHARGE:
        version = version_at(story, CULPRIT, at)
        return _code(version, (("POOL_SIZE", "20"), ("REVISION", version)))
    return {"ShardCount": 4, "RetentionPeriodHours": 24} if named == ORDERS else {}


def changes(story: Timeline) -> Iterator[Told]:
    """Items in AWS's shape, later than the first ones of their resources; in no order."""
    for deployment in deployments(story):
        yield _deployed(story, deployment)
    yield from _ssh_opened(story)
    yield from _reports_refused(story)
    yield from _resharded(story)
    yield from compliance_items(story)
    yield from calm_changes(story)


def _deployed(story: Timeline, deployment: Deployment) -> Told:
    function = deployment.function
    named = Named(Place(function.account, function.region), FUNCTION, function.name)
    changed = {
        **_code(deployment.version, deployment.variables),
        "lastModified": f"{deployment.at:%Y-%m-%dT%H:%M:%S}.000+0000",
        "revisionId": str(uuid5(NAMESPACE_URL, f"{function.arn}:{deployment.version}")),
    }
    return item_of(story, named, deployment.at, changed)


def _code(version: str, variables: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    digest = hashlib.sha256(f"version {version}".encode()).digest()
    return {
        "codeSha256": base64.b64encode(digest).decode(),
        "codeSize": 1_204_000 + int(version) * 311,
        "environment": {"variables": dict(variables)},
    }


def _ssh_opened(story: Timeline) -> Iterator[Told]:
    (permission,) = discovered_item(story, BASTION)["configuration"]["ipPermissions"]
    opened = {
        **permission,
        "ipv4Ranges": [*permission["ipv4Ranges"], {"cidrIp": ANYONE}],
        "ipRanges": [*permission["ipRanges"], ANYONE],
    }
    yield item_of(story, BASTION, story.ssh_opened_at, {"ipPermissions": [opened]})
    yield item_of(story, BASTION, story.ssh_closed_at, {"ipPermissions": [permission]})


def _reports_refused(story: Timeline) -> Iterator[Told]:
    (put,) = (deed for deed in deeds(story) if deed.name == "PutBucketPolicy")
    refusing = put.request["bucketPolicy"]["Statement"]
    calm_at = story.policy_changed_at - timedelta(days=7, hours=5)
    for at, statements in ((calm_at, [_ONLY_BY_TLS]), (story.policy_changed_at, refusing)):
        supplementary = _supplementary(statements)
        yield item_of(story, REPORT_FILES, at, supplementaryConfiguration=supplementary)


def _supplementary(statements: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "BucketPolicy": {"policyText": orjson.dumps(policy).decode()},
        "BucketVersioningConfiguration": {"status": "Enabled", "isMfaDeleteEnabled": None},
    }


def _resharded(story: Timeline) -> Iterator[Told]:
    for at, shards in (
        (story.resharded_at - timedelta(days=9), 4),
        (story.resharded_at, 1),
        (story.reshard_mended_at, 8),
    ):
        yield item_of(story, ORDERS, at, {"ShardCount": shards})
