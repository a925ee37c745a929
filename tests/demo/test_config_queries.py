"""SelectResourceConfig of the emulated AWS, through boto3."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.config_items import BUCKET, GROUP, INSTANCE, PLACE, REGION, item, refusal
from tests.demo.emulated_aws import EPOCH, EmulatedAws


def items() -> Iterator[dict[str, Any]]:
    for number in range(60):
        yield item(INSTANCE, f"i-{number:02d}", 1, configuration={"size": number % 3})
    yield item(
        BUCKET,
        "reports",
        2,
        resourceName="reports",
        availabilityZone="Regional",
        resourceCreationTime=1_600_000_000.771,
        configuration={"name": "reports"},
        supplementaryConfiguration={"BucketVersioningConfiguration": '{"status":"Off"}'},
        tags={"env": "prod"},
    )
    yield item(BUCKET, "changed", 9, configuration={"name": "before"})
    yield item(BUCKET, "changed", 8, configuration={"name": "after"})
    yield item(BUCKET, "gone", 9)
    yield item(BUCKET, "gone", 8, configurationItemStatus="ResourceDeleted")
    yield item(GROUP, "sg", configurationItemStatus="ResourceNotRecorded")
    yield item("Acme::Factory::Widget", "w", configuration={"teeth": 12})


@pytest.fixture(scope="module")
def config() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        store.plant(PLACE, items)
        yield EmulatedAws(server.url).reader("config", PAYMENTS_PROD, REGION)


def select(config: Any, expression: str, **request: Any) -> list[Any]:
    answer = config.select_resource_config(Expression=expression, **request)
    return [orjson.loads(row) for row in answer["Results"]]


def test_a_row_nests_what_was_selected(config: Any) -> None:
    rows = select(
        config,
        "SELECT resourceId, configuration.name,"
        " supplementaryConfiguration.BucketVersioningConfiguration.status, tags"
        " WHERE resourceId = 'reports'",
    )
    assert rows == [
        {
            "resourceId": "reports",
            "configuration": {"name": "reports"},
            "supplementaryConfiguration": {"BucketVersioningConfiguration": {"status": "Off"}},
            "tags": [{"key": "env", "value": "prod", "tag": "env=prod"}],
        }
    ]


def test_what_a_resource_does_not_have_is_left_out(config: Any) -> None:
    """A third party's has no ARN."""
    assert select(config, "SELECT arn, resourceId WHERE resourceId = 'w'") == [{"resourceId": "w"}]


def test_a_star_is_the_scalar_properties_of_the_top(config: Any) -> None:
    answer = config.select_resource_config(Expression="SELECT * WHERE resourceId = 'reports'")
    (row,) = map(orjson.loads, answer["Results"])
    assert row == {
        "accountId": PAYMENTS_PROD,
        "awsRegion": REGION,
        "arn": "arn:aws:s3:::reports",
        "availabilityZone": "Regional",
        "configurationItemCaptureTime": "2026-11-21T09:00:00.000Z",
        "resourceCreationTime": "2020-09-13T12:26:40.771Z",
        "resourceId": "reports",
        "resourceName": "reports",
        "resourceType": BUCKET,
        "version": "1.3",
    }
    assert {field["Name"] for field in answer["QueryInfo"]["SelectFields"]} == row.keys()


def test_the_fields_are_named_as_they_were_selected(config: Any) -> None:
    answer = config.select_resource_config(
        Expression="select configuration.size, count(*), AVG(configuration.size)"
        " where resourceType = 'AWS::EC2::Instance' group by configuration.size"
    )
    names = [field["Name"] for field in answer["QueryInfo"]["SelectFields"]]
    assert names == ["configuration.size", "COUNT(*)", "AVG(configuration.size)"]


def test_queries_see_the_current_state(config: Any) -> None:
    rows = select(
        config,
        "SELECT resourceId, configuration.name WHERE resourceType = 'AWS::S3::Bucket'"
        " ORDER BY resourceId",
    )
    assert rows == [
        {"resourceId": "changed", "configuration": {"name": "after"}},
        {"resourceId": "reports", "configuration": {"name": "reports"}},
    ]


def test_queries_do_not_see_what_is_not_recorded(config: Any) -> None:
    assert select(config, "SELECT * WHERE resourceType = 'AWS::EC2::SecurityGroup'") == []


def test_the_configuration_of_a_third_partys_resource_is_null(config: Any) -> None:
    rows = select(config, "SELECT resourceId, configuration WHERE resourceId = 'w'")
    assert rows == [{"resourceId": "w", "configuration": None}]
    assert select(config, "SELECT resourceId WHERE configuration.teeth = 12") == []


def test_a_page_has_25_rows_unless_told_otherwise(config: Any) -> None:
    query = "SELECT resourceId WHERE resourceType = 'AWS::EC2::Instance'"
    assert len(select(config, query)) == 25
    assert len(select(config, query, Limit=0)) == 25
    assert len(select(config, query, Limit=60)) == 60


def test_pages_hold_every_row_once(config: Any) -> None:
    query = "SELECT resourceId WHERE resourceType = 'AWS::EC2::Instance' ORDER BY resourceId DESC"
    paginator = config.get_paginator("select_resource_config")
    pages = paginator.paginate(Expression=query, PaginationConfig={"PageSize": 25})
    sizes, ids = [], []
    for page in pages:
        sizes.append(len(page["Results"]))
        ids += [orjson.loads(row)["resourceId"] for row in page["Results"]]
    assert sizes == [25, 25, 10]
    assert ids == [f"i-{number:02d}" for number in range(59, -1, -1)]


def test_in_order_of_an_aggregate_there_is_one_page(config: Any) -> None:
    query = "SELECT resourceType, COUNT(*) GROUP BY resourceType"
    paged = config.select_resource_config(Expression=query, Limit=1)
    assert "NextToken" in paged
    single = config.select_resource_config(Expression=f"{query} ORDER BY COUNT(*)", Limit=1)
    assert "NextToken" not in single


def test_a_token_of_another_query_is_refused(config: Any) -> None:
    token = config.select_resource_config(Expression="SELECT *")["NextToken"]
    for request in (
        {"Expression": "SELECT arn", "NextToken": token},
        {"Expression": "SELECT *", "NextToken": "nonsense"},
    ):
        assert refusal(config, "select_resource_config", **request)[0] == (
            "InvalidNextTokenException"
        )


def test_a_limit_above_100_is_refused(config: Any) -> None:
    code, _ = refusal(config, "select_resource_config", Expression="SELECT *", Limit=101)
    assert code == "InvalidLimitException"


def test_an_expression_has_4096_characters_at_most(config: Any) -> None:
    code, message = refusal(config, "select_resource_config", Expression="S" * 4097)
    assert code == "ValidationException"
    assert "Member must have length less than or equal to 4096" in message


def test_an_invalid_expression_is_refused_with_the_place_of_its_error(config: Any) -> None:
    error = refusal(config, "select_resource_config", Expression="SELECT *\nFROM resources")
    assert error == ("InvalidExpressionException", "syntax error at line 2, column 1")


def test_where_nothing_is_recorded_nothing_is_found() -> None:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        config = EmulatedAws(server.url).reader("config", PAYMENTS_PROD, "ap-south-2")
        assert select(config, "SELECT *") == []
