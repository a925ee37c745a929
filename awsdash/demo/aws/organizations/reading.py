"""The operations that read an organization. moto lets every account read, and pages by 100."""

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

from moto.organizations.models import FakeAccount

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.organizations.membership import (
    Directory,
    own_directory,
    readable_directory,
)
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

PAGE: Final = 20
_ACCOUNT_ID: Final = re.compile(r"\d{12}")


class _Child(Protocol):
    id: str
    parent_id: str | None


def describe_organization(call: Call, asked: Members) -> Members:
    """Every member may."""
    described: Members = own_directory(call).organization.describe()
    return described


def list_accounts(call: Call, asked: Members) -> Members:
    accounts = readable_directory(call).accounts
    return _page("Accounts", [one.describe() for one in _by_joining(accounts)], asked)


def list_accounts_for_parent(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    accounts = _children(directory, asked["ParentId"], directory.accounts)
    return _page("Accounts", [one.describe() for one in _by_joining(accounts)], asked)


def list_roots(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    roots = [one.describe() for one in directory.units if one.type == "ROOT"]
    return _page("Roots", roots, asked)


def list_organizational_units_for_parent(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    units = _children(directory, asked["ParentId"], directory.units)
    rows = [one.describe()["OrganizationalUnit"] for one in units]
    return _page("OrganizationalUnits", rows, asked)


def list_children(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    kind = asked["ChildType"]
    held: Sequence[Any] = directory.accounts if kind == "ACCOUNT" else directory.units
    children = _children(directory, asked["ParentId"], held)
    return _page("Children", [{"Id": one.id, "Type": kind} for one in children], asked)


def list_parents(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    children: list[Any] = [*directory.accounts, *directory.units]
    child = next((one for one in children if one.id == asked["ChildId"]), None)
    if child is None:
        message = "You specified an account or organizational unit that doesn't exist."
        raise AwsError("ChildNotFoundException", message)
    parents = [{"Id": u.id, "Type": u.type} for u in directory.units if u.id == child.parent_id]
    return _page("Parents", parents, asked)


def describe_account(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    for account in directory.accounts:
        if account.id == asked["AccountId"]:
            return {"Account": account.describe()}
    raise AwsError("AccountNotFoundException", "You specified an account that doesn't exist.")


def describe_organizational_unit(call: Call, asked: Members) -> Members:
    for unit in readable_directory(call).units:
        if unit.id == asked["OrganizationalUnitId"] and unit.type != "ROOT":
            described: Members = unit.describe()
            return described
    message = "You specified an organizational unit that doesn't exist."
    raise AwsError("OrganizationalUnitNotFoundException", message)


def list_tags_for_resource(call: Call, asked: Members) -> Members:
    directory = readable_directory(call)
    held: list[Any] = [*directory.accounts, *directory.units, *directory.backend.policies]
    resource = next((one for one in held if one.id == asked["ResourceId"]), None)
    if resource is None:
        raise AwsError("TargetNotFoundException", "You specified a target that doesn't exist.")
    tags = [{"Key": key, "Value": value} for key, value in resource.tags.items()]
    return _page("Tags", tags, asked)


def list_delegated_administrators(call: Call, asked: Members) -> Members:
    service = asked.get("ServicePrincipal")
    rows = [
        one.describe()
        for one in readable_directory(call).backend.admins
        if service is None or service in one.services
    ]
    return _page("DelegatedAdministrators", rows, asked)


def _children(directory: Directory, parent_id: str, held: Sequence[Any]) -> list[Any]:
    if all(unit.id != parent_id for unit in directory.units):
        message = "You specified a parent that doesn't exist."
        raise AwsError("ParentNotFoundException", message)
    return [one for one in held if one.parent_id == parent_id]


def _by_joining(accounts: Sequence[FakeAccount]) -> list[FakeAccount]:
    return sorted(accounts, key=lambda account: account.create_time)


def _page(member: str, rows: Sequence[Members], asked: Members) -> Members:
    invalid = AwsError("InvalidInputException", "You specified an invalid value for NextToken.")
    asked_for = {k: v for k, v in asked.items() if k not in {"NextToken", "MaxResults"}}
    limit = asked.get("MaxResults", PAGE)
    page, token = page_of(rows, limit, asked.get("NextToken"), [member, asked_for], invalid)
    return {member: page, "NextToken": token}
