"""The metrics that Lambda and API Gateway keep of the functions' runs: they agree with the logs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from awsdash.demo.aws.metrics.store import Sample, Series
from awsdash.demo.story.cast import FUNCTIONS, INGEST, VICTIM, Function
from awsdash.demo.story.logs.outcomes import iterator_age
from awsdash.demo.story.logs.runs import runs_of
from awsdash.demo.story.timeline import Timeline

MINUTE_S: Final = 60
API_STAGE: Final = (("ApiName", "checkout"), ("Stage", "prod"))
GATEWAY_MS: Final = 9


class _Run(NamedTuple):
    minute: int
    took_ms: float
    failed: bool
    status: int | None


_Measure = Callable[[_Run], float | None]


def series_of_functions(story: Timeline) -> Iterator[tuple[Function, Series]]:
    """Each function's, and those of the API before the checkout."""
    for function in FUNCTIONS:
        if function.logs:
            for name, unit, measure in _LAMBDA:
                yield function, _series(story, function, ("AWS/Lambda", name), unit, measure)
    for name, unit, measure in _GATEWAY:
        yield VICTIM, _series(story, VICTIM, ("AWS/ApiGateway", name), unit, measure, API_STAGE)
    yield INGEST, _iterator_age(story)


_LAMBDA: Final[tuple[tuple[str, str, _Measure], ...]] = (
    ("Invocations", "Count", lambda run: 1.0),
    ("Errors", "Count", lambda run: float(run.failed)),
    ("Throttles", "Count", lambda run: 0.0),
    ("Duration", "Milliseconds", lambda run: run.took_ms),
)
_GATEWAY: Final[tuple[tuple[str, str, _Measure], ...]] = (
    ("Count", "Count", lambda run: 1.0),
    ("4XXError", "Count", lambda run: 0.0),
    ("5XXError", "Count", lambda run: float((run.status or 0) >= 500)),
    ("Latency", "Milliseconds", lambda run: run.took_ms + GATEWAY_MS),
    ("IntegrationLatency", "Milliseconds", lambda run: run.took_ms),
)


def _series(
    story: Timeline,
    function: Function,
    name: tuple[str, str],
    unit: str,
    measure: _Measure,
    dimensions: tuple[tuple[str, str], ...] | None = None,
) -> Series:
    def samples() -> Iterator[Sample]:
        minutes: defaultdict[int, list[float]] = defaultdict(list)
        for run in _runs(story, function):
            value = measure(run)
            if value is not None:
                minutes[run.minute].append(value)
        for minute, values in sorted(minutes.items()):
            yield Sample(minute, values, None)

    return Series(
        *name,
        dimensions or (("FunctionName", function.name),),
        unit,
        samples,
        last_at=int(story.epoch.timestamp()),
    )


@lru_cache(maxsize=32)
def _runs(story: Timeline, function: Function) -> tuple[_Run, ...]:
    """Counted, as Lambda does, in the minute in which a run began."""
    return tuple(
        _Run(
            int(run.started / 1000) // MINUTE_S * MINUTE_S,
            run.took_ms,
            run.failure is not None,
            run.status,
        )
        for run in runs_of(story, function)
    )


def _iterator_age(story: Timeline) -> Series:
    def samples() -> Iterable[Sample]:
        for run in _runs(story, INGEST):
            age_ms = iterator_age(story, run.minute).total_seconds() * 1000
            yield Sample(run.minute, [age_ms], None)

    dimensions = (("FunctionName", INGEST.name),)
    last_at = int(story.epoch.timestamp())
    return Series("AWS/Lambda", "IteratorAge", dimensions, "Milliseconds", samples, last_at=last_at)
