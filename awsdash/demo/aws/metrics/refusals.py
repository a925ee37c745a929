"""CloudWatch's errors, which keep the codes of its former query protocol."""

from collections.abc import Iterable

from awsdash.demo.aws.protocol import AwsError


def invalid_value(*messages: str) -> AwsError:
    return AwsError("InvalidParameterValue", "\n".join(messages))


def invalid_combination(message: str) -> AwsError:
    return AwsError("InvalidParameterCombination", message)


def missing(message: str) -> AwsError:
    return AwsError("MissingParameter", message)


def validation_error(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def refuse_all(problems: Iterable[str]) -> None:
    """Raises ValidationError with a line for each problem, as GetMetricData does."""
    if lines := list(problems):
        raise validation_error("".join(f"{line}\n" for line in lines))


def wrong_order(start: float, end: float) -> str | None:
    """What is wrong with a time range."""
    if start > end:
        return "The parameter StartTime must be less than the parameter EndTime."
    if start == end:
        return "The parameter StartTime must not equal parameter EndTime."
    return None
