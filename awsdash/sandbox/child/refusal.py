"""Why a query was not run, or did not end well, in words for the person who wrote it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

LONGEST: Final = 2_000
# DuckDB's own name of an error comes first; the words follow as JSON or plain.
_NAMED: Final = re.compile(r"[A-Z][\w /-]{2,40}? Error: ")
_NOWHERE: Final = 2**64 - 1


class Refusal(Exception):
    """`position` is a place in the query as it was run, in bytes; None: nowhere in particular."""

    def __init__(self, message: str, hint: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.position = None if position == _NOWHERE else position


@dataclass(frozen=True, slots=True)
class Told:
    """What DuckDB says of an error: the kind is its own word, `Binder`."""

    kind: str
    message: str
    position: int | None


def told_of(error: BaseException) -> Told:
    """Reads the JSON that `errors_as_json` asks for, or the plain words where there is none."""
    text = str(error)
    match = _NAMED.match(text)
    kind = match[0].removesuffix(" Error: ") if match else type(error).__name__
    words = text[match.end() :] if match else text
    details: dict[str, Any] = {}
    if words.startswith("{"):
        try:
            details = json.loads(words)
        except ValueError:
            details = {}
    message = str(details.get("exception_message", words))
    position = str(details.get("position", ""))
    return Told(kind, message, int(position) if position.isdecimal() else None)


def place_in(sql: str, position: int | None) -> tuple[int, int] | None:
    """Line and column, both from 1, of a byte of `sql`; None outside of it."""
    encoded = sql.encode()
    if position is None or not 0 <= position <= len(encoded):
        return None
    before = encoded[:position].decode(errors="replace")
    line = before.count("\n") + 1
    return line, len(before) - (before.rfind("\n") + 1) + 1


def cleaned(message: str, names: Mapping[str, str]) -> str:
    """`message` with names of our own in place of the host's paths, of bounded length."""
    for path, name in names.items():
        message = message.replace(path, name)
    return message.strip()[:LONGEST]
