"""CREATE TABLE AS, INSERT INTO and UNLOAD: a query's rows as objects in S3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from awsdash.demo.aws.athena.catalog import Column, Format, Table, find_database, find_table
from awsdash.demo.aws.athena.ddl import STORAGE, put_table, register_partition, table_entry
from awsdash.demo.aws.athena.engine import Context, Prepared, prepared
from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.mounting import text
from awsdash.demo.aws.athena.objects import folder, objects_at, put_object
from awsdash.demo.aws.athena.partitions import partition_folders
from awsdash.demo.aws.athena.results import ResultColumn, Results
from awsdash.demo.aws.athena.statements import CreateTableAs, Insert, Unload
from awsdash.demo.aws.athena.types import duckdb_type, hive_type, quoted, result_type

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

PARTITION_LIMIT: Final = 100
_FORMATS: Final = {
    "PARQUET": Format.PARQUET,
    "JSON": Format.JSON,
    "TEXTFILE": Format.DELIMITED,
}


@dataclass(frozen=True)
class _Target:
    """Where to write and how; the partition columns are the last ones."""

    location: str
    format: Format
    partitioned_by: tuple[str, ...]
    delimiter: str = "\x01"
    null: str = "\\N"


@dataclass(frozen=True)
class _Written:
    rows: int
    scanned_bytes: int
    keys: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


def create_table_as(context: Context, asked: CreateTableAs, location: str) -> tuple[Results, int]:
    """`location` is where the data goes unless the statement says where."""
    database, name = asked.name.in_database(context.database)
    if find_database(context.place, database) is None:
        raise engine_error(f"SCHEMA_NOT_FOUND: line 1:1: Schema '{database}' does not exist")
    if find_table(context.place, database, name) is not None:
        if asked.if_not_exists:
            return _counted(0), 0
        full = f"awsdatacatalog.{database}.{name}"
        raise engine_error(
            f"TABLE_ALREADY_EXISTS: line 1:1: Destination table '{full}' already exists"
        )
    place_ = str(asked.properties.get("external_location") or location)
    target = _target(place_, asked.properties)
    if objects_at(context.place, place_):
        raise engine_error(
            f"HIVE_PATH_ALREADY_EXISTS: Target directory for table '{database}.{name}' already"
            f" exists: {place_}"
        )
    written = _write(context, asked.tree, target, asked.with_data)
    _register(context, database, name, target, written)
    return _counted(written.rows), written.scanned_bytes


def _target(location: str, properties: Mapping[str, object]) -> _Target:
    format_name = str(properties.get("format", "PARQUET")).upper()
    if format_name not in _FORMATS or "bucketed_by" in properties:
        raise engine_error(f"NOT_SUPPORTED: Writing {format_name} or buckets is not supported")
    by = properties.get("partitioned_by", [])
    partitioned_by = tuple(str(name).lower() for name in by) if isinstance(by, list) else ()
    delimiter = str(properties.get("field_delimiter", "\x01"))
    return _Target(folder(location), _FORMATS[format_name], partitioned_by, delimiter)


def _register(
    context: Context, database: str, name: str, target: _Target, written: _Written
) -> None:
    columns = tuple(Column(n.lower(), hive_type(t)) for n, t in written.columns)
    keys = tuple(column for column in columns if column.name in target.partitioned_by)
    storage = STORAGE[next(n for n, f in _FORMATS.items() if f is target.format)]
    is_text = target.format is Format.DELIMITED
    entry = table_entry(
        name,
        tuple(column for column in columns if column not in keys),
        keys,
        target.location,
        storage,
        {"field.delim": target.delimiter} if is_text else {},
        {"EXTERNAL": "TRUE", "has_encrypted_data": "false"},
    )
    put_table(context.place, database, entry, if_not_exists=False)
    table = find_table(context.place, database, name)
    if table is not None and keys:
        _register_partitions(context, table, written.keys)


def _register_partitions(context: Context, table: Table, keys: tuple[str, ...]) -> None:
    for values, below in partition_folders(keys, table.partition_keys).items():
        register_partition(context.place, table, values, folder(table.location) + below)


def insert(context: Context, asked: Insert) -> tuple[Results, int]:
    database, name = asked.name.in_database(context.database)
    table = find_table(context.place, database, name)
    if table is None:
        full = f"awsdatacatalog.{database}.{name}"
        raise engine_error(f"TABLE_NOT_FOUND: line 1:1: Table '{full}' does not exist")
    if table.format is None or table.view_sql is not None:
        raise engine_error("NOT_SUPPORTED: Inserting into this table is not supported")
    target = _Target(
        folder(table.location),
        table.format,
        tuple(key.name for key in table.partition_keys),
        table.serde.get("field.delim", table.serde.get("separatorChar", "\x01")),
    )
    written = _write(context, asked.tree, target, with_data=True, into=(table, asked.columns))
    if table.partition_keys:
        _register_partitions(context, table, written.keys)
    return _counted(written.rows), written.scanned_bytes


def unload(context: Context, asked: Unload) -> tuple[Results, int]:
    if objects_at(context.place, asked.location):
        raise engine_error(
            f"HIVE_PATH_ALREADY_EXISTS: Target directory is not empty: {asked.location}"
        )
    target = _target(asked.location, asked.properties)
    written = _write(context, asked.tree, target, with_data=True)
    return _counted(written.rows), written.scanned_bytes


def _counted(rows: int) -> Results:
    return Results([ResultColumn("rows", result_type("BIGINT"))], update_count=rows)


def _write(
    context: Context,
    tree: Expr,
    target: _Target,
    with_data: bool,
    into: tuple[Table, tuple[str, ...]] | None = None,
) -> _Written:
    with prepared(context, tree, writes=True) as query:
        sql = query.sql if into is None else _fitted(query, *into)
        columns = query.columns
        if into is None and any(name.startswith("_col") for name, _ in columns):
            raise engine_error("MISSING_COLUMN_NAME: line 1:1: Column name not specified")
        out = query.session.folder / "out"
        out.mkdir()
        limit = "" if with_data else " LIMIT 0"
        copied = query.session.fetch(
            f"COPY (SELECT * FROM ({sql}){limit})"  # noqa: S608
            f" TO '{_destination(out, target)}' ({_options(target)})"
        )
        keys = tuple(_upload(context, out, target)) if copied[0][0] else ()
        return _Written(int(copied[0][0]), query.scanned_bytes, keys, columns)


def _fitted(query: Prepared, table: Table, columns: tuple[str, ...]) -> str:
    """The query with the table's columns, by their positions, in their types."""
    named = [column.lower() for column in columns] or [c.name.lower() for c in table.all_columns]
    if len(named) != len(query.columns):
        types = ", ".join(result_type(type_).name for _, type_ in query.columns)
        reason = f"Insert query has {len(query.columns)} expression(s) ({types})"
        raise engine_error(
            f"TYPE_MISMATCH: line 1:1: {reason} but expected {len(named)} target column(s)"
        )
    sources = [f"c{number}" for number in range(len(named))]
    chosen = [
        f"CAST({f'c{named.index(column.name.lower())}' if column.name.lower() in named else 'NULL'}"
        f" AS {duckdb_type(column.type)}) AS {quoted(column.name)}"
        for column in table.all_columns
    ]
    inner = f"({query.sql}) AS q({', '.join(sources)})"
    return f"SELECT {', '.join(chosen)} FROM {inner}"  # noqa: S608


