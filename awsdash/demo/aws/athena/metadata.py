"""The catalog as Athena's own operations tell it: catalogs, databases, tables."""

from typing import Any, Final

from awsdash.demo.aws.athena import catalog
from awsdash.demo.aws.athena.catalog import CATALOG, Column, Table, find_database, find_table
from awsdash.demo.aws.athena.errors import entity_not_found, invalid
from awsdash.demo.aws.athena.table_names import names_matching
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

PAGE: Final = 50


def _check_catalog(name: str) -> None:
    if name.lower() != CATALOG.lower():
        raise invalid(f"Catalog '{name}' does not exist")


def list_data_catalogs(_call: Call, asked: Members) -> Members:
    token = asked.get("NextToken")
    summary = {"CatalogName": CATALOG, "Type": "GLUE", "Status": "CREATE_COMPLETE"}
    page, token = page_of(
        [summary],
        asked.get("MaxResults", PAGE),
        token,
        "catalogs",
        invalid(f"Malformed nextPageToken {token}"),
    )
    return {"DataCatalogsSummary": list(page), "NextToken": token}


def get_data_catalog(call: Call, asked: Members) -> Members:
    if asked["Name"].lower() != CATALOG.lower():
        raise invalid(f"Data catalog {asked['Name']} was not found")
    parameters = {"catalog-id": call.place.account}
    found = {"Name": CATALOG, "Type": "GLUE", "Parameters": parameters}
    return {"DataCatalog": found | {"Status": "CREATE_COMPLETE"}}


def list_databases(call: Call, asked: Members) -> Members:
    _check_catalog(asked["CatalogName"])
    token = asked.get("NextToken")
    page, token = page_of(
        catalog.database_names(call.place),
        asked.get("MaxResults", PAGE),
        token,
        ["databases", asked["CatalogName"]],
        invalid(f"Malformed nextPageToken {token}"),
    )
    found = [_database(find_database(call.place, name)) for name in page]
    return {"DatabaseList": found, "NextToken": token}


def get_database(call: Call, asked: Members) -> Members:
    _check_catalog(asked["CatalogName"])
    found = find_database(call.place, asked["DatabaseName"])
    if found is None:
        raise entity_not_found()
    return {"Database": _database(found)}


def _database(found: Any) -> Members:
    members: Members = {"Name": found.name}
    if found.input.get("Description"):
        members["Description"] = found.input["Description"]
    if found.input.get("Parameters"):
        members["Parameters"] = found.input["Parameters"]
    return members


def list_table_metadata(call: Call, asked: Members) -> Members:
    _check_catalog(asked["CatalogName"])
    if find_database(call.place, asked["DatabaseName"]) is None:
        raise entity_not_found()
    tables = catalog.tables_of(call.place, asked["DatabaseName"])
    expression, token = asked.get("Expression"), asked.get("NextToken")
    if expression:
        names = _matching(expression, [table.name for table in tables])
        tables = [table for table in tables if table.name in names]
    page, token = page_of(
        tables,
        asked.get("MaxResults", PAGE),
        token,
        ["tables", asked["CatalogName"], asked["DatabaseName"], expression],
        invalid(f"Malformed nextPageToken {token}"),
    )
    return {"TableMetadataList": [_table(table) for table in page], "NextToken": token}


def _matching(expression: str, names: list[str]) -> set[str]:
    try:
        return set(names_matching(expression, names))
    except ValueError as error:
        raise invalid(str(error)) from None


def get_table_metadata(call: Call, asked: Members) -> Members:
    _check_catalog(asked["CatalogName"])
    table = find_table(call.place, asked["DatabaseName"], asked["TableName"])
    if table is None:
        raise entity_not_found()
    return {"TableMetadata": _table(table)}


def _table(table: Table) -> Members:
    parameters = {
        **table.parameters,
        "location": table.location,
        "serde.serialization.lib": table.serde_library,
        **{f"serde.param.{name}": value for name, value in table.serde.items()},
    }
    members: Members = {
        "Name": table.name,
        "TableType": table.type or "EXTERNAL_TABLE",
        "Columns": [_column(column) for column in table.columns],
        "PartitionKeys": [_column(key) for key in table.partition_keys],
        "Parameters": {name: value for name, value in parameters.items() if value},
    }
    if table.created is not None:
        members["CreateTime"] = table.created.timestamp()
    return members


def _column(column: Column) -> dict[str, str]:
    comment = {} if column.comment is None else {"Comment": column.comment}
    return {"Name": column.name, "Type": column.type, **comment}
