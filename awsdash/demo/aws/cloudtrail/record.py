"""Event records as CloudTrail writes them, version 1.11; and who did it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

Record: TypeAlias = dict[str, Any]
Identity: TypeAlias = dict[str, Any]
"""The `userIdentity` of a record."""

EVENT_VERSION: Final = "1.11"
_TLS: Final = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}


@dataclass(frozen=True)
class Resource:
    arn: str
    type: str
    account: str


@dataclass(frozen=True)
class Happening:
    """What an event record tells of one call to an API, or of what a service did by itself.

    `parameters` and `response` are as CloudTrail shows them, first letters in lower case; None for
    calls without, and `response` None also for calls that only read. `shared_id` is the same in the
    records that two accounts have of one call.
    """

    time: datetime
    source: str
    name: str
    account: str
    region: str
    identity: Identity
    read_only: bool
    source_ip: str
    user_agent: str
    parameters: Mapping[str, Any] | None = None
    response: Mapping[str, Any] | None = None
    resources: Sequence[Resource] = ()
    error_code: str | None = None
    error_message: str | None = None
    event_id: str = field(default_factory=lambda: str(uuid4()))
    request_id: str = field(default_factory=lambda: str(uuid4()))
    shared_id: str | None = None
    host: str | None = None
    by_console: bool = False
    event_type: str = "AwsApiCall"
    category: str = "Management"


def build_record(happening: Happening) -> Record:
    return {
        "eventVersion": EVENT_VERSION,
        "userIdentity": happening.identity,
        "eventTime": write_time(happening.time),
        "eventSource": happening.source,
        "eventName": happening.name,
        "awsRegion": happening.region,
        "sourceIPAddress": happening.source_ip,
        "userAgent": happening.user_agent,
        **_outcome(happening),
        "requestID": happening.request_id,
        "eventID": happening.event_id,
        "readOnly": happening.read_only,
        **_resources(happening.resources),
        "eventType": happening.event_type,
        "managementEvent": happening.category == "Management",
        "recipientAccountId": happening.account,
        **({"sharedEventID": happening.shared_id} if happening.shared_id else {}),
        "eventCategory": happening.category,
        **_way(happening),
    }


def _outcome(happening: Happening) -> Record:
    """The optional members are there or not, the other two always, null for nothing."""
    error = {"errorCode": happening.error_code, "errorMessage": happening.error_message}
    return {key: value for key, value in error.items() if value is not None} | {
        "requestParameters": happening.parameters,
        "responseElements": happening.response,
    }


def _resources(resources: Sequence[Resource]) -> Record:
    if not resources:
        return {}
    rows = [{"accountId": one.account, "type": one.type, "ARN": one.arn} for one in resources]
    return {"resources": rows}


def _way(happening: Happening) -> Record:
    way: Record = {}
    if happening.host:
        way["tlsDetails"] = _TLS | {"clientProvidedHostHeader": happening.host}
    if happening.by_console:
        way["sessionCredentialFromConsole"] = "true"
    return way


def iam_user(account: str, name: str, access_key: str, user_id: str | None = None) -> Identity:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return {
        "type": "IAMUser",
        "principalId": user_id or principal_id("AIDA", arn),
        "arn": arn,
        "accountId": account,
        "accessKeyId": access_key,
        "userName": name,
    }


def assumed_role(
    account: str,
    role: str,
    session: str,
    access_key: str,
    issued_at: datetime,
    *,
    role_arn: str | None = None,
    role_id: str | None = None,
    source_identity: str | None = None,
    mfa: bool = False,
) -> Identity:
    """`role` is its name; `role_arn` is needed where the role has a path."""
    role_arn = role_arn or f"arn:aws:iam::{account}:role/{role}"
    role_id = role_id or principal_id("AROA", role_arn)
    issuer = {
        "type": "Role",
        "principalId": role_id,
        "arn": role_arn,
        "accountId": account,
        "userName": role,
    }
    attributes = {"creationDate": write_time(issued_at), "mfaAuthenticated": str(mfa).lower()}
    known = {"sourceIdentity": source_identity} if source_identity else {}
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": access_key,
        "sessionContext": {"sessionIssuer": issuer, "attributes": attributes, **known},
    }


def root(account: str, access_key: str = "") -> Identity:
    known = {"accessKeyId": access_key} if access_key else {}
    return {
        "type": "Root",
        "principalId": account,
        "arn": f"arn:aws:iam::{account}:root",
        "accountId": account,
        **known,
    }


def aws_service(name: str) -> Identity:
    """Such as `autoscaling.amazonaws.com`."""
    return {"type": "AWSService", "invokedBy": name}


def aws_account(account: str, principal: str) -> Identity:
    """A principal of another account, as the account sees it whose role it assumes."""
    return {"type": "AWSAccount", "principalId": principal, "accountId": account}


@lru_cache(maxsize=1024)
def principal_id(prefix: str, arn: str) -> str:
    """The same for the same ARN: 21 characters, as IAM makes up once for a user or a role."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    digest = hashlib.blake2s(arn.encode(), digest_size=17).digest()
    return prefix + "".join(digits[byte % 32] for byte in digest)


def event_id_of(text: str) -> str:
    """The same for the same text."""
    return str(UUID(bytes=hashlib.blake2s(text.encode(), digest_size=16).digest(), version=4))


def write_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_time(text: str) -> datetime:
    """Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
