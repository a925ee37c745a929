"""What a query is about, in a line: a log group's name, the beginning of an SQL statement."""

from collections.abc import Mapping
from typing import Any, Final

from services.base import Operation

LONGEST: Final = 160


def subject_names(operation: Operation[Any]) -> list[str]:
    """The options that tell it: what is written on several lines, else the identifier."""
    options = operation.query_type.options().items()
    texts = [
        name
        for name, info in options
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("multiline")
    ]
    return [*texts, operation.identifier]


def subject_of(operation: Operation[Any], query: Mapping[str, Any]) -> str:
    """The first line of the first of them that is filled in; "" for none."""
    for name in subject_names(operation):
        value = query.get(name) or ""
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for line in text.splitlines():
            if line.strip():
                return line.strip()[:LONGEST]
    return ""
