"""Segment documents, held to what the X-Ray developer guide says they contain."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import orjson

Document: TypeAlias = dict[str, Any]

MAX_BYTES: Final = 64 * 1024
_NAME: Final = re.compile(r"[\w\s.:/%&#=+\\\-@]{1,200}")
_ID: Final = re.compile(r"[0-9a-fA-F]{16}")
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
    except orjson.JSONDecodeError:
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
    if is_subsegment(document):
        _check_members(document, {"parent_id": _is_id})
    for subsegment in _subsegments_within(document):
        _check_members(subsegment, {"id": _is_id, "name": _is_text})
        _check_times(subsegment)


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


def _check_members(document: Document, members: dict[str, Callable[[Any], bool]]) -> None:
    segment_id = document.get("id")
    known = segment_id if isinstance(segment_id, str) else None
    for member, is_valid in members.items():
        title = member.title().replace("_", "")
        if document.get(member) is None:
            raise InvalidDocument(f"Missing{title}", known)
        if not is_valid(document[member]):
            raise InvalidDocument(f"Invalid{title}", known)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_trace_id(value: object) -> bool:
    return isinstance(value, str) and TRACE_ID.fullmatch(value) is not None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 250


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
