"""Trust policies of roles: who may assume them, under which conditions."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

from awsdash.demo.aws.identity.callers import Caller
from awsdash.demo.aws.identity.policy import as_list, wildcard

Statement: TypeAlias = dict[str, Any]
Context: TypeAlias = Mapping[str, str | None]
"""The values of condition keys, by their names in lower case."""


def trusts(document: str, caller: Caller, action: str, context: Context) -> bool:
    """Whether it lets this caller do it (`sts:AssumeRole`)."""
    names = _names(caller)
    effects = {
        statement.get("Effect")
        for statement in _statements(document)
        if _means(statement, action)
        and not names.isdisjoint(_principals(statement))
        and _meets(statement.get("Condition", {}), context)
    }
    return effects == {"Allow"}


def names_itself(document: str, caller: Caller) -> bool:
    """Whether it names the caller and not just its account; then its own policies need not allow
    it as well, within one account."""
    own = _names(caller) - {"*", caller.account, _root(caller.account)}
    return any(not own.isdisjoint(_principals(found)) for found in _statements(document))


@lru_cache(1024)
def _statements(document: str) -> list[Statement]:
    return as_list(orjson.loads(document)["Statement"])


def _names(caller: Caller) -> set[str]:
    """All the names by which a trust policy may mean this caller."""
    names = {caller.arn, caller.account, _root(caller.account), "*"}
    return names | {str(caller.principal.arn)}


def _root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


def _principals(statement: Statement) -> list[str]:
    principal = statement.get("Principal", {})
    return as_list(principal.get("AWS", []) if isinstance(principal, dict) else principal)


def _means(statement: Statement, action: str) -> bool:
    return any(
        re.fullmatch(wildcard(pattern), action, re.IGNORECASE)
        for pattern in as_list(statement.get("Action", []))
    )


def _meets(conditions: dict[str, dict[str, Any]], context: Context) -> bool:
    """An operator or a key that is not known here is never met."""
    return all(
        _compare(operator, context.get(key.lower()), as_list(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


_WILD: Final = {"StringLike", "ArnLike", "ArnEquals"}


def _compare(operator: str, value: str | None, wanted: list[str]) -> bool:
    if operator == "StringNotEquals":
        return value not in wanted
    if value is None:
        return False
    if operator in _WILD:
        return any(re.fullmatch(wildcard(pattern), value) for pattern in wanted)
    if operator == "StringEqualsIgnoreCase":
        return value.lower() in {text.lower() for text in wanted}
    return operator == "StringEquals" and value in wanted
