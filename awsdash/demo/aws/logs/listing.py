"""DescribeLogGroups, of which moto has little more than the prefix, and ListLogGroups."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from moto.logs.models import LogGroup, LogsBackend

from awsdash.demo.aws.logs.groups import backend_of, invalid
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

MAX_GROUPS: Final = 50
# By pattern, AWS answers only these.
PATTERN_MEMBERS: Final = ("logGroupName", "arn", "creationTime")
STANDARD: Final = "STANDARD"
PAGING: Final = ("nextToken", "limit")
UNFILTERING: Final = {*PAGING, "includeLinkedAccounts"}
UNKNOWN_HERE: Final = ("dataSources", "fieldIndexNames")  # no log group of moto's has such


def describe_log_groups(call: Call, asked: Members) -> Members:
    given = asked.keys() - UNFILTERING
    if {"logGroupNamePrefix", "logGroupNamePattern"} <= given:
        raise invalid("Specify either logGroupNamePrefix or logGroupNamePattern, and not both.")
    if "logGroupIdentifiers" in given and len(given) > 1:
        raise invalid("logGroupIdentifiers cannot be combined with another filter.")
    backend = backend_of(call)
    page, token = _page(backend, asked, lambda group: _is_described(group, asked))
    groups = [_description(backend, group) for group in page]
    if "logGroupNamePattern" in given:
        groups = [{name: group[name] for name in PATTERN_MEMBERS} for group in groups]
    return {"logGroups": groups, "nextToken": token}


def _is_described(group: LogGroup, asked: Members) -> bool:
    """The pattern is no pattern, but part of the name, as it is written."""
    identifiers = asked.get("logGroupIdentifiers")
    return (
        group.name.startswith(asked.get("logGroupNamePrefix", ""))
        and asked.get("logGroupNamePattern", "") in group.name
        and asked.get("logGroupClass", STANDARD) == STANDARD
        and (identifiers is None or group.name in identifiers or group.arn in identifiers)
    )


def _description(backend: LogsBackend, group: LogGroup) -> dict[str, Any]:
    filters = backend.filters.get_matching_filters(log_group_name=group.name)
    return {
        **group.to_describe_dict(),
        "logGroupClass": STANDARD,
        "metricFilterCount": len(filters),
    }


def list_log_groups(call: Call, asked: Members) -> Members:
    backend = backend_of(call)
    page, token = _page(backend, asked, lambda group: _is_listed(backend, group, asked))
    return {"logGroups": [_summary(group) for group in page], "nextToken": token}


def _page(
    backend: LogsBackend, asked: Members, is_wanted: Callable[[LogGroup], bool]
) -> tuple[Sequence[LogGroup], str | None]:
    found = [group for group in list(backend.groups.values()) if is_wanted(group)]
    return page_of(
        sorted(found, key=lambda group: str(group.name)),
        asked.get("limit", MAX_GROUPS),
        asked.get("nextToken"),
        {name: value for name, value in asked.items() if name not in PAGING},
        invalid("The specified nextToken is invalid."),
    )


def _is_listed(backend: LogsBackend, group: LogGroup, asked: Members) -> bool:
    pattern = asked.get("logGroupNamePattern", "")
    tags = backend.tagger.get_tag_dict_for_resource(group.arn)
    return (
        re.search(pattern.replace(".", r"\."), group.name) is not None
        and asked.get("logGroupClass", STANDARD) == STANDARD
        and not any(asked.get(name) for name in UNKNOWN_HERE)
        and all(_has_tag(tags, wanted) for wanted in asked.get("logGroupTags", []))
    )


def _has_tag(tags: dict[str, str], wanted: dict[str, Any]) -> bool:
    if wanted["key"] not in tags:
        return False
    values = wanted.get("values") or ["*"]
    return any(_is_value(tags[wanted["key"]], value) for value in values)


def _is_value(value: str, wanted: str) -> bool:
    """`!` denies, and `*` stands for any text, in which case does not matter."""
    pattern = wanted.removeprefix("!")
    if "*" in pattern:
        parts = (re.escape(part) for part in pattern.split("*"))
        is_it = re.fullmatch(".*".join(parts), value, re.IGNORECASE | re.DOTALL) is not None
    else:
        is_it = value == pattern
    return is_it is not wanted.startswith("!")


def _summary(group: LogGroup) -> dict[str, str]:
    return {"logGroupName": group.name, "logGroupArn": group.arn, "logGroupClass": STANDARD}
