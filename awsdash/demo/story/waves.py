"""Numbers that rise by day and fall by night, with some chance: what a healthy machine measures."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from awsdash.demo.aws.metrics.store import Sample
from awsdash.demo.story.story import Story

MEASURED: Final = timedelta(days=13)
PEAK_HOUR: Final = 14
Plot = Callable[[Story, float], float]
"""From the moment (epoch seconds) to what becomes of the wave there: 1 leaves it."""


@dataclass(frozen=True)
class Wave:
    """`swing` and `noise` are parts of the mean; `most` caps a percentage."""

    mean: float
    swing: float = 0.3
    noise: float = 0.1
    every_s: int = 300
    most: float = math.inf
    plot: Plot | None = None

    def samples(self, story: Story, name: str) -> Iterator[Sample]:
        """Aligned to the period, from 13 days before the epoch up to it; as `name` and seed say."""
        chance = random.Random(f"{story.seed}/{name}")
        end = int(story.epoch.timestamp())
        start = int(end - MEASURED.total_seconds()) // self.every_s * self.every_s
        for at in range(start, end, self.every_s):
            yield Sample(at, [self._value(story, at, chance)], None)

    def _value(self, story: Story, at: int, chance: random.Random) -> float:
        hours = at / 3600 % 24 - PEAK_HOUR
        day = 1 + self.swing * math.cos(hours / 24 * math.tau)
        value = self.mean * day * max(chance.gauss(1, self.noise), 0)
        if self.plot is not None:
            value *= self.plot(story, at)
        return round(min(value, self.most), 3)
