"""The metrics of each account and region, and how a story puts its own there."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from awsdash.demo.aws.metrics.retention import MINUTE_S, Window
from awsdash.demo.aws.metrics.samples import Columns, Sample, Samples, Span, StatisticSet
from awsdash.demo.aws.state import PerPlace, Place

__all__ = [
    "Columns",
    "Dimensions",
    "Held",
    "Metric",
    "Metrics",
    "Sample",
    "Series",
    "metrics",
    "plant",
]

Dimensions: TypeAlias = tuple[tuple[str, str], ...]
"""(name, value), sorted."""


class Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: Dimensions


@dataclass(frozen=True)
class Series:
    """A metric that a story tells: `samples` is called once, when somebody first reads it.

    `last_at` (epoch seconds) tells ListMetrics how recent it is without reading it; `resolution` is
    1 for a high-resolution metric.
    """

    namespace: str
    name: str
    dimensions: Dimensions
    unit: str
    samples: Callable[[], Iterable[Sample] | Columns]
    last_at: int | None = None
    resolution: int = MINUTE_S

    def tell(self) -> Columns:
        told = self.samples()
        columns = told if isinstance(told, Columns) else Columns.of(told)
        return columns.rounded_to(self.resolution)


@dataclass
class Held:
    """A metric's samples by unit."""

    units: dict[str, Samples] = field(default_factory=dict)
    high_resolution: bool = False
    _last_at: int | None = None

    def samples(self, unit: str) -> Samples:
        return self.units.setdefault(unit, Samples())

    def put(self, unit: str, sample: Sample | StatisticSet) -> None:
        self.samples(unit).add(sample)
        self._last_at = max(self._last_at or 0, sample.at)

    def plant(self, series: Series) -> None:
        self.samples(series.unit).tell_also(series.tell)
        self.high_resolution |= series.resolution < MINUTE_S
        self._last_at = series.last_at

    def last_at(self) -> int | None:
        """When it last had a sample; reads it only if nobody said."""
        if self._last_at is None:
            found = (samples.last_at() for samples in self.units.values())
            self._last_at = max((at for at in found if at is not None), default=None)
        return self._last_at

    def known_last_at(self) -> int | None:
        """The same, unless that needs reading."""
        return self._last_at

    def spans(self, unit: str, window: Window) -> list[tuple[int, Span]]:
        """What is still kept for this period."""
        if window.period < MINUTE_S and not self.high_resolution:
            return []
        samples, kept = self.units.get(unit), window.kept()
        return samples.spans(kept.start, kept.end, kept.period) if samples is not None else []


class Metrics:
    """Thread-safe as far as finding and making goes; samples guard themselves."""

    def __init__(self, place: Place) -> None:
        self.place: Final = place
        self._lock = threading.Lock()
        self._held: dict[Metric, Held] = {}

    def find(self, metric: Metric) -> Held | None:
        return self._held.get(metric)

    def make(self, metric: Metric) -> Held:
        with self._lock:
            return self._held.setdefault(metric, Held())

    def all(self) -> list[tuple[Metric, Held]]:
        """In order of namespace, name and dimensions."""
        with self._lock:
            return sorted(self._held.items(), key=lambda row: row[0])


metrics: Final = PerPlace(Metrics)


def plant(place: Place, series: Series) -> None:
    """ListMetrics knows it at once; its samples are told when somebody first reads them."""
    metric = Metric(series.namespace, series.name, tuple(sorted(series.dimensions)))
    metrics[place].make(metric).plant(series)
