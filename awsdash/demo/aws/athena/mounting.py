"""Makes a table's objects a view in DuckDB, and counts the bytes that Athena would read of them."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from awsdash.demo.aws.athena.catalog import Column, Format, Table
from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.information_schema import Listing
from awsdash.demo.aws.athena.objects import files
from awsdash.demo.aws.athena.partitions import Slice, slices_of
from awsdash.demo.aws.athena.resolving import Resolved, Source
from awsdash.demo.aws.athena.session import Session
from awsdash.demo.aws.athena.types import duckdb_type, quoted
from awsdash.demo.aws.state import Place

SAMPLE_ROWS: Final = 100
SAMPLE_BYTES: Final = 65_536
NO_NULL: Final = "\x1e\x1f"  # DuckDB wants some text that means NULL, where none does


def mount(session: Session, place: Place, resolved: Resolved) -> int:
    """Makes all that the query reads; the bytes that it scans."""
    for (schema, name), listing in resolved.listings.items():
        _make_listing(session, schema, name, listing)
    return sum(
        _mount_table(session, place, number, source, resolved)
        for number, source in enumerate(resolved.sources.values())
    )


def text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def _make_listing(session: Session, schema: str, name: str, listing: Listing) -> None:
    columns = ", ".join(f"{quoted(column)} {type_}" for column, type_ in listing.columns)
    session.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    target = f"{quoted(schema)}.{quoted(name)}"
    session.connection.execute(f"CREATE TABLE {target} ({columns})")
    if listing.rows:
        marks = ", ".join("?" for _ in listing.columns)
        sql = f"INSERT INTO {target} VALUES ({marks})"  # noqa: S608
        session.connection.executemany(sql, listing.rows)


def _mount_table(
    session: Session, place: Place, number: int, source: Source, resolved: Resolved
) -> int:
    table = source.table
    if table.format is None:
        library = table.serde_library or "none"
        raise engine_error(f"HIVE_UNSUPPORTED_FORMAT: Unable to read with SerDe: {library}")
    slices = _needed(session, source, slices_of(place, table))
    folder = session.folder / str(number)
    _link(folder, table, slices)
    name = f"{quoted(table.schema)}.{quoted(table.name)}"
    session.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(table.schema)}")
    if not any(one.objects for one in slices):
        session.connection.execute(f"CREATE TABLE {name} ({_declared(table.all_columns)})")
        return 0
    session.connection.execute(f"CREATE VIEW {name} AS {_select(session, folder, table)}")
    if table.format is Format.PARQUET:
        return _parquet_bytes(session, folder, table, resolved)
    return sum(stored.size for one in slices for stored in one.objects)


def _needed(session: Session, source: Source, slices: list[Slice]) -> list[Slice]:
    """Without the partitions that no mention of the table in the query can have rows of."""
    keys = source.table.partition_keys
    if not all(source.conditions) or not keys or not slices:
        return slices
    _make_listing(
        session,
        "$partitions",
        f"{source.table.database}.{source.table.name}",
        Listing(
            (("$number", "BIGINT"), *((key.name, "VARCHAR") for key in keys)),
            tuple((number, *one.values) for number, one in enumerate(slices)),
        ),
    )
    typed = ", ".join(
        f"CAST({quoted(k.name)} AS {duckdb_type(k.type)}) AS {quoted(k.name)}" for k in keys
    )
    listing = f'"$partitions".{quoted(f"{source.table.database}.{source.table.name}")}'
    wanted = " OR ".join(f"({' AND '.join(f'({c})' for c in some)})" for some in source.conditions)
    found = session.fetch(
        f'SELECT "$number" FROM (SELECT "$number", {typed} FROM {listing}) WHERE {wanted}'  # noqa: S608
    )
    return [slices[number] for (number,) in found]


def _link(folder: Path, table: Table, slices: Iterable[Slice]) -> None:
    """In Hive's layout, wherever the objects are: DuckDB has the keys' values from there."""
    names = [key.name for key in table.partition_keys]
    for one in slices:
        parts = [f"{quote(n)}={quote(v, safe='')}" for n, v in zip(names, one.values, strict=True)]
        for number, stored in enumerate(one.objects):
            files.link(stored, folder.joinpath(*parts, f"{number:05d}{stored.suffix}"))


def _declared(columns: Iterable[Column]) -> str:
    return ", ".join(f"{quoted(column.name)} {duckdb_type(column.type)}" for column in columns)


def _select(session: Session, folder: Path, table: Table) -> str:
    match table.format:
        case Format.PARQUET:
            return _select_parquet(session, folder, table)
        case Format.JSON:
            return _select_json(session, folder, table)
    return _select_csv(folder, table)


def _partition_options(table: Table) -> str:
    if not table.partition_keys:
        return ", hive_partitioning=false"
    types = ", ".join(f"{text(k.name)}: {duckdb_type(k.type)}" for k in table.partition_keys)
    return f", hive_partitioning=true, hive_types={{{types}}}"


def _keys(table: Table) -> list[str]:
    return [quoted(key.name) for key in table.partition_keys]


def _select_parquet(session: Session, folder: Path, table: Table) -> str:
    """By name; a column that no file has is NULL."""
    source = f"read_parquet('{folder}/**/*', union_by_name=true{_partition_options(table)})"
    found = {
        row[0].lower(): (row[0], row[1])
        for row in session.fetch(f"DESCRIBE SELECT * FROM {source}")  # noqa: S608
    }
    columns = []
    for column in table.columns:
        type_, name = duckdb_type(column.type), quoted(column.name)
        written, written_type = found.get(column.name.lower(), (None, None))
        if written is None:
            columns.append(f"CAST(NULL AS {type_}) AS {name}")
        elif written_type == type_:
            columns.append(f"{quoted(written)} AS {name}")
        else:
            columns.append(f"CAST({quoted(written)} AS {type_}) AS {name}")
    return f"SELECT {', '.join(columns + _keys(table))} FROM {source}"  # noqa: S608


def _select_json(session: Session, folder: Path, table: Table) -> str:
    """Keys fit in either case, as with OpenX's SerDe."""
    pattern = f"'{folder}/**/*', format='newline_delimited'"
    sample = f"SELECT json FROM read_json_objects({pattern}) LIMIT {SAMPLE_ROWS}"  # noqa: S608
    keys = session.fetch(f"SELECT DISTINCT unnest(json_keys(json)) FROM ({sample})")  # noqa: S608
    written = {key.lower(): key for (key,) in keys}
    types = ", ".join(
        f"{text(written.get(c.name.lower(), c.name))}: {text(duckdb_type(c.type))}"
        for c in table.columns
    )
    names = [
        f"{quoted(written.get(c.name.lower(), c.name))} AS {quoted(c.name)}" for c in table.columns
    ]
    source = f"read_json({pattern}, columns={{{types}}}{_partition_options(table)})"
    return f"SELECT {', '.join(names + _keys(table))} FROM {source}"  # noqa: S608


