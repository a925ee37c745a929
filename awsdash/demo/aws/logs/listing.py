"""ListLogGroups, which moto lacks."""

import re
from typing import Any, Final

from moto.logs.models import LogGroup, LogsBackend

from awsdash.demo.aws.logs.filtering import MAX_GROUPS, backend_of, invalid
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

STANDARD: Final = "STANDARD"
UNKNOWN_HERE: Final = ("dataSources", "fieldIndexNames")  # no log group of moto's has such


def list_log_groups(call: Call, asked: Members) -> Members:
    backend = backend_of(call)
    found = sorted(
        (group for group in list(backend.groups.values()) if _fits(backend, group, asked)),
        key=lambda group: str(group.name),
    )
    request = {name: value for name, value in asked.items() if name not in ("nextToken", "limit")}
    page, token = page_of(
        found,
        asked.get("limit", MAX_GROUPS),
        asked.get("nextToken"),
        request,
        invalid("The specified nextToken is invalid."),
    )
    return {"logGroups": [_describe(group) for group in page], "nextToken": token}


def _fits(backend: LogsBackend, group: LogGroup, asked: Members) -> bool:
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


def _describe(group: LogGroup) -> dict[str, str]:
    return {"logGroupName": group.name, "logGroupArn": group.arn, "logGroupClass": STANDARD}
