"""Fields that Logs Insights discovers in the lines that Lambda writes around a function's own."""

import re
from typing import Final

from awsdash.demo.aws.insights.value import Value, number

LAMBDA_FIELDS: Final = frozenset(
    {
        "@requestId",
        "@type",
        "@duration",
        "@billedDuration",
        "@initDuration",
        "@memorySize",
        "@maxMemoryUsed",
        "@xrayTraceId",
        "@xraySegmentId",
    }
)
BYTES_PER_MB: Final = 1_000_000

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_STREAM = re.compile(r"\[[^\]]+\][0-9a-f]{32}$")  # 2026/11/23/[$LATEST]0f3c...
_PLATFORM = re.compile(rf"(START|END|REPORT) RequestId: ({_UUID})")
_FUNCTION = re.compile(rf"[^\t]*\t({_UUID})\t")  # time, request, level, text
_MEASURE = re.compile(r"[\t\n]([A-Z][A-Za-z ]+): ([\w.-]+)")
_NAMES: Final = {
    "Duration": "@duration",
    "Billed Duration": "@billedDuration",
    "Init Duration": "@initDuration",
    "Memory Size": "@memorySize",
    "Max Memory Used": "@maxMemoryUsed",
    "XRAY TraceId": "@xrayTraceId",
    "SegmentId": "@xraySegmentId",
}
_IN_MB: Final = {"@memorySize", "@maxMemoryUsed"}


def is_of_lambda(stream: str) -> bool:
    """Whether Lambda named the log stream."""
    return _STREAM.search(stream) is not None


def read_line(message: str) -> dict[str, Value]:
    """Durations are milliseconds, sizes of memory bytes."""
    if found := _PLATFORM.match(message):
        kind, request = found.groups()
        return {"@type": kind, "@requestId": request, **_measures(message)}
    if found := _FUNCTION.match(message):
        return {"@requestId": found[1]}
    return {}


def _measures(message: str) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for label, value in _MEASURE.findall(message):
        if name := _NAMES.get(label):
            measured = number(value)
            if measured is not None and name in _IN_MB:
                measured *= BYTES_PER_MB
            fields[name] = value if measured is None else measured
    return fields