def _select_csv(folder: Path, table: Table) -> str:
    """What is not of its column's type is NULL."""
    columns = ", ".join(f"{text(c.name)}: 'VARCHAR'" for c in table.columns)
    options = (
        _quoted_options(folder, table)
        if table.format is Format.QUOTED_CSV
        else _plain_options(table)
    )
    skip = int(table.parameters.get("skip.header.line.count", "0"))
    source = (
        f"read_csv('{folder}/**/*', columns={{{columns}}}, header=false, skip={skip},"
        f" auto_detect=false, null_padding=true, strict_mode=false, {options}"
        f"{_partition_options(table)})"
    )
    typed = [_typed(column) for column in table.columns]
    return f"SELECT {', '.join(typed + _keys(table))} FROM {source}"  # noqa: S608


def _typed(column: Column) -> str:
    name, type_ = quoted(column.name), duckdb_type(column.type)
    # DuckDB would leave a cast of the bare column to its reader, which fails in its own words.
    if type_ == "VARCHAR":
        return f"nullif({name}, {text(NO_NULL)}) AS {name}"
    return f"TRY_CAST(nullif({name}, '') AS {type_}) AS {name}"


def _quoted_options(folder: Path, table: Table) -> str:
    serde = table.serde
    quote_sign = serde.get("quoteChar", '"')
    escape = _escape_in(folder, quote_sign, serde.get("escapeChar", "\\"))
    return (
        f"delim={text(serde.get('separatorChar', ','))}, quote={text(quote_sign)},"
        f" escape={text(escape)}, nullstr={text(NO_NULL)}"
    )


def _escape_in(folder: Path, quote_sign: str, escape: str) -> str:
    """OpenCSV takes a quote after an escape or after a quote for one; DuckDB knows only either."""
    first = next(path for path in sorted(folder.rglob("*")) if path.is_file())
    with gzip.open(first) if first.suffix == ".gz" else first.open("rb") as opened:
        sample = opened.read(SAMPLE_BYTES)
    return escape if f"{escape}{quote_sign}".encode() in sample else quote_sign


def _plain_options(table: Table) -> str:
    serde = table.serde
    delimiter = serde.get("field.delim") or serde.get("serialization.format") or "\x01"
    null = serde.get("serialization.null.format", "\\N")
    return f"delim={text(delimiter)}, quote='', escape='', nullstr={text(null)}"


def _parquet_bytes(session: Session, folder: Path, table: Table, resolved: Resolved) -> int:
    """Of the columns that the query reads, compressed: a count of rows reads none."""
    read = [column.name.lower() for column in table.columns if resolved.reads(column.name)]
    ((found,),) = session.fetch(
        "SELECT coalesce(sum(total_compressed_size), 0)"  # noqa: S608
        f" FROM parquet_metadata('{folder}/**/*')"
        " WHERE list_contains(?, lower(split_part(path_in_schema, ', ', 1)))",
        [read],
    )
    return int(found)
