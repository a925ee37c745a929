"""A histogram as shapes: bars in a box of 1,000 by 56, ticks below, a sentence for listeners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.utils import timezone

from awsdash.jobs.histogram import Bar

WIDTH: Final = 1000
HEIGHT: Final = 56
GAP: Final = 0.12
TICKS: Final = 6
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Shape:
    """One bar: its box, the parts of it that are errors and warnings, and its range of time."""

    x: float
    width: float
    y: float
    height: float
    warning_y: float
    warning_height: float
    error_y: float
    error_height: float
    start: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template needs. `rows`, `errors` and `warnings` are sums."""

    shapes: Sequence[Shape]
    ticks: Sequence[str]
    rows: int
    errors: int
    warnings: int
    summary: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(bars: Sequence[Bar]) -> Drawing | None:
    """The drawing of a histogram; None without bars."""
    if not bars:
        return None
    rows, errors = sum(bar.rows for bar in bars), sum(bar.errors for bar in bars)
    busiest = max(bars, key=lambda bar: bar.rows)
    step = bars[0].end_ms - bars[0].start_ms
    worst = max(bars, key=lambda bar: bar.errors)
    most_errors = f", most of them at {_clock(worst.start_ms, step)}" if worst.errors else ""
    return Drawing(
        shapes=[_shape(bar, number, len(bars), busiest.rows) for number, bar in enumerate(bars)],
        ticks=_ticks(bars),
        rows=rows,
        errors=errors,
        warnings=sum(bar.warnings for bar in bars),
        summary=(
            f"{rows} rows from {_clock(bars[0].start_ms, _DAY_MS)} "
            f"to {_clock(bars[-1].end_ms, _DAY_MS)}, {errors} errors{most_errors}"
        ),
    )


def _shape(bar: Bar, number: int, bars: int, most: int) -> Shape:
    scale = HEIGHT / (most or 1)
    width = WIDTH / bars
    # Something is always to be seen: a single error must not vanish beside thousands.
    error = max(bar.errors * scale, 2) if bar.errors else 0
    warning = max(bar.warnings * scale, 1.5) if bar.warnings else 0
    height = max(bar.rows * scale, error + warning, 1.5) if bar.rows else 0
    step = bar.end_ms - bar.start_ms
    told = [f"{bar.rows} rows", f"{bar.errors} errors", f"{bar.warnings} warnings"]
    return Shape(
        x=round(number * width + width * GAP / 2, 2),
        width=round(width * (1 - GAP), 2),
        y=round(HEIGHT - height, 2),
        height=round(height, 2),
        warning_y=round(HEIGHT - error - warning, 2),
        warning_height=round(warning, 2),
        error_y=round(HEIGHT - error, 2),
        error_height=round(error, 2),
        start=_written(bar.start_ms),
        end=_written(bar.end_ms - 1),
        label=f"{_clock(bar.start_ms, step)}: {', '.join(told)}",
    )


def _ticks(bars: Sequence[Bar]) -> list[str]:
    span = bars[-1].end_ms - bars[0].start_ms
    times = [bars[0].start_ms + span * n // (TICKS - 1) for n in range(TICKS)]
    return [_clock(time, span // TICKS) for time in times]


def _clock(milliseconds: int, step_ms: int) -> str:
    """As precise as the step needs: with seconds, to the minute, or with the day."""
    moment = timezone.localtime(datetime.fromtimestamp(milliseconds / 1000, UTC))
    if step_ms >= _DAY_MS // 8:
        return f"{moment:%d %b %H:%M}"
    return f"{moment:%H:%M:%S}" if step_ms < 60_000 else f"{moment:%H:%M}"


def _written(milliseconds: int) -> str:
    """As the range control's fields have it: in the reader's zone, no finer than needed."""
    moment = timezone.localtime(datetime.fromtimestamp(milliseconds / 1000, UTC))
    fine = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec=fine)
