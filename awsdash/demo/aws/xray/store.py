"""The traces of a place, by time; those that a story plants are made when first read."""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from awsdash.demo.aws.state import PerPlace, Place
from awsdash.demo.aws.xray.documents import Document, check, trace_time
from awsdash.demo.aws.xray.elements import TraceElement, element_of
from awsdash.demo.aws.xray.hops import CallTo, Visit, calls_of, visits_of
from awsdash.demo.aws.xray.summary import summarise
from awsdash.demo.aws.xray.trace import Received, Trace

Documents: TypeAlias = Callable[[], Iterable[Document]]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is asked of a trace again and again, computed once per revision."""

    revision: int
    summary: dict[str, Any]
    start: float
    end: float
    visits: tuple[Visit, ...]
    calls: tuple[CallTo, ...]
    element: TraceElement


class Traces:
    """Thread-safe."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.RLock()
        self._planted: list[Documents] = []
        self._received: dict[str, Received] = {}
        self._by_time: list[tuple[int, str]] = []
        self._indexed: dict[str, Indexed] = {}

    def plant(self, documents: Documents) -> None:
        with self._lock:
            self._planted.append(documents)

    def add(self, document: Document) -> None:
        """A document that was checked."""
        with self._lock:
            self._add(document)

    def get(self, trace_id: str) -> Trace | None:
        with self._lock:
            self._grow()
            received = self._received.get(trace_id)
            return received.compile() if received else None

    def index(self, trace_id: str) -> Indexed | None:
        with self._lock:
            self._grow()
            received = self._received.get(trace_id)
            return self._index(received) if received else None

    def between(self, start: float, end: float) -> list[Indexed]:
        """Those requested at or after the start and before the end, as their ids say; in order."""
        with self._lock:
            self._grow()
            low, high = (bisect_left(self._by_time, (bound, "")) for bound in (start, end))
            return [self._index(self._received[name]) for _, name in self._by_time[low:high]]

    def active(self, start: float, end: float) -> list[Indexed]:
        """Those of which some part ran at or after the start and before the end; in order."""
        with self._lock:
            self._grow()
            high = bisect_left(self._by_time, (end, ""))
            indexed = [self._index(self._received[name]) for _, name in self._by_time[:high]]
        return [trace for trace in indexed if trace.start < end and trace.end >= start]

    def _grow(self) -> None:
        while self._planted:
            for document in self._planted.pop(0)():
                check(document)
                self._add(document)

    def _add(self, document: Document) -> None:
        name = document["trace_id"]
        if name not in self._received:
            self._received[name] = Received(name, self._place.account)
            insort(self._by_time, (trace_time(name), name))
        self._received[name].add(document)

    def _index(self, received: Received) -> Indexed:
        known = self._indexed.get(received.id)
        if known is None or known.revision != received.revision:
            known = self._indexed[received.id] = index(received.compile())
        return known


def index(trace: Trace) -> Indexed:
    visits, calls = tuple(visits_of(trace)), tuple(calls_of(trace))
    summary = summarise(trace, visits)
    element = element_of(trace, summary, visits, calls)
    return Indexed(trace.revision, summary, trace.start, trace.end, visits, calls, element)


traces: PerPlace[Traces] = PerPlace(Traces)


def plant(place: Place, documents: Documents) -> None:
    """Segment documents as the X-Ray developer guide has them, of any age."""
    traces[place].plant(documents)
