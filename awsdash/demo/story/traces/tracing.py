"""Which runs of functions X-Ray has traces of: logs name the trace, and the traces are of them."""

from hashlib import blake2s
from typing import Final

from awsdash.demo.story.cast import CULPRIT, FUNCTIONS, INGEST, PAYMENTS_DEV, VICTIM
from awsdash.demo.story.logs.invocation import Invocation

TRACED: Final = (CULPRIT, VICTIM, INGEST, *(f for f in FUNCTIONS if f.account == PAYMENTS_DEV))
SAMPLED_OF: Final = 3


def is_sampled(run: Invocation) -> bool:
    """What failed and every third of the rest; a caller's trace is that of the run it called."""
    if run.function is VICTIM:
        return run.called is not None and is_sampled(run.called)
    chosen = int(run.request_id[-4:], 16) % SAMPLED_OF == 0
    return run.function in TRACED and (run.failure is not None or chosen)


def trace_id_of(run: Invocation) -> str:
    """Carries the second of the request; a run and the one it called have one trace."""
    first = run if run.called is None else run.called
    return f"1-{int(first.started / 1000):08x}-{part_id(first, 'trace', 12)}"


def part_id(run: Invocation, what: str, size: int = 8) -> str:
    """The id of a part of the run's trace, in as many bytes."""
    return blake2s(f"{run.request_id}/{what}".encode(), digest_size=size).hexdigest()


def report_of_trace(run: Invocation) -> str:
    """What Lambda adds to the report of a run that was sampled."""
    if not is_sampled(run):
        return ""
    segment = part_id(run, "service")
    return f"XRAY TraceId: {trace_id_of(run)}\tSegmentId: {segment}\tSampled: true\t\n"
