"""How a run of a function ends, and what it says on the way: here the plots are logged."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, TypeAlias

from awsdash.demo.story.cast import (
    CULPRIT,
    ERROR_TEXT,
    INGEST,
    LAG_TEXT,
    LOST_TEXT,
    NIGHTLY,
    REFUSED_TEXT,
    VICTIM,
    VICTIM_TEXT,
    Function,
)
from awsdash.demo.story.logs.invocation import Invocation
from awsdash.demo.story.timeline import Timeline

Outcome: TypeAlias = Callable[[Timeline, Invocation], None]

TIMEOUT_MS: Final = 3000
ANSWER_MS: Final = 9
SECTIONS: Final = 12
LONGEST_LAG: Final = timedelta(hours=2, minutes=40)


def succeed(story: Timeline, run: Invocation) -> None:
    took = round(run.chance.lognormvariate(4.2, 0.5))
    run.log_info(f"received {run.order}", run.chance.uniform(1, 4))
    if run.chance.random() < 0.04:
        run.log_json("WARN", "slow dependency", took, tookMs=took * 4)
    text = run.chance.choice(run.function.says).format(order=run.order)
    run.log_json("INFO", text, took, tookMs=took)


def charge(story: Timeline, run: Invocation) -> None:
    """The culprit waits for one of its two connections, more and more often in vain."""
    progress = incident_progress(story, run)
    if progress == 0 or run.chance.random() >= 0.1 + 0.85 * progress:
        return succeed(story, run)
    run.attempt = run.chance.randint(1, 3)
    pool = {"size": 2, "waiting": 3 + int(40 * progress) + run.chance.randint(0, 3)}
    run.log_info(f"charging {run.order}, attempt {run.attempt}")
    if run.chance.random() < 0.5:
        run.log_json("WARN", "waiting for a connection to ledger-api", 1000, pool=pool)
    run.now = run.started + TIMEOUT_MS
    run.log_json("ERROR", ERROR_TEXT, run.chance.uniform(4, 30), pool=pool)
    run.failure = ERROR_TEXT
    return None


def check_out(story: Timeline, run: Invocation) -> None:
    """The victim has an order charged by the culprit, and answers what comes of it."""
    charge = run.called
    if charge is None:
        run.status = 201
        return succeed(story, run)
    run.order, run.attempt = charge.order, charge.attempt
    run.log_info(f"POST /checkout {run.order}")
    run.now = charge.now
    if charge.failure is None:
        run.status = 201
        took = round(charge.took_ms)
        run.log_json("INFO", f"POST /checkout 201 {run.order}", ANSWER_MS, tookMs=took)
    else:
        run.status = 502
        run.log_json("WARN", VICTIM_TEXT, ANSWER_MS, upstream=CULPRIT.name)
    return None


def incident_progress(story: Timeline, run: Invocation) -> float:
    """0 until the deployment, then rising to 1 at the epoch."""
    start, end = story.deployed_at.timestamp() * 1000, story.epoch.timestamp() * 1000
    return max(0.0, (run.started - start) / (end - start))


def ingest(story: Timeline, run: Invocation) -> None:
    """With one shard instead of four it falls behind, and gives up on some of what it reads."""
    lag = iterator_age(story, run.started / 1000)
    if lag < timedelta(minutes=1):
        return succeed(story, run)
    run.log_json("WARN", LAG_TEXT, 20, iteratorAgeMs=int(lag.total_seconds() * 1000), shards=1)
    if run.chance.random() < lag / LONGEST_LAG * 0.6:
        run.log_json("ERROR", LOST_TEXT, 900, records=run.chance.randint(40, 100))
        run.failure = LOST_TEXT
        return None
    return succeed(story, run)


def iterator_age(story: Timeline, at_s: float) -> timedelta:
    """How late the orders' stream is read: rising while it has one shard, then caught up with."""
    since = at_s - story.resharded_at.timestamp()
    lasted = (story.reshard_mended_at - story.resharded_at).total_seconds()
    if since < 0:
        return timedelta(0)
    if since <= lasted:
        return LONGEST_LAG * (since / lasted)
    return max(LONGEST_LAG * (1 - (since - lasted) / 2400), timedelta(0))


def report(story: Timeline, run: Invocation) -> None:
    """Twelve sections a night, until the bucket's policy refuses the first of them."""
    run.log_info("building the report of yesterday", 40)
    refused = run.started / 1000 > story.policy_changed_at.timestamp()
    if refused:
        run.log_json("ERROR", REFUSED_TEXT, 220, bucket="northwind-reports")
        run.failure = REFUSED_TEXT
        return
    for section in range(1, SECTIONS + 1):
        text = run.chance.choice(run.function.says).format(order=f"{section}/{SECTIONS}")
        run.log_json("INFO", text, run.chance.uniform(800, 2600), section=section)


OUTCOMES: Final[Mapping[Function, Outcome]] = {
    CULPRIT: charge,
    VICTIM: check_out,
    INGEST: ingest,
    NIGHTLY: report,
}
