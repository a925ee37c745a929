"""LookupEvents."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.model import OperationModel

from awsdash.demo.aws import clock
from awsdash.demo.aws.cloudtrail.store import INSIGHT, MANAGEMENT, Wanted, history
from awsdash.demo.aws.constraints import check as check_constraints
from awsdash.demo.aws.hostility.quotas import TokenBucket
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import read_token, write_token
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import PerPlace, Place

PAGE: Final = 50
KEPT: Final = timedelta(days=90)
LOOKUPS_PER_SECOND = 2.0  # AWS's; a test that is not about it may set another
_BOUND_TO_TOKENS: Final = ("LookupAttributes", "StartTime", "EndTime", "EventCategory")
_OF_INSIGHTS: Final = {"EventId", "EventName", "EventSource"}


class Limiter:
    """Lets so many look-ups a second through, as many at once when there were none before."""

    def __init__(self, _: Place) -> None:
        self._lock = threading.Lock()
        self._per_second = 0.0

    def admits(self, now_s: float) -> bool:
        with self._lock:
            if self._per_second != LOOKUPS_PER_SECOND:
                self._per_second = LOOKUPS_PER_SECOND
                self._bucket = TokenBucket(self._per_second, max(1, self._per_second), now_s)
            return self._bucket.take(now_s)


_limiters: PerPlace[Limiter] = PerPlace(Limiter)


def check(model: OperationModel, asked: Members, invalid: str) -> None:
    """Some members are refused by codes of their own."""
    most = asked.get("MaxResults")
    if type(most) is int and not 1 <= most <= PAGE:
        raise AwsError("InvalidMaxResultsException", f"maxResults must be between 1 and {PAGE}.")
    category = asked.get("EventCategory")
    if isinstance(category, str) and category != "insight":
        message = f"{category} is not a valid event category. Valid values: insight."
        raise AwsError("InvalidEventCategoryException", message)
    check_constraints(model, asked, invalid)


def lookup_events(call: Call, asked: Members) -> Members:
    if not _limiters[call.place].admits(time.monotonic()):
        raise AwsError("ThrottlingException", "Rate exceeded")
    category = INSIGHT if "EventCategory" in asked else MANAGEMENT
    first, last = _seconds(asked)
    wanted = Wanted(first, last, *_attribute(asked, category), _token(asked))
    limit = asked.get("MaxResults", PAGE)
    found = history(call.place, category).find(wanted, limit + 1)
    page = found[:limit]
    is_more = len(found) > limit
    return {
        "Events": [event.row() for _, event in page],
        "NextToken": write_token(page[-1][0], _request(asked)) if is_more else None,
    }


def _seconds(asked: Members) -> tuple[int, int]:
    """The first and the last; none is older than what is kept."""
    oldest = int((clock.now() - KEPT).timestamp())
    last = _second(asked.get("EndTime"), int(datetime.max.replace(tzinfo=UTC).timestamp()))
    first = _second(asked.get("StartTime"), oldest)
    if first > last:
        message = "The start time must be before or equal to the end time."
        raise AwsError("InvalidTimeRangeException", message)
    return max(first, oldest), last


def _second(value: Any, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, str):
        raise AwsError("SerializationException", "A time must be a number of seconds")
    return int(value)


def _attribute(asked: Members, category: str) -> tuple[str | None, str]:
    attributes = asked.get("LookupAttributes") or []
    if not attributes:
        return None, ""
    if len(attributes) > 1:
        raise _invalid_attribute("Currently the list can contain only one item.")
    key, value = attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]
    if category == INSIGHT and key not in _OF_INSIGHTS:
        raise _invalid_attribute(f"{key} is not an attribute of Insights events.")
    if key == "ReadOnly" and value not in {"true", "false"}:
        raise _invalid_attribute("The value of ReadOnly must be true or false.")
    return key, value


def _invalid_attribute(message: str) -> AwsError:
    return AwsError("InvalidLookupAttributesException", message)


def _token(asked: Members) -> int | None:
    if asked.get("NextToken") is None:
        return None
    message = (
        "Invalid token or token that was previously used in a request with different parameters."
    )
    invalid = AwsError("InvalidNextTokenException", message)
    return read_token(asked["NextToken"], _request(asked), invalid)


def _request(asked: Members) -> Members:
    return {
        name: asked.get(name)
        for name in ("LookupAttributes", "StartTime", "EndTime", "EventCategory")
    }
