"""Glue's databases and tables as Athena's engine sees them."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

import orjson

from awsdash.demo.aws import chapters
from awsdash.demo.aws.state import Place

CATALOG: Final = "AwsDataCatalog"
VIEW_TYPE: Final = "VIRTUAL_VIEW"
_VIEW_OPENS: Final = "/* Presto View: "
_VIEW_CLOSES: Final = " */"


class Format(Enum):
    PARQUET = "parquet"
    JSON = "json"
    QUOTED_CSV = "quoted csv"
    DELIMITED = "delimited"


# By a part of the SerDe's class name, in lower case.
_FORMATS: Final = {
    "parquet": Format.PARQUET,
    "json": Format.JSON,
    "opencsv": Format.QUOTED_CSV,
    "lazysimple": Format.DELIMITED,
}


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    comment: str | None = None


@dataclass(frozen=True)
class Partition:
    """The values of the partition keys, and where its objects are."""

    values: tuple[str, ...]
    location: str


@dataclass(frozen=True)
class Table:
    """A table or, with a `view_sql`, a view. Types are Hive's.

    `format` is None when Athena cannot read it.
    """

    database: str
    name: str
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    location: str
    format: Format | None
    serde: Mapping[str, str]
    parameters: Mapping[str, str]
    partitions: tuple[Partition, ...] = ()
    view_sql: str | None = None
    created: datetime | None = None
    type: str | None = None
    serde_library: str = ""

    @property
    def schema(self) -> str:
        """In DuckDB, which has some of its own that are called `main` or `temp`."""
        return f"database {self.database}"

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return self.columns + self.partition_keys


def backend_of(place: Place) -> Any:
    """moto's Glue, with all that a story has for it."""
    from moto.glue.models import glue_backends  # half a second that the start need not wait for

    chapters.tell("glue")
    return glue_backends[place.account][place.region]


def database_names(place: Place) -> list[str]:
    return sorted(backend_of(place).databases)


def find_database(place: Place, name: str) -> Any | None:
    """moto's database, whatever the name's case."""
    databases = backend_of(place).databases
    found = databases.get(name) or databases.get(name.lower())
    return found or next((databases[one] for one in databases if one.lower() == name.lower()), None)


def tables_of(place: Place, database: str) -> list[Table]:
    """By name; none of a database that is not there."""
    found = find_database(place, database)
    tables = [] if found is None else list(found.tables.values())
    return sorted((_read(table) for table in tables), key=lambda table: table.name)


def find_table(place: Place, database: str, name: str) -> Table | None:
    found = find_moto_table(place, database, name)
    return None if found is None else _read(found)


def find_moto_table(place: Place, database: str, name: str) -> Any | None:
    found = find_database(place, database)
    tables: Mapping[str, Any] = {} if found is None else found.tables
    lower = name.lower()
    return tables.get(lower) or next((t for n, t in tables.items() if n.lower() == lower), None)


def _read(found: Any) -> Table:
    written: dict[str, Any] = found.as_dict()
    storage: dict[str, Any] = written.get("StorageDescriptor") or {}
    serde: dict[str, Any] = storage.get("SerdeInfo") or {}
    library = str(serde.get("SerializationLibrary") or "")
    location = str(storage.get("Location") or "")
    return Table(
        database=found.database_name,
        name=found.name,
        columns=_columns(storage.get("Columns")),
        partition_keys=_columns(written.get("PartitionKeys")),
        location=location,
        format=next((f for part, f in _FORMATS.items() if part in library.lower()), None),
        serde=serde.get("Parameters") or {},
        parameters=written.get("Parameters") or {},
        partitions=tuple(_partitions(found, location)),
        view_sql=_view_sql(written),
        created=found.created_time.replace(tzinfo=UTC),
        type=written.get("TableType"),
        serde_library=library,
    )


def _columns(written: list[dict[str, str]] | None) -> tuple[Column, ...]:
    return tuple(
        Column(c["Name"], c.get("Type", "string"), c.get("Comment")) for c in written or ()
    )


def _partitions(found: Any, table_location: str) -> Iterator[Partition]:
    for partition in list(found.partitions.values()):
        storage = partition.partition_input.get("StorageDescriptor") or {}
        yield Partition(tuple(partition.values), storage.get("Location") or table_location)


def _view_sql(written: Mapping[str, Any]) -> str | None:
    if written.get("TableType") != VIEW_TYPE:
        return None
    text = str(written.get("ViewOriginalText") or "")
    encoded = text.removeprefix(_VIEW_OPENS).removesuffix(_VIEW_CLOSES)
    try:
        return str(orjson.loads(base64.b64decode(encoded))["originalSql"])
    except (ValueError, KeyError):  # one of Hive, which Athena reads as it is written
        return text


def view_text(sql: str, database: str, columns: list[tuple[str, str]]) -> str:
    """A view as Presto writes it into the catalog; the types are Presto's."""
    view = {
        "originalSql": sql,
        "catalog": CATALOG.lower(),
        "schema": database,
        "columns": [{"name": name, "type": type_} for name, type_ in columns],
    }
    return f"{_VIEW_OPENS}{base64.b64encode(orjson.dumps(view)).decode()}{_VIEW_CLOSES}"
