"""Northwind's estate as Config has it, and the log groups that it names."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

from botocore.session import Session

from awsdash.demo.aws.aws_config.item import read_item
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_PROD
from awsdash.demo.story.estate import RESOURCES, base_items, log_groups
from awsdash.demo.story.estate.kinds import NOT_RECORDED
from tests.demo.emulated_aws import EPOCH
from tests.demo.estate_reading import STORY

ROOT: Final = Path(__file__).parents[2]
CONFIG_TYPES: Final = frozenset(
    Session().get_service_model("config").shape_for("ResourceType").metadata["enum"]
)


def test_log_groups_are_those_that_resources_name() -> None:
    groups = log_groups()
    assert len(set(groups)) == len(groups) >= 40
    for name in (
        "/aws/apigateway/checkout-prod",
        "/ecs/ledger-api",
        "/aws/rds/cluster/ledger/postgresql",
        "/aws/codebuild/checkout",
        "/aws/vpc/flow-logs",
        "aws-waf-logs-checkout",
    ):
        assert (PAYMENTS_PROD, "eu-west-1", name) in groups
    assert (DATA_PROD, "eu-west-1", "/aws/msk/cluster/orders-bus/broker") in groups
    assert (DATA_PROD, "eu-west-1", "/aws/eks/streaming/cluster") in groups


def test_config_has_an_item_of_each_resource_that_it_can_record() -> None:
    found = Counter((place, item["arn"]) for place, item in base_items(STORY))
    recorded = [each for each in RESOURCES if each.type not in NOT_RECORDED]
    assert found == Counter((each.place, each.arn) for each in recorded)


def test_config_records_types_that_aws_config_knows() -> None:
    types = {item["resourceType"] for _, item in base_items(STORY)}
    assert types <= CONFIG_TYPES
    assert not NOT_RECORDED & CONFIG_TYPES


def test_an_item_is_as_the_emulated_config_takes_it() -> None:
    for place, item in base_items(STORY):
        read = read_item(place, item)
        assert read.members["accountId"] == place.account


def test_config_discovers_a_resource_10_minutes_after_its_creation() -> None:
    for _, item in base_items(STORY):
        assert item["configurationItemStatus"] == "ResourceDiscovered"
        waited = item["configurationItemCaptureTime"] - item["resourceCreationTime"]
        assert waited == timedelta(minutes=10)
        assert item["configurationItemCaptureTime"] < EPOCH


def test_relations_of_config_lead_to_items_of_the_place_and_back() -> None:
    known = {
        (place, item["resourceType"], item["resourceId"]): item for place, item in base_items(STORY)
    }
    for (place, type_, id_), item in known.items():
        for relation in item["relationships"]:
            other = known[place, relation["resourceType"], relation["resourceId"]]
            back = [(each["resourceType"], each["resourceId"]) for each in other["relationships"]]
            assert (type_, id_) in back


def test_config_shows_what_the_bastion_is_in() -> None:
    (bastion,) = (
        item
        for _, item in base_items(STORY)
        if (item["resourceType"], item["resourceName"]) == ("AWS::EC2::Instance", "bastion")
    )
    named = {each["relationshipName"] for each in bastion["relationships"]}
    assert named == {
        "Is contained in Subnet",
        "Is associated with SecurityGroup",
        "Is attached to NetworkInterface",
        "Is attached to Volume",
    }
    assert bastion["configuration"]["instanceId"] == bastion["resourceId"]


def test_nothing_is_planted_before_somebody_asks() -> None:
    """In a process of its own, as this one has imported moto's services already."""
    program = """
import sys
from datetime import UTC, datetime
from awsdash.demo.aws import chapters
from awsdash.demo.story.estate import plant_estate
from awsdash.demo.story.timeline import Timeline
plant_estate(Timeline(datetime(2026, 11, 23, tzinfo=UTC)))
services = {"moto.ec2", "moto.sqs", "moto.apigateway"}
print(sorted(services & sys.modules.keys()))
chapters.tell("sqs")
print(sorted(services & sys.modules.keys()))
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout.splitlines() == ["[]", "['moto.sqs']"]
