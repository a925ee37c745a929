"""AssumeRole that asks the role's trust policy; moto lets anyone assume any role, real or not."""

import json
import re
from typing import Any, TypeAlias

from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sts.responses import TokenResponse

from awsdash.demo.aws.auth import PARTITION
from awsdash.demo.aws.protocol import AwsError

Statement: TypeAlias = dict[str, Any]

_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/.+")
_SESSION_ARN = re.compile(r"arn:aws:sts::(\d{12}):assumed-role/([^/]+)/.+")
_moto_assume_role = TokenResponse.assume_role


def install() -> None:
    TokenResponse.assume_role = assume_role  # type: ignore[method-assign]


def assume_role(self: TokenResponse) -> ActionResult:
    role_arn = self._get_param("RoleArn")
    external_id = self._get_param("ExternalId")
    _, caller, account = self.backend.get_caller_identity(self.get_access_key(), self.region)
    principals = _principals(caller, account)
    if not any(
        _allows(statement, principals, external_id) for statement in _trust_policy(role_arn)
    ):
        action = f"sts:AssumeRole on resource: {role_arn}"
        raise AwsError(
            "AccessDenied", f"User: {caller} is not authorized to perform: {action}", 403
        )
    return _moto_assume_role(self)


def _trust_policy(role_arn: str) -> list[Statement]:
    """The role's statements; none where there is no such role, as AWS does not tell which."""
    role_account = _ROLE_ARN.fullmatch(role_arn)
    if role_account is None:
        raise AwsError("ValidationError", f"{role_arn} is invalid")
    try:
        role = iam_backends[role_account[1]][PARTITION].get_role_by_arn(role_arn)
    except NotFoundException:
        return []
    return _listed(json.loads(role.assume_role_policy_document)["Statement"])


def _principals(caller: str, account: str) -> set[str]:
    """All the names by which a trust policy may mean this caller."""
    names = {caller, account, f"arn:aws:iam::{account}:root", "*"}
    if session := _SESSION_ARN.fullmatch(caller):
        names.add(f"arn:aws:iam::{session[1]}:role/{session[2]}")
    return names


def _allows(statement: Statement, principals: set[str], external_id: str | None) -> bool:
    principal = statement.get("Principal", {})
    trusted = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return (
        statement.get("Effect") == "Allow"
        and not {"sts:AssumeRole", "sts:*", "*"}.isdisjoint(_listed(statement.get("Action", [])))
        and not principals.isdisjoint(_listed(trusted))
        and _meets(statement.get("Condition", {}), external_id)
    )


def _meets(conditions: dict[str, dict[str, Any]], external_id: str | None) -> bool:
    """A condition other than a comparison of the external id is never met."""
    return all(
        operator == "StringEquals"
        and key.lower() == "sts:externalid"
        and external_id in _listed(values)
        for operator, wanted in conditions.items()
        for key, values in wanted.items()
    )


def _listed(value: Any) -> list[Any]:
    """IAM policies may write a list of one as its only item."""
    return value if isinstance(value, list) else [value]
