"""The story as the emulated AWS Config tells it, over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD, MANAGEMENT, PAYMENTS_PROD, PLATFORM
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

STORY = Story(EPOCH, events=600)
GROUP = "AWS::EC2::SecurityGroup"
BASTION = "sg-0b5a77e1c0ffee001"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(STORY, now=EPOCH) as server:
        yield EmulatedAws(server.url)


def history(config: Any, resource_type: str, resource_id: str) -> list[dict[str, Any]]:
    pages = config.get_paginator("get_resource_config_history").paginate(
        resourceType=resource_type, resourceId=resource_id, chronologicalOrder="Forward"
    )
    return [item for page in pages for item in page["configurationItems"]]


def select(config: Any, expression: str) -> list[Any]:
    answer = config.select_resource_config(Expression=expression, Limit=100)
    return [json.loads(row) for row in answer["Results"]]


def test_the_deployment_is_the_last_of_the_functions_history(aws: EmulatedAws) -> None:
    config = aws.reader("config", PAYMENTS_PROD)
    items = history(config, "AWS::Lambda::Function", "checkout-charge")
    pools = [
        json.loads(item["configuration"])["environment"]["variables"]["POOL_SIZE"] for item in items
    ]
    assert pools == ["20", "20", "20", "20", "20", "2"]
    assert items[0]["configurationItemStatus"] == "ResourceDiscovered"
    assert items[-1]["configurationItemCaptureTime"] == STORY.deployed_at


def test_a_query_finds_the_function_with_the_small_pool(aws: EmulatedAws) -> None:
    config = aws.reader("config", PAYMENTS_PROD)
    rows = select(
        config,
        "SELECT resourceName, configuration.environment.variables.REVISION"
        " WHERE resourceType = 'AWS::Lambda::Function'"
        " AND configuration.environment.variables.POOL_SIZE < 20",
    )
    assert rows == [
        {
            "resourceName": "checkout-charge",
            "configuration": {"environment": {"variables": {"REVISION": "118"}}},
        }
    ]


def test_the_bastion_is_closed_and_complies_again(aws: EmulatedAws) -> None:
    config = aws.reader("config", PLATFORM, "eu-central-1")
    assert len(history(config, GROUP, BASTION)) == 3
    (rule,) = config.describe_config_rules()["ConfigRules"]
    assert rule["ConfigRuleName"] == "restricted-ssh"
    answer = config.describe_compliance_by_resource(ResourceType=GROUP, ResourceId=BASTION)
    (row,) = answer["ComplianceByResources"]
    assert row["Compliance"]["ComplianceType"] == "COMPLIANT"
    told = history(config, "AWS::Config::ResourceCompliance", f"{GROUP}/{BASTION}")
    assert [json.loads(item["configuration"])["complianceType"] for item in told] == [
        "COMPLIANT",
        "NON_COMPLIANT",
        "COMPLIANT",
    ]


def test_the_reports_bucket_keeps_both_policies_in_its_history(aws: EmulatedAws) -> None:
    config = aws.reader("config", DATA_PROD, "us-east-1")
    items = history(config, "AWS::S3::Bucket", "northwind-reports")
    told = [item["supplementaryConfiguration"].get("BucketPolicy", "") for item in items]
    assert ["OnlyFromTheLake" in policy for policy in told] == [False, False, True]
    assert items[-1]["configurationItemCaptureTime"] == STORY.policy_changed_at


def test_the_stream_goes_from_4_shards_to_1_to_8(aws: EmulatedAws) -> None:
    config = aws.reader("config", DATA_PROD)
    items = history(config, "AWS::Kinesis::Stream", "orders")
    shards = [json.loads(item["configuration"])["ShardCount"] for item in items]
    assert shards == [4, 4, 1, 8]


def test_the_companys_aggregator_counts_every_account(aws: EmulatedAws) -> None:
    config = aws.reader("config", MANAGEMENT, "eu-central-1")
    answer = config.get_aggregate_discovered_resource_counts(
        ConfigurationAggregatorName="northwind", GroupByKey="ACCOUNT_ID"
    )
    assert len(answer["GroupedResourceCounts"]) == 5
    assert answer["TotalDiscoveredResources"] > 400


def test_at_least_40_types_are_discovered(aws: EmulatedAws) -> None:
    config = aws.reader("config", MANAGEMENT, "eu-central-1")
    answer = config.get_aggregate_discovered_resource_counts(
        ConfigurationAggregatorName="northwind", GroupByKey="RESOURCE_TYPE"
    )
    assert len(answer["GroupedResourceCounts"]) >= 40
