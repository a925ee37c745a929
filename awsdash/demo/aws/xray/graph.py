"""The service graph, computed from traces: services, the calls between them, their statistics."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from awsdash.demo.aws.xray.hops import CLIENT, CallTo, Node, Outcome, Visit
from awsdash.demo.aws.xray.store import Indexed

MS_DIGITS = 3


@dataclass
class Statistics:
    """Of requests that were completed; times in seconds."""

    ok: int = 0
    throttles: int = 0
    other_errors: int = 0
    faults: int = 0
    response_time: float = 0.0
    response_times: Counter[float] = field(default_factory=Counter)
    durations: Counter[float] = field(default_factory=Counter)

    def count(self, outcome: Outcome, response_time: float, duration: float) -> None:
        """One request; a fault is no error, as a request is counted once."""
        self.faults += outcome.fault
        self.throttles += outcome.throttle and not outcome.fault
        self.other_errors += outcome.error and not (outcome.fault or outcome.throttle)
        self.ok += outcome.ok
        self.response_time += response_time
        self.response_times[round(response_time, MS_DIGITS)] += 1
        self.durations[round(duration, MS_DIGITS)] += 1

    def summary(self) -> dict[str, Any]:
        errors = self.throttles + self.other_errors
        return {
            "OkCount": self.ok,
            "ErrorStatistics": {
                "ThrottleCount": self.throttles,
                "OtherCount": self.other_errors,
                "TotalCount": errors,
            },
            "FaultStatistics": {"OtherCount": self.faults, "TotalCount": self.faults},
            "TotalCount": self.ok + errors + self.faults,
            "TotalResponseTime": round(self.response_time, MS_DIGITS),
        }


def histogram(counts: Counter[float]) -> list[dict[str, Any]]:
    return [{"Value": value, "Count": counts[value]} for value in sorted(counts)]


@dataclass
class _Part:
    """A service or an edge, while it is computed."""

    start: float
    end: float
    statistics: Statistics = field(default_factory=Statistics)
    aliases: dict[str, Node] = field(default_factory=dict)

    def saw(self, one: Visit | CallTo, duration: float | None) -> None:
        self.start = min(self.start, one.start)
        self.end = max(self.end, one.start if one.end is None else one.end)
        if one.response_time is not None and duration is not None:
            self.statistics.count(one.outcome, one.response_time, duration)


class Graph:
    def __init__(self, traces: Iterable[Indexed]) -> None:
        self._services: dict[Node, _Part] = {}
        self._edges: dict[tuple[Node, Node], _Part] = {}
        self._roots: set[Node] = set()
        self._own: set[Node] = set()
        for trace in traces:
            for visit in trace.visits:
                self._visit(visit)
            for call in trace.calls:
                self._call(call)
        self._ids = {node: number for number, node in enumerate(sorted(self._services, key=_order))}

    def services(self) -> list[dict[str, Any]]:
        """In order of their ReferenceIds."""
        edges: dict[Node, list[dict[str, Any]]] = {}
        for (source, target), edge in sorted(
            self._edges.items(), key=lambda item: self._ids[item[0][1]]
        ):
            edges.setdefault(source, []).append(self._edge(target, edge))
        return [self._service(node, edges.get(node, [])) for node in self._ids]

    def _visit(self, visit: Visit) -> None:
        part = self._services.setdefault(visit.node, _Part(visit.start, visit.start))
        part.saw(visit, visit.duration)
        if visit.is_root:
            self._roots.add(visit.node)
        if not visit.is_inferred:
            self._own.add(visit.node)

    def _call(self, call: CallTo) -> None:
        part = self._edges.setdefault((call.source, call.target), _Part(call.start, call.start))
        part.saw(call, call.response_time)
        if call.document.get("namespace") == "remote" and call.called_name != call.target.name:
            part.aliases[call.called_name] = call.target
        if call.source.type == CLIENT:
            client = self._services.setdefault(call.source, _Part(call.start, call.start))
            client.start, client.end = min(client.start, part.start), max(client.end, part.end)

    def _service(self, node: Node, edges: list[dict[str, Any]]) -> dict[str, Any]:
        part, number = self._services[node], self._ids[node]
        described = {"ReferenceId": number, "Name": node.name, "Names": [node.name]}
        described |= {"Type": node.type} if node.type else {}
        described |= {
            "State": "active" if node in self._own else "unknown",
            "StartTime": part.start,
            "EndTime": part.end,
            "Edges": edges,
        }
        if node.type == CLIENT:
            return described
        described |= {"Root": True} if node in self._roots else {}
        return described | {
            "AccountId": node.account,
            "SummaryStatistics": part.statistics.summary(),
            "DurationHistogram": histogram(part.statistics.durations),
            "ResponseTimeHistogram": histogram(part.statistics.response_times),
        }

    def _edge(self, target: Node, part: _Part) -> dict[str, Any]:
        return {
            "ReferenceId": self._ids[target],
            "StartTime": part.start,
            "EndTime": part.end,
            "SummaryStatistics": part.statistics.summary(),
            "ResponseTimeHistogram": histogram(part.statistics.response_times),
            "Aliases": [
                {"Name": name, "Names": [name]} | ({"Type": node.type} if node.type else {})
                for name, node in part.aliases.items()
            ],
        }


def _order(node: Node) -> tuple[bool, str, str, str]:
    """Clients first, as they are where a request comes from."""
    return node.type != CLIENT, node.name, node.type or "", node.account
