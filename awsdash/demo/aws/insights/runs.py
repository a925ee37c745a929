"""The queries of an account in a region: how many may run at once, and how long they are kept."""

import threading
from datetime import timedelta
from typing import Final
from uuid import uuid4

from awsdash.demo.aws import clock
from awsdash.demo.aws.insights.run import ACTIVE, Run
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import PerPlace

MAX_CONCURRENT: Final = 100
KEPT: Final = timedelta(days=7)
# What AWS does not limit, but memory does: per account and region.
MOST_RUNS: Final = 10_000
MOST_ROWS: Final = 200_000


class Runs:
    """The oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._active: list[Run] = []

    def add(self, run: Run) -> None:
        with self._lock:
            self._active = [other for other in self._active if other.status in ACTIVE]
            if len(self._active) >= MAX_CONCURRENT:
                raise AwsError(
                    "LimitExceededException",
                    f"Account maximum query concurrency limit of [{MAX_CONCURRENT}] reached.",
                )
            self._forget_old()
            self._let_go_of_rows()
            self._active.append(run)
            self._runs[run.id] = run

    def get(self, run_id: str) -> Run:
        with self._lock:
            self._forget_old()
            run = self._runs.get(run_id)
        if run is None:
            raise AwsError("ResourceNotFoundException", "The specified query does not exist.")
        return run

    def all(self) -> list[Run]:
        with self._lock:
            self._forget_old()
            return list(self._runs.values())

    def _forget_old(self) -> None:
        oldest = clock.now() - KEPT
        while self._runs:
            run = next(iter(self._runs.values()))
            if run.created >= oldest and len(self._runs) <= MOST_RUNS:
                return
            del self._runs[run.id]

    def _let_go_of_rows(self) -> None:
        rows = 0
        for run in reversed(self._runs.values()):
            rows += len(run.outcome.rows) if run.outcome else 0
            if rows > MOST_ROWS:
                run.let_go()


def new_id() -> str:
    return str(uuid4())


runs: PerPlace[Runs] = PerPlace(lambda place: Runs())
