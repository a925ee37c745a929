"""GetTraceSummaries."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import read_token, write_token
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.xray.documents import trace_time
from awsdash.demo.aws.xray.filter_expression import compile_filter
from awsdash.demo.aws.xray.groups import group_expression
from awsdash.demo.aws.xray.requests import bad_token, bound_to, invalid_request, time_range
from awsdash.demo.aws.xray.store import Indexed, traces

MAX_RANGE: Final = timedelta(hours=24)
MAX_SUMMARIES: Final = 100
# A page that few traces match ends here, maybe empty, so that it is quick.
MAX_PROCESSED: Final = 2000
# The share of traces that Sampling takes if no SamplingStrategy says one.
SAMPLED: Final = 0.1


def get_trace_summaries(call: Call, asked: Members) -> Members:
    """The newest first, as X-Ray pages them."""
    matches = compile_filter(asked.get("FilterExpression") or "", group_expression(call.place))
    start, end = time_range(asked, MAX_RANGE)
    rest = _after_token(_candidates(call, asked, start, end)[::-1], asked)
    summaries: list[dict[str, Any]] = []
    processed = 0
    for trace in rest[:MAX_PROCESSED]:
        if len(summaries) == MAX_SUMMARIES:
            break
        processed += 1
        if matches(trace.element):
            summaries.append(_dated(trace, asked, start, end))
    last = rest[processed - 1].summary["Id"] if processed < len(rest) else None
    return {
        "TraceSummaries": summaries,
        "ApproximateTime": start if last is None else trace_time(last),
        "TracesProcessedCount": processed,
        "NextToken": None if last is None else write_token(_position(last), bound_to(asked)),
    }


def _after_token(traces: Sequence[Indexed], asked: Members) -> Sequence[Indexed]:
    """From the token's trace on, so that those that come meanwhile put none on two pages."""
    token = asked.get("NextToken")
    if token is None:
        return traces
    last = read_token(token, bound_to(asked), bad_token())
    return [trace for trace in traces if _position(trace.summary["Id"]) < last]


def _position(trace_id: str) -> int:
    """In the order of time."""
    return int(trace_id[2:].replace("-", ""), 16)


def _candidates(call: Call, asked: Members, start: float, end: float) -> Sequence[Indexed]:
    is_sampled = _sampler(asked)
    held = traces[call.place]
    match asked.get("TimeRangeType", "TraceId"):
        case "TraceId":
            found = held.between(start, end)
        case "Event":
            found = held.active(start, end)
        case _:  # Service: a segment's end
            found = [
                trace
                for trace in held.active(start, end)
                if any(v.end is not None and start <= v.end < end for v in trace.visits)
            ]
    return [trace for trace in found if is_sampled(trace.summary["Id"])]


def _sampler(asked: Members) -> Callable[[str], bool]:
    """By the trace's id, so that all pages agree."""
    if not asked.get("Sampling"):
        return lambda trace_id: True
    share = asked.get("SamplingStrategy", {}).get("Value", SAMPLED)
    if not 0 <= share <= 1:
        raise invalid_request("Sampling strategy value must be between 0 and 1")
    return lambda trace_id: int(trace_id[-8:], 16) < share * 16**8


def _dated(trace: Indexed, asked: Members, start: float, end: float) -> dict[str, Any]:
    """With the event that matched, if traces were asked for by event."""
    if asked.get("TimeRangeType") != "Event":
        return trace.summary
    moments = [trace.start, *(visit.start for visit in trace.visits)]
    within = [moment for moment in moments if start <= moment < end]
    return trace.summary | {"MatchedEventTime": min(within, default=start)}
