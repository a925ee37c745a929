"""PutTraceSegments, PutTelemetryRecords and BatchGetTraces."""

from datetime import timedelta
from typing import Any, Final

import orjson

from awsdash.demo.aws import clock
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.xray.documents import InvalidDocument, read_documents, trace_time
from awsdash.demo.aws.xray.requests import page, too_many
from awsdash.demo.aws.xray.store import traces
from awsdash.demo.aws.xray.trace import Trace

MAX_AGE: Final = timedelta(days=30)
MAX_DOCUMENTS: Final = 50
MAX_TRACES: Final = 5
MAX_TRACE_BYTES: Final = 500 * 1024


def put_trace_segments(call: Call, asked: Members) -> Members:
    texts = asked["TraceSegmentDocuments"]
    if len(texts) > MAX_DOCUMENTS:
        raise too_many("traceSegmentDocuments", texts, MAX_DOCUMENTS)
    unprocessed = []
    for text in texts:
        try:
            _put(call, text)
        except InvalidDocument as invalid:
            unprocessed.append(_unprocessed(invalid))
    return {"UnprocessedTraceSegments": unprocessed}


def put_telemetry_records(call: Call, asked: Members) -> Members:
    """What the daemon says of itself; X-Ray answers nothing about it."""
    return {}


def batch_get_traces(call: Call, asked: Members) -> Members:
    names = list(dict.fromkeys(asked["TraceIds"]))
    if len(names) > MAX_TRACES:
        raise too_many("traceIds", names, MAX_TRACES)
    found = {name: traces[call.place].get(name) for name in names}
    held, token = page([trace for trace in found.values() if trace], MAX_TRACES, asked)
    return {
        "Traces": [_trace(trace) for trace in held],
        "UnprocessedTraceIds": [name for name, trace in found.items() if trace is None],
        "NextToken": token,
    }


def _put(call: Call, text: str) -> None:
    documents = read_documents(text)
    oldest = (clock.now() - MAX_AGE).timestamp()
    for document in documents:
        if trace_time(document["trace_id"]) < oldest:
            raise InvalidDocument("InvalidTraceId", document["id"])
    for document in documents:
        traces[call.place].add(document)


def _unprocessed(invalid: InvalidDocument) -> dict[str, Any]:
    told = {"ErrorCode": invalid.code, "Message": str(invalid)}
    return told if invalid.segment_id is None else told | {"Id": invalid.segment_id}


def _trace(trace: Trace) -> dict[str, Any]:
    """With as many of its segments as a trace may have bytes."""
    segments: list[dict[str, str]] = []
    left = MAX_TRACE_BYTES
    for segment in (*trace.segments, *trace.orphans):
        text = orjson.dumps(segment)
        left -= len(text)
        if left < 0:
            break
        segments.append({"Id": segment["id"], "Document": text.decode()})
    return {
        "Id": trace.id,
        "Duration": round(trace.end - trace.start, 3),
        "LimitExceeded": left < 0,
        "Segments": segments,
    }
