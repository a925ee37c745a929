"""A result as a file: the rows that match a lens, every column, in bounded memory, at once.

CSV and XLSX are for people and their spreadsheets, JSON Lines and Parquet for programs. The first
bytes leave while the rest is still being read. Rows are made into text by DuckDB, so that a large
download keeps no thread of Python's busy.

What a spreadsheet would take for a formula is text: in XLSX by its type, in CSV, which has no
types, by an apostrophe in front. JSON Lines and Parquet have every value as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from awsdash.jobs.downloads import columnar, lines, workbook
from awsdash.jobs.reading import Reader
from services.errors import InvalidQuery


@dataclass(frozen=True, slots=True)
class File:
    suffix: str
    content_type: str
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Format:
    label: str
    content_type: str
    write: Callable[[Reader], Iterator[bytes]]


FORMATS: Final = {
    "csv": Format("CSV", "text/csv; charset=utf-8", lines.csv),
    "jsonl": Format("JSON Lines", "application/jsonl; charset=utf-8", lines.json_lines),
    "xlsx": Format(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbook.xlsx,
    ),
    "parquet": Format("Parquet", "application/vnd.apache.parquet", columnar.parquet),
}


def file_of(reader: Reader, kind: str) -> File:
    """The rows that match the reader's lens. Raises InvalidQuery for the format or the lens.

    Raises NotFound where the stored files are gone; so does reading the chunks, where they go
    meanwhile.
    """
    if kind not in FORMATS:
        known = ", ".join(FORMATS)
        raise InvalidQuery(f"format: {kind} is not offered", hint=f"Offered are {known}.")
    # A lens that cannot be is told now, not in the middle of the file.
    reader.rows(0, 1)
    return File(kind, FORMATS[kind].content_type, FORMATS[kind].write(reader))
