"""One run of a Lambda function, as it logs."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from awsdash.demo.story.cast import Function


class Line(NamedTuple):
    timestamp: int
    stream: str
    message: str


@dataclass
class Invocation:
    """One run of a function; `log` adds a line and lets time pass."""

    function: Function
    version: str
    stream: str
    now: float
    chance: random.Random
    lines: list[Line] = field(default_factory=list)
    failure: str | None = None
    """What it threw, if it failed."""
    status: int | None = None
    """What it answered, if it serves HTTP."""
    called: "Invocation | None" = None
    """The run of another function that it waited for."""

    def __post_init__(self) -> None:
        self.started = self.now
        self.request_id = str(UUID(int=self.chance.getrandbits(128), version=4))
        self.attempt = 1
        self.order = f"o-{self.chance.randint(10000, 99999)}"

    @property
    def took_ms(self) -> float:
        return self.now - self.started

    def log(self, message: str, after_ms: float = 1) -> None:
        self.now += after_ms
        self.lines.append(Line(int(self.now), self.stream, message))

    def log_info(self, text: str, after_ms: float = 1) -> None:
        at = iso(self.now + after_ms)
        self.log(f"{at}\t{self.request_id}\tINFO\t{text}", after_ms)

    def log_json(self, level: str, text: str, after_ms: float = 1, **details: Any) -> None:
        document = {
            "level": level,
            "msg": text,
            "order": self.order,
            "attempt": self.attempt,
            "requestId": self.request_id,
            **details,
        }
        self.log(orjson.dumps(document).decode(), after_ms)


def iso(milliseconds: float) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
