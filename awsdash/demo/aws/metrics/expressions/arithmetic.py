"""The operators of metric math, between numbers, time series and arrays of time series."""

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.expressions.syntax import ExpressionError
from awsdash.demo.aws.metrics.time_series import TimeSeries

Value: TypeAlias = float | TimeSeries | list[TimeSeries] | str
"""A scalar, a time series, an array of them, or the text of a quoted argument or a keyword."""

Operator: TypeAlias = Callable[[float, float], float]


def _power(base: float, exponent: float) -> float:
    """As Java has it: a number that is none, not a complex one."""
    result = base**exponent
    return result if isinstance(result, float) else float("nan")


OPERATORS: Final[dict[str, Operator]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": _power,
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "<": lambda a, b: float(a < b),
    ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b),
    ">=": lambda a, b: float(a >= b),
    "&&": lambda a, b: float(a != 0 and b != 0),
    "||": lambda a, b: float(a != 0 or b != 0),
}


def negate(value: Value) -> Value:
    return operate("*", -1.0, value)


def operate(sign: str, left: Value, right: Value) -> Value:
    """Element by element; a missing value is 0, and what divides by zero is dropped."""
    apply = OPERATORS[sign]
    match left, right:
        case (float(), float()):
            result = _number(apply, left, right)
            return float("nan") if result is None else result
        case (list(), list()):
            raise unsupported(sign, left, right)
        case (list(), _):
            return [_series(operate(sign, each, right)) for each in left]
        case (_, list()):
            return [
                replace(_series(operate(sign, left, each)), label=each.label, source=each.source)
                for each in right
            ]
        case (TimeSeries(), TimeSeries()):
            return _both(apply, left, right)
        case (TimeSeries(), float()):
            return _one(left, lambda value: _number(apply, value, right))
        case (float(), TimeSeries()):
            return _one(right, lambda value: _number(apply, left, value))
    raise unsupported(sign, left, right)


def unsupported(sign: str, *operands: Value) -> ExpressionError:
    kinds = ", ".join(kind_of(operand) for operand in operands)
    return ExpressionError(f"Unsupported operand type(s) for {sign}: '[{kinds}]'")


def kind_of(value: Value) -> str:
    match value:
        case float():
            return "Scalar"
        case TimeSeries():
            return "TimeSeries"
        case list():
            return "Array[TimeSeries]"
    return "String"


def _series(value: Value) -> TimeSeries:
    if not isinstance(value, TimeSeries):
        raise ExpressionError("An array holds time series only")
    return value


def _number(apply: Operator, left: float, right: float) -> float | None:
    try:
        return apply(left, right)
    except (ZeroDivisionError, OverflowError):
        return None


def _one(series: TimeSeries, change: Callable[[float], float | None]) -> TimeSeries:
    changed = ((at, change(value)) for at, value in series.values.items())
    return series.with_values({at: value for at, value in changed if value is not None})


def _both(apply: Operator, left: TimeSeries, right: TimeSeries) -> TimeSeries:
    values = {}
    for at in sorted(left.values.keys() | right.values.keys()):
        value = _number(apply, left.values.get(at, 0.0), right.values.get(at, 0.0))
        if value is not None:
            values[at] = value
    return replace(left.with_values(values), period=min(left.period, right.period))
