"""Segment documents, held to what the X-Ray developer guide says they contain."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import orjson

Document: TypeAlias = dict[str, Any]

MAX_BYTES: Final = 64 * 1024
_NAME: Final = re.compile(r"[\w\s.:/%&#=+\\\-@]{1,200}")
_ID: Final = re.compile(r"[0-9a-fA-F]{16}")
_LATEST_S: Final = 253_402_300_800  # the year 10000
# Of the members that are not required, those that X-Ray reads; each after what it is within.
_KINDS: Final[dict[tuple[str, ...], type | tuple[type, ...]]] = {
    **{(name,): str for name in ("namespace", "origin", "parent_id")},
    **{(name,): dict for name in ("annotations", "aws", "http", "sql")},
    ("aws", "ec2"): dict,
    ("http", "request"): dict,
    **{("http", "request", name): str for name in ("client_ip", "method", "url", "user_agent")},
    ("http", "response"): dict,
    ("http", "response", "status"): int,
    ("subsegments",): list,
    ("end_time",): (int, float),
}
TRACE_ID: Final = re.compile(r"1-([0-9a-fA-F]{8})-[0-9a-fA-F]{24}")


class InvalidDocument(Exception):
    """`code` as in UnprocessedTraceSegments; the segment's id where it could be read."""

    def __init__(self, code: str, segment_id: str | None = None) -> None:
        super().__init__(f"Invalid segment. ErrorCode: {code}")
        self.code = code
        self.segment_id = segment_id


def read_documents(text: str) -> list[Document]:
    """The segment, or the subsegments, that the text is; raises InvalidDocument."""
    try:
        found = orjson.loads(text)
        orjson.dumps(found)  # which takes less depth than reading, and what is kept is written
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise InvalidDocument("ParseError") from None
    documents = found if isinstance(found, list) else [found]
    for document in documents:
        check(document)
    if len(text.encode()) > MAX_BYTES:
        raise InvalidDocument("SegmentTooLarge", documents[0]["id"])
    if isinstance(found, list) and not all(is_subsegment(document) for document in documents):
        raise InvalidDocument("InvalidSegment", documents[0]["id"])
    return documents


def check(document: object) -> None:
    """Raises InvalidDocument with the first thing that is wrong."""
    if not isinstance(document, dict):
        raise InvalidDocument("ParseError")
    is_name = _is_text if is_subsegment(document) else _is_name
    _check_members(document, {"id": _is_id, "name": is_name, "trace_id": _is_trace_id})
    _check_times(document)
    _check_kinds(document)
    if is_subsegment(document):
        _check_members(document, {"parent_id": _is_id})
    for subsegment in _subsegments_within(document):
        _check_members(subsegment, {"id": _is_id, "name": _is_text})
        _check_times(subsegment)
        _check_kinds(subsegment)


def is_subsegment(document: Document) -> bool:
    """Whether it is one that was sent alone."""
    return document.get("type") == "subsegment"


def trace_time(trace_id: str) -> int:
    """The time of the original request, in epoch seconds, which the id carries."""
    return int(trace_id[2:10], 16)


def _subsegments_within(document: Document) -> Iterator[Document]:
    for subsegment in document.get("subsegments") or ():
        if not isinstance(subsegment, dict):
            raise InvalidDocument("InvalidSubsegment", document["id"])
        yield subsegment
        yield from _subsegments_within(subsegment)


def _check_times(document: Document) -> None:
    _check_members(document, {"start_time": _is_time})
    if document.get("in_progress") is not True:
        _check_members(document, {"end_time": _is_time})
        if document["end_time"] < document["start_time"]:
            raise InvalidDocument("InvalidEndTime", document["id"])


def _check_kinds(document: Document) -> None:
    for path, kind in _KINDS.items():
        found: Any = document
        for step in path:
            found = None if found is None else found.get(step)
        if found is not None and not isinstance(found, kind):
            raise InvalidDocument(f"Invalid{_title(path[0])}", document["id"])


def _check_members(document: Document, members: dict[str, Callable[[Any], bool]]) -> None:
    segment_id = document.get("id")
    known = segment_id if isinstance(segment_id, str) else None
    for member, is_valid in members.items():
        if document.get(member) is None:
            raise InvalidDocument(f"Missing{_title(member)}", known)
        if not is_valid(document[member]):
            raise InvalidDocument(f"Invalid{_title(member)}", known)


def _title(member: str) -> str:
    return member.title().replace("_", "")


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_trace_id(value: object) -> bool:
    return isinstance(value, str) and TRACE_ID.fullmatch(value) is not None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 250


def _is_time(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value < _LATEST_S
