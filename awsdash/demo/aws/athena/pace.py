"""How long queries take: Athena's own times, or those that a query or a fault rule asks for.

A query is told by a comment in its text: `-- emulator: queued_s=1 running_s=20 failure="why"`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final

from awsdash.demo.aws.athena.errors import invalid

QUEUED_S: Final = 0.2
RUNNING_S: Final = 0.5

_WISHES: Final = re.compile(r"(?:--|/\*)\s*emulator:(?P<wishes>.*?)(?:\*/|\n|$)")
_WISH: Final = re.compile(r'(?P<name>\w+)=(?:"(?P<text>[^"]*)"|(?P<word>\S+))')


@dataclass(frozen=True)
class Pace:
    """A query is queued for so long and runs for so long at least; with a failure it then fails."""

    queued_s: float
    running_s: float
    failure: str | None = None


_usual = Pace(QUEUED_S, RUNNING_S)
_ahead_s = 0.0


def install(queued_s: float = QUEUED_S, running_s: float = RUNNING_S) -> None:
    """What queries take that are not told otherwise."""
    global _usual  # the process has one AWS, as moto has it
    _usual = Pace(queued_s, running_s)


def now_s() -> float:
    return monotonic() + _ahead_s


def skip(seconds: float) -> None:
    """Lets so much of the queries' time pass at once."""
    global _ahead_s
    _ahead_s += seconds


def pace_of(sql: str, conduct: Mapping[str, Any] | None) -> Pace:
    """A fault rule's conduct goes before the query's own wishes."""
    told: dict[str, Any] = {}
    for comment in _WISHES.finditer(sql):
        told |= _read(comment["wishes"])
    told |= conduct or {}
    try:
        return replace(
            _usual,
            queued_s=float(told.get("queued_s", _usual.queued_s)),
            running_s=float(told.get("running_s", _usual.running_s)),
            failure=told.get("failure"),
        )
    except ValueError as error:
        raise invalid(f"The emulator cannot read the query's times: {error}") from None


def _read(wishes: str) -> dict[str, str]:
    return {
        wish["name"]: wish["word"] if wish["text"] is None else wish["text"]
        for wish in _WISH.finditer(wishes)
    }
