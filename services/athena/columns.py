"""The columns of a result, from what Athena tells of them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from services.base import Column, Kind

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import ColumnInfoTypeDef

# All else is text as Athena writes it: dates, times, binary, arrays, maps and rows (whose text is
# not JSON), and timestamps with a time zone, of which a conversion would lose the zone.
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint"), "integer"),
    **dict.fromkeys(("float", "real", "double"), "number"),
    "boolean": "boolean",
    "timestamp": "timestamp",
    "json": "json",
}
# So many digits survive the way into a double and back.
EXACT_DIGITS: Final = 15
# A timestamp with more digits after the second stays text, or it would lose them.
MILLISECONDS: Final = 3


def columns_of(infos: Sequence["ColumnInfoTypeDef"]) -> tuple[Column, ...]:
    """A column for each; names, the keys of rows, are made unique, in any case of letters."""
    taken: set[str] = set()
    return tuple(_column(number, info, taken) for number, info in enumerate(infos))


def _column(number: int, info: "ColumnInfoTypeDef", taken: set[str]) -> Column:
    label = info.get("Label") or info["Name"]
    kind = _kind(info)
    return Column(
        name=_unique(_key(info["Name"]) or f"_col{number}", taken),
        label=label or f"_col{number}",
        kind=kind,
        description=_type(info),
        unit="ms" if kind == "timestamp" else None,
    )


def _key(name: str) -> str:
    """The name without what SQL would have to escape; the label keeps all of it."""
    return re.sub(r"[^\w .-]", "_", name).strip()


def _unique(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found.casefold())
    return found


def _kind(info: "ColumnInfoTypeDef") -> Kind:
    precision = info.get("Precision", 0)
    if info["Type"] == "decimal":
        return "number" if 0 < precision <= EXACT_DIGITS else "text"
    if info["Type"] == "timestamp" and precision > MILLISECONDS:
        return "text"
    return _KINDS.get(info["Type"], "text")


def _type(info: "ColumnInfoTypeDef") -> str:
    """The type as SQL writes it: `decimal(10,2)`."""
    if info["Type"] == "decimal":
        return f"decimal({info.get('Precision', 0)},{info.get('Scale', 0)})"
    return info["Type"]
