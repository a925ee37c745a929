"""What a filter expression looks at: a trace, and in it services, edges and root causes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.xray.hops import CallTo, Node, Outcome, Visit
from awsdash.demo.aws.xray.summary import annotations, values
from awsdash.demo.aws.xray.trace import Trace

Values: TypeAlias = Mapping[str, Sequence[Any]]
"""By keyword; one that is not set is not there."""

CAUSES: Final = {
    "fault": "FaultRootCauses",
    "error": "ErrorRootCauses",
    "responsetime": "ResponseTimeRootCauses",
}
_HTTP: Final = {
    "http.url": "HttpURL",
    "http.method": "HttpMethod",
    "http.status": "HttpStatus",
    "http.useragent": "UserAgent",
    "http.clientip": "ClientIp",
}


@dataclass(frozen=True, slots=True)
class Element:
    values: Values


@dataclass(frozen=True, slots=True)
class ServiceElement(Element):
    node: Node


@dataclass(frozen=True, slots=True)
class EdgeElement(Element):
    source: Node
    target: Node


@dataclass(frozen=True, slots=True)
class TraceElement(Element):
    services: Sequence[ServiceElement] = ()
    edges: Sequence[EdgeElement] = ()
    annotations: Values = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)


def element_of(
    trace: Trace, summary: Mapping[str, Any], visits: Iterable[Visit], calls: Iterable[CallTo]
) -> TraceElement:
    annotated: dict[str, list[Any]] = {}
    for key, value, _ in annotations(trace):
        annotated.setdefault(key, []).append(value)
    return TraceElement(
        _of_trace(trace, summary),
        [ServiceElement(_of_visit(visit), visit.node) for visit in visits],
        [EdgeElement(_of_call(call), call.source, call.target) for call in calls],
        annotated,
        summary,
    )


def cause_elements(summary: Mapping[str, Any], kind: str, part: str) -> list[Element]:
    """The services, entities or exceptions of the trace's root causes of a kind."""
    return [
        Element(_known({**facts, "index": position, "first": position == 0, "last": is_last}))
        for cause in summary[CAUSES[kind]]
        for position, is_last, facts in _numbered(_cause_parts(cause, part))
    ]


def _of_trace(trace: Trace, summary: Mapping[str, Any]) -> Values:
    outcome = Outcome(summary["HasFault"], summary["HasError"], summary["HasThrottle"])
    known = _known(
        {
            **_of_outcome(outcome),
            "partial": summary["IsPartial"],
            "inferred": any(segment.get("inferred") for segment in trace.segments),
            "responsetime": summary.get("ResponseTime"),
            "duration": summary["Duration"],
            **{keyword: summary["Http"].get(name) for keyword, name in _HTTP.items()},
        }
    )
    several: dict[str, Sequence[Any]] = {
        "user": [user["UserName"] for user in summary["Users"]],
        "availabilityzone": values(trace, "aws", "ec2", "availability_zone"),
        "instance.id": values(trace, "aws", "ec2", "instance_id"),
        "resource.arn": values(trace, "resource_arn"),
    }
    return known | {keyword: found for keyword, found in several.items() if found}


def _of_visit(visit: Visit) -> Values:
    document = visit.document
    ec2 = (document.get("aws") or {}).get("ec2") or {}
    facts = {
        **_of_outcome(visit.outcome),
        **_of_http(document.get("http") or {}),
        "partial": document.get("in_progress") is True,
        "inferred": visit.is_inferred,
        "root": visit.is_root,
        "responsetime": visit.response_time,
        "duration": visit.duration,
        "name": visit.node.name,
        "type": visit.node.type,
        "user": document.get("user"),
        "availabilityzone": ec2.get("availability_zone"),
        "instance.id": ec2.get("instance_id"),
        "resource.arn": document.get("resource_arn"),
    }
    return _known(facts)


def _of_call(call: CallTo) -> Values:
    document = call.document
    facts = {
        **_of_outcome(call.outcome),
        **_of_http(document.get("http") or {}),
        "partial": document.get("in_progress") is True,
        "remote": document.get("namespace") in {"aws", "remote"},
        "responsetime": call.response_time,
        "duration": call.response_time,
    }
    return _known(facts)


def _of_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "ok": outcome.ok,
        "fault": outcome.fault,
        "error": outcome.error,
        "throttle": outcome.throttle,
    }


def _of_http(http: Mapping[str, Any]) -> dict[str, Any]:
    request, response = http.get("request") or {}, http.get("response") or {}
    return {
        "http.url": request.get("url"),
        "http.method": request.get("method"),
        "http.useragent": request.get("user_agent"),
        "http.clientip": request.get("client_ip"),
        "http.status": response.get("status"),
    }


def _cause_parts(cause: Mapping[str, Any], part: str) -> list[dict[str, Any]]:
    services = cause["Services"]
    if part == "service":
        return [
            {"name": one["Name"], "type": one.get("Type"), "inferred": one["Inferred"]}
            for one in services
        ]
    entities = [entity for service in services for entity in service["EntityPath"]]
    if part == "entity":
        return [
            {"name": one["Name"], "coverage": one.get("Coverage"), "remote": one["Remote"]}
            for one in entities
        ]
    exceptions = [one for entity in entities for one in entity.get("Exceptions", ())]
    return [{"name": one.get("Name"), "message": one.get("Message")} for one in exceptions]


def _numbered(parts: list[dict[str, Any]]) -> list[tuple[int, bool, dict[str, Any]]]:
    return [(number, number == len(parts) - 1, part) for number, part in enumerate(parts)]


def _known(facts: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    return {keyword: (value,) for keyword, value in facts.items() if value is not None}
