"""CREATE, DROP and ALTER of databases, tables, views and partitions: writes to Glue."""

from typing import Any, Final
from urllib.parse import quote

from awsdash.demo.aws.athena import catalog
from awsdash.demo.aws.athena.catalog import Column, Table, find_database, find_table
from awsdash.demo.aws.athena.errors import (
    database_not_found,
    ddl_error,
    engine_error,
    semantic_error,
    table_not_found,
)
from awsdash.demo.aws.athena.objects import bucket_and_prefix, folder, objects_at
from awsdash.demo.aws.athena.partitions import partition_folders
from awsdash.demo.aws.athena.reading_ddl import LAZY_SIMPLE
from awsdash.demo.aws.athena.statements import (
    AddPartitions,
    CreateDatabase,
    CreateTable,
    DropDatabase,
    DropPartitions,
    DropTable,
    DropView,
    Name,
    PartitionSpec,
    RepairTable,
)
from awsdash.demo.aws.state import Place

_TEXT: Final = ("org.apache.hadoop.mapred.TextInputFormat",)
_TEXT_OUT: Final = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_PARQUET: Final = "org.apache.hadoop.hive.ql.io.parquet"
# By STORED AS: the SerDe, the input format and the output format.
STORAGE: Final = {
    "PARQUET": (
        f"{_PARQUET}.serde.ParquetHiveSerDe",
        f"{_PARQUET}.MapredParquetInputFormat",
        f"{_PARQUET}.MapredParquetOutputFormat",
    ),
    "ORC": (
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ),
    "AVRO": (
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
    ),
    "JSON": ("org.openx.data.jsonserde.JsonSerDe", *_TEXT, _TEXT_OUT),
    "TEXTFILE": (LAZY_SIMPLE, *_TEXT, _TEXT_OUT),
}


def create_database(place: Place, asked: CreateDatabase) -> None:
    if find_database(place, asked.name) is not None:
        if not asked.if_not_exists:
            raise ddl_error(f"Database {asked.name} already exists")
        return
    entry: dict[str, Any] = {"Name": asked.name, "Parameters": dict(asked.properties)}
    if asked.comment:
        entry["Description"] = asked.comment
    if asked.location:
        entry["LocationUri"] = asked.location
    catalog.backend_of(place).create_database(asked.name, entry)


def drop_database(place: Place, asked: DropDatabase) -> None:
    found = find_database(place, asked.name)
    if found is None:
        if not asked.if_exists:
            raise database_not_found(asked.name)
        return
    if found.tables and not asked.cascade:
        reason = f"Database {asked.name} is not empty. One or more tables exist."
        raise ddl_error(f"InvalidOperationException(message:{reason})")
    catalog.backend_of(place).delete_database(found.name)


def create_table(place: Place, asked: CreateTable, context: str) -> None:
    database, name = asked.name.in_database(context)
    serde, input_format, output_format = STORAGE.get(
        asked.stored_as or "TEXTFILE", STORAGE["TEXTFILE"]
    )
    entry = table_entry(
        name,
        asked.columns,
        asked.partition_keys,
        asked.location,
        (asked.serde or serde, input_format, output_format),
        dict(asked.serde_properties),
        {"EXTERNAL": "TRUE", **asked.properties},
    )
    if asked.comment:
        entry["Description"] = asked.comment
    put_table(place, database, entry, asked.if_not_exists)


def table_entry(
    name: str,
    columns: tuple[Column, ...],
    partition_keys: tuple[Column, ...],
    location: str,
    storage: tuple[str, str, str],
    serde_properties: dict[str, str],
    properties: dict[str, str],
) -> dict[str, Any]:
    """Glue's TableInput; `storage` is the SerDe with its input and output formats."""
    serde, input_format, output_format = storage
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": properties,
        "PartitionKeys": [_column(key) for key in partition_keys],
        "StorageDescriptor": {
            "Columns": [_column(column) for column in columns],
            "Location": folder(location),
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_properties},
            "StoredAsSubDirectories": False,
        },
    }


def _column(column: Column) -> dict[str, str]:
    comment = {} if column.comment is None else {"Comment": column.comment}
    return {"Name": column.name, "Type": column.type, **comment}


