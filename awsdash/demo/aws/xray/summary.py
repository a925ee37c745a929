"""The summary of a trace, as GetTraceSummaries answers it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from awsdash.demo.aws.xray.causes import (
    error_root_causes,
    fault_root_causes,
    response_time_root_causes,
)
from awsdash.demo.aws.xray.documents import Document
from awsdash.demo.aws.xray.hops import Node, Visit, node_of, outcome_of
from awsdash.demo.aws.xray.inferred import all_subsegments
from awsdash.demo.aws.xray.trace import Trace

MAX_ANNOTATIONS: Final = 50
DIGITS: Final = 3


def summarise(trace: Trace, visits: Iterable[Visit]) -> dict[str, Any]:
    root = trace.root
    outcome = outcome_of(root or {})
    summary = {
        "Id": trace.id,
        "StartTime": trace.start,
        "Duration": round(trace.end - trace.start, DIGITS),
        "ResponseTime": _response_time(root),
        "HasFault": outcome.fault,
        "HasError": outcome.error,
        "HasThrottle": any(outcome_of(segment).throttle for segment in trace.segments),
        "IsPartial": trace.is_partial,
        "Http": _http(root or {}),
        "Annotations": _annotations(trace),
        "Users": _users(trace),
        "ServiceIds": [node.service_id() for node in dict.fromkeys(v.node for v in visits)],
        "ResourceARNs": [{"ARN": value} for value in values(trace, "resource_arn")],
        "InstanceIds": [{"Id": value} for value in values(trace, "aws", "ec2", "instance_id")],
        "AvailabilityZones": [
            {"Name": value} for value in values(trace, "aws", "ec2", "availability_zone")
        ],
        "EntryPoint": node_of(root, trace.account).service_id() if root else None,
        "FaultRootCauses": fault_root_causes(trace),
        "ErrorRootCauses": error_root_causes(trace),
        "ResponseTimeRootCauses": response_time_root_causes(trace),
        "Revision": trace.revision,
    }
    return {name: value for name, value in summary.items() if value is not None}


def values(trace: Trace, *path: str) -> list[str]:
    """What the trace's segments have at a path, each once."""
    return list(dict.fromkeys(str(found) for s in trace.segments if (found := _at(s, *path))))


def annotations(trace: Trace) -> Iterator[tuple[str, str | float | bool, Node]]:
    """What X-Ray indexes: at most 50, with keys of letters, digits, underscores and dots."""
    found = (
        (key, value, node_of(segment, trace.account))
        for segment in trace.segments
        for part in (segment, *all_subsegments(segment))
        for key, value in (part.get("annotations") or {}).items()
        if _is_indexed(key, value)
    )
    return islice(found, MAX_ANNOTATIONS)


def _is_indexed(key: str, value: object) -> bool:
    is_plain = key.replace("_", "").replace(".", "").isalnum()
    return is_plain and isinstance(value, (str, int, float, bool))


def _annotations(trace: Trace) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, dict[tuple[str, Any], list[Node]]] = {}
    for key, value, node in annotations(trace):
        nodes = found.setdefault(key, {}).setdefault((_kind(value), value), [])
        if node not in nodes:
            nodes.append(node)
    return {
        key: [
            {
                "AnnotationValue": {kind: value},
                "ServiceIds": [node.service_id() for node in nodes],
            }
            for (kind, value), nodes in of_key.items()
        ]
        for key, of_key in found.items()
    }


def _kind(value: str | float | bool) -> str:
    match value:
        case bool():
            return "BooleanValue"
        case str():
            return "StringValue"
        case _:
            return "NumberValue"


def _users(trace: Trace) -> list[dict[str, Any]]:
    found: dict[str, list[Node]] = {}
    for segment in trace.segments:
        if user := segment.get("user"):
            found.setdefault(str(user), []).append(node_of(segment, trace.account))
    return [
        {"UserName": user, "ServiceIds": [node.service_id() for node in dict.fromkeys(nodes)]}
        for user, nodes in found.items()
    ]


def _response_time(root: Document | None) -> float | None:
    if root is None or "end_time" not in root:
        return None
    return round(float(root["end_time"]) - float(root["start_time"]), DIGITS)


def _http(root: Document) -> dict[str, Any]:
    members = {
        "HttpURL": _at(root, "http", "request", "url"),
        "HttpMethod": _at(root, "http", "request", "method"),
        "UserAgent": _at(root, "http", "request", "user_agent"),
        "ClientIp": _at(root, "http", "request", "client_ip"),
        "HttpStatus": _at(root, "http", "response", "status"),
    }
    return {name: value for name, value in members.items() if value is not None}


def _at(document: Document, *path: str) -> Any:
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found
