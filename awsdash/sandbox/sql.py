"""One SELECT over Parquet files, run in a child; its answer as pages of a result."""

import logging
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

import pyarrow as pa
from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

from awsdash.jobs.fitting import TYPES
from awsdash.sandbox.child.frames import Op
from awsdash.sandbox.child.tables import Table
from awsdash.sandbox.naming import columns_of
from awsdash.sandbox.process import Child, Ended, Frame, Limits
from awsdash.sandbox.telling import ToldError, error_of, error_of_ending
from services.base import Column, Kind, Page, Statistics
from services.errors import Throttled

logger = logging.getLogger(__name__)

_MIB: Final = 2**20
# Beyond what DuckDB counts: the interpreter, libraries, and copies on their way out.
_DATA_BEYOND_BYTES: Final = 256 * _MIB
_RESIDENT_BEYOND_BYTES: Final = 384 * _MIB
_FILES_BEYOND: Final = 64
MOST_RESULT_BYTES: Final = 512 * _MIB
PAGE_ROWS: Final = 50_000
PAGE_BYTES: Final = 16 * _MIB


class _Message(BaseModel):
    """What the child says, which is believed only as far as it fits."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _ToldColumn(_Message):
    name: str
    kind: Kind
    type: str


class _Columns(_Message):
    columns: list[_ToldColumn]


class _Result(_Message):
    rows: int = 0
    is_whole: bool = False
    error: ToldError | None = None


def limits_of(files: int, skip: tuple[str, ...] = ()) -> Limits:
    """What a query over so many files may take, by the settings."""
    memory_bytes = settings.SQL_MEMORY_MB * _MIB
    return Limits(
        deadline_s=settings.SQL_DEADLINE_S,
        data_bytes=memory_bytes + _DATA_BEYOND_BYTES,
        resident_bytes=memory_bytes + _RESIDENT_BEYOND_BYTES,
        open_files=files + _FILES_BEYOND,
        skip=skip,
    )


def run(
    sql: str, tables: Sequence[Table], limit: int, limits: Limits | None = None
) -> Generator[Page]:
    """The columns, then at most `limit` rows; an empty page each second that brings none.

    The last page tells how many rows matched, or None where some were cut off. Raises
    InvalidQuery, QueryFailed, NotFound (a file is gone), TimedOut; Throttled while too many run.
    """
    job = {
        "sql": sql,
        "tables": [asdict(table) for table in tables],
        "memory_bytes": settings.SQL_MEMORY_MB * _MIB,
        "most_rows": limit,
        "most_bytes": MOST_RESULT_BYTES,
    }
    limits = limits or limits_of(sum(len(table.paths) for table in tables))
    child = Child("awsdash.sandbox.child.sql", job, limits, ("duckdb", "pyarrow"))
    with _place(), child:
        try:
            yield from _Answer(tables, limit).pages(child)
        except Ended as ended:
            told = {"reason": ended.reason, "detail": ended.detail}
            logger.warning("sandbox ended", extra=told)
            raise error_of_ending(ended) from None


class _Answer:
    """What one child has said so far."""

    def __init__(self, tables: Sequence[Table], limit: int) -> None:
        self._tables, self._limit = tables, limit
        self._columns: tuple[Column, ...] = ()
        self._schema = pa.schema([])
        self._batches: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def pages(self, child: Child) -> Iterator[Page]:
        """Raises Ended, ServiceError."""
        for frame in child.frames():
            if frame is None:
                yield self._flushed()
            elif frame.op == Op.RESULT:
                yield from self._last_pages(frame)
            elif frame.op == Op.COLUMNS and not self._columns:
                yield self._named(frame)
            elif frame.op == Op.ROWS and self._columns:
                self._take(frame)
                if self._is_page_full:
                    yield self._flushed()
            else:
                raise Ended("broken", f"{frame.op.name} out of turn")

    def _named(self, frame: Frame) -> Page:
        try:
            told = _Columns.model_validate_json(frame.body).columns
        except ValidationError as error:
            raise Ended("broken", str(error)) from None
        self._columns = columns_of([(c.name, c.kind, c.type) for c in told], self._tables)
        fields = [(column.name, _sent(column.kind)) for column in self._columns]
        self._schema = pa.schema(fields)
        return Page([], columns=self._columns)

    def _take(self, frame: Frame) -> None:
        try:
            batch = pa.ipc.read_record_batch(pa.py_buffer(frame.body), self._schema)
            batch.validate(full=True)
        except (pa.ArrowException, OSError, EOFError, ValueError) as error:
            raise Ended("broken", str(error)) from None
        self._rows += batch.num_rows
        self._bytes += len(frame.body)
        if self._rows > self._limit or self._bytes > 2 * MOST_RESULT_BYTES:
            raise Ended("broken", f"{self._rows} rows of {self._bytes} bytes")
        self._batches.append(batch)

    @property
    def _is_page_full(self) -> bool:
        rows = sum(batch.num_rows for batch in self._batches)
        size_bytes = sum(batch.nbytes for batch in self._batches)
        return bool(rows >= PAGE_ROWS or size_bytes >= PAGE_BYTES)

    def _flushed(self) -> Page:
        batches, self._batches = self._batches, []
        return Page(pa.Table.from_batches(batches, self._schema) if batches else [])

    def _last_pages(self, frame: Frame) -> Iterator[Page]:
        try:
            result = _Result.model_validate_json(frame.body)
        except ValidationError as error:
            raise Ended("broken", str(error)) from None
        if result.error:
            raise error_of(result.error)
        if not self._columns or result.rows != self._rows:
            raise Ended("broken", f"{self._rows} of {result.rows} rows came")
        yield self._flushed()
        matched = self._rows if result.is_whole else None
        yield Page([], statistics=Statistics(records_matched=matched))


def _sent(kind: Kind) -> pa.DataType:
    """How the child sends a kind: a time without its zone, which is UTC."""
    return pa.timestamp("ms") if kind == "timestamp" else TYPES[kind]


_places: threading.BoundedSemaphore | None = None
_lock = threading.Lock()


@contextmanager
def _place() -> Iterator[None]:
    """Room for one more child in this process. Raises Throttled."""
    global _places  # so many a process
    with _lock:
        _places = _places or threading.BoundedSemaphore(settings.SQL_AT_ONCE)
    places = _places
    if not places.acquire(blocking=False):
        raise Throttled("Other SQL is running.", hint="It is tried again by itself.")
    try:
        yield
    finally:
        places.release()
