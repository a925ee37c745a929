"""What the story's functions log, invocation by invocation."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from awsdash.demo.story.cast import (
    CONFIG_CHANGE,
    CULPRIT,
    ERROR_TEXT,
    FUNCTIONS,
    VICTIM,
    VICTIM_TEXT,
    Function,
)
from awsdash.demo.story.story import Story

LINES_PER_INVOCATION: Final = 5.1
HISTORY: Final = timedelta(days=3)
BUSY: Final = timedelta(hours=6)
LAST_START: Final = timedelta(seconds=5)
TIMEOUT_MS: Final = 3000
STREAMS_PER_DAY: Final = 2


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

    def __post_init__(self) -> None:
        self.started = self.now
        self.request_id = str(UUID(int=self.chance.getrandbits(128), version=4))
        self.attempt = 1
        self.order = f"o-{self.chance.randint(10000, 99999)}"

    def log(self, message: str, after_ms: float = 1) -> None:
        self.now += after_ms
        self.lines.append(Line(int(self.now), self.stream, message))

    def log_info(self, text: str, after_ms: float = 1) -> None:
        at = _iso(self.now + after_ms)
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


def lines_of(story: Story, function: Function) -> list[Line]:
    """The function's log, in order."""
    chance = random.Random(f"{story.seed}/{function.arn}")
    lines: list[Line] = []
    if function is CULPRIT:
        lines.append(_deployment(story))
    for started in _starts(story, function, chance):
        version = _version(story, function, started)
        stream = _stream_name(story, function, started, chance.randrange(STREAMS_PER_DAY))
        invocation = Invocation(function, version, stream, started.timestamp() * 1000, chance)
        _run(story, invocation)
        lines += invocation.lines
    return sorted(lines, key=lambda line: line.timestamp)


def _deployment(story: Story) -> Line:
    at = story.deployed_at
    message = f"{_iso(at.timestamp() * 1000)}\tundefined\tINFO\t{CONFIG_CHANGE}"
    return Line(int(at.timestamp() * 1000), _stream_name(story, CULPRIT, at, 0), message)


def _starts(story: Story, function: Function, chance: random.Random) -> Iterator[datetime]:
    """Mostly in the last hours; of the culprit, whose callers retry, mostly since deployment."""
    share = function.share / sum(other.share for other in FUNCTIONS)
    count = round(story.events * share / LINES_PER_INVOCATION)
    recent = round(count * 0.45) if function is CULPRIT else 0
    busy = round(count * 0.65) - recent
    end = story.epoch - LAST_START
    for span, begin, number in (
        (HISTORY - BUSY, story.epoch - HISTORY, count - busy - recent),
        (BUSY - LAST_START, story.epoch - BUSY, busy),
        (end - story.deployed_at, story.deployed_at, recent),
    ):
        for index in range(number):
            yield begin + span * ((index + chance.random()) / number)


def _version(story: Story, function: Function, at: datetime) -> str:
    return "117" if function is CULPRIT and at < story.deployed_at else function.version


def _stream_name(story: Story, function: Function, at: datetime, instance: int) -> str:
    """Named as Lambda names them; one that shares its log group writes its name into it."""
    version = _version(story, function, at)
    day = f"{at.astimezone(UTC):%Y/%m/%d}"
    identity = f"{story.seed}/{function.arn}/{day}/{version}/{instance}"
    digest = blake2s(identity.encode(), digest_size=16).hexdigest()
    return f"{day}/{function.name if function.custom_log_group else ''}[{version}]{digest}"


def _run(story: Story, run: Invocation) -> None:
    run.log(f"START RequestId: {run.request_id} Version: {run.version}\n", 0)
    progress = _incident_progress(story, run)
    if run.function is CULPRIT and progress > 0 and run.chance.random() < 0.1 + 0.85 * progress:
        _time_out(run, waiting=3 + int(40 * progress) + run.chance.randint(0, 3))
    elif run.function is VICTIM and run.chance.random() < 0.6 * progress:
        run.log_info(f"POST /checkout {run.order}")
        run.log_json("WARN", VICTIM_TEXT, TIMEOUT_MS + 12, upstream=CULPRIT.name)
    else:
        _succeed(run)
    _finish(run)


def _incident_progress(story: Story, run: Invocation) -> float:
    """0 until the deployment, then rising to 1 at the epoch."""
    start, end = story.deployed_at.timestamp() * 1000, story.epoch.timestamp() * 1000
    return max(0.0, (run.started - start) / (end - start))


def _time_out(run: Invocation, waiting: int) -> None:
    run.attempt = run.chance.randint(1, 3)
    pool = {"size": 2, "waiting": waiting}
    run.log_info(f"charging {run.order}, attempt {run.attempt}")
    if run.chance.random() < 0.5:
        run.log_json("WARN", "waiting for a connection to ledger-api", 1000, pool=pool)
    run.now = run.started + TIMEOUT_MS
    run.log_json("ERROR", ERROR_TEXT, run.chance.uniform(4, 30), pool=pool)


def _succeed(run: Invocation) -> None:
    took = round(run.chance.lognormvariate(4.2, 0.5))
    run.log_info(f"received {run.order}", run.chance.uniform(1, 4))
    if run.chance.random() < 0.04:
        run.log_json("WARN", "slow dependency", took, tookMs=took * 4)
    text = run.chance.choice(run.function.says).format(order=run.order)
    run.log_json("INFO", text, took, tookMs=took)


def _finish(run: Invocation) -> None:
    run.log(f"END RequestId: {run.request_id}\n")
    took = run.now - run.started
    run.log(
        f"REPORT RequestId: {run.request_id}\tDuration: {took:.2f} ms\t"
        f"Billed Duration: {int(took) + 1} ms\tMemory Size: 512 MB\t"
        f"Max Memory Used: {run.chance.randint(96, 180)} MB\t\n",
        0,
    )


def _iso(milliseconds: float) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
