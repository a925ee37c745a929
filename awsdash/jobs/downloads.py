"""A result as a file, written row by row: CSV for people, JSON Lines for programs."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from awsdash.jobs.reading import NUMBER, Reader
from services.base import Column, Row
from services.errors import InvalidQuery

BLOCK_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class File:
    suffix: str
    content_type: str
    lines: Iterator[str]


def file_of(reader: Reader, kind: str) -> File:
    """The rows that match the reader's lens, every column. Raises InvalidQuery for the format."""
    if kind not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise InvalidQuery(f"format: {kind} is not offered", hint=f"Offered are {known}.")
    content_type, write = _FORMATS[kind]
    # A sort that cannot be is told now, not in the middle of the file.
    reader.rows(0, 1)
    return File(kind, content_type, write(reader))


def _every_row(reader: Reader) -> Iterator[Row]:
    offset = 0
    while rows := reader.rows(offset, BLOCK_ROWS):
        yield from rows
        offset += len(rows)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _csv(reader: Reader) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _line(writer, [column.name for column in reader.columns])
    for row in _every_row(reader):
        yield _line(writer, [_cell(row, column) for column in reader.columns])


def _line(writer: Any, cells: list[Any]) -> str:
    line: str = writer.writerow(cells)
    return line


def _cell(row: Row, column: Column) -> Any:
    value = row[column.name]
    if value is None:
        return ""
    if column.kind != "timestamp":
        return value
    moment = datetime.fromtimestamp(value / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json_lines(reader: Reader) -> Iterator[str]:
    for row in _every_row(reader):
        kept = {name: value for name, value in row.items() if name != NUMBER}
        yield json.dumps(kept, ensure_ascii=False) + "\n"


_FORMATS: Final = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "jsonl": ("application/jsonl; charset=utf-8", _json_lines),
}
