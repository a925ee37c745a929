"""What a trace passed: the services that served it, and the calls between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from awsdash.demo.aws.xray.documents import Document
from awsdash.demo.aws.xray.inferred import all_subsegments, resource_name
from awsdash.demo.aws.xray.trace import Trace

CLIENT: Final = "client"


class Node(NamedTuple):
    """A service of the service graph: what X-Ray tells services apart by."""

    name: str
    type: str | None
    account: str

    def service_id(self) -> dict[str, Any]:
        """As ServiceId, without what is unknown."""
        identity = {"Name": self.name, "Names": [self.name], "AccountId": self.account}
        return identity if self.type is None else identity | {"Type": self.type}


class Outcome(NamedTuple):
    fault: bool
    error: bool
    throttle: bool

    @property
    def ok(self) -> bool:
        return not (self.fault or self.error or self.throttle)


@dataclass(frozen=True, slots=True)
class Visit:
    """One segment: a service that worked on the trace."""

    node: Node
    document: Document
    outcome: Outcome
    start: float
    end: float | None
    last_end: float | None
    """When its last subsegment had ended: later than its end if it works on asynchronously."""
    is_root: bool

    @property
    def is_inferred(self) -> bool:
        return self.document.get("inferred") is True

    @property
    def response_time(self) -> float | None:
        return None if self.end is None else self.end - self.start

    @property
    def duration(self) -> float | None:
        return None if self.last_end is None else self.last_end - self.start


@dataclass(frozen=True, slots=True)
class CallTo:
    """A call from one service to another, as its caller saw it."""

    source: Node
    target: Node
    called_name: str
    document: Document
    outcome: Outcome
    start: float
    end: float | None

    @property
    def response_time(self) -> float | None:
        return None if self.end is None else self.end - self.start


def node_of(segment: Document, account: str) -> Node:
    owner = (segment.get("aws") or {}).get("account_id") or account
    return Node(resource_name(segment), segment.get("origin"), str(owner))


def outcome_of(document: Document) -> Outcome:
    """By its flags, or by the status of its response where it has none."""
    status = ((document.get("http") or {}).get("response") or {}).get("status") or 0
    return Outcome(
        fault=document.get("fault") is True or 500 <= status < 600,
        error=document.get("error") is True or 400 <= status < 500,
        throttle=document.get("throttle") is True or status == 429,
    )


def visits_of(trace: Trace) -> Iterator[Visit]:
    for segment in trace.segments:
        ends = [part.get("end_time") for part in (segment, *all_subsegments(segment))]
        end = segment.get("end_time")
        yield Visit(
            node_of(segment, trace.account),
            segment,
            outcome_of(segment),
            float(segment["start_time"]),
            end,
            None if end is None else max(value for value in ends if value is not None),
            trace.is_root(segment),
        )


def calls_of(trace: Trace) -> Iterator[CallTo]:
    """Also those of the clients, who call the roots."""
    for segment in trace.segments:
        target = node_of(segment, trace.account)
        parent = segment.get("parent_id")
        if parent not in trace.owners:
            yield _call(Node(target.name, CLIENT, target.account), target, segment)
            continue
        caller, part = trace.owners[parent]
        seen = segment if part is caller else part
        yield _call(node_of(caller, trace.account), target, seen)


def _call(source: Node, target: Node, seen: Document) -> CallTo:
    return CallTo(
        source,
        target,
        str(seen["name"]),
        seen,
        outcome_of(seen),
        float(seen["start_time"]),
        seen.get("end_time"),
    )
