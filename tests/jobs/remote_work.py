"""An operation that a made-up AWS works on by itself; each test says how it goes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from services.aws import Aws
from services.base import (
    Item,
    Page,
    Rate,
    RemoteOperation,
    RemoteState,
    Statistics,
    column,
)
from services.errors import ServiceError, Throttled
from services.query import Query

RUNNING = RemoteState("running", "RUNNING", Statistics(bytes_scanned=10))
DONE = RemoteState("succeeded", "SUCCEEDED", Statistics(bytes_scanned=20))
STOPPED = RemoteState("cancelled", "CANCELLED", Statistics(bytes_scanned=15))


class WorkQuery(Query):
    identifier: ClassVar[str] = "what"

    what: str = Field(title="What", description="What to work on.")


class Done(Item):
    n: int = column("N", "integer", "A number.")


class MadeUpAws:
    """Keeps what was asked of it. `refusal` is raised by the next start."""

    def __init__(self) -> None:
        self.token_of: dict[str, str] = {}
        self.states: dict[str, RemoteState] = {}
        self.polls: list[list[str]] = []
        self.stops: list[str] = []
        self.stop_works = True
        self.refusal: ServiceError | None = None
        self.trouble: ServiceError | None = None
        self.rows = 3

    def start(self, key: str) -> str:
        if self.refusal:
            refusal, self.refusal = self.refusal, None
            raise refusal
        token = self.token_of.setdefault(key, f"aws-{len(self.token_of)}")
        self.states.setdefault(token, RUNNING)
        return token

    def stop(self, token: str) -> None:
        self.stops.append(token)
        if self.stop_works and self.states[token].status == "running":
            self.states[token] = STOPPED

    def end(self, state: RemoteState = DONE) -> None:
        """Everything that runs ends like this."""
        for token, old in self.states.items():
            if old.status == "running":
                self.states[token] = state


class Work(RemoteOperation[WorkQuery]):
    name = "test.work"
    title = "Work"
    function = "queryWork"
    query_type = WorkQuery
    item_type = Done
    rate = Rate("test:Start", per_s=1_000, burst=1_000)
    poll_rate = Rate("test:Poll", per_s=1_000, burst=1_000)
    poll_batch = 2
    most_active = 2

    def __init__(self) -> None:
        self.aws = MadeUpAws()

    def start(self, query: WorkQuery, aws: Aws, key: str) -> str:
        return self.aws.start(key)

    def poll(self, tokens: Sequence[str], aws: Aws) -> Mapping[str, RemoteState]:
        self.aws.polls.append(list(tokens))
        if self.aws.trouble:
            raise self.aws.trouble
        return {token: self.aws.states[token] for token in tokens if token in self.aws.states}

    def pages(self, query: WorkQuery, token: str, aws: Aws, after: str | None) -> Iterator[Page]:
        first = int(after or 0)
        for n in range(first, self.aws.rows):
            last = n + 1 == self.aws.rows
            yield Page([{"n": n}], None if last else str(n + 1))

    def stop(self, token: str, aws: Aws) -> None:
        if self.aws.trouble:
            raise self.aws.trouble
        self.aws.stop(token)


FULL = Throttled("Too many queries are running.")
