"""Values as their column's kind stores them. What does not fit is unknown, and no row is lost."""

import json
import logging
import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from services.base import Column, Kind, Row

logger = logging.getLogger(__name__)

TYPES: Final[dict[Kind, pa.DataType]] = {
    "timestamp": pa.timestamp("ms", tz="UTC"),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "json": pa.string(),
    "level": pa.string(),
}
# What Python, DuckDB and a page can all show: the years 1 to 9999.
_FIRST_MS: Final = -62_135_596_800_000
_LAST_MS: Final = 253_402_300_799_999
_UNFIT: Final = (pa.ArrowException, ArithmeticError, TypeError, ValueError)
_TRUE, _FALSE = frozenset({"true", "t", "yes", "1"}), frozenset({"false", "f", "no", "0"})


def fitted(rows: Sequence[Row] | pa.Table, columns: Sequence[Column]) -> pa.Table:
    """The rows with exactly these columns, in their types. What is not there is null."""
    arrays = {column.name: _fitted(rows, column) for column in columns}
    return pa.table(arrays, schema=pa.schema([(c.name, TYPES[c.kind]) for c in columns]))


def _fitted(rows: Sequence[Row] | pa.Table, column: Column) -> pa.Array | pa.ChunkedArray:
    if isinstance(rows, pa.Table):
        places = rows.schema.get_all_field_indices(column.name)
        values = rows.column(places[0]) if places else pa.nulls(len(rows))
    else:
        values = [row.get(column.name) for row in rows]
    try:
        fit = _as_it_is(values, column.kind)
    except _UNFIT:
        fit = _one_by_one(values, column)
    return _shown(fit, column.kind)


def _as_it_is(values: Any, kind: Kind) -> pa.Array | pa.ChunkedArray:
    """The fast way, for values of their column's kind. Raises one of _UNFIT."""
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        # Told that they are integers, Arrow would cut 1.5 to 1.
        values = pa.array(values, None if kind == "integer" else TYPES[kind])
    if kind == "integer" and pa.types.is_temporal(values.type):
        raise TypeError("a time is no integer")
    # Microseconds are cut off; nothing else may lose anything.
    return values.cast(TYPES[kind], safe=not pa.types.is_timestamp(values.type))


def _one_by_one(values: Any, column: Column) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_pylist()
    fit = [None if value is None else _fit(value, column.kind) for value in values]
    lost = sum(a is None and b is not None for a, b in zip(fit, values, strict=True))
    if lost:
        logger.warning("values did not fit", extra={"column": column.name, "values": lost})
    return pa.array(fit, TYPES[column.kind])


def _shown(values: Any, kind: Kind) -> pa.Array | pa.ChunkedArray:
    """Without what neither pages nor JSON can show: NaN, infinity, times beyond the calendar."""
    if kind == "number":
        fine = pc.is_finite(values)
    elif kind == "timestamp":
        ms = values.cast(pa.int64())
        fine = pc.and_(pc.greater_equal(ms, _FIRST_MS), pc.less_equal(ms, _LAST_MS))
    else:
        return values
    return values if pc.all(fine).as_py() is not False else pc.if_else(fine, values, None)


def _fit(value: Any, kind: Kind) -> Any:
    try:
        return _FITS[kind](value)
    except (ArithmeticError, TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        # Halves of a character, as cut-off JSON has them, are no text that can be stored.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool | dict | list | tuple | None):
        return _json(value)
    return str(value)


def _json(value: Any) -> str:
    """JSON text; what is text already is taken to be JSON."""
    if isinstance(value, str | bytes):
        return _text(value)
    return json.dumps(value, default=_text)


def _integer(value: Any) -> int | None:
    number = Decimal(int(value) if isinstance(value, bool) else str(value).strip())
    whole = int(number)
    return whole if whole == number and -(2**63) <= whole < 2**63 else None


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _boolean(value: Any) -> bool | None:
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _milliseconds(value: Any) -> int | None:
    """Unix milliseconds of a moment, of ISO 8601, or of a number of them. Without a zone: UTC."""
    if isinstance(value, str):
        value = _moment(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return math.floor(moment.timestamp() * 1000)
    ms = math.floor(value)
    return ms if not isinstance(value, bool) and _FIRST_MS <= ms <= _LAST_MS else None


def _moment(text: str) -> datetime | int:
    try:
        return int(text)
    except ValueError:
        return datetime.fromisoformat(text.strip())


_FITS: Final[dict[Kind, Callable[[Any], Any]]] = {
    "timestamp": _milliseconds,
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "json": _json,
    "level": _text,
}