def put_table(place: Place, database: str, entry: dict[str, Any], if_not_exists: bool) -> None:
    """Raises QueryError when its database is not there, or the table is already."""
    found = find_database(place, database)
    if found is None:
        raise database_not_found(database)
    if find_table(place, database, entry["Name"]) is not None:
        if if_not_exists:
            return
        reason = f"AlreadyExistsException(message:Table {entry['Name']} already exists)"
        raise ddl_error(reason)
    catalog.backend_of(place).create_table(found.name, entry["Name"], entry)


def drop_table(place: Place, asked: DropTable | DropView, context: str) -> None:
    database, name = asked.name.in_database(context)
    found = find_table(place, database, name)
    is_view = isinstance(asked, DropView)
    if found is None or (found.view_sql is not None) is not is_view:
        if asked.if_exists:
            return
        if is_view:
            full = f"awsdatacatalog.{database}.{name}"
            raise engine_error(f"TABLE_NOT_FOUND: line 1:1: View '{full}' does not exist")
        raise table_not_found(name)
    catalog.backend_of(place).delete_table(found.database, found.name)


def _partitioned(place: Place, name: Name, context: str) -> Table:
    database, table_name = name.in_database(context)
    found = find_table(place, database, table_name)
    if found is None:
        raise table_not_found(f"{database}.{table_name}")
    if not found.partition_keys:
        raise semantic_error(10241, f"Table {table_name} is not a partitioned table")
    return found


def _values(table: Table, spec: PartitionSpec) -> tuple[str, ...]:
    names = [key.name.lower() for key in table.partition_keys]
    if set(spec.values) != set(names):
        raise semantic_error(10125, "Partition spec does not fit the table's partition columns")
    return tuple(spec.values[name] for name in names)


def add_partitions(place: Place, asked: AddPartitions, context: str) -> None:
    table = _partitioned(place, asked.name, context)
    for spec in asked.partitions:
        values = _values(table, spec)
        is_there = values in {partition.values for partition in table.partitions}
        if is_there and not asked.if_not_exists:
            raise ddl_error("AlreadyExistsException(message:Partition already exists.)")
        if not is_there:
            register_partition(place, table, values, spec.location)


def partition_path(table: Table, values: tuple[str, ...]) -> str:
    """`dt=2026-11-20/hour=7`"""
    named = zip(table.partition_keys, values, strict=True)
    return "/".join(f"{key.name}={quote(value, safe=' ')}" for key, value in named)


def register_partition(
    place: Place, table: Table, values: tuple[str, ...], location: str | None = None
) -> None:
    entry = catalog.find_moto_table(place, table.database, table.name)
    if entry is None or str(list(values)) in entry.partitions:
        return
    storage = dict(entry.as_dict()["StorageDescriptor"])
    usual = f"{folder(table.location)}{partition_path(table, values)}/"
    storage["Location"] = location or usual
    entry.create_partition({"Values": list(values), "StorageDescriptor": storage})


def drop_partitions(place: Place, asked: DropPartitions, context: str) -> None:
    table = _partitioned(place, asked.name, context)
    there = {partition.values for partition in table.partitions}
    for spec in asked.partitions:
        values = _values(table, spec)
        if values in there:
            catalog.backend_of(place).delete_partition(table.database, table.name, list(values))
        elif not asked.if_exists:
            named = ", ".join(f"{key}={value}" for key, value in spec.values.items())
            raise semantic_error(10006, f"Partition not found {{{named}}}")


def repair_table(place: Place, asked: RepairTable, context: str) -> list[str]:
    """Registers the partitions that the keys of the objects tell; the lines that say which."""
    table = _partitioned(place, asked.name, context)
    there = {partition.values for partition in table.partitions}
    keys = (stored.key for stored in objects_at(place, table.location))
    found = partition_folders(keys, table.partition_keys)
    missing = [values for values in found if values not in there]
    if not missing:
        return []
    names = [f"{table.name}:{partition_path(table, values)}" for values in missing]
    bucket, _ = bucket_and_prefix(table.location)
    for values in missing:
        register_partition(place, table, values, f"s3://{bucket}/{found[values]}")
    added = [f"Repair: Added partition to metastore {name}" for name in names]
    return ["Partitions not in metastore:\t" + "\t".join(names), *added]
