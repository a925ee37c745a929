"""The logs of what is no function: the API before the checkout, the ledger, the bastion."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson

from awsdash.demo.story.cast import CULPRIT, PAYMENTS_PROD, PLATFORM, VICTIM
from awsdash.demo.story.logs.invocation import Line, iso
from awsdash.demo.story.logs.runs import HISTORY, runs_of
from awsdash.demo.story.timeline import Timeline

GATEWAY_LOG_GROUP: Final = "/aws/apigateway/checkout-prod"
LEDGER_LOG_GROUP: Final = "/ecs/ledger-api"
DATABASE_LOG_GROUP: Final = "/aws/rds/cluster/ledger/postgresql"
BASTION_LOG_GROUP: Final = "/northwind/bastion/secure"

GATEWAY_MS: Final = 9
KNOCK_EVERY: Final = timedelta(seconds=37)
STRANGERS: Final = ("185.220.101.34", "45.155.205.233", "193.32.162.157", "80.94.95.112")
GUESSES: Final = ("admin", "root", "oracle", "ubuntu", "deploy", "postgres")
OPERATORS: Final = (("dana.reyes", "10.20.4.17"), ("marco.bianchi", "10.20.4.31"))


@dataclass(frozen=True)
class MachineLog:
    account: str
    region: str
    group: str
    lines: list[Line]


def machine_logs(story: Timeline) -> Iterator[MachineLog]:
    ireland = (PAYMENTS_PROD, "eu-west-1")
    yield MachineLog(*ireland, GATEWAY_LOG_GROUP, list(_gateway(story)))
    yield MachineLog(*ireland, LEDGER_LOG_GROUP, list(_ledger(story)))
    yield MachineLog(*ireland, DATABASE_LOG_GROUP, list(_database(story)))
    bastion = sorted([*_logins(story), *_knocks(story)])
    yield MachineLog(PLATFORM, "eu-central-1", BASTION_LOG_GROUP, bastion)


def _gateway(story: Timeline) -> Iterator[Line]:
    """A line a request, in the stage's access log format; each ran the checkout's function."""
    for run in runs_of(story, VICTIM):
        document = {
            "requestId": run.request_id,
            "requestTime": iso(run.started - GATEWAY_MS),
            "httpMethod": "POST",
            "path": "/checkout",
            "status": run.status,
            "responseLatency": round(run.took_ms) + GATEWAY_MS,
            "integrationLatency": round(run.took_ms),
            "order": run.order,
        }
        ended = int(run.now) + GATEWAY_MS
        yield Line(ended, "0d5956f28bc18215d3c602cae1a25d24", orjson.dumps(document).decode())


def _ledger(story: Timeline) -> Iterator[Line]:
    """The ledger itself is well: whoever gets through to it is answered quickly."""
    chance = random.Random(f"{story.seed}/ledger-api")
    for run in runs_of(story, CULPRIT):
        if run.failure is None:
            took_ms = round(chance.lognormvariate(3.4, 0.4))
            at = int(run.started) + took_ms
            stream = f"ledger-api/ledger-api/{'8c1f2b7e' if chance.random() < 0.5 else '3a90d4c1'}"
            message = f"{iso(at)} INFO POST /entries 201 {took_ms}ms order={run.order}"
            yield Line(at, stream, message)


def _database(story: Timeline) -> Iterator[Line]:
    chance = random.Random(f"{story.seed}/ledger")
    for at in every(timedelta(minutes=45), story, chance):
        stamp = f"{at:%Y-%m-%d %H:%M:%S} UTC::@:[{chance.randint(300, 900)}]:LOG:"
        buffers = chance.randint(20, 900)
        yield _line(at, "ledger-1.0", f"{stamp}  checkpoint complete: wrote {buffers} buffers")


def _logins(story: Timeline) -> Iterator[Line]:
    """People who may, at any time."""
    chance = random.Random(f"{story.seed}/bastion")
    for at in every(timedelta(hours=5), story, chance):
        person, address = chance.choice(OPERATORS)
        port = chance.randint(40_000, 60_000)
        yield _sshd(at, f"Accepted publickey for {person} from {address} port {port} ssh2")


def _knocks(story: Timeline) -> Iterator[Line]:
    """Strangers, while the security group lets them knock."""
    chance = random.Random(f"{story.seed}/strangers")
    at = story.ssh_opened_at + timedelta(minutes=4)
    while at < story.ssh_closed_at:
        user, address = chance.choice(GUESSES), chance.choice(STRANGERS)
        port = chance.randint(30_000, 60_000)
        yield _sshd(at, f"Failed password for invalid user {user} from {address} port {port} ssh2")
        at += KNOCK_EVERY * chance.uniform(0.2, 1.8)


def _sshd(at: datetime, text: str) -> Line:
    return _line(at, "ip-10-40-1-12", f"{at:%b %e %H:%M:%S} ip-10-40-1-12 sshd[2217]: {text}")


def _line(at: datetime, stream: str, message: str) -> Line:
    return Line(int(at.timestamp() * 1000), stream, message)


def every(about: timedelta, story: Timeline, chance: random.Random) -> Iterator[datetime]:
    at = story.epoch - HISTORY + about * chance.random()
    while at < story.epoch:
        yield at
        at += about * chance.uniform(0.5, 1.5)