def _destination(out: Path, target: _Target) -> Path:
    return out if target.partitioned_by else out / "data"


def _options(target: _Target) -> str:
    options = {
        Format.PARQUET: ["FORMAT parquet", "COMPRESSION snappy"],
        Format.JSON: ["FORMAT json"],
        Format.DELIMITED: [
            "FORMAT csv, HEADER false, QUOTE '', ESCAPE ''",
            f"DELIM {text(target.delimiter)}",
            f"NULLSTR {text(target.null)}",
        ],
        Format.QUOTED_CSV: ["FORMAT csv, HEADER false, FORCE_QUOTE *, NULLSTR ''"],
    }[target.format]
    if target.partitioned_by:
        by = ", ".join(map(quoted, target.partitioned_by))
        options = [*options, f"PARTITION_BY ({by})", "WRITE_PARTITION_COLUMNS false"]
    return ", ".join(options)


def _upload(context: Context, out: Path, target: _Target) -> list[str]:
    """The keys below the target's location that were written."""
    written = sorted(path for path in out.rglob("*") if path.is_file())
    folders = {path.parent for path in written}
    if len(folders) > PARTITION_LIMIT:
        raise engine_error(
            f"HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {PARTITION_LIMIT} open writers"
            " for partitions/buckets"
        )
    keys = []
    for path in written:
        below = path.parent.relative_to(out)
        key = "/".join([*below.parts, uuid4().hex])
        put_object(
            context.place, target.location + key, path.read_bytes(), "application/octet-stream"
        )
        keys.append(key)
    return keys
