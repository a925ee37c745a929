"""The result store: closed Parquet parts in Django's storage, a manifest in the database.

Written in bounded memory, readable from the first part on; `reading` reads it.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from awsdash.jobs.lifecycle.leases import Lease
from awsdash.jobs.models import ResultPart
from services.base import Column, Kind, Row

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
    lease: Lease, number: int, columns: Sequence[Column], rows: Sequence[Row] | pa.Table
) -> ResultPart:
    """Store `rows` as one closed file; the part returned is not saved yet."""
    schema = pa.schema([(c.name, _ARROW[c.kind]) for c in stored_columns(columns)])
    table = rows.cast(schema) if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows, schema)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=ROW_GROUP_ROWS)
    content = buffer.getvalue()
    # No two workers write the same file, whoever of them is right.
    path = f"{lease.execution_id}/{lease.attempt}-{number}-{lease.token.hex[:8]}.parquet"
    name = default_storage.save(path, ContentFile(content))
    return ResultPart(
        execution_id=lease.execution_id,
        attempt=lease.attempt,
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
