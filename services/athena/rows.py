"""Rows as Athena writes them into CSV: each value in quotes, NULL nothing at all."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from services.base import Column, Kind
from services.errors import QueryFailed

# Athena's timestamps name no zone; they are taken as UTC. Some have microseconds, which are cut.
_ARROW: Final[dict[Kind, Any]] = {
    "timestamp": pa.timestamp("us"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
_MILLISECONDS: Final = pa.timestamp("ms")
_INSTANT: Final = pa.timestamp("ms", tz="UTC")


def whole_records(content: bytes) -> int:
    """How many bytes the whole records at its beginning have; it must begin with a record.

    A newline ends a record unless it is inside quotes: then the quotes before it are odd in number.
    """
    end = len(content)
    quotes = content.count(b'"')
    while (newline := content.rfind(b"\n", 0, end)) >= 0:
        quotes -= content.count(b'"', newline, end)
        if quotes % 2 == 0:
            return newline + 1
        end = newline
    return 0


def first_record(content: bytes) -> int:
    """How many bytes the first record has."""
    begin = quotes = 0
    while (newline := content.find(b"\n", begin)) >= 0:
        quotes += content.count(b'"', begin, newline)
        if quotes % 2 == 0:
            return newline + 1
        begin = newline + 1
    return len(content)


def record(values: Iterable[str | None]) -> bytes:
    """One record of a row's texts."""
    quoted = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in values)
    return (",".join(quoted) + "\n").encode()


def parse(content: memoryview | bytes, columns: Sequence[Column]) -> Any:
    """The Arrow table of whole records, in the columns' types, or as texts where one does not fit.

    Whoever stores it takes what fits (the year 10000 does not). Raises QueryFailed for no records.
    """
    types = {column.name: _ARROW.get(column.kind, pa.string()) for column in columns}
    if not content:
        return _with_instants(pa.schema(list(types.items())).empty_table())
    try:
        return _with_instants(_read(content, types))
    except pa.ArrowInvalid:
        return _as_texts(content, columns)


def _as_texts(content: memoryview | bytes, columns: Sequence[Column]) -> Any:
    try:
        return _read(content, {column.name: pa.string() for column in columns})
    except pa.ArrowInvalid as error:
        hint = "Run the query again; if it keeps failing, tell an administrator."
        raise QueryFailed(f"The result cannot be read: {error}", hint=hint) from None


def _read(content: memoryview | bytes, types: dict[str, Any]) -> Any:
    return pa.csv.read_csv(
        pa.BufferReader(content),
        # One block; the worker's other threads have work of their own.
        pa.csv.ReadOptions(
            column_names=list(types), block_size=len(content) + 1, use_threads=False
        ),
        # The only value of a row may be NULL, which is an empty line.
        pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        pa.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["true"],
            false_values=["false"],
        ),
    )


def _with_instants(table: Any) -> Any:
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            whole = pa.compute.floor_temporal(table.column(place), unit="millisecond")
            instants = whole.cast(_MILLISECONDS).cast(_INSTANT)
            table = table.set_column(place, pa.field(field.name, _INSTANT), instants)
    return table
