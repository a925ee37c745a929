"""A result as one Parquet file, row group by row group."""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from awsdash.jobs.downloads.blocks import blocks
from awsdash.jobs.downloads.sink import Sink
from awsdash.jobs.fitting import TYPES
from awsdash.jobs.reading import Reader

ROW_GROUP_ROWS: Final = 10_000


def parquet(reader: Reader) -> Iterator[bytes]:
    """Every column in its type; times in milliseconds, UTC."""
    schema = pa.schema([(column.name, TYPES[column.kind]) for column in reader.columns])
    sink = Sink()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for numbers in blocks(reader):
            writer.write_table(reader.table(numbers, schema), row_group_size=ROW_GROUP_ROWS)
            yield sink.taken()
    yield sink.taken()
