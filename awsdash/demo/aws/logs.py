"""FilterLogEvents and DescribeLogGroups as AWS has them.

moto's ignore most filter patterns, the order, the page's size and logGroupNamePattern.
"""

import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import orjson
from moto.core.common_types import TYPE_RESPONSE
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse
from moto.logs.utils import PAGINATION_MODEL
from moto.utilities.paginator import paginate

from awsdash.demo.aws.filter_pattern import InvalidPattern, compile_pattern
from awsdash.demo.aws.log_pages import Position, Search, read_page
from awsdash.demo.aws.protocol import AwsError

Parameters: TypeAlias = dict[str, Any]

SCAN_LIMIT: Final = 20_000
MAX_EVENTS: Final = 10_000
MAX_PATTERN: Final = 1_024
MAX_STREAMS: Final = 100
MAX_GROUPS: Final = 50
# By pattern, AWS answers only these.
PATTERN_MEMBERS: Final = ("logGroupName", "arn", "creationTime")
NEWEST_FIRST_SINCE: Final = 1_704_067_200_000  # 2024-01-01T00:00:00Z


def install(scan_limit: int = SCAN_LIMIT) -> None:
    """Puts both into moto; FilterLogEvents scans at most so many events for a page."""

    def filter_log_events(self: LogsResponse) -> TYPE_RESPONSE:
        search = _read_search(self.logs_backend, orjson.loads(self.body))
        events, last = read_page(search, scan_limit)
        answer: dict[str, Any] = {"events": events, "searchedLogStreams": []}
        if last is not None:
            answer["nextToken"] = _write_token(search, last)
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, orjson.dumps(answer)

    LogsResponse.filter_log_events = filter_log_events  # type: ignore[assignment,method-assign]
    LogsResponse.describe_log_groups = describe_log_groups  # type: ignore[method-assign]
    LogsBackend._find_log_group = find_log_group  # type: ignore[method-assign]


def describe_log_groups(self: LogsResponse) -> str:
    parameters = orjson.loads(self.body)
    prefix, pattern = parameters.get("logGroupNamePrefix"), parameters.get("logGroupNamePattern")
    if prefix is not None and pattern is not None:
        raise _invalid("Specify either logGroupNamePrefix or logGroupNamePattern, and not both.")
    limit = parameters.get("limit", MAX_GROUPS)
    if limit > MAX_GROUPS:
        raise _violated(
            "limit", limit, f"Member must have value less than or equal to {MAX_GROUPS}"
        )
    page, token = _groups_named(
        self.logs_backend,
        prefix or "",
        pattern or "",
        limit=limit,
        next_token=parameters.get("nextToken"),
    )
    groups = [group.to_describe_dict() for group in page]
    if pattern is not None:
        groups = [{name: group[name] for name in PATTERN_MEMBERS} for group in groups]
    return orjson.dumps({"logGroups": groups, "nextToken": token}).decode()


@paginate(pagination_model={"_groups_named": PAGINATION_MODEL["describe_log_groups"]})
def _groups_named(backend: LogsBackend, prefix: str, pattern: str) -> list[LogGroup]:
    """By name; the pattern is no pattern, but part of the name, as it is written."""
    groups = (group for name, group in backend.groups.items() if pattern in name)
    return sorted(
        (group for group in groups if group.name.startswith(prefix)), key=lambda group: group.name
    )


def find_log_group(
    self: LogsBackend, log_group_id: str | None = None, log_group_name: str | None = None
) -> LogGroup:
    """By name or identifier, for every operation; moto takes any ARN for the newest group."""
    if (log_group_id is None) == (log_group_name is None):
        raise _invalid("Specify either logGroupName or logGroupIdentifier, and not both.")
    if log_group_id is not None and not re.fullmatch(r"[\w#+=/:,.@-]*", log_group_id):
        constraint = r"Member must satisfy regular expression pattern: [\w#+=/:,.@-]*"
        raise _violated("logGroupIdentifier", log_group_id, constraint)
    prefix = f"arn:aws:logs:{self.region_name}:{self.account_id}:log-group:"
    group = self.groups.get(log_group_name or (log_group_id or "").removeprefix(prefix))
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def _read_search(backend: LogsBackend, parameters: Parameters) -> Search:
    group = find_log_group(
        backend, parameters.get("logGroupIdentifier"), parameters.get("logGroupName")
    )
    start, end = parameters.get("startTime", 0), parameters.get("endTime", math.inf)
    if start > end:
        raise _invalid("startTime must not be after endTime.")
    limit = parameters.get("limit", MAX_EVENTS)
    if limit < 1:
        raise _violated("limit", limit, "Member must have value greater than or equal to 1")
    if limit > MAX_EVENTS:
        raise _violated(
            "limit", limit, f"Member must have value less than or equal to {MAX_EVENTS}"
        )
    newest_first, after = _read_direction(group, start, parameters)
    return Search(
        group,
        _read_streams(group, parameters),
        start,
        end,
        _read_pattern(parameters.get("filterPattern", "")),
        limit,
        newest_first,
        after,
    )


def _read_streams(group: LogGroup, parameters: Parameters) -> frozenset[str] | None:
    names, prefix = parameters.get("logStreamNames"), parameters.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise _invalid("Specify either logStreamNames or logStreamNamePrefix, and not both.")
    if names is not None:
        if not 1 <= len(names) <= MAX_STREAMS:
            raise _violated("logStreamNames", names, f"Member must have 1 to {MAX_STREAMS} items")
        if not group.streams.keys() >= set(names):
            raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
        return frozenset(names)
    if prefix is not None:
        return frozenset(name for name in group.streams if name.startswith(prefix))
    return None


def _read_pattern(text: str) -> Callable[[str], bool]:
    if len(text) > MAX_PATTERN:
        constraint = f"Member must have length less than or equal to {MAX_PATTERN}"
        raise _violated("filterPattern", text, constraint)
    try:
        return compile_pattern(text)
    except InvalidPattern as error:
        raise _invalid(str(error)) from None


def _read_direction(
    group: LogGroup, start: int, parameters: Parameters
) -> tuple[bool, Position | None]:
    """Whether the newest come first, and where to go on; a token overrules startFromHead."""
    if token := parameters.get("nextToken"):
        return _read_token(group, token)
    newest_first = not parameters.get("startFromHead", True)
    if newest_first and start < NEWEST_FIRST_SINCE:
        raise _invalid(
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
        raise _invalid("The specified nextToken is invalid.")
    return newest_first, (timestamp, ingested, number)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _violated(parameter: str, value: object, constraint: str) -> AwsError:
    return _invalid(
        f"1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy"
        f" constraint: {constraint}"
    )
