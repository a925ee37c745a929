"""Athena's view of the catalog, and saved queries."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.demo.athena_queries import DATA_BUCKET, Athena, refusal, running_athena

CATALOG = {"CatalogName": "AwsDataCatalog"}


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        running.glue.create_database(
            DatabaseInput={"Name": "shop", "Description": "What is sold", "Parameters": {"a": "b"}}
        )
        for number in range(60):
            running.glue.create_table(DatabaseName="shop", TableInput=table(f"t{number:02d}"))
        running.glue.create_table(DatabaseName="shop", TableInput=table("orders"))
        yield running


def table(name: str) -> dict[str, Any]:
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "dt", "Type": "string"}],
        "Parameters": {"classification": "csv"},
        "StorageDescriptor": {
            "Columns": [{"Name": "a", "Type": "int", "Comment": "first"}],
            "Location": f"s3://{DATA_BUCKET}/{name}/",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
                "Parameters": {"separatorChar": ";"},
            },
        },
    }


def test_there_is_one_catalog(athena: Athena) -> None:
    (summary,) = athena.client.list_data_catalogs()["DataCatalogsSummary"]
    assert (summary["CatalogName"], summary["Type"]) == ("AwsDataCatalog", "GLUE")
    found = athena.client.get_data_catalog(Name="AwsDataCatalog")["DataCatalog"]
    assert found["Type"] == "GLUE"
    code, _ = refusal(athena.client.get_data_catalog, Name="mysql")
    assert code == "InvalidRequestException"


def test_databases_are_those_of_glue(athena: Athena) -> None:
    first = athena.client.list_databases(**CATALOG, MaxResults=1)
    second = athena.client.list_databases(**CATALOG, MaxResults=1, NextToken=first["NextToken"])
    names = [one["Name"] for one in first["DatabaseList"] + second["DatabaseList"]]
    assert names == ["lake", "shop"]
    shop = athena.client.get_database(**CATALOG, DatabaseName="shop")["Database"]
    assert shop == {"Name": "shop", "Description": "What is sold", "Parameters": {"a": "b"}}


def test_tables_come_in_pages_of_50(athena: Athena) -> None:
    pages = list(
        athena.client.get_paginator("list_table_metadata").paginate(**CATALOG, DatabaseName="shop")
    )
    assert [len(page["TableMetadataList"]) for page in pages] == [50, 11]
    code, _ = refusal(
        athena.client.list_table_metadata, **CATALOG, DatabaseName="shop", MaxResults=51
    )
    assert code == "InvalidRequestException"


@pytest.mark.parametrize(
    ("expression", "count"), [("t0.*", 10), ("t0", 0), ("orders|t00", 2), ("", 50)]
)
def test_an_expression_must_match_a_tables_whole_name(
    athena: Athena, expression: str, count: int
) -> None:
    found = athena.client.list_table_metadata(
        **CATALOG, DatabaseName="shop", Expression=expression
    )["TableMetadataList"]
    assert len(found) == count


def test_no_expression_keeps_athena_busy(athena: Athena) -> None:
    athena.client.list_table_metadata(**CATALOG, DatabaseName="shop", Expression="(t+|0+)+" * 20)
    code, message = refusal(
        athena.client.list_table_metadata, **CATALOG, DatabaseName="shop", Expression="("
    )
    assert (code, message) == ("InvalidRequestException", "Invalid regular expression: (")


def test_a_table_tells_its_columns_and_where_it_is(athena: Athena) -> None:
    found = athena.client.get_table_metadata(**CATALOG, DatabaseName="shop", TableName="orders")[
        "TableMetadata"
    ]
    assert found["TableType"] == "EXTERNAL_TABLE"
    assert found["Columns"] == [{"Name": "a", "Type": "int", "Comment": "first"}]
    assert found["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    assert found["Parameters"] == {
        "classification": "csv",
        "location": f"s3://{DATA_BUCKET}/orders/",
        "serde.serialization.lib": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        "serde.param.separatorChar": ";",
    }


def test_what_the_catalog_has_not_is_a_metadata_exception(athena: Athena) -> None:
    for call, request in (
        (athena.client.get_database, {"DatabaseName": "nowhere"}),
        (athena.client.list_table_metadata, {"DatabaseName": "nowhere"}),
        (athena.client.get_table_metadata, {"DatabaseName": "shop", "TableName": "nowhere"}),
    ):
        error = refusal(call, **CATALOG, **request)
        assert error == ("MetadataException", "EntityNotFoundException: Entity Not Found")


def test_a_catalog_that_is_not_there_is_refused(athena: Athena) -> None:
    code, message = refusal(athena.client.list_databases, CatalogName="mysql")
    assert (code, message) == ("InvalidRequestException", "Catalog 'mysql' does not exist")


def save(athena: Athena, name: str, **more: Any) -> str:
    query_id: str = athena.client.create_named_query(
        Name=name, Database="shop", QueryString="SELECT 1", **more
    )["NamedQueryId"]
    return query_id


def test_a_query_is_saved_changed_and_deleted(athena: Athena) -> None:
    query = save(athena, "best sellers", Description="of the week")
    found = athena.client.get_named_query(NamedQueryId=query)["NamedQuery"]
    assert found == {
        "Name": "best sellers",
        "Description": "of the week",
        "Database": "shop",
        "QueryString": "SELECT 1",
        "NamedQueryId": query,
        "WorkGroup": "primary",
    }
    athena.client.update_named_query(NamedQueryId=query, Name="worst", QueryString="SELECT 2")
    found = athena.client.get_named_query(NamedQueryId=query)["NamedQuery"]
    assert (found["Name"], found["QueryString"]) == ("worst", "SELECT 2")
    athena.client.delete_named_query(NamedQueryId=query)
    error = refusal(athena.client.get_named_query, NamedQueryId=query)
    assert error == ("InvalidRequestException", f"NamedQuery {query} was not found")


def test_saved_queries_are_listed_by_workgroup(athena: Athena) -> None:
    athena.client.create_work_group(Name="savers")
    saved = {save(athena, f"q{number}", WorkGroup="savers") for number in range(3)}
    pages = athena.client.get_paginator("list_named_queries").paginate(
        WorkGroup="savers", PaginationConfig={"PageSize": 2}
    )
    listed = [page["NamedQueryIds"] for page in pages]
    assert [len(page) for page in listed] == [2, 1]
    assert {query for page in listed for query in page} == saved


def test_a_batch_of_saved_queries_tells_apart_what_is_unknown(athena: Athena) -> None:
    query = save(athena, "known")
    batch = athena.client.batch_get_named_query(NamedQueryIds=[query, "none-such"])
    assert [one["NamedQueryId"] for one in batch["NamedQueries"]] == [query]
    assert [one["NamedQueryId"] for one in batch["UnprocessedNamedQueryIds"]] == ["none-such"]


def test_a_token_saves_one_query_only(athena: Athena) -> None:
    token = str(uuid4())
    query = save(athena, "once", ClientRequestToken=token)
    assert save(athena, "once", ClientRequestToken=token) == query
    error = refusal(
        athena.client.create_named_query,
        Name="other",
        Database="shop",
        QueryString="SELECT 1",
        ClientRequestToken=token,
    )
    assert error == ("InvalidRequestException", "Idempotent parameters do not match")
