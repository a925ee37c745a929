"""Made-up jobs and results, shown through the product's own pages, lenses and drawings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from awsdash.accounts.models import User
from awsdash.demo.components.cast import MIRA, PAYMENTS
from awsdash.jobs.drawing import Drawing, draw
from awsdash.jobs.histogram import Bar
from awsdash.jobs.models import FINAL, Execution, Job, Status
from awsdash.jobs.pages import JobPage
from awsdash.jobs.quotas import Limits
from awsdash.jobs.reading import NUMBER, Reader
from awsdash.jobs.search import Term
from awsdash.jobs.standing import Standing
from services.base import Row
from services.errors import ServiceError

OPERATION: Final = "cloudwatch_logs.filter_events"
JOB_ID: Final = UUID("00000000-0000-4000-8000-000000000001")
ASKED: Final = {
    "logGroupName": "/aws/lambda/checkout-charge",
    "filterPattern": "?ERROR ?WARN ?timeout",
    "startTime": "-3h",
    "limit": 5000,
}
STREAM: Final = "2026/11/22/[118]c04e9b1a5f7d4e0c"
# Nothing here changes by itself.
NEVER_MS: Final = 86_400_000
TOKEN: Final = "Bxkq6kVGFtq2y"  # noqa: S105  # AWS's word for where it stopped
FAILED_CHARGE: Final = {
    "level": "ERROR",
    "msg": "charge failed: timeout after 3000 ms calling ledger-api",
    "order": "o-99214",
    "attempt": 2,
    "retryable": True,
    "requestId": "55d0e9b1-6d0e-4c1f-9a57-2f1f0c9b7a11",
    "pool": {"size": 2, "waiting": 14, "hosts": ["ledger-1.internal", "ledger-2.internal"]},
    "stack": "TimeoutError: no answer\n    at Pool.take (/var/task/pool.js:41:11)\n"
    "    at charge (/var/task/index.js:118:23)\n" + "    at processTicksAndRejections\n" * 6,
    "note": None,
}
SAID: Final[Sequence[tuple[str | None, str]]] = (
    ("error", json.dumps(FAILED_CHARGE)),
    ("info", "request o-99218 accepted amount=42.10 EUR"),
    ("warning", "ledger-api slow: 2711 ms, circuit half-open, next probe in 5 s"),
    ("error", "charge failed: timeout after 3000 ms calling ledger-api order=o-99209 attempt=3"),
    (None, "START RequestId: 7a1f0c52-4c1f-4f6e-9a57-2f1f0c9b7a11 Version: 118"),
    ("info", "config loaded: pool=2 (was 20) revision=118"),
    ("debug", "cache hit key=rates:EUR age=41s"),
    (None, "END RequestId: 55d0e9b1-6d0e-4c1f-9a57-2f1f0c9b7a11"),
    ("warning", "pool exhausted: waiting for a connection (2 of 2 in use) timeout=3000"),
    ("info", "health ok 12 ms"),
)


def rows(count: int = len(SAID)) -> list[Row]:
    """The newest first, four seconds apart."""
    newest = int(timezone.now().timestamp() * 1000)
    return [
        {
            NUMBER: number,
            "timestamp": newest - number * 3_863,
            "level": SAID[number % len(SAID)][0],
            "message": SAID[number % len(SAID)][1],
            "logStreamName": STREAM,
            "ingestionTime": newest - number * 3_863 + 412,
            "eventId": f"3866211453{number:05}",
        }
        for number in range(count)
    ]


def bars(*counts: tuple[int, int, int]) -> list[Bar]:
    """Ten minutes each, up to now; a count is (rows, errors, warnings)."""
    step = 600_000
    first = int(timezone.now().timestamp() * 1000) // step - len(counts)
    return [Bar((first + n) * step, (first + n + 1) * step, *c) for n, c in enumerate(counts)]


def incident() -> list[Bar]:
    """Calm for most of the time, then it fails more and more."""
    calm = [(90 + n * 37 % 41, n % 3, 4 + n % 5) for n in range(14)]
    return bars(*calm, (190, 30, 21), (240, 78, 40), (262, 121, 38), (230, 110, 26))


@dataclass(frozen=True)
class DrawnReader(Reader):
    """A Reader that is given its rows; `read` of them, where more were read than are given."""

    given: Sequence[Row] = ()
    read: int = 0
    near: Mapping[str, list[str]] = field(default_factory=dict)

    @cached_property
    def total(self) -> int:
        return self.read or len(self.given)

    @cached_property
    def terms(self) -> list[Term]:
        words = self.lens.search.lower().split()
        return [Term(word, self.near.get(word, [word])) for word in words]

    @cached_property
    def matching(self) -> int:
        return len(self._found) if self.lens.hides else self.total

    @cached_property
    def _found(self) -> list[Row]:
        return [row for row in self.given if self._matches(row)]

    def _matches(self, row: Row) -> bool:
        text = f"{row['level']} {row['message']} {row['logStreamName']}".lower()
        is_there = all(any(n in text for n in term.needles) for term in self.terms)
        fits = all(str(row[given.column]) == given.value for given in self.lens.filters)
        return is_there and fits and self.lens.level in ("", row["level"])

    def rows(self, offset: int, limit: int) -> list[Row]:
        name = self.lens.sort.removeprefix("-")
        found = self._found
        if name:
            falling = self.lens.sort.startswith("-")
            found = sorted(found, key=lambda row: str(row[name]), reverse=falling)
        return found[offset : offset + limit]


@dataclass(frozen=True)
class DrawnStanding(Standing):
    """How a job stands whose place is given, and what AWS allows, all of which is in use."""

    ahead: int = 0
    room: Limits | None = None

    @cached_property
    def before(self) -> int | None:
        return self.ahead if self.job.status == Status.QUEUED else None

    @cached_property
    def limits(self) -> Limits | None:
        return self.room

    @property
    def has_room(self) -> bool:
        return self.room is None or self.room.most_active is None


@dataclass(frozen=True)
class DrawnPage(JobPage):
    """A job's page whose rows, bars and readers are given."""

    given: Sequence[Row] = ()
    read: int = 0
    nearby: Mapping[str, list[str]] = field(default_factory=dict)
    bars: Sequence[Bar] = ()
    people: int = 1
    groups: Sequence[str] = ()
    ahead: int = 0
    room: Limits | None = None

    @cached_property
    def standing(self) -> Standing:
        return DrawnStanding(self.job, self.ahead, self.room)

    @cached_property
    def shared_with(self) -> list[str]:
        return list(self.groups)

    @cached_property
    def reader(self) -> Reader:
        return DrawnReader(self.job.execution, self.lens, self.given, self.read, self.nearby)

    @cached_property
    def histogram(self) -> Drawing | None:
        return draw(self.bars)

    @property
    def poll_delay_ms(self) -> int:
        return NEVER_MS

    @cached_property
    def readers(self) -> int:
        return self.people


def job(
    status: Status = Status.SUCCEEDED,
    *,
    took_s: float | None = 1.3,
    error: ServiceError | None = None,
    owner: User = MIRA,
    **changes: Any,
) -> Job:
    """A job in a state; `changes` are fields of its execution."""
    now = timezone.now()
    started = None if took_s is None else now - timedelta(seconds=took_s)
    execution = Execution(
        operation_name=OPERATION,
        query={"logGroupName": ASKED["logGroupName"]},
        person="mira",
        **{
            "account": PAYMENTS,
            "region": "eu-west-1",
            "status": status,
            "attempt": 1,
            "pages": 5,
            "not_before": now,
            **_ended(status, now),
            **changes,
        },
    )
    execution.started_at = started
    if error:
        execution.error_code, execution.error_message = error.code, error.message
        execution.error_hint = error.hint
    asked_at = started or now
    return Job(id=JOB_ID, owner=owner, execution=execution, asked=ASKED, created_at=asked_at)


def _ended(status: Status, now: datetime) -> dict[str, Any]:
    return {"finished_at": now} if status in FINAL else {}
