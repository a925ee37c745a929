"""What the story's functions log, invocation by invocation."""

import math
import random
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2s
from typing import Final

from awsdash.demo.story.cast import CONFIG_CHANGE, CULPRIT, FUNCTIONS, VICTIM, Function
from awsdash.demo.story.deployments import version_at
from awsdash.demo.story.logs.invocation import Invocation, Line, iso
from awsdash.demo.story.logs.outcomes import OUTCOMES, succeed
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.traces.tracing import report_of_trace

LINES_PER_INVOCATION: Final = 5.1
HISTORY: Final = timedelta(days=13)
BUSY: Final = timedelta(hours=6)
LAST_START: Final = timedelta(seconds=5)
NIGHT: Final = time(2, 0, 7)
PEAK_HOUR: Final = 14
DAYLIGHT: Final = timedelta(hours=2.4)
STREAMS_PER_DAY: Final = 2
CHARGED_WITHIN: Final = timedelta(minutes=30)
CALLED_AFTER: Final = timedelta(milliseconds=6)


def lines_of(story: Timeline, function: Function) -> list[Line]:
    """The function's log, in order."""
    lines = [_deployment(story)] if function is CULPRIT else []
    for run in runs_of(story, function):
        lines += run.lines
    return sorted(lines, key=lambda line: line.timestamp)


def runs_of(story: Timeline, function: Function) -> Iterator[Invocation]:
    """The function's runs, ended and by their start: logs, metrics and traces tell of these."""
    chance = random.Random(f"{story.seed}/{function.arn}")
    starts = nights(story) if function.is_nightly else _starts(story, function, chance)
    planned = _checkouts(story, starts) if function is VICTIM else ((at, None) for at in starts)
    for started, called in planned:
        version = version_at(story, function, started)
        stream = _stream_name(story, function, started, chance.randrange(STREAMS_PER_DAY))
        run = Invocation(function, version, stream, started.timestamp() * 1000, chance)
        run.called = called
        _run(story, run)
        yield run


def _deployment(story: Timeline) -> Line:
    at = story.deployed_at
    message = f"{iso(at.timestamp() * 1000)}\tundefined\tINFO\t{CONFIG_CHANGE}"
    return Line(int(at.timestamp() * 1000), _stream_name(story, CULPRIT, at, 0), message)


def _starts(story: Timeline, function: Function, chance: random.Random) -> Iterator[datetime]:
    """Many in the last hours; of the checkout, whose visitors retry, many since the deployment."""
    share = function.share / sum(other.share for other in FUNCTIONS)
    count = round(story.events * share / LINES_PER_INVOCATION)
    recent = round(count * 0.27) if function in (CULPRIT, VICTIM) else 0
    busy = round(count * 0.55) - recent
    end = story.epoch - LAST_START
    for span, begin, number in (
        (HISTORY - BUSY, story.epoch - HISTORY, count - busy - recent),
        (BUSY - LAST_START, story.epoch - BUSY, busy),
        (end - story.deployed_at, story.deployed_at, recent),
    ):
        for index in range(number):
            at = begin + span * ((index + chance.random()) / number)
            yield by_daylight(at) if span > BUSY else at


def by_daylight(at: datetime) -> datetime:
    """Moved towards the afternoon: shops are busiest at 14:00 UTC and quiet at night."""
    hours = at.hour + at.minute / 60 - PEAK_HOUR
    return at - DAYLIGHT * math.sin(hours / 24 * math.tau)


def nights(story: Timeline) -> Iterator[datetime]:
    """Every night at the hour of the schedule, in UTC, up to the epoch."""
    first = story.epoch - HISTORY
    at = datetime.combine(first.date(), NIGHT, UTC)
    while at < story.epoch - LAST_START:
        if at > first:
            yield at
        at += timedelta(days=1)


def _checkouts(
    story: Timeline, starts: Iterator[datetime]
) -> Iterator[tuple[datetime, Invocation | None]]:
    """The victim's starts, moved to just before the nearest charge that none of them has yet."""
    free = list(runs_of(story, CULPRIT))
    planned: list[tuple[datetime, Invocation | None]] = []
    for at in sorted(starts):
        place = bisect(free, at.timestamp() * 1000, key=lambda charge: charge.started)
        near = range(max(place - 1, 0), min(place + 1, len(free)))
        nearest = min(near, key=lambda index: abs(_before(free[index]) - at), default=None)
        if nearest is None or abs(_before(free[nearest]) - at) > CHARGED_WITHIN:
            planned.append((at, None))
        else:
            charge = free.pop(nearest)
            planned.append((_before(charge), charge))
    yield from sorted(planned, key=lambda one: one[0])


def _before(charge: Invocation) -> datetime:
    return datetime.fromtimestamp(charge.started / 1000, UTC) - CALLED_AFTER


def _stream_name(story: Timeline, function: Function, at: datetime, instance: int) -> str:
    """Named as Lambda names them; one that shares its log group writes its name into it."""
    version = version_at(story, function, at)
    day = f"{at.astimezone(UTC):%Y/%m/%d}"
    identity = f"{story.seed}/{function.arn}/{day}/{version}/{instance}"
    digest = blake2s(identity.encode(), digest_size=16).hexdigest()
    return f"{day}/{function.name if function.custom_log_group else ''}[{version}]{digest}"


def _run(story: Timeline, run: Invocation) -> None:
    run.log(f"START RequestId: {run.request_id} Version: {run.version}\n", 0)
    OUTCOMES.get(run.function, succeed)(story, run)
    _finish(run)


def _finish(run: Invocation) -> None:
    run.log(f"END RequestId: {run.request_id}\n")
    took = run.took_ms
    run.log(
        f"REPORT RequestId: {run.request_id}\tDuration: {took:.2f} ms\t"
        f"Billed Duration: {int(took) + 1} ms\tMemory Size: 512 MB\t"
        f"Max Memory Used: {run.chance.randint(96, 180)} MB\t\n{report_of_trace(run)}",
        0,
    )
