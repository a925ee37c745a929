"""GetLogEvents as AWS has it: the events of one stream, page by page in either direction."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any, Final

from awsdash.demo.aws.logs.filtering import MAX_EVENTS
from awsdash.demo.aws.logs.groups import backend_of, find_log_group, invalid
from awsdash.demo.aws.logs.index import Index, Position, index_of
from awsdash.demo.aws.logs.pages import PAGE_BYTES, retained_since
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call

BEGINNING: Final[Position] = (0, 0, -1)
ANSWERED: Final = ("timestamp", "message", "ingestionTime")

_TOKEN: Final = re.compile(r"([fb])/(\d{13})(\d{13})(\d{30})")


def get_log_events(call: Call, asked: Members) -> Members:
    """The end of the time range is not inside it, other than that of FilterLogEvents."""
    group = find_log_group(
        backend_of(call), asked.get("logGroupIdentifier"), asked.get("logGroupName")
    )
    if asked["logStreamName"] not in group.streams:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    index = index_of(group)
    numbers = index.by_stream.get(asked["logStreamName"], [])
    first = _find(index, numbers, (max(asked.get("startTime", 0), retained_since(group)), 0, -1))
    stop = _find(index, numbers, (asked.get("endTime", math.inf), 0, -1))
    forward, token = _read_token(asked)
    if token is not None and forward:
        first = max(first, bisect_right(numbers, token, key=index.positions.__getitem__))
    elif token is not None:
        stop = min(stop, _find(index, numbers, token))
    page = _page(index, numbers[first:stop], forward, asked.get("limit", MAX_EVENTS))
    return {"events": [_answer(index, number) for number in page], **_tokens(index, page, asked)}


def _find(index: Index, numbers: list[int], position: tuple[float, int, int]) -> int:
    return bisect_left(numbers, position, key=index.positions.__getitem__)


def _read_token(asked: Members) -> tuple[bool, Position | None]:
    """Whether to go forward, and from where; a token overrules startFromHead."""
    text = asked.get("nextToken")
    if text is None:
        return asked.get("startFromHead", False), None
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise invalid("The specified nextToken is invalid.")
    return found[1] == "f", (int(found[2]), int(found[3]), int(found[4]) - 1)


def _page(index: Index, numbers: list[int], forward: bool, limit: int) -> list[int]:
    """In order of time, whichever end the page is taken from."""
    page: list[int] = []
    size = 0
    candidates: Iterable[int] = numbers if forward else reversed(numbers)
    for number in candidates:
        size += index.sizes[number]
        if len(page) == limit or (page and size > PAGE_BYTES):
            break
        page.append(number)
    return page if forward else page[::-1]


def _answer(index: Index, number: int) -> dict[str, Any]:
    event = index.events[number]
    return {name: event[name] for name in ANSWERED}


def _tokens(index: Index, page: list[int], asked: Members) -> dict[str, str]:
    """At an end, the token that was passed comes back, so that later events can follow it."""
    if page:
        first, last = index.positions[page[0]], index.positions[page[-1]]
    else:
        forward, token = _read_token(asked)
        timestamp, ingested, number = token or BEGINNING
        before, after = (timestamp, ingested, number - 1), (timestamp, ingested, number + 1)
        last = before if token and not forward else (timestamp, ingested, number)
        first = after if token and forward else (timestamp, ingested, number)
    return {
        "nextForwardToken": _write_token("f", last),
        "nextBackwardToken": _write_token("b", first),
    }


def _write_token(direction: str, position: Position) -> str:
    timestamp, ingested, number = position
    return f"{direction}/{timestamp:013d}{ingested:013d}{max(0, number + 1):030d}"
