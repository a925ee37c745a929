"""Root causes in a trace summary: the path of services and entities that led to it."""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.xray.documents import Document
from awsdash.demo.aws.xray.hops import node_of, outcome_of
from awsdash.demo.aws.xray.trace import Trace

Path: TypeAlias = list[tuple[Document, list[Document]]]
"""Services (as segments), each with its entities: the segment and subsegments of it."""

# A part that took less of the root's time is not what made the trace slow.
MIN_COVERAGE: Final = 0.5


def fault_root_causes(trace: Trace) -> list[dict[str, Any]]:
    return _causes(trace, lambda part: outcome_of(part).fault)


def error_root_causes(trace: Trace) -> list[dict[str, Any]]:
    return _causes(trace, lambda part: outcome_of(part).error)


def response_time_root_causes(trace: Trace) -> list[dict[str, Any]]:
    """The parts that took most of the root's time, each within the one before."""
    root = trace.root
    whole = _time_of(root) if root else 0
    if root is None or not whole:
        return []
    path: Path = [(root, [root])]
    while slowest := max(_parts_within(trace, path), key=_time_of, default=None):
        if _time_of(slowest) < MIN_COVERAGE * whole:
            break
        _extend(trace, path, slowest)
    return [_cause(trace, path, lambda part: {"Coverage": round(_time_of(part) / whole, 3)})]


def _causes(trace: Trace, failed: Callable[[Document], bool]) -> list[dict[str, Any]]:
    if not any(map(failed, trace.parts)):
        return []
    return [
        _cause(trace, path, _exceptions)
        for segment in trace.segments
        if trace.is_root(segment)
        for path in _failed_paths(trace, [(segment, [segment])], failed)
    ]


def _failed_paths(trace: Trace, path: Path, failed: Callable[[Document], bool]) -> Iterator[Path]:
    """To each part that failed and within which nothing did; also where the caller coped."""
    within = [
        found
        for inner in _parts_within(trace, path)
        for found in _failed_paths(trace, _extended(trace, path, inner), failed)
    ]
    yield from within
    if not within and failed(_end_of(path)):
        yield path


def _parts_within(trace: Trace, path: Path) -> list[Document]:
    """The subsegments of what the path ends at, and the segments that answered it.

    Without those that the path has passed: ids that were sent twice can lead back to them.
    """
    part = _end_of(path)
    passed = {id(one) for _, entities in path for one in entities}
    within = [*(part.get("subsegments") or ()), *trace.children.get(part["id"], ())]
    return [one for one in within if id(one) not in passed]


def _end_of(path: Path) -> Document:
    _, entities = path[-1]
    return entities[-1]


def _extended(trace: Trace, path: Path, part: Document) -> Path:
    copied = [(segment, list(entities)) for segment, entities in path]
    _extend(trace, copied, part)
    return copied


def _extend(trace: Trace, path: Path, part: Document) -> None:
    segment, _ = trace.owners[part["id"]]
    if segment is path[-1][0]:
        path[-1][1].append(part)
    else:
        path.append((segment, [part]))


def _cause(
    trace: Trace, path: Path, details: Callable[[Document], dict[str, Any]]
) -> dict[str, Any]:
    root, _ = path[0]
    services = [
        node_of(segment, trace.account).service_id()
        | {
            "Inferred": segment.get("inferred") is True,
            "EntityPath": [
                {
                    "Name": str(part["name"]),
                    **details(part),
                    "Remote": part.get("namespace") in {"aws", "remote"},
                }
                for part in entities
            ],
        }
        for segment, entities in path
    ]
    return {"Services": services, "ClientImpacting": not outcome_of(root).ok}


def _exceptions(part: Document) -> dict[str, Any]:
    cause = part.get("cause")
    listed = cause.get("exceptions") or [] if isinstance(cause, dict) else []
    members = (("Name", "type"), ("Message", "message"))
    exceptions = [
        {name: exception[member] for name, member in members if member in exception}
        for exception in listed
        if isinstance(exception, dict)
    ]
    return {"Exceptions": exceptions}


def _time_of(part: Document) -> float:
    return float(part["end_time"]) - float(part["start_time"]) if "end_time" in part else 0.0
