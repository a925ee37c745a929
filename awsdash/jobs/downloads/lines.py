"""A line for each row: CSV and JSON Lines. DuckDB writes the lines, whole."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from awsdash.jobs.downloads.blocks import blocks
from awsdash.jobs.reading import Reader
from services.base import Column, Kind

_TEXTS: Final[frozenset[Kind]] = frozenset({"text", "json", "level"})
_CHUNK_LINES: Final = 2_000
# What spreadsheets begin a formula with. Numbers, and dashes for nothing, are none.
_FORMULA: Final = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_HARMLESS: Final = r"^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|-+)$"
_SPECIAL: Final = '[",\r\n]'


def csv(reader: Reader) -> Iterator[bytes]:
    """Unknown values are nothing, empty texts are `""`; times are ISO 8601 in UTC."""
    heads = (_csv_head(column.name) for column in reader.columns)
    yield f"{','.join(heads)}\r\n".encode()
    cells = (_csv_cell(place, column) for place, column in enumerate(reader.columns))
    line = f"concat_ws(',', {', '.join(cells)}) || chr(13) || chr(10)"
    yield from _lines(reader, line, formula=_FORMULA, harmless=_HARMLESS, special=_SPECIAL)


def _csv_head(name: str) -> str:
    safe = f"'{name}" if re.match(_FORMULA, name) else name
    quoted = safe.replace('"', '""')
    return f'"{quoted}"' if re.search(_SPECIAL, safe) or not safe else safe


def _csv_cell(place: int, column: Column) -> str:
    name = f"c{place}"
    if column.kind == "timestamp":
        moment = f"make_timestamp(epoch_us({name}))"
        return f"coalesce(strftime({moment}, '%Y-%m-%dT%H:%M:%S.%gZ'), '')"
    if column.kind not in _TEXTS:
        return f"coalesce({name}::VARCHAR, '')"
    formula = f"regexp_matches({name}, $formula) AND NOT regexp_matches({name}, $harmless)"
    quoted = f"""'"' || replace({name}, '"', '""') || '"'"""
    return (
        f"CASE WHEN {name} IS NULL THEN '' WHEN {name} = '' THEN '\"\"' "
        f"WHEN {formula} THEN '\"''' || substr({quoted}, 2) "
        f"WHEN regexp_matches({name}, $special) THEN {quoted} ELSE {name} END"
    )


def json_lines(reader: Reader) -> Iterator[bytes]:
    """An object for each row; times are Unix milliseconds."""
    keys = {
        f"key{place}": f"{', ' if place else '{'}{json.dumps(column.name, ensure_ascii=False)}: "
        for place, column in enumerate(reader.columns)
    }
    pairs = (
        f"$key{place}, coalesce(to_json({_json_value(place, column)})::VARCHAR, 'null')"
        for place, column in enumerate(reader.columns)
    )
    yield from _lines(reader, f"concat({', '.join(pairs)}, '}}', chr(10))", **keys)


def _json_value(place: int, column: Column) -> str:
    return f"epoch_ms(c{place})" if column.kind == "timestamp" else f"c{place}"


def _lines(reader: Reader, line: str, **parameters: Any) -> Iterator[bytes]:
    for numbers in blocks(reader):
        chunk: list[str] = []
        for (text,) in reader.values(numbers, line, **parameters):
            chunk.append(text)
            if len(chunk) == _CHUNK_LINES:
                yield _joined(chunk)
                chunk = []
        yield _joined(chunk)


def _joined(lines: Sequence[str]) -> bytes:
    return "".join(lines).encode()
