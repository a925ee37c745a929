"""What the catalog tells of itself in SQL: information_schema, and the partitions of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from awsdash.demo.aws.athena.catalog import CATALOG, Table, database_names, tables_of
from awsdash.demo.aws.athena.partitions import slices_of
from awsdash.demo.aws.athena.types import presto_type
from awsdash.demo.aws.state import Place

SCHEMA: Final = "$listings"  # in DuckDB; its own information_schema cannot be replaced


@dataclass(frozen=True)
class Listing:
    """Columns with DuckDB's types, and rows."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[object, ...], ...]


def listing(place: Place, name: str) -> Listing | None:
    """A table of information_schema, None if it has no such one."""
    make = _LISTINGS.get(name)
    return None if make is None else make(place)


def partitions_of(place: Place, table: Table) -> Listing:
    rows = tuple(found.values for found in slices_of(place, table))
    return Listing(tuple((key.name, "VARCHAR") for key in table.partition_keys), rows)


def _texts(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "VARCHAR") for name in names)


def _schemata(place: Place) -> Listing:
    names = [*database_names(place), "information_schema"]
    rows = tuple((CATALOG.lower(), name) for name in names)
    return Listing(_texts("catalog_name", "schema_name"), rows)


def _all_tables(place: Place) -> list[Table]:
    return [table for name in database_names(place) for table in tables_of(place, name)]


def _tables(place: Place) -> Listing:
    rows = tuple(
        (CATALOG.lower(), t.database, t.name, "BASE TABLE" if t.view_sql is None else "VIEW")
        for t in _all_tables(place)
    )
    return Listing(_texts("table_catalog", "table_schema", "table_name", "table_type"), rows)


def _views(place: Place) -> Listing:
    rows = tuple(
        (CATALOG.lower(), table.database, table.name, table.view_sql)
        for table in _all_tables(place)
        if table.view_sql is not None
    )
    return Listing(_texts("table_catalog", "table_schema", "table_name", "view_definition"), rows)


def _columns(place: Place) -> Listing:
    rows = tuple(
        (
            CATALOG.lower(),
            table.database,
            table.name,
            column.name,
            number,
            None,
            "YES",
            column.type if table.view_sql is not None else presto_type(column.type),
            column.comment,
            "partition key" if column in table.partition_keys else None,
        )
        for table in _all_tables(place)
        for number, column in enumerate(table.all_columns, start=1)
    )
    texts = _texts("table_catalog", "table_schema", "table_name", "column_name")
    more = _texts("column_default", "is_nullable", "data_type", "comment", "extra_info")
    return Listing((*texts, ("ordinal_position", "BIGINT"), *more), rows)


_LISTINGS: Final[dict[str, Callable[[Place], Listing]]] = {
    "schemata": _schemata,
    "tables": _tables,
    "views": _views,
    "columns": _columns,
}
