"""Trust policies of roles: who may assume them, under which conditions."""

import re
from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

from awsdash.demo.aws.identity.callers import Caller
from awsdash.demo.aws.identity.conditions import Context, meets
from awsdash.demo.aws.identity.policy import as_list, wildcard

Statement: TypeAlias = dict[str, Any]
_EVERYBODY: Final = "*"


class Trust(Enum):
    NONE = "none"
    ACCOUNT = "account"
    """In the caller's account, which decides by the caller's policies."""
    CALLER = "caller"
    """In the caller itself; within one account its own policies need not allow it as well."""


def trust_in(document: str, caller: Caller, action: str, context: Context) -> Trust:
    """To do it (`sts:AssumeRole`)."""
    found = [
        statement
        for statement in _statements(document)
        if _means_action(statement, action)
        and _means_caller(statement, caller)
        and meets(statement.get("Condition", {}), context)
    ]
    if not found or any(statement.get("Effect") != "Allow" for statement in found):
        return Trust.NONE
    named = _own_names(caller) | {_EVERYBODY}
    is_named = any(not named.isdisjoint(_listed(one, "Principal")) for one in found)
    return Trust.CALLER if is_named else Trust.ACCOUNT


@lru_cache(1024)
def _statements(document: str) -> list[Statement]:
    return as_list(orjson.loads(document)["Statement"])


def _own_names(caller: Caller) -> set[str]:
    return {caller.arn, str(caller.principal.arn)}


def _means_caller(statement: Statement, caller: Caller) -> bool:
    account = caller.account
    names = _own_names(caller) | {account, f"arn:aws:iam::{account}:root", _EVERYBODY}
    if "NotPrincipal" in statement:
        return names.isdisjoint(_listed(statement, "NotPrincipal"))
    return not names.isdisjoint(_listed(statement, "Principal"))


def _listed(statement: Statement, element: str) -> list[str]:
    principal = statement.get(element, {})
    return as_list(principal.get("AWS", []) if isinstance(principal, dict) else principal)


def _means_action(statement: Statement, action: str) -> bool:
    patterns = as_list(statement.get("Action", statement.get("NotAction", [])))
    is_listed = any(re.fullmatch(wildcard(one), action, re.IGNORECASE) for one in patterns)
    return is_listed is ("Action" in statement)
