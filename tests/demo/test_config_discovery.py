"""What is discovered, and by whom: resources, counts, recorders, items put there from outside."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_DEV, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.config_items import (
    BUCKET,
    EMPTY_REGION,
    GROUP,
    INSTANCE,
    PLACE,
    REGION,
    item,
    refusal,
)
from tests.demo.emulated_aws import EPOCH, EmulatedAws

WIDGET = "Acme::Factory::Widget"


def items() -> Iterator[dict[str, Any]]:
    for number in range(103):
        yield item(INSTANCE, f"i-{number:03d}", resourceName=f"web-{number % 2}")
    yield item(BUCKET, "kept")
    yield item(BUCKET, "gone", 9)
    yield item(BUCKET, "gone", 8, configurationItemStatus="ResourceDeleted", resourceName="gone")
    yield item(GROUP, "sg-1")
    yield item(GROUP, "sg-2")


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        store.plant(PLACE, items)
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def config(aws: EmulatedAws) -> Any:
    return aws.reader("config", PAYMENTS_PROD, REGION)


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


def test_resources_of_a_type_are_listed_without_deleted_ones(config: Any) -> None:
    assert ids(config, resourceType=GROUP) == ["sg-1", "sg-2"]
    assert ids(config, resourceType=BUCKET) == ["kept"]
    assert ids(config, resourceType="AWS::SNS::Topic") == []


def test_deleted_ones_are_listed_on_demand_with_the_time_of_their_deletion(config: Any) -> None:
    answer = config.list_discovered_resources(resourceType=BUCKET, includeDeletedResources=True)
    assert answer["resourceIdentifiers"] == [
        {
            "resourceType": BUCKET,
            "resourceId": "gone",
            "resourceName": "gone",
            "resourceDeletionTime": EPOCH - timedelta(days=8),
        },
        {"resourceType": BUCKET, "resourceId": "kept"},
    ]


def test_resources_are_listed_by_id_or_by_name(config: Any) -> None:
    assert ids(config, resourceType=INSTANCE, resourceIds=["i-007", "i-x"]) == ["i-007"]
    by_name = ids(config, resourceType=INSTANCE, resourceName="web-1")
    assert by_name == [f"i-{number:03d}" for number in range(1, 103, 2)]


def test_ids_and_a_name_exclude_each_other(config: Any) -> None:
    code, message = refusal(
        config,
        "list_discovered_resources",
        resourceType=INSTANCE,
        resourceIds=["i-001"],
        resourceName="web-1",
    )
    assert code == "ValidationException"
    assert message == "Both Resource ID and Resource Name cannot be specified in the request"


def test_20_ids_at_most(config: Any) -> None:
    request = {"resourceType": INSTANCE, "resourceIds": [f"i-{n:03d}" for n in range(21)]}
    assert refusal(config, "list_discovered_resources", **request)[0] == "ValidationException"
    assert len(ids(config, **{**request, "resourceIds": request["resourceIds"][1:]})) == 20


def test_a_page_has_100_resources_unless_told_otherwise(config: Any) -> None:
    paginator = config.get_paginator("list_discovered_resources")
    for limit, sizes in ((0, [100, 3]), (60, [60, 43])):
        pages = list(paginator.paginate(resourceType=INSTANCE, limit=limit))
        assert [len(page["resourceIdentifiers"]) for page in pages] == sizes


def test_a_wrong_limit_or_token_has_its_own_code(config: Any) -> None:
    code, _ = refusal(config, "list_discovered_resources", resourceType=GROUP, limit=101)
    assert code == "InvalidLimitException"
    token = config.list_discovered_resources(resourceType=INSTANCE)["nextToken"]
    code, _ = refusal(config, "list_discovered_resources", resourceType=GROUP, nextToken=token)
    assert code == "InvalidNextTokenException"


def test_resources_are_counted_by_type(config: Any) -> None:
    answer = config.get_discovered_resource_counts()
    assert answer["totalDiscoveredResources"] == 106
    assert answer["resourceCounts"] == [
        {"resourceType": INSTANCE, "count": 103},
        {"resourceType": GROUP, "count": 2},
        {"resourceType": BUCKET, "count": 1},
    ]


def test_the_total_is_that_of_the_types_asked_for(config: Any) -> None:
    answer = config.get_discovered_resource_counts(resourceTypes=[GROUP, "AWS::SNS::Topic"])
    assert answer["totalDiscoveredResources"] == 2
    assert answer["resourceCounts"] == [{"resourceType": GROUP, "count": 2}]


def test_counts_come_in_pages(config: Any) -> None:
    first = config.get_discovered_resource_counts(limit=2)
    second = config.get_discovered_resource_counts(limit=2, nextToken=first["nextToken"])
    assert [len(page["resourceCounts"]) for page in (first, second)] == [2, 1]
    assert second["totalDiscoveredResources"] == 106


def test_a_recorder_runs_where_items_are(config: Any) -> None:
    (recorder,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
    assert recorder["recordingGroup"]["allSupported"]
    arn = f"arn:aws:config:{REGION}:{PAYMENTS_PROD}:configuration-recorder/{recorder['name']}"
    assert recorder["arn"] == arn
    answer = config.describe_configuration_recorder_status()
    (status,) = answer["ConfigurationRecordersStatus"]
    assert (status["name"], status["recording"]) == (recorder["name"], True)
    assert status["lastStatus"] == "Success"
    (channel,) = config.describe_delivery_channels()["DeliveryChannels"]
    assert channel["s3BucketName"] == f"config-bucket-{PAYMENTS_PROD}"


@pytest.mark.parametrize(
    "operation", ["describe_configuration_recorders", "describe_configuration_recorder_status"]
)
def test_an_unknown_recorder_is_refused(config: Any, operation: str) -> None:
    code, _ = refusal(config, operation, ConfigurationRecorderNames=["nobody"])
    assert code == "NoSuchConfigurationRecorderException"


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
        ({"resourceType": "bucket"}, "Row 1: resourceType 'bucket' is not like AWS::Service::Kind"),
        ({"resourceId": ""}, "Row 1: resourceId must be a text of 1 to 768 characters"),
        (
            {"configurationItemCaptureTime": None},
            "Row 1: configurationItemCaptureTime is missing",
        ),
        ({"configurationItemCaptureTime": "2026-11-20T10:00:00"}, "is no time with a zone"),
        ({"configurationItemStatus": "Fine"}, "Row 1: configurationItemStatus is none of OK, "),
        ({"configuration": "{"}, "Row 1: configuration is no JSON"),
        ({"tags": {"a": 1}}, "Row 1: tags is no map of texts"),
        ({"colour": "red"}, "Row 1: colour is no member of a configuration item"),
        ({"accountId": "999999999999"}, f"Row 1: accountId is not {PAYMENTS_DEV}"),
        ({"relationships": ["vpc"]}, "Row 1: relationships is no list of structures"),
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
