"""Glue's data catalog of the emulated AWS, through boto3."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

DAYS = [f"2026-11-{day:02d}" for day in range(1, 24)]


@pytest.fixture(scope="module")
def glue() -> Iterator[Any]:
    """A catalog with `web` and `shop`; of `web.visits` there are 23 days in 2 regions."""
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        client = EmulatedAws(server.url).reader("glue", PAYMENTS_DEV, "us-east-1")
        client.create_database(DatabaseInput={"Name": "web", "Description": "What visitors do"})
        client.create_database(DatabaseInput={"Name": "shop"})
        for name in ("visits", "visitors", "errors"):
            client.create_table(DatabaseName="web", TableInput=table(name))
        client.create_table(DatabaseName="shop", TableInput=table("orders", "What was bought"))
        client.batch_create_partition(
            DatabaseName="web",
            TableName="visits",
            PartitionInputList=[
                {"Values": [day, region], "StorageDescriptor": {"Location": f"s3://b/{day}"}}
                for day in DAYS
                for region in ("eu", "us")
            ],
        )
        yield client


def table(name: str, description: str = "") -> dict[str, Any]:
    return {
        "Name": name,
        "Description": description,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "dt", "Type": "date"}, {"Name": "region", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "trace_id", "Type": "string", "Comment": "Of X-Ray"}],
            "Location": f"s3://b/{name}/",
        },
        "Parameters": {"classification": "parquet"},
    }


def refusal(call: Any, **request: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer: Any = refused.value.response
    return dict(answer["Error"])


def names(tables: list[dict[str, Any]]) -> list[str]:
    return [one["Name"] for one in tables]


def test_databases_come_by_name_and_in_pages(glue: Any) -> None:
    first = glue.get_databases(MaxResults=1)
    second = glue.get_databases(MaxResults=1, NextToken=first["NextToken"])
    assert names(first["DatabaseList"] + second["DatabaseList"]) == ["shop", "web"]
    assert "NextToken" not in second


def test_a_database_tells_its_description(glue: Any) -> None:
    found = glue.get_database(Name="web")["Database"]
    assert found["Description"] == "What visitors do"
    assert found["CatalogId"] == PAYMENTS_DEV


def test_names_are_kept_in_lower_case(glue: Any) -> None:
    assert glue.get_database(Name="WEB")["Database"]["Name"] == "web"
    assert glue.get_table(DatabaseName="Web", Name="Visits")["Table"]["Name"] == "visits"


def test_tables_come_by_name_and_in_pages(glue: Any) -> None:
    pages = glue.get_paginator("get_tables").paginate(
        DatabaseName="web", PaginationConfig={"PageSize": 2}
    )
    assert [names(page["TableList"]) for page in pages] == [["errors", "visitors"], ["visits"]]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("visit.*", ["visitors", "visits"]),
        ("visit*", ["visitors", "visits"]),
        ("visits", ["visits"]),
        ("isit", []),
        ("visits|errors", ["errors", "visits"]),
        ("", ["errors", "visitors", "visits"]),
    ],
)
def test_an_expression_must_match_a_tables_whole_name(
    glue: Any, expression: str, found: list[str]
) -> None:
    tables = glue.get_tables(DatabaseName="web", Expression=expression)["TableList"]
    assert names(tables) == found


def test_a_token_belongs_to_its_expression(glue: Any) -> None:
    token = glue.get_tables(DatabaseName="web", MaxResults=1)["NextToken"]
    error = refusal(
        glue.get_tables, DatabaseName="web", Expression="v.*", MaxResults=1, NextToken=token
    )
    assert error["Code"] == "InvalidInputException"


def test_what_is_not_there_is_an_entity_not_found(glue: Any) -> None:
    for call, request in (
        (glue.get_database, {"Name": "none"}),
        (glue.get_tables, {"DatabaseName": "none"}),
        (glue.get_table, {"DatabaseName": "web", "Name": "none"}),
        (glue.get_partitions, {"DatabaseName": "web", "TableName": "none"}),
    ):
        assert refusal(call, **request)["Code"] == "EntityNotFoundException"


def partitions(glue: Any, **request: Any) -> list[list[str]]:
    paginator = glue.get_paginator("get_partitions")
    pages = paginator.paginate(DatabaseName="web", TableName="visits", **request)
    return [one["Values"] for page in pages for one in page["Partitions"]]


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        (None, 46),
        ("dt = '2026-11-20'", 2),
        ("dt > '2026-11-20'", 6),
        ("dt >= '2026-11-20' AND region = 'eu'", 4),
        ("dt BETWEEN '2026-11-01' AND '2026-11-03'", 6),
        ("dt IN ('2026-11-01', '2026-11-02')", 4),
        ("region LIKE 'e%'", 23),
        ("dt = '2026-11-01' OR dt = '2026-11-02'", 4),
        ("region <> 'eu'", 23),
        ("NOT region = 'eu'", None),
        ("trace_id = 'x'", None),
    ],
)
def test_an_expression_filters_partitions(
    glue: Any, expression: str | None, count: int | None
) -> None:
    request = {} if expression is None else {"Expression": expression}
    if count is None:
        with pytest.raises(ClientError) as refused:
            partitions(glue, **request)
        assert refused.value.response["Error"]["Code"] == "InvalidInputException"
    else:
        assert len(partitions(glue, **request)) == count


def test_partitions_come_in_pages(glue: Any) -> None:
    paged = partitions(glue, PaginationConfig={"PageSize": 7})
    assert paged == partitions(glue)
    assert len(paged) == len({tuple(values) for values in paged}) == 46


def test_segments_share_the_partitions(glue: Any) -> None:
    parts = [
        partitions(glue, Segment={"SegmentNumber": number, "TotalSegments": 4})
        for number in range(4)
    ]
    assert sorted(values for part in parts for values in part) == sorted(partitions(glue))
    with pytest.raises(ClientError):
        partitions(glue, Segment={"SegmentNumber": 4, "TotalSegments": 4})


def test_partitions_can_come_without_their_columns(glue: Any) -> None:
    page = glue.get_partitions(DatabaseName="web", TableName="visits", ExcludeColumnSchema=True)
    assert all("Columns" not in one["StorageDescriptor"] for one in page["Partitions"])


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ({"SearchText": "visit"}, {"visits", "visitors"}),
        ({"SearchText": '"visits"'}, {"visits"}),
        ({"SearchText": "bought"}, {"orders"}),
        ({"Filters": [{"Key": "DatabaseName", "Value": "shop"}]}, {"orders"}),
        (
            {"Filters": [{"Key": "Name", "Value": "visits", "Comparator": "EQUALS"}]},
            {"visits"},
        ),
        ({"Filters": [{"Key": "classification", "Value": "csv"}]}, set()),
    ],
)
def test_tables_are_searched_in_all_databases(
    glue: Any, request_: dict[str, Any], found: set[str]
) -> None:
    assert set(names(glue.search_tables(**request_)["TableList"])) == found


def test_a_search_is_sorted_and_paged(glue: Any) -> None:
    request = {"SortCriteria": [{"FieldName": "Name", "Sort": "DESC"}], "MaxResults": 3}
    first = glue.search_tables(**request)
    second = glue.search_tables(**request, NextToken=first["NextToken"])
    assert names(first["TableList"]) == ["visits", "visitors", "orders"]
    assert names(second["TableList"]) == ["errors"]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("get_databases", {"MaxResults": 101}),
        ("get_tables", {"DatabaseName": "web", "MaxResults": 101}),
        ("get_partitions", {"DatabaseName": "web", "TableName": "visits", "MaxResults": 1001}),
    ],
)
def test_a_page_beyond_the_limit_is_refused(
    glue: Any, operation: str, request_: dict[str, Any]
) -> None:
    assert refusal(getattr(glue, operation), **request_)["Code"] == "InvalidInputException"
