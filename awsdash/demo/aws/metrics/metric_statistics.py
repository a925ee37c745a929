"""GetMetricStatistics."""

from typing import Final

from awsdash.demo.aws.metrics.refusals import invalid_combination, invalid_value, wrong_order
from awsdash.demo.aws.metrics.retention import Window, is_period, window
from awsdash.demo.aws.metrics.samples import Span
from awsdash.demo.aws.metrics.statistic import BASIC, parse_statistic
from awsdash.demo.aws.metrics.store import Held, Metric, metrics
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call

MAX_DATAPOINTS: Final = 1440


def get_metric_statistics(call: Call, asked: Members) -> Members:
    within = _window(asked)
    extended = _extended(asked)
    dimensions = tuple(sorted((d["Name"], d["Value"]) for d in asked.get("Dimensions") or ()))
    held = metrics[call.place].find(Metric(asked["Namespace"], asked["MetricName"], dimensions))
    basic = asked.get("Statistics") or []
    return {
        "Label": asked["MetricName"],
        "Datapoints": _datapoints(held, asked.get("Unit"), within, (basic, extended)),
    }


def _window(asked: Members) -> Window:
    start, end, period = asked["StartTime"], asked["EndTime"], asked["Period"]
    if wrong := wrong_order(start, end):
        raise invalid_value(wrong)
    if not is_period(period):
        raise invalid_value(
            "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
            if period < 60
            else "The parameter Period must be a multiple of 60."
        )
    within = window(start, end, period)
    count = len(within.grid())
    if count > MAX_DATAPOINTS:
        raise invalid_combination(
            f"You have requested up to {count:,} datapoints, which exceeds the limit of"
            f" {MAX_DATAPOINTS:,}. You may reduce the datapoints requested by increasing Period,"
            " or decreasing the time range."
        )
    return within


def _extended(asked: Members) -> list[str]:
    extended: list[str] = asked.get("ExtendedStatistics") or []
    if not extended and not asked.get("Statistics"):
        raise invalid_combination("Must specify either Statistics or ExtendedStatistics")
    for text in extended:
        if text in BASIC or parse_statistic(text) is None:
            raise invalid_value(
                f"The value {text} for parameter ExtendedStatistics is not supported."
            )
    return extended


def _datapoints(
    held: Held | None, unit: str | None, within: Window, asked: tuple[list[str], list[str]]
) -> list[Members]:
    """One for each period and unit; periods without values have none."""
    found = []
    for name in sorted(held.units) if held else ():
        if held is not None and unit in (None, name):
            for at, span in held.spans(name, within):
                found.append({"Timestamp": at, "Unit": name, **_numbers(span, *asked)})
    return found


def _numbers(span: Span, basic: list[str], extended: list[str]) -> Members:
    numbers: Members = {name: BASIC[name](span) for name in basic}
    values = {text: statistic(span) for text in extended if (statistic := parse_statistic(text))}
    known = {text: value for text, value in values.items() if value is not None}
    if known:
        numbers["ExtendedStatistics"] = known
    return numbers
