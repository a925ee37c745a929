"""PutMetricData, and the seed `metric-data` that puts what it refuses: old data, AWS's metrics."""

import math
from collections.abc import Iterator
from typing import Any, Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.constraints import check, operation_model
from awsdash.demo.aws.metrics.refusals import invalid_combination, invalid_value, missing
from awsdash.demo.aws.metrics.retention import AHEAD_S, DAY_S, MINUTE_S
from awsdash.demo.aws.metrics.samples import Sample, StatisticSet
from awsdash.demo.aws.metrics.store import Metric, metrics
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import Place

MAX_DATA: Final = 1000
MAX_VALUES: Final = 150
LARGEST: Final = 2.0**360
OLDEST_S: Final = 14 * DAY_S


def put_metric_data(call: Call, asked: Members) -> Members:
    if asked["Namespace"].startswith("AWS/"):
        raise invalid_value("The value AWS/ for parameter Namespace is invalid.")
    data = list(_data(asked))
    if not data:
        raise missing("The parameter MetricData is required.")
    if len(data) > MAX_DATA:
        raise invalid_value(
            f"The collection MetricData must not have a size greater than {MAX_DATA}."
        )
    _check_ages(data)
    _put(call.place, asked["Namespace"], data)
    return {}


def seed_metric_data(place: Place, rows: list[Members]) -> int:
    """Rows as PutMetricData takes them, of any age and namespace; the number of data put."""
    count = 0
    for number, row in enumerate(rows, start=1):
        try:
            check(operation_model("cloudwatch", "PutMetricData"), row, "ValidationError")
            data = list(_data(row))
            _put(place, row["Namespace"], data)
        except AwsError as error:
            raise AwsError("ValidationException", f"Row {number}: {error.message}") from None
        count += len(data)
    return count


def _data(asked: Members) -> Iterator[tuple[str, Members]]:
    """Each datum with its name in messages."""
    for number, datum in enumerate(asked.get("MetricData") or (), start=1):
        yield f"MetricData.member.{number}", datum
    for number, entity in enumerate(asked.get("EntityMetricData") or (), start=1):
        for place, datum in enumerate(entity.get("MetricData") or (), start=1):
            yield f"EntityMetricData.member.{number}.MetricData.member.{place}", datum


def _check_ages(data: list[tuple[str, Members]]) -> None:
    now = clock.now().timestamp()
    problems = []
    for name, datum in data:
        at = datum.get("Timestamp", now)
        if at < now - OLDEST_S:
            problems.append(f"{name}.Timestamp must specify a time within the past two weeks.")
        elif at > now + AHEAD_S:
            problems.append(
                f"{name}.Timestamp must specify a time no more than two hours in the future."
            )
    if problems:
        raise invalid_value(*(f"The parameter {problem}" for problem in problems))


def _put(place: Place, namespace: str, data: list[tuple[str, Members]]) -> None:
    checked = [(datum, _sample(datum, name)) for name, datum in data]
    for datum, sample in checked:
        dimensions = tuple(sorted((d["Name"], d["Value"]) for d in datum.get("Dimensions") or ()))
        held = metrics[place].make(Metric(namespace, datum["MetricName"], dimensions))
        held.high_resolution |= datum.get("StorageResolution") == 1
        held.put(datum.get("Unit", "None"), sample)


def _sample(datum: Members, name: str) -> Sample | StatisticSet:
    """What a valid datum holds, its time rounded down to what is stored."""
    resolution = datum.get("StorageResolution", MINUTE_S)
    if resolution not in (1, MINUTE_S):
        raise invalid_value(f"The parameter {name}.StorageResolution must be 1 or 60.")
    at = int(datum.get("Timestamp", clock.now().timestamp()))
    at -= at % resolution
    if "StatisticValues" in datum:
        return _statistic_set(datum, name, at)
    if "Value" in datum and "Values" in datum:
        raise _exclusive(name, "Value", "Values")
    if "Value" in datum:
        _check_numbers([datum["Value"]], f"{name}.Value")
        return Sample(at, (datum["Value"],))
    return _values(datum, name, at)


def _statistic_set(datum: Members, name: str, at: int) -> StatisticSet:
    for other in ("Value", "Values"):
        if other in datum:
            raise _exclusive(name, other, "StatisticValues")
    known, name = datum["StatisticValues"], f"{name}.StatisticValues"
    for member, number in known.items():
        _check_numbers([number], f"{name}.{member}")
    if known["Maximum"] < known["Minimum"]:
        raise invalid_value(f"The parameter {name}.Maximum must be greater than {name}.Minimum.")
    if known["SampleCount"] <= 0:
        raise invalid_value(f"The parameter {name}.SampleCount must be greater than 0.")
    return StatisticSet(at, known["SampleCount"], known["Sum"], known["Minimum"], known["Maximum"])


def _values(datum: Members, name: str, at: int) -> Sample:
    values, counts = datum.get("Values") or [], datum.get("Counts")
    if not values:
        raise missing(
            f"At least one of the parameters {name}.Value or {name}.StatisticValues"
            " must be specified."
        )
    if len(values) > MAX_VALUES:
        raise invalid_value(
            f"The collection {name}.Values must not have a size greater than {MAX_VALUES}."
        )
    if counts is not None and len(counts) != len(values):
        raise invalid_value(
            f"The parameters {name}.Values and {name}.Counts must be of the same size."
        )
    _check_numbers(values, f"{name}.Values")
    _check_numbers(counts or (), f"{name}.Counts", lowest=math.ulp(0))  # more than 0
    return Sample(at, values, counts)


def _check_numbers(numbers: Any, name: str, lowest: float = -LARGEST) -> None:
    for number in numbers:
        if isinstance(number, str) or math.isnan(number) or not lowest <= number <= LARGEST:
            raise invalid_value(f"The value {number} for parameter {name} is invalid.")


def _exclusive(name: str, one: str, other: str) -> AwsError:
    return invalid_combination(
        f"The parameters {name}.{one} and {name}.{other} are mutually exclusive"
        " and you have specified both."
    )
