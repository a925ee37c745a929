"""GetResourceConfigHistory and BatchGetResourceConfig of the emulated AWS, through boto3."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.config_items import BUCKET, EMPTY_REGION, GROUP, PLACE, REGION, item, refusal
from tests.demo.emulated_aws import EPOCH, EmulatedAws

SG = {"resourceType": GROUP, "resourceId": "sg-1"}
HOURLY = {"resourceType": GROUP, "resourceId": "sg-hourly"}


def items() -> Iterator[dict[str, Any]]:
    yield item(
        GROUP,
        "sg-1",
        5,
        configuration={"ipPermissions": [{"fromPort": 22}]},
        supplementaryConfiguration={"Notes": {"by": "ada"}, "Text": "no json"},
        resourceName="bastion",
        tags={"env": "prod"},
        relationships=[
            {
                "resourceType": "AWS::EC2::VPC",
                "resourceId": "vpc-1",
                "relationshipName": "Is contained in Vpc",
            }
        ],
        resourceCreationTime=EPOCH - timedelta(days=400),
        availabilityZone="Not Applicable",
    )
    yield item(GROUP, "sg-1", 40, configurationItemStatus="ResourceDiscovered")
    yield item(GROUP, "sg-1", 2, configuration='{"ipPermissions": []}')
    yield item(BUCKET, "gone", 9)
    yield item(BUCKET, "gone", 8, configurationItemStatus="ResourceDeleted")
    for hours in range(120):
        yield item(GROUP, "sg-hourly", hours / 24, configuration={"hour": hours})


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        store.plant(PLACE, items)
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def config(aws: EmulatedAws) -> Any:
    return aws.reader("config", PAYMENTS_PROD, REGION)


def pages(config: Any, **request: Any) -> list[list[dict[str, Any]]]:
    paginator = config.get_paginator("get_resource_config_history")
    return [page["configurationItems"] for page in paginator.paginate(**request)]


def history(config: Any, **request: Any) -> list[dict[str, Any]]:
    return [found for page in pages(config, **request) for found in page]


def days_ago(items: list[dict[str, Any]]) -> list[float]:
    return [(EPOCH - found["configurationItemCaptureTime"]) / timedelta(days=1) for found in items]


def test_the_newest_item_comes_first(config: Any) -> None:
    assert days_ago(history(config, **SG)) == [2, 5, 40]


def test_forward_has_the_oldest_first(config: Any) -> None:
    assert days_ago(history(config, **SG, chronologicalOrder="Forward")) == [40, 5, 2]


def test_an_item_has_what_aws_gives_it(config: Any) -> None:
    found = history(config, **SG)[1]
    assert found.pop("configurationItemMD5Hash").isalnum()
    assert json.loads(found.pop("configuration")) == {"ipPermissions": [{"fromPort": 22}]}
    captured_at = EPOCH - timedelta(days=5)
    assert found == {
        "version": "1.3",
        "accountId": PAYMENTS_PROD,
        "configurationItemCaptureTime": captured_at,
        "configurationItemStatus": "OK",
        "configurationStateId": str(int(captured_at.timestamp() * 1000)),
        "arn": f"arn:aws:ec2:{REGION}:{PAYMENTS_PROD}:security-group/sg-1",
        "resourceType": GROUP,
        "resourceId": "sg-1",
        "resourceName": "bastion",
        "awsRegion": REGION,
        "availabilityZone": "Not Applicable",
        "resourceCreationTime": EPOCH - timedelta(days=400),
        "tags": {"env": "prod"},
        "relatedEvents": [],
        "relationships": [
            {
                "resourceType": "AWS::EC2::VPC",
                "resourceId": "vpc-1",
                "relationshipName": "Is contained in Vpc",
            }
        ],
        "supplementaryConfiguration": {"Notes": '{"by":"ada"}', "Text": "no json"},
    }


def test_the_hash_tells_states_of_a_resource_apart(config: Any) -> None:
    hashes = [found["configurationItemMD5Hash"] for found in history(config, **SG)]
    assert len(set(hashes)) == 3


def test_the_earlier_and_the_later_time_are_inside_the_range(config: Any) -> None:
    found = history(
        config,
        **SG,
        earlierTime=EPOCH - timedelta(days=5),
        laterTime=EPOCH - timedelta(days=2),
    )
    assert days_ago(found) == [2, 5]


def test_a_range_without_changes_has_no_items(config: Any) -> None:
    assert history(config, **SG, laterTime=EPOCH - timedelta(days=41)) == []


@pytest.mark.parametrize("days", [0, 1])
def test_an_earlier_time_that_is_not_before_the_later_time_is_refused(
    config: Any, days: int
) -> None:
    code, message = refusal(
        config,
        "get_resource_config_history",
        **SG,
        laterTime=EPOCH - timedelta(days=days),
        earlierTime=EPOCH,
    )
    assert code == "InvalidTimeRangeException"
    assert message.startswith("The specified time range is not valid.")


@pytest.mark.parametrize(("limit", "size"), [(None, 10), (0, 10), (3, 3), (100, 100)])
def test_a_page_has_10_items_unless_told_otherwise(config: Any, limit: int, size: int) -> None:
    request = HOURLY if limit is None else {**HOURLY, "limit": limit}
    page = config.get_resource_config_history(**request)
    assert len(page["configurationItems"]) == size
    assert page["nextToken"]


def test_a_limit_above_100_is_refused(config: Any) -> None:
    code, message = refusal(config, "get_resource_config_history", **SG, limit=101)
    assert code == "InvalidLimitException"
    assert "less than or equal to 100" in message


@pytest.mark.parametrize("order", ["Reverse", "Forward"])
def test_pages_hold_every_item_once(config: Any, order: str) -> None:
    request = {**HOURLY, "chronologicalOrder": order}
    found = pages(config, **request, limit=50)
    assert [len(page) for page in found] == [50, 50, 20]
    hours = [json.loads(one["configuration"])["hour"] for page in found for one in page]
    assert hours == (list(range(120)) if order == "Reverse" else list(range(119, -1, -1)))


def test_a_page_spans_seven_days_at_most(config: Any) -> None:
    assert [days_ago(page) for page in pages(config, **SG)] == [[2, 5], [40]]


def test_items_that_are_recorded_between_pages_move_nothing(config: Any) -> None:
    first = config.get_resource_config_history(**HOURLY, limit=2)
    store.record(PLACE, item(GROUP, "sg-hourly", 0.001, configuration={"hour": 0.024}))
    second = config.get_resource_config_history(**HOURLY, limit=2, nextToken=first["nextToken"])
    assert days_ago(second["configurationItems"]) == [2 / 24, 3 / 24]


def test_a_token_that_was_not_given_for_the_request_is_refused(config: Any) -> None:
    token = config.get_resource_config_history(**HOURLY)["nextToken"]
    for request in ({**SG, "nextToken": token}, {**HOURLY, "nextToken": "nonsense"}):
        code, _ = refusal(config, "get_resource_config_history", **request)
        assert code == "InvalidNextTokenException"


def test_the_history_of_a_deleted_resource_is_kept(config: Any) -> None:
    found = history(config, resourceType=BUCKET, resourceId="gone")
    assert [one["configurationItemStatus"] for one in found] == ["ResourceDeleted", "OK"]


def test_a_resource_that_was_never_discovered_is_refused(config: Any) -> None:
    code, message = refusal(
        config, "get_resource_config_history", resourceType=BUCKET, resourceId="nobody"
    )
    assert code == "ResourceNotDiscoveredException"
    assert message == (
        "Resource nobody of resourceType:AWS::S3::Bucket is unknown or has not been discovered"
    )


def test_a_type_that_aws_does_not_have_is_refused(config: Any) -> None:
    code, message = refusal(
        config, "get_resource_config_history", resourceType="AWS::S3::Pail", resourceId="x"
    )
    assert code == "ValidationException"
    assert "Value 'AWS::S3::Pail' at 'resourceType' failed to satisfy constraint" in message


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("get_resource_config_history", SG),
        ("batch_get_resource_config", {"resourceKeys": [SG]}),
        ("list_discovered_resources", {"resourceType": GROUP}),
    ],
)
def test_without_a_recorder_there_is_no_history(
    aws: EmulatedAws, operation: str, request_: dict[str, Any]
) -> None:
    config = aws.reader("config", PAYMENTS_PROD, EMPTY_REGION)
    code, _ = refusal(config, operation, **request_)
    assert code == "NoAvailableConfigurationRecorderException"


def test_a_batch_answers_the_current_item_of_what_is_there(config: Any) -> None:
    answer = config.batch_get_resource_config(
        resourceKeys=[
            SG,
            {"resourceType": BUCKET, "resourceId": "gone"},
            {"resourceType": BUCKET, "resourceId": "nobody"},
        ]
    )
    (found,) = answer["baseConfigurationItems"]
    assert days_ago([found]) == [2]
    assert found["resourceId"] == "sg-1"
    assert answer["unprocessedResourceKeys"] == []


def test_a_batch_has_no_tags_and_no_relationships(config: Any) -> None:
    (found,) = config.batch_get_resource_config(resourceKeys=[SG])["baseConfigurationItems"]
    assert not {"tags", "relationships", "relatedEvents"} & found.keys()


def test_a_batch_has_100_keys_at_most(config: Any) -> None:
    code, message = refusal(config, "batch_get_resource_config", resourceKeys=[SG] * 101)
    assert code == "ValidationException"
    assert "Member must have length less than or equal to 100" in message
