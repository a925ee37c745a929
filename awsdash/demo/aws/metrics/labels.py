"""Labels of results: CloudWatch's defaults, and the dynamic parts of those that are given."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.time_series import MetricStat, TimeSeries
from awsdash.demo.aws.state import Place

_DYNAMIC = re.compile(r"\$\{(?P<name>[A-Z_]+)(?:\('(?P<property>[^']*)'\))?\}")
Rows: TypeAlias = Sequence[tuple[int, float]]

_ROWS: Final[dict[str, Callable[[Rows], tuple[int, float]]]] = {
    "FIRST": lambda rows: rows[0],
    "LAST": lambda rows: rows[-1],
    "MIN": lambda rows: min(rows, key=itemgetter(1)),
    "MAX": lambda rows: max(rows, key=itemgetter(1)),
}
_NUMBERS: Final[dict[str, Callable[[Rows], float]]] = {
    "AVG": lambda rows: sum(value for _, value in rows) / len(rows),
    "SUM": lambda rows: sum(value for _, value in rows),
    "FIRST": lambda rows: rows[0][1],
    "LAST": lambda rows: rows[-1][1],
    "MIN": lambda rows: min(value for _, value in rows),
    "MAX": lambda rows: max(value for _, value in rows),
    "MIN_MAX_RANGE": lambda rows: max(v for _, v in rows) - min(v for _, v in rows),
    "FIRST_LAST_RANGE": lambda rows: abs(rows[-1][1] - rows[0][1]),
}
_TIMES: Final = {f"{name}_TIME" for name in _ROWS}


def default_labels(stats: Sequence[MetricStat]) -> list[str]:
    """What tells the metrics of a request apart; of one alone, its name."""
    names = {stat.metric.name for stat in stats}
    varied = _varied_dimensions(stats)
    statistics = len({stat.statistic for stat in stats}) > 1
    periods = len({stat.period for stat in stats}) > 1
    labels = []
    for stat in stats:
        parts = [value for key, value in stat.metric.dimensions if key in varied]
        parts += [stat.metric.name] if len(names) > 1 or not parts else []
        parts += [stat.statistic] if statistics else []
        parts += [str(stat.period)] if periods else []
        labels.append(" ".join(parts))
    return labels


def _varied_dimensions(stats: Sequence[MetricStat]) -> set[str]:
    """The dimensions in which metrics of the same name differ."""
    varied: set[str] = set()
    first: dict[str, dict[str, str]] = {}
    for stat in stats:
        own = dict(stat.metric.dimensions)
        other = first.setdefault(stat.metric.name, own)
        varied |= {key for key in own.keys() | other.keys() if own.get(key) != other.get(key)}
    return varied


def fill_in(label: str, series: TimeSeries, place: Place) -> str:
    """Replaces `${MAX}`, `${PROP('Dim.FunctionName')}` and the like; leaves what it knows not."""

    def text(found: re.Match[str]) -> str:
        name, wanted = found["name"], found["property"]
        known = _property(wanted, series, place) if name == "PROP" else _value(name, series)
        return found[0] if known is None else known

    return _DYNAMIC.sub(text, label)


def is_dynamic(label: str) -> bool:
    return _DYNAMIC.search(label) is not None


def _property(name: str, series: TimeSeries, place: Place) -> str | None:
    if series.source is None:
        return None
    source, metric = series.source, series.source.metric
    if name.startswith("Dim."):
        return dict(metric.dimensions).get(name.removeprefix("Dim."))
    return {
        "AccountId": place.account,
        "MetricName": metric.name,
        "Namespace": metric.namespace,
        "Period": str(source.period),
        "Region": place.region,
        "Stat": source.statistic,
    }.get(name)


def _value(name: str, series: TimeSeries) -> str | None:
    if name == "LABEL":
        return series.label
    if name == "DATAPOINT_COUNT":
        return str(len(series.values))
    if name not in _TIMES and name not in _NUMBERS:
        return None
    if not series.values:
        return "--"
    rows = list(series.values.items())
    if name in _TIMES:
        at, _ = _ROWS[name.removesuffix("_TIME")](rows)
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    return _number(_NUMBERS[name](rows))


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
