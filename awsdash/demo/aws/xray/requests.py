"""What X-Ray's requests have in common: how they are refused, their time ranges, their pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError

T = TypeVar("T")

HOUR_S: Final = 3600


def invalid_request(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


def time_range(asked: Members, limit: timedelta) -> tuple[float, float]:
    """StartTime and EndTime in epoch seconds, at most so far apart."""
    start, end = _epoch_s(asked["StartTime"]), _epoch_s(asked["EndTime"])
    if start >= end:
        raise invalid_request("End time must be after start time")
    if end - start > limit.total_seconds():
        hours = int(limit.total_seconds() // HOUR_S)
        raise invalid_request(f"Time range cannot be longer than {hours} hours")
    return start, end


def page(rows: Sequence[T], limit: int, asked: Members) -> tuple[Sequence[T], str | None]:
    """The page that NextToken is for, and the next one's."""
    return page_of(rows, limit, asked.get("NextToken"), bound_to(asked), bad_token())


def bound_to(asked: Members) -> Members:
    """What a token must come back with."""
    return {name: value for name, value in asked.items() if name != "NextToken"}


def bad_token() -> AwsError:
    return invalid_request("Invalid NextToken")


def too_many(member: str, values: Sequence[Any], limit: int) -> AwsError:
    """In the wording of the constraints that AWS's models have."""
    return invalid_request(
        f"1 validation error detected: Value '{list(values)}' at '{member}' failed to satisfy "
        f"constraint: Member must have length less than or equal to {limit}"
    )


def _epoch_s(value: float | str) -> float:
    """A timestamp as clients send it: epoch seconds, or ISO 8601."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            raise AwsError("SerializationException", f"'{value}' is no timestamp") from None
    return float(value)
