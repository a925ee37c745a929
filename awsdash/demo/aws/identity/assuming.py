"""Whether a caller may assume a role, and for how long."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from moto.iam.exceptions import NotFoundException
from moto.iam.models import Role, iam_backends

from awsdash.demo.aws.identity.callers import PARTITION, Caller
from awsdash.demo.aws.identity.conditions import Context
from awsdash.demo.aws.identity.grants import judge_caller
from awsdash.demo.aws.identity.policy import Verdict
from awsdash.demo.aws.identity.session_policies import SessionTags
from awsdash.demo.aws.identity.trust import Trust, trust_in
from awsdash.demo.aws.organizations.membership import organization_of
from awsdash.demo.aws.protocol import AwsError

_ROLE_ARN: Final = re.compile(r"arn:aws:iam::(\d{12}):role/.+")
_DEFAULT_MAX_S: Final = 3_600
_CHAINED_MAX_S: Final = 3_600


def find_role(role_arn: str) -> tuple[str, Role | None]:
    """Its account, and the role if there is one."""
    parts = _ROLE_ARN.fullmatch(role_arn)
    if parts is None:
        raise AwsError("ValidationError", f"{role_arn} is invalid")
    try:
        return parts[1], iam_backends[parts[1]][PARTITION].get_role_by_arn(role_arn)
    except NotFoundException:
        return parts[1], None


def context_of(
    asked: dict[str, Any], caller: Caller, region: str, source_ip: str | None
) -> Context:
    return {
        "sts:externalid": asked.get("ExternalId"),
        "sts:rolesessionname": asked["RoleSessionName"],
        "sts:sourceidentity": asked.get("SourceIdentity"),
        "aws:currenttime": datetime.now(UTC).isoformat(),
        "aws:multifactorauthpresent": "false" if caller.session else None,
        "aws:principalaccount": caller.account,
        "aws:principalarn": str(caller.principal.arn),
        "aws:principalorgid": organization_of(caller.account),
        "aws:requestedregion": region,
        "aws:securetransport": "true",
        "aws:sourceip": source_ip,
        "aws:userid": caller.principal_id,
        "aws:username": None if caller.role else str(caller.principal.name),
    }


def authorize(
    caller: Caller, role_arn: str, role: Role | None, context: Context, tags: SessionTags
) -> Role:
    """The role, if it trusts the caller to do all that is asked. AWS does not tell whether there is
    no such role or whether it may not be assumed."""
    actions = ["sts:AssumeRole"]
    if tags.values:
        actions.append("sts:TagSession")
    if context["sts:sourceidentity"]:
        actions.append("sts:SetSourceIdentity")
    refused = (a for a in actions if role is None or not _may(caller, role, a, context))
    action = next(refused, None)
    if role is None or action is not None:
        what = f"{action} on resource: {role_arn}"
        message = f"User: {caller.arn} is not authorized to perform: {what}"
        raise AwsError("AccessDenied", message, 403)
    return role


def _may(caller: Caller, role: Role, action: str, context: Context) -> bool:
    """Within one account, a trust policy that names the caller is enough."""
    trust = trust_in(role.assume_role_policy_document, caller, action, context)
    is_granted = trust is Trust.CALLER and caller.account == role.account_id
    verdict = judge_caller(caller, action, is_granted=is_granted)
    return trust is not Trust.NONE and verdict is Verdict.ALLOWED


def check_duration(role: Role, caller: Caller, duration_s: int | None) -> None:
    if duration_s is None:
        return
    if caller.role is not None and duration_s > _CHAINED_MAX_S:
        message = "the 1 hour session limit for roles assumed by role chaining."
        raise AwsError("ValidationError", f"The requested DurationSeconds exceeds {message}")
    if duration_s > int(role.max_session_duration or _DEFAULT_MAX_S):
        message = "the MaxSessionDuration set for this role."
        raise AwsError("ValidationError", f"The requested DurationSeconds exceeds {message}")
