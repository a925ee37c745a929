"""Configuration items that are put into the emulated AWS Config: by its operations, by a seed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.config_items import BUCKET, EMPTY_REGION, REGION, item, refusal
from tests.demo.emulated_aws import EPOCH, EmulatedAws

WIDGET = "Acme::Factory::Widget"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture
def dev(aws: EmulatedAws) -> Any:
    """Where tests put their own: an account in a region with a recorder and nothing else."""
    config = aws.reader("config", PAYMENTS_DEV, REGION)
    start_recorder(config)
    return config


def start_recorder(config: Any) -> None:
    role = f"arn:aws:iam::{PAYMENTS_DEV}:role/config"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "own", "roleARN": role})
    config.put_delivery_channel(DeliveryChannel={"name": "own", "s3BucketName": "deliveries"})
    config.start_configuration_recorder(ConfigurationRecorderName="own")


def ids(config: Any, **request: Any) -> list[str]:
    answer = config.list_discovered_resources(**request)
    return [found["resourceId"] for found in answer["resourceIdentifiers"]]


def test_a_recorder_that_is_off_counts_nothing_and_keeps_what_it_recorded(dev: Any) -> None:
    put_widget(dev, "w-off")
    dev.stop_configuration_recorder(ConfigurationRecorderName="own")
    assert dev.get_discovered_resource_counts() == {
        **dev.get_discovered_resource_counts(),
        "totalDiscoveredResources": 0,
        "resourceCounts": [],
    }
    assert "w-off" in ids(dev, resourceType=WIDGET)


def put_widget(config: Any, widget: str, **members: Any) -> None:
    request = {
        "ResourceType": WIDGET,
        "SchemaVersionId": "00000001",
        "ResourceId": widget,
        "Configuration": '{"teeth": 12}',
        **members,
    }
    config.put_resource_config(**request)


def test_an_item_of_a_third_partys_resource_can_be_put(dev: Any) -> None:
    put_widget(dev, "w-1", ResourceName="first", Tags={"line": "a"})
    put_widget(dev, "w-1", ResourceName="first", Configuration='{"teeth": 13}')
    found = dev.get_resource_config_history(resourceType=WIDGET, resourceId="w-1")
    newest, oldest = found["configurationItems"]
    assert [json.loads(one["configuration"])["teeth"] for one in (newest, oldest)] == [13, 12]
    assert oldest["configurationItemStatus"] == "ResourceDiscovered"
    assert newest["configurationItemStatus"] == "OK"
    assert (oldest["resourceName"], oldest["tags"]) == ("first", {"line": "a"})
    assert timedelta(0) <= newest["configurationItemCaptureTime"] - EPOCH < timedelta(minutes=5)


def test_a_deleted_one_keeps_its_history(dev: Any) -> None:
    put_widget(dev, "w-2")
    for _ in range(2):  # there is nothing to delete the second time
        dev.delete_resource_config(ResourceType=WIDGET, ResourceId="w-2")
    found = dev.get_resource_config_history(resourceType=WIDGET, resourceId="w-2")
    statuses = [one["configurationItemStatus"] for one in found["configurationItems"]]
    assert statuses == ["ResourceDeleted", "ResourceDiscovered"]
    assert "w-2" not in ids(dev, resourceType=WIDGET)


@pytest.mark.parametrize(
    "request_",
    [
        {"ResourceType": "Custom::Factory::Widget"},
        {"ResourceType": "AWS::S3::Bucket"},
        {"ResourceType": "Acme::Widget"},
        {"Configuration": "no json"},
        {"Configuration": json.dumps({"long": "x" * 65_536})},
    ],
)
def test_what_is_no_custom_item_is_refused(dev: Any, request_: dict[str, str]) -> None:
    whole = {
        "ResourceType": WIDGET,
        "SchemaVersionId": "1",
        "ResourceId": "w-3",
        "Configuration": "{}",
        **request_,
    }
    assert refusal(dev, "put_resource_config", **whole)[0] == "ValidationException"


def test_nothing_can_be_put_where_no_recorder_runs(aws: EmulatedAws) -> None:
    config = aws.reader("config", PAYMENTS_DEV, EMPTY_REGION)
    code, _ = refusal(
        config,
        "put_resource_config",
        ResourceType=WIDGET,
        SchemaVersionId="1",
        ResourceId="w",
        Configuration="{}",
    )
    assert code == "NoRunningConfigurationRecorderException"


def seed(aws: EmulatedAws, rows: list[Any], region: str) -> tuple[int, Any]:
    where = f"account={PAYMENTS_DEV}&region={region}"
    return aws.control("POST", f"seed/config/configuration-items?{where}", rows)


def test_items_of_any_type_can_be_seeded(aws: EmulatedAws) -> None:
    rows = [
        {**item(BUCKET, "seeded"), "configurationItemCaptureTime": "2026-11-20T10:00:00Z"},
        {**item(BUCKET, "seeded"), "configurationItemCaptureTime": 1_763_000_000},
    ]
    status, _ = seed(aws, rows, "eu-south-1")
    assert status < 300
    config = aws.reader("config", PAYMENTS_DEV, "eu-south-1")
    paginator = config.get_paginator("get_resource_config_history")
    pages = paginator.paginate(resourceType=BUCKET, resourceId="seeded")
    found = [
        one["configurationItemCaptureTime"] for page in pages for one in page["configurationItems"]
    ]
    assert [f"{moment:%Y-%m-%d}" for moment in found] == ["2026-11-20", "2025-11-13"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"resourceType": "bucket"}, "Row 2: resourceType 'bucket' is not like AWS::Service::Kind"),
        ({"resourceId": ""}, "Row 2: resourceId must be a text of 1 to 768 characters"),
        (
            {"configurationItemCaptureTime": None},
            "Row 2: configurationItemCaptureTime is missing",
        ),
        ({"configurationItemCaptureTime": "2026-11-20T10:00:00"}, "is no time with a zone"),
        ({"configurationItemStatus": "Fine"}, "Row 2: configurationItemStatus is none of OK, "),
        ({"configuration": "{"}, "Row 2: configuration is no JSON"),
        ({"tags": {"a": 1}}, "Row 2: tags is no map of texts"),
        ({"colour": "red"}, "Row 2: colour is no member of a configuration item"),
        ({"accountId": "999999999999"}, f"Row 2: accountId is not {PAYMENTS_DEV}"),
        ({"awsRegion": "eu-west-1"}, f"Row 2: awsRegion is neither {EMPTY_REGION} nor global"),
        ({"resourceName": 5}, "Row 2: resourceName has the wrong type"),
        ({"relatedEvents": "none"}, "Row 2: relatedEvents has the wrong type"),
        ({"tags": []}, "Row 2: tags has the wrong type"),
        ({"relationships": {}}, "Row 2: relationships has the wrong type"),
        ({"configurationItemCaptureTime": 1e300}, "Row 2: timestamp out of range"),
        (
            {"resourceType": "AWS::Config::ResourceCompliance", "configuration": []},
            "Row 2: configuration is not as AWS Config records compliance",
        ),
        (
            {
                "resourceType": "AWS::Config::ResourceCompliance",
                "configuration": {
                    "targetResourceType": BUCKET,
                    "targetResourceId": "b",
                    "complianceType": "COMPLIANT",
                    "configRuleList": [{"configRuleName": "a"}],
                },
            },
            "Row 2: configuration is not as AWS Config records compliance",
        ),
        ({"relationships": ["vpc"]}, "Row 2: relationships is no list of structures"),
    ],
)
def test_a_wrong_row_is_named_and_none_is_seeded(
    aws: EmulatedAws, wrong: dict[str, Any], message: str
) -> None:
    good = {"resourceType": BUCKET, "resourceId": "b", "configurationItemCaptureTime": 1.7e9}
    status, answer = seed(aws, [good, {**good, **wrong}], EMPTY_REGION)
    assert status == 400
    assert message in answer["error"]
    code, _ = refusal(
        aws.reader("config", PAYMENTS_DEV, EMPTY_REGION),
        "list_discovered_resources",
        resourceType=BUCKET,
    )
    assert code == "NoAvailableConfigurationRecorderException"
