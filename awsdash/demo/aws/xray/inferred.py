"""Inferred segments: X-Ray makes them for what a segment calls and that sends none itself."""

from collections.abc import Iterable, Iterator
from hashlib import blake2s
from typing import Final

from awsdash.demo.aws.xray.documents import Document

# The member of a subsegment's `aws` block that names a resource, and the resource's type.
_RESOURCES: Final = {
    "table_name": "AWS::DynamoDB::Table",
    "queue_url": "AWS::SQS::Queue",
    "bucket_name": "AWS::S3::Bucket",
    "function_name": "AWS::Lambda",
}
# What the call tells of the segment that would have answered it.
_TOLD: Final[tuple[str, ...]] = (
    *("start_time", "end_time", "in_progress"),
    *("error", "throttle", "fault"),
    *("http", "aws", "sql"),
)


def all_subsegments(document: Document) -> Iterator[Document]:
    """Those of any depth, a parent before its children."""
    for subsegment in document.get("subsegments") or ():
        yield subsegment
        yield from all_subsegments(subsegment)


def inferred_segments(segments: Iterable[Document]) -> list[Document]:
    """For each call to AWS or elsewhere that no segment answers.

    A call that says it is `traced` has a segment to come, and none is inferred.
    """
    held = list(segments)
    answered = {segment.get("parent_id") for segment in held}
    return [
        _inferred(subsegment, segment["trace_id"])
        for segment in held
        for subsegment in all_subsegments(segment)
        if subsegment.get("namespace") in {"aws", "remote"}
        and subsegment["id"] not in answered
        and not _is_traced(subsegment)
    ]


def _inferred(call: Document, trace_id: str) -> Document:
    told = {member: call[member] for member in _TOLD if member in call}
    identity = blake2s(f"{trace_id}/{call['id']}".encode(), digest_size=8).hexdigest()
    return {
        "id": identity,
        "name": call["name"],
        **told,
        "trace_id": trace_id,
        "parent_id": call["id"],
        "inferred": True,
        "origin": _origin(call),
    }


def _origin(call: Document) -> str:
    if call["namespace"] == "remote":
        return "Database::SQL" if "sql" in call else "remote"
    resource = call.get("aws") or {}
    for member, kind in _RESOURCES.items():
        if member in resource:
            return kind
    return f"AWS::{call['name']}"


def resource_name(segment: Document) -> str:
    """What a node of the service graph is called: an inferred resource by its own name."""
    resource = segment.get("aws") or {}
    for member, kind in _RESOURCES.items():
        if segment.get("inferred") and segment.get("origin") == kind:
            return str(resource[member])
    return str(segment["name"])


def _is_traced(call: Document) -> bool:
    return ((call.get("http") or {}).get("request") or {}).get("traced") is True
