"""Configuration aggregators of the emulated AWS, through boto3."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.config_items import (
    BUCKET,
    GROUP,
    INSTANCE,
    OTHER_PLACE,
    PLACE,
    REGION,
    item,
    refusal,
)
from tests.demo.emulated_aws import EPOCH, EmulatedAws

FAR = "ap-northeast-3"


@pytest.fixture(scope="module")
def config() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        store.plant(PLACE, lambda: [item(INSTANCE, f"i-{number}") for number in range(30)])
        store.plant(
            OTHER_PLACE,
            lambda: [
                item(BUCKET, "b", resourceName="reports", tags={"a": "b"}),
                item(BUCKET, "gone", configurationItemStatus="ResourceDeleted"),
                item(INSTANCE, "i-0", configuration={"instanceType": "m7g.large"}),
            ],
        )
        store.plant(Place(DATA_PROD, FAR), lambda: [item(GROUP, "sg-far")])
        config = EmulatedAws(server.url).reader("config", PAYMENTS_PROD, REGION)
        aggregate(config, "all", [PAYMENTS_PROD, DATA_PROD], AwsRegions=[REGION, FAR])
        aggregate(config, "data", [DATA_PROD], AwsRegions=[REGION])
        yield config


def aggregate(config: Any, name: str, accounts: list[str], **regions: Any) -> dict[str, Any]:
    answer = config.put_configuration_aggregator(
        ConfigurationAggregatorName=name,
        AccountAggregationSources=[{"AccountIds": accounts, **regions}],
    )
    found: dict[str, Any] = answer["ConfigurationAggregator"]
    return found


def select(config: Any, expression: str, aggregator: str = "all", **request: Any) -> list[Any]:
    answer = config.select_aggregate_resource_config(
        Expression=expression, ConfigurationAggregatorName=aggregator, **request
    )
    return [orjson.loads(row) for row in answer["Results"]]


def test_aggregators_are_described(config: Any) -> None:
    found = config.describe_configuration_aggregators()["ConfigurationAggregators"]
    assert {one["ConfigurationAggregatorName"] for one in found} >= {"all", "data"}
    (one,) = config.describe_configuration_aggregators(ConfigurationAggregatorNames=["data"])[
        "ConfigurationAggregators"
    ]
    assert one["AccountAggregationSources"][0]["AccountIds"] == [DATA_PROD]


def test_aggregators_come_in_pages(config: Any) -> None:
    first = config.describe_configuration_aggregators(Limit=1)
    assert len(first["ConfigurationAggregators"]) == 1
    second = config.describe_configuration_aggregators(Limit=1, NextToken=first["NextToken"])
    assert second["ConfigurationAggregators"] != first["ConfigurationAggregators"]


def test_a_deleted_aggregator_is_gone(config: Any) -> None:
    aggregate(config, "short-lived", [DATA_PROD], AllAwsRegions=True)
    config.delete_configuration_aggregator(ConfigurationAggregatorName="short-lived")
    code, _ = refusal(
        config,
        "describe_configuration_aggregators",
        ConfigurationAggregatorNames=["short-lived"],
    )
    assert code == "NoSuchConfigurationAggregatorException"


def test_an_aggregator_has_one_kind_of_source(config: Any) -> None:
    code, _ = refusal(
        config, "put_configuration_aggregator", ConfigurationAggregatorName="sourceless"
    )
    assert code == "InvalidParameterValueException"


def test_an_aggregator_collects_its_accounts_in_its_regions(config: Any) -> None:
    rows = select(config, "SELECT COUNT(*), accountId GROUP BY accountId")
    assert rows == [
        {"COUNT(*)": 30, "accountId": PAYMENTS_PROD},
        {"COUNT(*)": 3, "accountId": DATA_PROD},
    ]
    assert select(config, "SELECT COUNT(*)", "data") == [{"COUNT(*)": 2}]


def test_one_of_all_regions_collects_them_all(config: Any) -> None:
    aggregate(config, "everywhere", [DATA_PROD], AllAwsRegions=True)
    rows = select(config, "SELECT resourceId, awsRegion WHERE resourceId = 'sg-far'", "everywhere")
    assert rows == [{"resourceId": "sg-far", "awsRegion": FAR}]


def test_an_organizations_aggregator_collects_all_accounts(config: Any) -> None:
    config.put_configuration_aggregator(
        ConfigurationAggregatorName="organization",
        OrganizationAggregationSource={
            "RoleArn": f"arn:aws:iam::{PAYMENTS_PROD}:role/config",
            "AwsRegions": [REGION],
        },
    )
    rows = select(config, "SELECT accountId GROUP BY accountId", "organization")
    assert [row["accountId"] for row in rows] == [PAYMENTS_PROD, DATA_PROD]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("select_aggregate_resource_config", {"Expression": "SELECT *"}),
        ("list_aggregate_discovered_resources", {"ResourceType": BUCKET}),
        ("get_aggregate_discovered_resource_counts", {}),
    ],
)
def test_an_aggregator_that_is_not_there_is_refused(
    config: Any, operation: str, request_: dict[str, Any]
) -> None:
    code, message = refusal(config, operation, ConfigurationAggregatorName="none", **request_)
    assert code == "NoSuchConfigurationAggregatorException"
    assert message.startswith("The configuration aggregator does not exist.")


def test_a_page_has_25_rows_unless_told_otherwise(config: Any) -> None:
    assert len(select(config, "SELECT resourceId")) == 25
    assert len(select(config, "SELECT resourceId", MaxResults=30)) == 30
    assert len(select(config, "SELECT resourceId", Limit=7)) == 7


def test_a_page_of_groups_has_up_to_500(config: Any) -> None:
    rows = select(config, "SELECT resourceId, COUNT(*) GROUP BY resourceId")
    assert len(rows) == 32


def test_the_paginator_reads_all_pages(config: Any) -> None:
    paginator = config.get_paginator("select_aggregate_resource_config")
    pages = paginator.paginate(
        Expression="SELECT arn", ConfigurationAggregatorName="all", PaginationConfig={"PageSize": 9}
    )
    rows = [row for page in pages for row in page["Results"]]
    assert len(rows) == len(set(rows)) == 33


def test_a_token_holds_for_its_aggregator_only(config: Any) -> None:
    request = {"Expression": "SELECT *", "Limit": 1}
    token = config.select_aggregate_resource_config(**request, ConfigurationAggregatorName="all")[
        "NextToken"
    ]
    code, _ = refusal(
        config,
        "select_aggregate_resource_config",
        **request,
        ConfigurationAggregatorName="data",
        NextToken=token,
    )
    assert code == "InvalidNextTokenException"


def test_resources_are_counted_by_type_account_or_region(config: Any) -> None:
    def counts(group_key: str, **filters: str) -> dict[str, int]:
        answer = config.get_aggregate_discovered_resource_counts(
            ConfigurationAggregatorName="all", GroupByKey=group_key, Filters=filters
        )
        assert answer["GroupByKey"] == group_key
        groups = answer["GroupedResourceCounts"]
        assert answer["TotalDiscoveredResources"] == sum(g["ResourceCount"] for g in groups)
        return {group["GroupName"]: group["ResourceCount"] for group in groups}

    assert counts("RESOURCE_TYPE") == {INSTANCE: 31, BUCKET: 1, GROUP: 1}
    assert counts("ACCOUNT_ID") == {PAYMENTS_PROD: 30, DATA_PROD: 3}
    assert counts("AWS_REGION", AccountId=DATA_PROD) == {REGION: 2, FAR: 1}


def test_without_a_group_there_is_the_total_alone(config: Any) -> None:
    answer = config.get_aggregate_discovered_resource_counts(ConfigurationAggregatorName="all")
    assert answer["TotalDiscoveredResources"] == 33
    assert "GroupedResourceCounts" not in answer


def test_resources_are_listed_by_type_and_filters(config: Any) -> None:
    request = {"ConfigurationAggregatorName": "all", "ResourceType": BUCKET}
    found = config.list_aggregate_discovered_resources(**request)["ResourceIdentifiers"]
    assert found == [
        {
            "SourceAccountId": DATA_PROD,
            "SourceRegion": REGION,
            "ResourceId": "b",
            "ResourceType": BUCKET,
            "ResourceName": "reports",
        }
    ]
    filters = {"ResourceName": "other"}
    answer = config.list_aggregate_discovered_resources(**request, Filters=filters)
    assert answer["ResourceIdentifiers"] == []


def identifier(account: str, resource_type: str, resource_id: str) -> dict[str, str]:
    return {
        "SourceAccountId": account,
        "SourceRegion": REGION,
        "ResourceType": resource_type,
        "ResourceId": resource_id,
    }


def test_a_resource_is_read_from_its_account(config: Any) -> None:
    answer = config.get_aggregate_resource_config(
        ConfigurationAggregatorName="all",
        ResourceIdentifier=identifier(DATA_PROD, INSTANCE, "i-0"),
    )
    assert answer["ConfigurationItem"]["configuration"] == '{"instanceType":"m7g.large"}'


def test_a_deleted_resource_is_not_read(config: Any) -> None:
    code, _ = refusal(
        config,
        "get_aggregate_resource_config",
        ConfigurationAggregatorName="all",
        ResourceIdentifier=identifier(DATA_PROD, BUCKET, "gone"),
    )
    assert code == "ResourceNotDiscoveredException"


def test_a_batch_names_what_it_did_not_process(config: Any) -> None:
    there, gone = identifier(DATA_PROD, BUCKET, "b"), identifier(DATA_PROD, BUCKET, "gone")
    answer = config.batch_get_aggregate_resource_config(
        ConfigurationAggregatorName="all", ResourceIdentifiers=[there, gone]
    )
    (found,) = answer["BaseConfigurationItems"]
    assert found["resourceId"] == "b"
    assert "tags" not in found
    assert answer["UnprocessedResourceIdentifiers"] == [gone]
