"""The result store: closed Parquet parts in Django's storage, a manifest in the database.

Written in bounded memory, readable from the first part on; `reading` reads it.
"""

import io
import logging
from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.core.files import File

from awsdash.jobs.fitting import fitted
from awsdash.jobs.lifecycle.leases import Lease
from awsdash.jobs.models import ResultPart
from awsdash.jobs.stores import failures_told, store
from services.base import Column, Row
from services.errors import QueryFailed

logger = logging.getLogger(__name__)

# Few enough that one page of rows unpacks little, many enough that a scan is quick.
ROW_GROUP_ROWS: Final = 5_000
# A reader of few rows unpacks only the pages they are in.
PAGE_BYTES: Final = 65_536
# So many first values tell whether a column repeats itself.
PROBED_ROWS: Final = 2_000


def stored_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns a part holds: those that only repeat another are made when read."""
    return [column for column in columns if column.same_as is None]


def write_part(
    lease: Lease, number: int, columns: Sequence[Column], rows: Sequence[Row] | pa.Table
) -> ResultPart:
    """Store `rows` as one closed file; the part returned is not saved yet.

    Raises QueryFailed, worth another try, where the store does not take it.
    """
    buffer = io.BytesIO()
    table = fitted(rows, stored_columns(columns))
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        row_group_size=ROW_GROUP_ROWS,
        data_page_size=PAGE_BYTES,
        use_dictionary=[name for name in table.column_names if _repeats(table.column(name))],
    )
    size_bytes = buffer.tell()
    # No two workers write the same file, whoever of them is right.
    path = f"{lease.execution_id}/{lease.attempt}-{number}-{lease.token.hex[:8]}.parquet"
    with failures_told():
        name = store().save(path, File(buffer))
    return ResultPart(
        execution_id=lease.execution_id,
        attempt=lease.attempt,
        number=number,
        name=name,
        rows=len(rows),
        size_bytes=size_bytes,
    )


def _repeats(values: pa.ChunkedArray) -> bool:
    """Whether a dictionary of the values is worth it: one of ids is as large as they are."""
    probed = values[:PROBED_ROWS]
    return pc.count_distinct(probed).as_py() * 4 <= len(probed)  # type: ignore[no-any-return]  # pyarrow has no types


def discard(parts: Iterable[ResultPart]) -> None:
    """Forget parts that nobody will read: their rows, if saved, and their files."""
    for part in parts:
        if part.pk:
            part.delete()
        try:
            with failures_told():
                store().delete(part.name)
        except QueryFailed as error:
            # Nobody reads it, and in a day it is found.
            logger.warning("file left behind", extra={"file": part.name, "error": error.message})
