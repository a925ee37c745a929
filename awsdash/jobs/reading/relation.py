"""A result's files as one relation for SQL.

`rows` has a column `n`, the row's number from 0 in AWS's order, and `c0`, `c1`, ... in the order
of `Result.columns`: whatever AWS calls a column, its name is never part of our SQL.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow.parquet as pq

from awsdash.jobs import cache
from awsdash.jobs.reading.kept import kept
from awsdash.jobs.reading.result import Piece, Result
from services.base import Kind

SQL_TYPES: Final[dict[Kind, str]] = {
    "timestamp": "TIMESTAMPTZ",
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "json": "VARCHAR",
    "level": "VARCHAR",
}
SAMPLED_ROWS: Final = 50_000
MOST_PICKED: Final = 128
FEW_FILES: Final = 8
_BYTES_PER_NAME: Final = 100

Relation = tuple[str, dict[str, Any]]
"""SQL to put before a SELECT from `rows`, and its parameters."""
Names = tuple[str, ...]


def whole(result: Result) -> Relation:
    """Every row."""
    return _of(result, result.pieces)


def sample(result: Result) -> Relation:
    """Some ten thousand rows, whole files from all over; all rows where there are no more."""
    pieces = result.pieces
    files = max(1, len(pieces) * SAMPLED_ROWS // max(1, result.total))
    return _of(result, pieces[:: max(1, len(pieces) // files)])


def _of(result: Result, pieces: Sequence[Piece]) -> Relation:
    shapes: dict[Names, list[Piece]] = {}
    paths = _paths(pieces)
    for piece in pieces:
        shapes.setdefault(_names(piece, paths), []).append(piece)
    selects: list[str] = []
    values: dict[str, Any] = {}
    for shape, (names, alike) in enumerate(shapes.items()):
        values[f"paths{shape}"] = [paths[piece.part.pk] for piece in alike]
        values[f"starts{shape}"] = [piece.start for piece in alike]
        for place in range(len(result.own)):
            values[f"says{shape}x{place}"] = [piece.says[place] for piece in alike]
        # file_index is a file's place among the paths.
        own = [_of_file(f"says{shape}x{place}") for place in range(len(result.own))]
        number = f"{_of_file(f'starts{shape}')} + file_row_number"
        selects.append(_select(result, names, number, own, f"$paths{shape}"))
    return _with(selects), values


def are_scattered(result: Result, numbers: Sequence[int]) -> bool:
    """Whether `some` would hold more memory than it is worth: many rows, of many files."""
    if len(numbers) <= MOST_PICKED:
        return False
    return len(list(_by_piece(result.pieces, numbers))) > FEW_FILES


def files_of(result: Result, numbers: Sequence[int]) -> Relation:
    """Every row of the files that have these rows, whose numbers rise."""
    return _of(result, [piece for piece, _ in _by_piece(result.pieces, numbers)])


def some(result: Result, numbers: Sequence[int]) -> Relation:
    """The rows with these numbers, which rise; of their files little else is unpacked."""
    selects: list[str] = []
    values: dict[str, Any] = {}
    found = list(_by_piece(result.pieces, numbers))
    paths = _paths([piece for piece, _ in found])
    for place, (piece, wanted) in enumerate(found):
        values[f"path{place}"] = paths[piece.part.pk]
        values |= {f"says{place}x{n}": said for n, said in enumerate(piece.says)}
        own = [f"${name}" for name in (f"says{place}x{n}" for n in range(len(piece.says)))]
        number = f"{piece.start}::BIGINT + file_row_number"
        select = _select(result, _names(piece, paths), number, own, f"$path{place}")
        selects.append(f"{select} WHERE {_among(wanted)}")
    return _with(selects), values


def _of_file(name: str) -> str:
    return f"list_extract(${name}, file_index::BIGINT + 1)"


def _select(result: Result, names: Names, number: str, own: Sequence[str], paths: str) -> str:
    # The files' columns are renamed by place, so that no name of AWS's can be in the way, not
    # even one that DuckDB has a meaning for.
    renamed = ", ".join(f"p{place}" for place in range(len(names)))
    places = {name: place for place, name in enumerate(names)}
    stored = [
        f"TRY_CAST(p{places[column.name]} AS {SQL_TYPES[column.kind]})"
        if column.name in places
        # A file of before a column was invented has nothing there.
        else f"NULL::{SQL_TYPES[column.kind]}"
        for column in result.columns[len(own) :]
    ]
    selected = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate([*own, *stored]))
    return f"SELECT {number} AS n, {selected} FROM read_parquet({paths}) AS f({renamed})"  # noqa: S608  # names of our own


def _with(selects: Iterable[str]) -> str:
    return f"WITH rows AS ({' UNION ALL '.join(selects)}) "


def _by_piece(
    pieces: Sequence[Piece], numbers: Sequence[int]
) -> Iterator[tuple[Piece, Sequence[int]]]:
    """The files that hold these rows, with the rows' places in the file."""
    starts = [piece.start for piece in pieces]
    first = 0
    while first < len(numbers):
        # Of files without rows, which start alike, the last is the one with the row.
        piece = pieces[bisect_right(starts, numbers[first]) - 1]
        last = bisect_right(numbers, piece.end - 1, lo=first)
        yield piece, [number - piece.start for number in numbers[first:last]]
        first = last


def _among(places: Sequence[int]) -> str:
    """SQL that DuckDB skips pages of a file by."""
    if places[-1] - places[0] == len(places) - 1:
        return f"file_row_number BETWEEN {places[0]} AND {places[-1]}"
    return f"file_row_number IN ({', '.join(map(str, places))})"


def _paths(pieces: Sequence[Piece]) -> Mapping[int, str]:
    """Where the files are, by their parts' keys; asked each time, as copies of S3's come and go."""
    parts = [piece.part for piece in pieces]
    return dict(zip((part.pk for part in parts), cache.paths(parts), strict=True))


def _names(piece: Piece, paths: Mapping[int, str]) -> Names:
    """The names of a file's columns, in order. Raises FileNotFoundError."""

    def read() -> Names:
        return tuple(pq.read_schema(paths[piece.part.pk]).names)

    return kept.get(("names", piece.part.name), read, lambda names: _BYTES_PER_NAME * len(names))
