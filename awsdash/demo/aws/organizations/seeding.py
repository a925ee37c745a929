"""The seed `accounts`: the members of the organization that the account manages."""

import re
from typing import Any, Final

from awsdash.demo.aws.cloudtrail.record import read_time
from awsdash.demo.aws.organizations.planting import ACTIVE, SUSPENDED, Member, plant_organization
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import Place

_ACCOUNT: Final = re.compile(r"\d{12}")
_NEEDED: Final = ("accountId", "name", "email")
_KNOWN: Final = {*_NEEDED, "joinedAt", "path", "status", "tags"}
_STATUSES: Final = (ACTIVE, "PENDING_CLOSURE", SUSPENDED)
_LONG_AGO: Final = "2020-01-01T00:00:00Z"


def seed_organization(place: Place, rows: list[Any]) -> int:
    """Each {"accountId", "name", "email"} and perhaps {"path": "Workloads/Prod", "status",
    "joinedAt", "tags": {}}."""
    members = [_member(row, f"Row {number}") for number, row in enumerate(rows, start=1)]
    plant_organization(place.account, members)
    return len(rows)


def _member(row: Any, name: str) -> Member:
    if not isinstance(row, dict) or not row.keys() <= _KNOWN:
        raise _invalid(name, f"it may have {', '.join(sorted(_KNOWN))}")
    for key in _NEEDED:
        if not isinstance(row.get(key), str):
            raise _invalid(name, f"{key} is needed, a text")
    if not _ACCOUNT.fullmatch(row["accountId"]):
        raise _invalid(name, "accountId must have 12 digits")
    if row.get("status", ACTIVE) not in _STATUSES:
        raise _invalid(name, f"status must be one of {', '.join(_STATUSES)}")
    tags, path = row.get("tags", {}), row.get("path", "")
    if not isinstance(tags, dict) or not isinstance(path, str):
        raise _invalid(name, "tags must be an object, path a text")
    try:
        joined_at = read_time(row.get("joinedAt", _LONG_AGO))
    except (TypeError, ValueError):
        raise _invalid(name, "joinedAt is no time") from None
    status = row.get("status", ACTIVE)
    return Member(row["accountId"], row["name"], row["email"], joined_at, path, status, tags)


def _invalid(name: str, complaint: str) -> AwsError:
    return AwsError("ValidationException", f"{name}: {complaint}")
