"""Discovered resources, their counts and the recorder in the emulated AWS Config."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.config_items import (
    BUCKET,
    GROUP,
    INSTANCE,
    PLACE,
    REGION,
    item,
    refusal,
)
from tests.demo.emulated_aws import EPOCH, EmulatedAws


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
