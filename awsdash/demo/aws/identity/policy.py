"""IAM policies: which actions their statements allow and deny.

Every resource is taken for one that a statement means. A condition is never met by a statement that
allows and always by one that denies.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

Documents: TypeAlias = tuple[str, ...]


class Malformed(ValueError):
    """The document is no policy."""


@dataclass(frozen=True)
class Statement:
    allows: bool
    matches: Callable[[str], bool]
    """An action such as `logs:FilterLogEvents`."""


class Verdict(Enum):
    """Why an action is denied, in the words of AWS's messages; each but the first."""

    ALLOWED = ""
    IDENTITY_DENIES = "with an explicit deny in an identity-based policy"
    BOUNDARY_DENIES = "with an explicit deny in a permissions boundary"
    SESSION_DENIES = "with an explicit deny in a session policy"
    IDENTITY_IS_SILENT = "because no identity-based policy allows the {action} action"
    BOUNDARY_IS_SILENT = "because no permissions boundary allows the {action} action"
    SESSION_IS_SILENT = "because no session policy allows the {action} action"


_DENIALS: Final = (Verdict.IDENTITY_DENIES, Verdict.BOUNDARY_DENIES, Verdict.SESSION_DENIES)
_SILENCES: Final = (
    Verdict.IDENTITY_IS_SILENT,
    Verdict.BOUNDARY_IS_SILENT,
    Verdict.SESSION_IS_SILENT,
)


@dataclass(frozen=True)
class Policies:
    """A boundary or session policies that are None limit nothing."""

    identity: Documents
    boundary: Documents | None = None
    session: Documents | None = None


@lru_cache(4096)
def judge(policies: Policies, action: str, is_granted: bool = False) -> Verdict:
    """All must allow it and none deny it; `is_granted`: the resource's own policy allows it, which
    stands for the identity's."""
    kinds = (policies.identity, policies.boundary, policies.session)
    effects = [None if kind is None else _effects(kind, action) for kind in kinds]
    for verdict, effect in zip(_DENIALS, effects, strict=True):
        if effect is not None and False in effect:
            return verdict
    if is_granted:
        effects[0] = None
    for verdict, effect in zip(_SILENCES, effects, strict=True):
        if effect is not None and True not in effect:
            return verdict
    return Verdict.ALLOWED


def _effects(documents: Documents, action: str) -> set[bool]:
    """Of the statements that mean the action: True allows, False denies."""
    return {
        statement.allows
        for document in documents
        for statement in parse(document)
        if statement.matches(action)
    }


@lru_cache(4096)
def parse(document: str) -> tuple[Statement, ...]:
    """Raises Malformed."""
    try:
        policy = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise Malformed("This policy contains invalid Json") from None
    if not isinstance(policy, dict) or "Statement" not in policy:
        raise Malformed("Syntax errors in policy.")
    return tuple(_statements(as_list(policy["Statement"])))


def _statements(statements: Iterable[Any]) -> Iterable[Statement]:
    for statement in statements:
        if not isinstance(statement, dict) or statement.get("Effect") not in _ALLOWS:
            raise Malformed("Syntax errors in policy.")
        allows = _ALLOWS[statement["Effect"]]
        matches = _matcher(statement)
        if not (allows and statement.get("Condition")):
            yield Statement(allows, matches)


_ALLOWS: Final = {"Allow": True, "Deny": False}


def _matcher(statement: dict[str, Any]) -> Callable[[str], bool]:
    if len({"Action", "NotAction"} & statement.keys()) != 1:
        raise Malformed("Syntax errors in policy.")
    patterns = as_list(statement.get("Action", statement.get("NotAction")))
    if not all(isinstance(pattern, str) for pattern in patterns):
        raise Malformed("Syntax errors in policy.")
    found = re.compile("|".join(wildcard(pattern) for pattern in patterns) or "(?!)", re.IGNORECASE)
    if "NotAction" in statement:
        return lambda action: found.fullmatch(action) is None
    return lambda action: found.fullmatch(action) is not None


def wildcard(pattern: str) -> str:
    """The expression of a text in which `*` is any number of characters and `?` is one."""
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def as_list(value: Any) -> list[Any]:
    """Policies may write a list of one as its only item."""
    return value if isinstance(value, list) else [value]
