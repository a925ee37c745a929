"""Joda's patterns for dates (`yyyy-MM-dd HH:mm:ss`) as those of strftime."""

import re
from typing import Final

_SIGNS: Final = {
    "yyyy": "%Y",
    "YYYY": "%Y",
    "y": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "m": "%-M",
    "ss": "%S",
    "s": "%-S",
    "SSSSSS": "%f",
    "SSS": "%g",
    "a": "%p",
    "EEEE": "%A",
    "EEE": "%a",
    "E": "%a",
    "e": "%u",
    "D": "%-j",
    "DDD": "%j",
    "Z": "%z",
    "ZZ": "%z",
    "z": "%Z",
    "ZZZ": "%Z",
}
_PARTS: Final = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<sign>([a-zA-Z])\3*)|(?P<other>.)", re.S)


def strftime_pattern(joda: str) -> str:
    """Raises ValueError at a sign that strftime has no like of."""
    return "".join(_translate(part) for part in _PARTS.finditer(joda))


def _translate(part: re.Match[str]) -> str:
    if part["quoted"] is not None:
        return part["quoted"].replace("''", "'").replace("%", "%%") or "'"
    if part["other"] is not None:
        return part["other"].replace("%", "%%")
    if part["sign"] not in _SIGNS:
        raise ValueError(f"Illegal pattern component: {part['sign']}")
    return _SIGNS[part["sign"]]
