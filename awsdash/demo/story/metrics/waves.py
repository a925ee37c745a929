"""Numbers that rise by day and fall by night, with some chance: what a healthy machine measures."""

import math
import operator
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist
from typing import Final

from awsdash.demo.aws.metrics.store import Columns
from awsdash.demo.story.timeline import Timeline

MEASURED: Final = timedelta(days=13)
DAY_S: Final = 86_400
PEAK_HOUR: Final = 14
# Equally likely numbers of the normal distribution: one is drawn faster than computed.
NORMAL: Final = [NormalDist().inv_cdf((number + 0.5) / 1000) for number in range(1000)]
Plot = Callable[[Timeline], Callable[[int], float]]
"""From the story to what becomes of the wave at a moment (epoch seconds): 1 leaves it."""


@dataclass(frozen=True)
class Wave:
    """`swing` and `noise` are parts of the mean; `most` caps a percentage."""

    mean: float
    swing: float = 0.3
    noise: float = 0.1
    every_s: int = 300
    most: float = math.inf
    plot: Plot | None = None

    def samples(self, story: Timeline, name: str) -> Columns:
        """Aligned to the period, from 13 days before the epoch up to it; as `name` and seed say."""
        end = int(story.epoch.timestamp())
        start = int(end - MEASURED.total_seconds()) // self.every_s * self.every_s
        moments = range(start, end, self.every_s)
        values = self._healthy(moments, random.Random(f"{story.seed}/{name}"))
        if self.plot is not None:
            values = map(operator.mul, values, map(self.plot(story), moments))
        return Columns.of_values(moments, [round(min(value, self.most), 3) for value in values])

    def _healthy(self, moments: range, chance: random.Random) -> Iterable[float]:
        day = [self._at_hour(second / 3600) for second in range(0, DAY_S, self.every_s)]
        slots = ((at % DAY_S) // self.every_s for at in moments)
        drawn = chance.choices([max(1 + self.noise * z, 0.0) for z in NORMAL], k=len(moments))
        return (day[slot] * change for slot, change in zip(slots, drawn, strict=True))

    def _at_hour(self, hour: float) -> float:
        return self.mean * (1 + self.swing * math.cos((hour - PEAK_HOUR) / 24 * math.tau))
