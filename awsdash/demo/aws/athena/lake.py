"""Plants tables over objects of S3, and workgroups, past the HTTP interfaces."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from awsdash.demo.aws import chapters, clock
from awsdash.demo.aws.athena.workgroups import WorkGroup, put_workgroup
from awsdash.demo.aws.state import Place

PARTITION: Final = "aws"
_CSV: Final = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_CSV_PROPERTIES: Final = {"separatorChar": ",", "quoteChar": '"', "escapeChar": "\\"}


@dataclass(frozen=True)
class Table:
    """A table of Glue, its columns with Hive's types.

    `location` is `s3://bucket/prefix/`, `format` parquet, json or csv; `objects` yields keys below
    the location, with contents. Keys like `dt=2026-11-20/part-0` make partitions.
    """

    database: str
    name: str
    columns: tuple[tuple[str, str], ...]
    location: str
    format: str
    objects: Callable[[], Iterable[tuple[str, bytes]]]
    partitions: tuple[tuple[str, str], ...] = ()
    description: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def plant_table(place: Place, table: Table) -> None:
    """With its database and bucket, if they are not there; at the first call to S3 or the catalog.

    A story that has the bucket too must plant that first.
    """
    chapters.tell_later("s3", partial(_plant, place, table))
    chapters.tell_later("glue", partial(chapters.tell, "s3"))
    chapters.tell_later("athena", partial(chapters.tell, "s3"))


def plant_bucket(place: Place, name: str) -> None:
    """As with the tables, unless it is there."""
    chapters.tell_later("s3", partial(_bucket, place, name))
    chapters.tell_later("athena", partial(chapters.tell, "s3"))


def workgroup(
    place: Place,
    name: str,
    description: str | None = None,
    location: str | None = None,
    enforces: bool = False,
    scan_limit_bytes: int | None = None,
    manages_results: bool = False,
) -> None:
    """Plants a workgroup at once, in place of one that has the name."""
    configuration: dict[str, Any] = {"EnforceWorkGroupConfiguration": enforces}
    if location is not None:
        configuration["ResultConfiguration"] = {"OutputLocation": location}
    if scan_limit_bytes is not None:
        configuration["BytesScannedCutoffPerQuery"] = scan_limit_bytes
    if manages_results:
        configuration["ManagedQueryResultsConfiguration"] = {"Enabled": True}
    planted = WorkGroup(name, clock.now(), configuration, description=description)
    put_workgroup(place, planted)


def _plant(place: Place, table: Table) -> None:
    from moto.glue.models import glue_backends  # half a second that the start need not wait for

    glue = glue_backends[place.account][place.region]
    bucket, _, prefix = table.location.removeprefix("s3://").partition("/")
    s3 = _bucket(place, bucket)
    keys = []
    for key, content in table.objects():
        s3.put_object(bucket, prefix + key, content)
        keys.append(key)
    if table.database not in glue.databases:
        glue.create_database(table.database, {"Name": table.database})
    glue.create_table(table.database, table.name, _entry(table))
    _register(glue, table, keys)


def _bucket(place: Place, name: str) -> Any:
    """moto's S3, which has the bucket now."""
    from moto.s3.models import s3_backends

    s3 = s3_backends[place.account][PARTITION]
    if name not in s3.buckets:
        s3.create_bucket(name, place.region)
    return s3


def _entry(table: Table) -> dict[str, Any]:
    from awsdash.demo.aws.athena.catalog import Column
    from awsdash.demo.aws.athena.ddl import STORAGE, table_entry

    serde, input_format, output_format = STORAGE[
        {"parquet": "PARQUET", "json": "JSON", "csv": "TEXTFILE"}[table.format]
    ]
    entry = table_entry(
        table.name,
        tuple(Column(name, type_) for name, type_ in table.columns),
        tuple(Column(name, type_) for name, type_ in table.partitions),
        table.location,
        (_CSV if table.format == "csv" else serde, input_format, output_format),
        dict(_CSV_PROPERTIES) if table.format == "csv" else {},
        {"EXTERNAL": "TRUE", "classification": table.format, **table.parameters},
    )
    return entry if table.description is None else entry | {"Description": table.description}


def _register(glue: Any, table: Table, keys: Iterable[str]) -> None:
    from awsdash.demo.aws.athena.catalog import Column
    from awsdash.demo.aws.athena.partitions import partition_folders

    if not table.partitions:
        return
    partition_keys = [Column(name, type_) for name, type_ in table.partitions]
    planted = glue.get_table(table.database, table.name)
    storage = planted.as_dict()["StorageDescriptor"]
    for values, folder in partition_folders(keys, partition_keys).items():
        location = {"Location": table.location + folder}
        planted.create_partition(
            {"Values": list(values), "StorageDescriptor": {**storage, **location}}
        )
