"""Queries that were started, and their states over time.

No thread waits for a query: its state follows from the clock and from whether its work is done.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from awsdash.demo.aws.athena.errors import QueryError, invalid
from awsdash.demo.aws.athena.pace import Pace, now_s
from awsdash.demo.aws.athena.results import Results
from awsdash.demo.aws.athena.session import Handle
from awsdash.demo.aws.athena.statements import Statement
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import PerPlace, Place

FINAL: Final = ("SUCCEEDED", "FAILED", "CANCELLED")
STOPPED: Final = "Query cancelled by user"


@dataclass(frozen=True)
class Request:
    """A query as it was asked for; what no request tells has its workgroup's or Athena's default.

    `output` is where its results go, None where Athena manages them.
    """

    sql: str
    statement: Statement
    database: str | None
    catalog: str | None
    workgroup: str
    output: str | None
    parameters: tuple[str, ...] = ()
    scan_limit_bytes: int | None = None
    echoed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a query's work."""

    at_s: float
    results: Results | None = None
    error: QueryError | None = None
    scanned_bytes: int = 0


@dataclass
class Execution:
    id: str
    place: Place
    request: Request
    pace: Pace
    submitted: datetime
    submitted_s: float
    handle: Handle = field(default_factory=Handle)
    outcome: Outcome | None = None
    is_written: bool = False
    stopped_s: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running_s(self) -> float:
        """When it leaves the queue."""
        return self.submitted_s + self.pace.queued_s

    @property
    def ended_s(self) -> float | None:
        """When it came, or is going, to its end; None while its work is not done."""
        if self.stopped_s is not None:
            return self.stopped_s
        if self.outcome is None:
            return None
        return max(self.running_s + self.pace.running_s, self.outcome.at_s)

    @property
    def state(self) -> str:
        if self.stopped_s is not None:
            return "CANCELLED"
        now, ended = now_s(), self.ended_s
        if now < self.running_s:
            return "QUEUED"
        if self.outcome is None or ended is None or now < ended or not self.is_written:
            return "RUNNING"
        return "SUCCEEDED" if self.outcome.error is None else self.outcome.error.state

    @property
    def error(self) -> QueryError | None:
        """Why it ended otherwise than well, once it has."""
        if self.stopped_s is not None:
            return QueryError(STOPPED, 0, state="CANCELLED")
        return self.outcome.error if self.outcome is not None and self.state in FINAL else None

    @property
    def completed(self) -> datetime | None:
        if self.state not in FINAL or self.ended_s is None:
            return None
        return self.submitted + timedelta(seconds=self.ended_s - self.submitted_s)

    def stop(self) -> None:
        """Does nothing to one that has ended."""
        with self._lock:
            if self.state in FINAL:
                return
            self.stopped_s = now_s()
        self.handle.stop()


class Executions:
    """Those of one place, the oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Execution] = {}
        self._by_token: dict[str, tuple[object, str]] = {}

    def add(self, execution: Execution, token: str | None, asked: object) -> str:
        """The query's id: for a token that was seen, with the same request, that of the first."""
        with self._lock:
            if token is not None and token in self._by_token:
                before, first_id = self._by_token[token]
                if before != asked:
                    raise invalid("Idempotent parameters do not match")
                return first_id
            self._by_id[execution.id] = execution
            if token is not None:
                self._by_token[token] = asked, execution.id
            return execution.id

    def find(self, execution_id: str) -> Execution | None:
        return self._by_id.get(execution_id)

    def get(self, execution_id: str) -> Execution:
        found = self.find(execution_id)
        if found is None:
            raise not_found(execution_id)
        return found

    def in_workgroup(self, workgroup: str) -> list[Execution]:
        """The newest first."""
        with self._lock:
            everything = list(self._by_id.values())
        return [one for one in reversed(everything) if one.request.workgroup == workgroup]


def not_found(execution_id: str) -> AwsError:
    return invalid(f"QueryExecution {execution_id} was not found")


executions: Final = PerPlace(lambda _: Executions())
