"""The histogram of a result: rows over time, errors and warnings marked."""

from dataclasses import dataclass, replace
from typing import Final

from awsdash.jobs.reading import Reader

MOST_BARS: Final = 60
KEPT_BYTES: Final = 10_000
# A second, a minute, an hour, a day: people read round steps.
_STEPS_S: Final = (
    *(1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1_800),
    *(3_600, 7_200, 10_800, 21_600, 43_200),
    *(86_400, 172_800, 604_800, 2_592_000, 7_776_000),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """The rows of one step of time, which begins at `start_ms`."""

    start_ms: int
    end_ms: int
    rows: int
    errors: int
    warnings: int


def bars_of(reader: Reader) -> list[Bar]:
    """At most 60 bars over the rows that match, empty ones between; none without a time axis."""
    axis = reader.first("timestamp")
    if axis is None:
        return []
    # In whatever order the rows are, there are as many.
    return reader.kept(
        ("bars", replace(reader.lens, sort="")), lambda: _drawn(reader, axis), lambda _: KEPT_BYTES
    )


def _drawn(reader: Reader, name: str) -> list[Bar]:
    axis = reader.sql(name, "axis")
    ends = reader.ask(
        f"SELECT epoch_ms(min({axis})), epoch_ms(max({axis})) FROM rows WHERE {reader.where}"  # noqa: S608  # names of our own
    )
    if not ends or ends[0][0] is None:
        return []
    first, last = ends[0]
    step = next((s * 1000 for s in _STEPS_S if (last - first) / 1000 / s < MOST_BARS - 1), None)
    return _bars(reader, axis, first, last, step or (last - first) // (MOST_BARS - 1))


def _bars(reader: Reader, axis: str, first: int, last: int, step: int) -> list[Bar]:
    level = reader.first("level")
    counts = "count(*), 0, 0"
    if level:
        level = reader.sql(level, "level")
        counts = (
            f"count(*), count(*) FILTER ({level} = 'error'), count(*) FILTER ({level} = 'warning')"
        )
    found = reader.ask(
        f"SELECT epoch_ms({axis}) // $step, {counts} FROM rows WHERE {reader.where} GROUP BY 1",  # noqa: S608  # names of our own
        step=step,
    )
    bars = {place: counted for place, *counted in found}
    return [
        Bar(place * step, (place + 1) * step, *bars.get(place, (0, 0, 0)))
        for place in range(first // step, last // step + 1)
    ]
