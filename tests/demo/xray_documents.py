"""Segment documents as tests send them to X-Ray."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any, TypeAlias

from tests.demo.emulated_aws import EPOCH

Document: TypeAlias = dict[str, Any]

NOW_S = EPOCH.timestamp()
_numbers = count(1)


def new_id() -> str:
    return f"{next(_numbers):016x}"


def new_trace_id(ago_s: float = 60) -> str:
    """Of a request so long before the epoch."""
    return f"1-{int(NOW_S - ago_s):08x}-{next(_numbers):024x}"


def segment(trace_id: str, name: str, took_s: float = 0.4, **members: Any) -> Document:
    """Starts a quarter of a second after the second that its trace's id carries."""
    start = int(trace_id[2:10], 16) + 0.25
    return {
        "id": new_id(),
        "name": name,
        "trace_id": trace_id,
        "start_time": start,
        "end_time": start + took_s,
        **members,
    }


def subsegment(within: Document, name: str, took_s: float = 0.2, **members: Any) -> Document:
    """Starts a tenth of a second after the segment; it is put into it."""
    start = within["start_time"] + 0.1
    made = {
        "id": new_id(),
        "name": name,
        "start_time": start,
        "end_time": start + took_s,
        **members,
    }
    within.setdefault("subsegments", []).append(made)
    return made


def http(status: int | None = None, **request: str) -> Document:
    response = {} if status is None else {"response": {"status": status}}
    return {"request": request, **response}


def cause(kind: str, message: str) -> Document:
    return {"exceptions": [{"id": new_id(), "type": kind, "message": message}]}


def put(xray: Any, *documents: Document) -> list[dict[str, Any]]:
    """What was not processed."""
    texts = [json.dumps(document) for document in documents]
    answer = xray.put_trace_segments(TraceSegmentDocuments=texts)
    return list(answer["UnprocessedTraceSegments"])


def all_pages(xray: Any, operation: str, **request: Any) -> Iterator[dict[str, Any]]:
    yield from xray.get_paginator(operation).paginate(**request)
