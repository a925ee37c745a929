"""SHOW and DESCRIBE: rows of one text each, laid out as Hive does."""

from awsdash.demo.aws.athena import catalog
from awsdash.demo.aws.athena.catalog import Column, Table, find_database, find_table, tables_of
from awsdash.demo.aws.athena.ddl import partition_path
from awsdash.demo.aws.athena.errors import database_not_found, semantic_error, table_not_found
from awsdash.demo.aws.athena.results import Results, text_column
from awsdash.demo.aws.athena.statements import (
    Describe,
    Name,
    ShowColumns,
    ShowCreateTable,
    ShowCreateView,
    ShowDatabases,
    ShowPartitions,
    ShowProperties,
    ShowTables,
    ShowViews,
)
from awsdash.demo.aws.athena.table_names import names_like
from awsdash.demo.aws.state import Place

WIDTH = 20


def show_databases(place: Place, asked: ShowDatabases) -> Results:
    names = _matching(catalog.database_names(place), asked.pattern)
    return _lines("database_name", names)


def show_tables(place: Place, asked: ShowTables | ShowViews, context: str) -> Results:
    """Views are tables too."""
    database = asked.database or context
    if find_database(place, database) is None:
        raise database_not_found(database)
    tables = tables_of(place, database)
    if isinstance(asked, ShowViews):
        names = [table.name for table in tables if table.view_sql is not None]
        return _lines("views", _matching(names, asked.pattern))
    return _lines("tab_name", _matching([table.name for table in tables], asked.pattern))


def _matching(names: list[str], pattern: str | None) -> list[str]:
    return names if pattern is None else names_like(pattern, names)


def _lines(column: str, lines: list[str]) -> Results:
    return Results([text_column(column)], [[line] for line in lines], update_count=0)


def _found(place: Place, name: Name, context: str) -> Table:
    database, table_name = name.in_database(context)
    table = find_table(place, database, table_name)
    if table is None:
        raise table_not_found(table_name)
    return table


def show_columns(place: Place, asked: ShowColumns, context: str) -> Results:
    table = _found(place, asked.name, context)
    if table.view_sql is not None:
        return _view_columns(table)
    return _lines("field", [column.name.ljust(WIDTH) for column in table.all_columns])


def _view_columns(view: Table) -> Results:
    columns = [text_column("column", "varchar"), text_column("type", "varchar")]
    rows = [[f"{column.name}\t{column.type}"] for column in view.columns]
    return Results(columns, rows, update_count=0)


def describe(place: Place, asked: Describe, context: str) -> Results:
    table = _found(place, asked.name, context)
    if table.view_sql is not None:
        return _view_columns(table)
    lines = [_described(column) for column in table.all_columns]
    if table.partition_keys:
        blank = "\t \t "
        heading = "\t".join(
            (name.ljust(width) for name, width in (("# col_name", 22), ("data_type", 20)))
        )
        lines += [blank, f"# Partition Information{blank}", f"{heading}\t{'comment'.ljust(20)}"]
        lines += [blank, *(_described(key) for key in table.partition_keys)]
    columns = [text_column(name) for name in ("col_name", "data_type", "comment")]
    return Results(columns, [[line] for line in lines])


def _described(column: Column) -> str:
    return "\t".join(
        value.ljust(WIDTH) for value in (column.name, column.type, column.comment or "")
    )


def show_partitions(place: Place, asked: ShowPartitions, context: str) -> Results:
    table = _found(place, asked.name, context)
    if not table.partition_keys:
        raise semantic_error(10241, f"Table {table.name} is not a partitioned table")
    values = sorted(partition.values for partition in table.partitions)
    return _lines("partition", [partition_path(table, one) for one in values])


def show_properties(place: Place, asked: ShowProperties, context: str) -> Results:
    table = _found(place, asked.name, context)
    if asked.key is None:
        return _lines("prpt_name", [f"{k}\t{v}" for k, v in sorted(table.parameters.items())])
    value = table.parameters.get(asked.key)
    missing = f"Table {table.name} does not have property: {asked.key}"
    return _lines("prpt_name", [missing if value is None else value])


def show_create_table(place: Place, asked: ShowCreateTable, context: str) -> Results:
    table = _found(place, asked.name, context)
    if table.view_sql is not None:
        raise semantic_error(10001, f"Table not found {table.name}")
    return Results([text_column("createtab_stmt")], [[line] for line in _create_table(table)])


def _create_table(table: Table) -> list[str]:
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`("]
    lines += _defined(table.columns)
    if table.partition_keys:
        lines += ["PARTITIONED BY ( ", *_defined(table.partition_keys)]
    lines += ["ROW FORMAT SERDE ", f"  '{table.serde_library}' "]
    if table.serde:
        lines += ["WITH SERDEPROPERTIES ( ", *_properties(dict(table.serde))]
    lines += ["LOCATION", f"  '{table.location.rstrip('/')}'"]
    if table.parameters:
        lines += ["TBLPROPERTIES (", *_properties(dict(table.parameters))]
    return lines


def _defined(columns: tuple[Column, ...]) -> list[str]:
    written = [
        f"  `{column.name}` {column.type}"
        + (f" COMMENT '{column.comment}'" if column.comment else "")
        for column in columns
    ]
    return [f"{line}, " for line in written[:-1]] + [f"{line})" for line in written[-1:]]


def _properties(properties: dict[str, str]) -> list[str]:
    written = [f"  '{key}'='{value}'" for key, value in sorted(properties.items())]
    return [f"{line}, " for line in written[:-1]] + [f"{line})" for line in written[-1:]]


def show_create_view(place: Place, asked: ShowCreateView, context: str) -> Results:
    view = _found(place, asked.name, context)
    if view.view_sql is None:
        raise table_not_found(view.name)
    text = f'CREATE VIEW "{view.name}" AS \n{view.view_sql}'
    column = text_column("create view", "varchar")
    return Results([column], [[line] for line in text.split("\n")], update_count=0)
