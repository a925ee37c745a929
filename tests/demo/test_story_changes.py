"""What AWS Config tells of the story: held to the estate, to CloudTrail's deeds and to AWS."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.aws_config.item import COMPLIANCE, Item, Key, read_item
from awsdash.demo.aws.constraints import service_model
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import ACCOUNTS, DATA_PROD, PAYMENTS_PROD, PLATFORM
from awsdash.demo.story.configuration.calm_changes import BYGONES, CALM_CHANGES
from awsdash.demo.story.configuration.changes import changes, first_items
from awsdash.demo.story.estate import base_items
from awsdash.demo.story.story import Story
from awsdash.demo.story.trail.deeds import deeds
from tests.demo.emulated_aws import EPOCH

STORY = Story(EPOCH)
FUNCTION = "AWS::Lambda::Function"
GROUP = "AWS::EC2::SecurityGroup"
# What names the resource in the requests of the plots' deeds.
NAMING = ("functionName", "groupId", "bucketName", "streamName")
TYPES = set(service_model("config").shape_for("ResourceType").metadata["enum"])
BASTION = "sg-0b5a77e1c0ffee001"
CHARGE = (Place(PAYMENTS_PROD, "eu-west-1"), Key(FUNCTION, "checkout-charge"))


Histories = dict[tuple[Place, Key], list[Item]]


def read(told: Iterable[tuple[Place, dict[str, Any]]]) -> Histories:
    """The items of each resource, oldest first."""
    found: defaultdict[tuple[Place, Key], list[Item]] = defaultdict(list)
    for place, given in told:
        item = read_item(place, given)
        found[place, item.key].append(item)
    return {key: sorted(items, key=lambda one: one.captured_at) for key, items in found.items()}


HISTORIES = read(changes(STORY))
FIRST = {key: item for key, (item,) in read(first_items(STORY)).items()}
ESTATE = {key: item for key, (item,) in read(base_items(STORY)).items()}


def history(place: tuple[str, str], resource_type: str, resource_id: str) -> list[Item]:
    return HISTORIES[Place(*place), Key(resource_type, resource_id)]


def captured(item: Item) -> Any:
    return item.members["configurationItemCaptureTime"]


def test_every_item_is_of_a_type_that_config_records() -> None:
    assert {key.resource_type for _, key in HISTORIES} <= TYPES


def test_every_change_is_of_a_resource_that_was_discovered_before() -> None:
    own = {(b.resource.place, b.resource.arn) for b in BYGONES}
    for (place, key), items in HISTORIES.items():
        if key.resource_type == COMPLIANCE or (place, items[0].members["arn"]) in own:
            continue
        first = FIRST[place, key]
        assert first.status == "ResourceDiscovered"
        assert first.members["arn"] == items[0].members["arn"]
        assert first.captured_at < items[0].captured_at


def test_changes_are_of_the_storys_13_days() -> None:
    for (_, key), items in HISTORIES.items():
        for item in items:
            if key.resource_type != COMPLIANCE and item.status != "ResourceDiscovered":
                assert timedelta(0) <= EPOCH - captured(item) <= timedelta(days=13)


def test_the_same_story_has_the_same_changes() -> None:
    assert list(changes(Story(EPOCH))) == list(changes(STORY))


def variables(item: Item) -> Any:
    return item.configuration["environment"]["variables"]


def test_plot_1_the_last_deployment_shrinks_the_pool() -> None:
    items = HISTORIES[CHARGE]
    assert [variables(item)["REVISION"] for item in items] == ["114", "115", "116", "117", "118"]
    assert [variables(item)["POOL_SIZE"] for item in items] == ["20", "20", "20", "20", "2"]
    assert captured(items[-1]) == STORY.deployed_at


def test_plot_1_nothing_but_code_and_environment_changes() -> None:
    before, after = (item.configuration for item in HISTORIES[CHARGE][-2:])
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"environment", "codeSha256", "codeSize", "lastModified", "revisionId"}


def test_plot_1_begins_with_the_pool_of_20() -> None:
    assert variables(FIRST[CHARGE]) == {"POOL_SIZE": "20", "REVISION": "113"}


def test_plot_2_ssh_is_open_to_everyone_and_closed_again() -> None:
    opened, closed = history((PLATFORM, "eu-central-1"), GROUP, BASTION)
    assert (captured(opened), captured(closed)) == (STORY.ssh_opened_at, STORY.ssh_closed_at)
    ranges = [item.configuration["ipPermissions"][0]["ipRanges"] for item in (opened, closed)]
    assert ranges == [["10.0.0.0/8", "0.0.0.0/0"], ["10.0.0.0/8"]]
    assert opened.configuration["ipPermissions"][0]["fromPort"] == 22


def test_plot_2_the_group_is_related_to_its_vpc_and_its_instance() -> None:
    (item, _) = history((PLATFORM, "eu-central-1"), GROUP, BASTION)
    related = {row["resourceType"]: row for row in item.members["relationships"]}
    assert related["AWS::EC2::VPC"]["resourceId"] == "vpc-0a1f00d5ca1ab1e01"
    assert related["AWS::EC2::VPC"]["relationshipName"].startswith("Is contained in")
    assert related["AWS::EC2::Instance"]["resourceName"] == "bastion"


def test_plot_2_the_rule_finds_it() -> None:
    items = history((PLATFORM, "eu-central-1"), COMPLIANCE, f"{GROUP}/{BASTION}")
    told = [item.configuration["complianceType"] for item in items]
    assert told == ["COMPLIANT", "NON_COMPLIANT", "COMPLIANT"]
    (rule,) = items[1].configuration["configRuleList"]
    assert rule["configRuleName"] == "restricted-ssh"
    assert STORY.ssh_opened_at < captured(items[1]) < STORY.ssh_closed_at < captured(items[2])


def test_plot_3_the_policy_of_the_reports_bucket_refuses_what_it_let() -> None:
    before, after = history((DATA_PROD, "us-east-1"), "AWS::S3::Bucket", "northwind-reports")
    assert captured(after) == STORY.policy_changed_at
    policies = [
        json.loads(item.supplementary["BucketPolicy"]["policyText"]) for item in (before, after)
    ]
    assert [policy["Statement"][0]["Sid"] for policy in policies] == [
        "OnlyByTls",
        "OnlyFromTheLake",
    ]
    assert policies[1]["Statement"][0]["Action"] == "s3:PutObject"


def test_plot_4_the_stream_goes_from_4_shards_to_1_to_8() -> None:
    items = history((DATA_PROD, "eu-west-1"), "AWS::Kinesis::Stream", "orders")
    assert [item.configuration["ShardCount"] for item in items] == [4, 1, 8]
    assert [captured(item) for item in items[1:]] == [STORY.resharded_at, STORY.reshard_mended_at]


def test_what_cloudtrail_tells_of_the_plots_config_recorded_within_ten_minutes() -> None:
    told = [
        "UpdateFunctionConfiguration20150331v2",
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
        "PutBucketPolicy",
        "UpdateShardCount",
    ]
    for deed in (deed for deed in deeds(STORY) if deed.name in told):
        names = {deed.request.get(name) for name in NAMING}
        moments = [
            captured(item)
            for (place, key), items in HISTORIES.items()
            if place == deed.place and key.resource_id in names
            for item in items
        ]
        assert any(
            timedelta(0) <= moment - deed.at <= timedelta(minutes=10) for moment in moments
        ), f"{deed.name} of {names} at {deed.at}"


def test_calm_changes_are_in_every_account() -> None:
    assert len(CALM_CHANGES) >= 12
    assert {change.at.account for change in CALM_CHANGES} == set(ACCOUNTS)


@pytest.mark.parametrize("change", CALM_CHANGES, ids=lambda change: change.name)
def test_a_calm_change_leads_to_what_the_estate_has(change: Any) -> None:
    (key,) = (
        (place, key)
        for (place, key), item in ESTATE.items()
        if (place, key.resource_type, item.members["resourceName"]) == change.named
    )
    first, last, end = FIRST[key], HISTORIES[key][-1], ESTATE[key]
    states = [(item.configuration, item.members["tags"]) for item in (first, last, end)]
    assert states[0] != states[1] == states[2]


@pytest.mark.parametrize("key", [CHARGE, *(key for key in HISTORIES if key[1][1] == "orders")])
def test_a_plot_leads_to_what_the_estate_has(key: tuple[Place, Key]) -> None:
    last = HISTORIES[key][-1].configuration
    assert ESTATE[key].configuration.items() <= last.items()


def test_what_was_deleted_is_not_in_the_estate() -> None:
    for bygone in BYGONES:
        resource = bygone.resource
        key = (resource.place, Key(resource.type, resource.identity.resource_id))
        assert key not in ESTATE
        discovered, deleted = HISTORIES[key]
        assert discovered.status == "ResourceDiscovered"
        assert deleted.is_deleted
        assert deleted.configuration is None
