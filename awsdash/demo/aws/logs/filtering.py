"""FilterLogEvents as AWS has it: moto's ignores most filter patterns, the order, a page's size."""

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Final

import orjson
from moto.logs.models import LogGroup, LogsBackend

from awsdash.demo.aws.logs.filter_pattern import InvalidPattern, compile_pattern
from awsdash.demo.aws.logs.groups import backend_of, find_log_group, invalid
from awsdash.demo.aws.logs.index import Position
from awsdash.demo.aws.logs.pages import Search, read_page
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call

SCAN_LIMIT: Final = 20_000
MAX_EVENTS: Final = 10_000
NEWEST_FIRST_SINCE: Final = 1_704_067_200_000  # 2024-01-01T00:00:00Z

_scan_limit = SCAN_LIMIT


def install(scan_limit: int = SCAN_LIMIT) -> None:
    """A page of FilterLogEvents scans at most so many events; moto finds groups as AWS does."""
    global _scan_limit  # the process has one AWS, as moto has it
    _scan_limit = scan_limit
    LogsBackend._find_log_group = find_log_group  # type: ignore[method-assign]


def filter_log_events(call: Call, asked: Members) -> Members:
    search = _read_search(backend_of(call), asked)
    try:
        events, last = read_page(search, _scan_limit)
    except TimeoutError:
        raise invalid("The regular expression in the filter pattern is too complex.") from None
    token = None if last is None else _write_token(search, last)
    return {"events": events, "searchedLogStreams": [], "nextToken": token}


def _read_search(backend: LogsBackend, parameters: Members) -> Search:
    group = find_log_group(
        backend, parameters.get("logGroupIdentifier"), parameters.get("logGroupName")
    )
    start, end = parameters.get("startTime", 0), parameters.get("endTime", math.inf)
    if start > end:
        raise invalid("startTime must not be after endTime.")
    newest_first, after = _read_direction(group, start, parameters)
    return Search(
        group,
        _read_streams(group, parameters),
        start,
        end,
        _read_pattern(parameters.get("filterPattern", "")),
        parameters.get("limit", MAX_EVENTS),
        newest_first,
        after,
    )


def _read_streams(group: LogGroup, parameters: Members) -> frozenset[str] | None:
    names, prefix = parameters.get("logStreamNames"), parameters.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise invalid("Specify either logStreamNames or logStreamNamePrefix, and not both.")
    if names is not None:
        if not group.streams.keys() >= set(names):
            raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
        return frozenset(names)
    if prefix is not None:
        return frozenset(name for name in list(group.streams) if name.startswith(prefix))
    return None


def _read_pattern(text: str) -> Callable[[str], bool]:
    try:
        return compile_pattern(text)
    except InvalidPattern as error:
        raise invalid(str(error)) from None


def _read_direction(
    group: LogGroup, start: int, parameters: Members
) -> tuple[bool, Position | None]:
    """Whether the newest come first, and where to go on; a token overrules startFromHead."""
    if token := parameters.get("nextToken"):
        return _read_token(group, token)
    newest_first = not parameters.get("startFromHead", True)
    if newest_first and start < NEWEST_FIRST_SINCE:
        raise invalid(
            "startFromHead can be false only with a startTime on or after Jan 1, 2024 00:00:00 UTC."
        )
    return newest_first, None


def _write_token(search: Search, last: Position) -> str:
    content = orjson.dumps([search.group.arn, search.newest_first, last])
    return urlsafe_b64encode(content).decode()


def _read_token(group: LogGroup, token: str) -> tuple[bool, Position]:
    try:
        arn, newest_first, (timestamp, ingested, number) = orjson.loads(urlsafe_b64decode(token))
    except (ValueError, TypeError):
        arn = None
    if arn != group.arn:
        raise invalid("The specified nextToken is invalid.")
    return newest_first, (timestamp, ingested, number)
