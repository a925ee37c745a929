"""The result store: closed Parquet parts in Django's storage, a manifest in the database.

Written in bounded memory, readable from the first part on; `reading` reads it.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

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
