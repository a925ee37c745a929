"""STS as AWS has it; moto lets anyone assume any role, real or not, for as long as they ask."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flask import request
from moto.core.parse import QueryParser
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.iam.models import iam_backends
from moto.sts.responses import TokenResponse
from moto.sts.utils import random_session_token

from awsdash.demo.aws.constraints import check, operation_model
from awsdash.demo.aws.identity.assuming import authorize, check_duration, context_of, find_role
from awsdash.demo.aws.identity.auth import current_caller
from awsdash.demo.aws.identity.callers import (
    PARTITION,
    Caller,
    Session,
    find_caller,
    remember_session,
)
from awsdash.demo.aws.identity.session_policies import (
    packed_size_percent,
    session_policies,
    session_tags,
)
from awsdash.demo.aws.protocol import AwsError, current_call

ROLE_SESSION_S: Final = 3_600
USER_SESSION_S: Final = 43_200


def install() -> None:
    for name, operation in {
        "assume_role": assume_role,
        "get_access_key_info": get_access_key_info,
        "get_caller_identity": get_caller_identity,
        "get_federation_token": get_federation_token,
        "get_session_token": get_session_token,
    }.items():
        setattr(TokenResponse, name, operation)


def assume_role(self: TokenResponse) -> ActionResult:
    asked = _asked("AssumeRole")
    caller = current_caller(request.environ)
    account, found = find_role(asked["RoleArn"])
    tags = session_tags(asked, caller)
    region = current_call(request.environ).region
    context = context_of(asked, caller, region, request.remote_addr)
    role = authorize(caller, asked["RoleArn"], found, context, tags)
    check_duration(role, caller, asked.get("DurationSeconds"))
    inherited = caller.session.source_identity if caller.session else None
    now = datetime.now(UTC)
    session = Session(
        role,
        random_session_token(),
        now,
        now + timedelta(seconds=asked.get("DurationSeconds", ROLE_SESSION_S)),
        asked["RoleSessionName"],
        session_policies(account, asked),
        asked.get("SourceIdentity", inherited),
        tags.values,
        tags.transitive,
    )
    issued, credentials = _issue(account, session)
    return ActionResult(
        {
            "Credentials": credentials,
            "AssumedRoleUser": {"AssumedRoleId": issued.principal_id, "Arn": issued.arn},
            "PackedPolicySize": packed_size_percent(session),
            "SourceIdentity": session.source_identity,
        }
    )


def get_session_token(self: TokenResponse) -> ActionResult:
    asked = _asked("GetSessionToken")
    caller = current_caller(request.environ)
    if caller.session is not None:
        message = "Cannot call GetSessionToken with session credentials"
        raise AwsError("AccessDenied", message, 403)
    now = datetime.now(UTC)
    ends_at = now + timedelta(seconds=asked.get("DurationSeconds", USER_SESSION_S))
    session = Session(caller.principal, random_session_token(), now, ends_at)
    return ActionResult({"Credentials": _issue(caller.account, session)[1]})


def get_federation_token(self: TokenResponse) -> ActionResult:
    message = "The emulated AWS does not implement sts:GetFederationToken"
    raise AwsError("InvalidAction", message)


def get_caller_identity(self: TokenResponse) -> ActionResult:
    caller = current_caller(request.environ)
    return ActionResult(
        {"UserId": caller.principal_id, "Account": caller.account, "Arn": caller.arn}
    )


def get_access_key_info(self: TokenResponse) -> ActionResult:
    found = find_caller(_asked("GetAccessKeyInfo")["AccessKeyId"])
    if found is None:
        raise AwsError("ValidationError", "Access key ID is not valid")
    return ActionResult({"Account": found.account})


def _asked(operation: str) -> dict[str, Any]:
    """The request's members, held to AWS's model."""
    parser = QueryParser(get_service_model("sts").operation_model(operation), map_type=dict)
    try:
        asked: dict[str, Any] = parser.parse({"values": request.values})  # type: ignore[typeddict-item]  # it reads nothing else
    except ValueError:
        raise AwsError("MalformedInput", "A number was expected") from None
    check(operation_model("sts", operation), asked, "ValidationError")
    return asked


def _issue(account: str, session: Session) -> tuple[Caller, dict[str, Any]]:
    key = iam_backends[account][PARTITION].create_temp_access_key()
    remember_session(account, key.access_key_id, session)
    issued = Caller(account, key.access_key_id, session.principal, True, session)
    return issued, {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret_access_key,
        "SessionToken": session.token,
        "Expiration": session.expires_at,
    }
