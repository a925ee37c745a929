"""The result store: closed Parquet parts in Django's storage, a manifest in the database.

Written in bounded memory, readable from the first part on, read by DuckDB.
"""

import io
import threading
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from awsdash.jobs.models import Execution, ResultPart
from services.base import Column, Kind, Row
from services.errors import NotFound

ROW_GROUP_ROWS: Final = 10_000
_ARROW: Final[dict[Kind, pa.DataType]] = {
    "timestamp": pa.timestamp("ms", tz="UTC"),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "json": pa.string(),
    "level": pa.string(),
}


def stored_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns a part holds: those that only repeat another are made when read."""
    return [column for column in columns if column.same_as is None]


def write_part(
    execution_id: UUID, attempt: int, number: int, columns: Sequence[Column], rows: Sequence[Row]
) -> ResultPart:
    """Store `rows` as one closed file; the part returned is not saved yet."""
    schema = pa.schema([(c.name, _ARROW[c.kind]) for c in stored_columns(columns)])
    buffer = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist(rows, schema=schema),
        buffer,
        compression="zstd",
        row_group_size=ROW_GROUP_ROWS,
    )
    content = buffer.getvalue()
    name = default_storage.save(f"{execution_id}/{attempt}-{number}.parquet", ContentFile(content))
    return ResultPart(
        execution_id=execution_id,
        attempt=attempt,
        number=number,
        name=name,
        rows=len(rows),
        size_bytes=len(content),
    )


def discard(parts: Iterable[ResultPart]) -> None:
    """Forget parts that nobody will read: their rows, if saved, and their files."""
    for part in parts:
        if part.pk:
            part.delete()
        default_storage.delete(part.name)


def read_rows(execution: Execution, offset: int, limit: int) -> list[Row]:
    """Up to `limit` rows from `offset` on, in AWS's order; timestamps as Unix milliseconds.

    Raises NotFound when the stored files are gone.
    """
    try:
        return _read_rows(execution, offset, limit)
    except duckdb.IOException:
        # A new attempt began between the manifest and the files: look again, once.
        execution.refresh_from_db()
    try:
        return _read_rows(execution, offset, limit)
    except duckdb.IOException:
        raise NotFound("The stored result is gone.", hint="Run the query again.") from None


def _read_rows(execution: Execution, offset: int, limit: int) -> list[Row]:
    paths, skipped = _parts_from(execution, offset)
    if not paths:
        return []
    columns = stored_columns(execution.operation.columns)
    selected = ", ".join(
        f'epoch_ms("{c.name}") AS "{c.name}"' if c.kind == "timestamp" else f'"{c.name}"'
        for c in columns
    )
    cursor = (
        _database()
        .cursor()
        .execute(
            f"SELECT {selected} FROM read_parquet($paths) LIMIT $limit OFFSET $offset",  # noqa: S608  # names come from our own Item types
            {"paths": paths, "limit": limit, "offset": offset - skipped},
        )
    )
    names = [c.name for c in columns]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def _parts_from(execution: Execution, offset: int) -> tuple[list[str], int]:
    """The paths of the parts from the one that holds row `offset`, and the rows before it."""
    parts = list(execution.parts.filter(attempt=execution.attempt))
    skipped = 0
    while parts and skipped + parts[0].rows <= offset:
        skipped += parts.pop(0).rows
    return [default_storage.path(part.name) for part in parts], skipped


def with_repeated(rows: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """The rows with those columns that repeat another, as the JSON envelope shows them."""
    repeated = [(column.name, column.same_as) for column in columns if column.same_as]
    return [{**row, **{name: row[source] for name, source in repeated}} for row in rows]


_local = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None


def _database() -> Any:
    """One in-memory DuckDB a process, of bounded memory; each reader takes a cursor."""
    global _connection  # a process-wide pool of one
    with _local:
        if _connection is None:
            _connection = duckdb.connect(config={"memory_limit": "256MB", "threads": 2})
        return _connection
