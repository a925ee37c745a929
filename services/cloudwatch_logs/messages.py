"""Reading a message: the JSON that it is, or that it ends in."""

import re
from itertools import islice
from typing import Any, Final

import orjson

# A line that is full of braces is no JSON; each try costs a reading of the rest of the line.
MAX_TRIES: Final = 10
_OPENING: Final = re.compile(r'\{(?=\s*["}])')
# So much space before and after is looked past.
_MARGIN: Final = 64


def document_of(message: str) -> dict[str, Any] | list[Any] | None:
    """The JSON object or array that the message is, or the object that a line of text ends in."""
    if _ends(message) in ("{}", "[]") and isinstance(whole := _parse(message), dict | list):
        return whole
    return _embedded(message)


def object_of(message: str) -> dict[str, Any] | None:
    """The message itself, if all of it is one JSON object."""
    if _ends(message) != "{}":
        return None
    whole = _parse(message)
    return whole if isinstance(whole, dict) else None


def _embedded(message: str) -> dict[str, Any] | None:
    """Lambda's Node.js runtime writes `<time>\\t<id>\\tINFO\\t{"a":1}`, for one."""
    if not _ends(message).endswith("}"):
        return None
    for opening in islice(_OPENING.finditer(message), MAX_TRIES):
        if isinstance(found := _parse(message[opening.start() :]), dict):
            return found
    return None


def _ends(message: str) -> str:
    """The first and the last character: a cheap look before a costly try."""
    return message[:_MARGIN].lstrip()[:1] + message[-_MARGIN:].rstrip()[-1:]


def _parse(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        # Also what is nested too deep, and text that is no valid Unicode.
        return None
