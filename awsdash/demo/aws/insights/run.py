"""One query as Logs Insights runs it: what state it is in follows from the time since its start.

No thread waits for it; its work is done once, when somebody first looks at what it found.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from moto.logs.models import LogGroup

from awsdash.demo.aws.insights.outcome import Outcome, run_query
from awsdash.demo.aws.insights.query import Query

QUEUED_S = 0.05
RUNNING_S = 0.3
TIMEOUT_S: Final = 3600.0

ACTIVE: Final = ("Scheduled", "Running")
NOTHING: Final = Outcome([], 0, 0, 0, 0)


@dataclass(frozen=True)
class Conduct:
    """How long it takes; `failure` is the status that it ends with in place of Complete."""

    queued_s: float
    running_s: float
    failure: str | None

    @classmethod
    def told(cls, conduct: Mapping[str, Any] | None) -> "Conduct":
        """As a fault rule tells (see `Call.conduct`), or as usual."""
        asked = conduct or {}
        failure = asked.get("failure")
        if failure is not None and failure != "Timeout":
            failure = "Failed"
        return cls(asked.get("queued_s", QUEUED_S), asked.get("running_s", RUNNING_S), failure)


@dataclass(eq=False)
class Run:
    """Its time range is in milliseconds, inclusive at both ends."""

    id: str
    text: str
    query: Query
    groups: list[LogGroup]
    start_ms: int
    end_ms: int
    limit: int
    created: datetime
    conduct: Conduct
    _started: float = field(default_factory=time.monotonic)
    _ran_s: float | None = None
    _outcome: Outcome | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def status(self) -> str:
        if self._ran_s is not None:
            return "Cancelled"
        elapsed_s = self._elapsed_s()
        if elapsed_s < 0:
            return "Scheduled"
        if elapsed_s >= TIMEOUT_S and self.conduct.running_s >= TIMEOUT_S:
            return "Timeout"
        if elapsed_s < self.conduct.running_s:
            return "Running"
        return self.conduct.failure or "Complete"

    @property
    def duration_ms(self) -> int:
        """Of its running, so far or in all."""
        ran_s = self._elapsed_s() if self._ran_s is None else self._ran_s
        return int(1000 * max(0.0, min(ran_s, self.conduct.running_s, TIMEOUT_S)))

    def stop(self) -> None:
        self._ran_s = self._elapsed_s()

    def look(self) -> tuple[str, Outcome]:
        """Its status, and what it has found so far: a growing part of the rows while it runs."""
        status = self.status
        if status == "Complete":
            found = self._work()
            return self.conduct.failure or status, found
        if status == "Scheduled" or status == self.conduct.failure:
            return status, NOTHING
        ran_s = self._elapsed_s() if self._ran_s is None else self._ran_s
        if ran_s <= 0:
            return status, NOTHING
        return status, _part(self._work(), min(1.0, ran_s / self.conduct.running_s))

    @property
    def outcome(self) -> Outcome | None:
        """If the work is done."""
        return self._outcome

    def _elapsed_s(self) -> float:
        """Since it began to run; below 0 before that."""
        return time.monotonic() - self._started - self.conduct.queued_s

    def _work(self) -> Outcome:
        with self._lock:
            outcome = self._outcome or self._run()
            self._outcome = outcome
            return outcome

    def _run(self) -> Outcome:
        try:
            return run_query(self.query, self.groups, self.start_ms, self.end_ms, self.limit)
        except TimeoutError:
            return self._give_up("Timeout")
        except RecursionError:  # in the steps of thousands of commands
            return self._give_up("Failed")

    def _give_up(self, status: str) -> Outcome:
        self.conduct = replace(self.conduct, failure=status)
        return NOTHING

    def let_go(self) -> None:
        """Of what it has found; whoever looks again lets it do its work again."""
        self._outcome = None


def _part(whole: Outcome, share: float) -> Outcome:
    return Outcome(
        whole.rows[: int(share * len(whole.rows))],
        int(share * whole.matched),
        int(share * whole.scanned),
        int(share * whole.scanned_bytes),
        whole.groups,
    )
