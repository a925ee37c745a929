"""How long CloudWatch keeps what granularity, and how it rounds a range for it."""

from dataclasses import dataclass
from typing import Final

from awsdash.demo.aws import clock

MINUTE_S: Final = 60
FIVE_MINUTES_S: Final = 300
HOUR_S: Final = 3600
DAY_S: Final = 86_400

HIGH_RESOLUTION_PERIODS_S: Final = (1, 5, 10, 20, 30)
# The granularities of what is kept, from the coarsest, and for how long.
KEPT: Final = ((HOUR_S, 455 * DAY_S), (FIVE_MINUTES_S, 63 * DAY_S), (MINUTE_S, 15 * DAY_S))
HIGH_RESOLUTION_KEPT_S: Final = 3 * HOUR_S
# How far in the future data can be put.
AHEAD_S: Final = 2 * HOUR_S


@dataclass(frozen=True)
class Window:
    """A range in epoch seconds, its end excluded, in periods counted from its start."""

    start: int
    end: int
    period: int

    def grid(self) -> range:
        """The starts of its periods."""
        return range(self.start, self.end, self.period)

    def kept(self) -> "Window":
        """The part, on the same grid, of which there can be data."""
        missing = max(0, -(-(kept_since(self.period) - self.start) // self.period))
        latest = int(clock.now().timestamp()) + AHEAD_S
        return Window(self.start + missing * self.period, min(self.end, latest), self.period)


def is_period(period: int) -> bool:
    return period in HIGH_RESOLUTION_PERIODS_S or (period > 0 and period % MINUTE_S == 0)


def kept_since(period: int) -> int:
    """From when on there are data with this period."""
    now = int(clock.now().timestamp())
    for granularity, age in KEPT:
        if period % granularity == 0:
            return now - age
    return now - HIGH_RESOLUTION_KEPT_S


def window(start: float, end: float, period: int) -> Window:
    """The start is rounded down: to the granularity that is kept for its age or asked for."""
    if period in HIGH_RESOLUTION_PERIODS_S:
        step = period
    else:
        age = clock.now().timestamp() - start
        step = next(
            (
                coarse
                for coarse, fine_kept in ((HOUR_S, 63 * DAY_S), (FIVE_MINUTES_S, 15 * DAY_S))
                if age > fine_kept
            ),
            MINUTE_S,
        )
    return Window(int(start // step * step), -int(-end // 1), period)
