"""What state the data points of an alarm call for: M out of N, with some missing."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from awsdash.demo.aws.operations import Members

COMPARISONS: Final[dict[str, tuple[Callable[[float, float], bool], str]]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
# CloudWatch looks back farther than it has to, for data points instead of missing ones.
EXTRA_PERIODS: Final = 2


@dataclass(frozen=True)
class Judgement:
    """`value` None: the state remains. `rows` are the data points that decided, newest first.

    `filled` is how many missing ones were treated as something.
    """

    value: str | None
    rows: Sequence[tuple[int, float]]
    filled: int


def judge(configuration: Members, points: Sequence[tuple[int, float | None]]) -> Judgement:
    """From the evaluation range's data points, newest first, None where one is missing."""
    needed: int = configuration["EvaluationPeriods"]
    to_alarm: int = configuration.get("DatapointsToAlarm", needed)
    breaches = _test(configuration)
    present = [(at, value) for at, value in points if value is not None][:needed]
    filled = needed - len(present)
    breaching = sum(breaches(value) for _, value in present)
    if filled == 0:
        return Judgement("ALARM" if breaching >= to_alarm else "OK", present, 0)
    treatment = treatment_of(configuration)
    if not present:
        return Judgement(_of_nothing(treatment), present, filled)
    if breaching + (filled if treatment == "breaching" else 0) >= to_alarm:
        return Judgement("ALARM", present, filled)
    if treatment in ("breaching", "notBreaching") or breaching < len(present):
        return Judgement("OK", present, filled)
    oldest = max(number for number, (_, value) in enumerate(points, 1) if value is not None)
    return Judgement(_premature(treatment, oldest, to_alarm), present, filled)


def _test(configuration: Members) -> Callable[[float], bool]:
    compare, _ = COMPARISONS[configuration["ComparisonOperator"]]
    return lambda value: compare(value, configuration["Threshold"])


def treatment_of(configuration: Members) -> str:
    if configuration.get("Namespace") == "AWS/DynamoDB":
        return "ignore"
    return str(configuration.get("TreatMissingData", "missing"))


def _of_nothing(treatment: str) -> str | None:
    return {"breaching": "ALARM", "notBreaching": "OK", "ignore": None}.get(
        treatment, "INSUFFICIENT_DATA"
    )


def _premature(treatment: str, oldest: int, to_alarm: int) -> str | None:
    """All that there is breaches: an alarm only if it has done so for as long as it takes."""
    return "ALARM" if treatment == "missing" and oldest >= to_alarm else None
