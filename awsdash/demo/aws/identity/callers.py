"""Whom an access key speaks for: a user, or whoever STS issued a session to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from moto.iam.models import AccessKey, Role, User, iam_backends

from awsdash.demo.aws.state import PerPlace, Place

PARTITION: Final = "aws"
Principal: TypeAlias = User | Role


@dataclass(frozen=True)
class Session:
    """What STS issued temporary credentials for.

    `policies` are the documents of its session policies; None where it was asked for without any,
    which then limit nothing. Tags that are not transitive end with the session.
    """

    principal: Principal
    token: str
    issued_at: datetime
    expires_at: datetime
    name: str | None = None
    policies: tuple[str, ...] | None = None
    source_identity: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Caller:
    account: str
    access_key: str
    principal: Principal
    is_active: bool = True
    session: Session | None = None

    @property
    def role(self) -> Role | None:
        return self.principal if isinstance(self.principal, Role) else None

    @property
    def arn(self) -> str:
        if self.role is None or self.session is None:
            return str(self.principal.arn)
        return f"arn:aws:sts::{self.account}:assumed-role/{self.role.name}/{self.session.name}"

    @property
    def principal_id(self) -> str:
        """Its UserId in GetCallerIdentity."""
        if self.role is None or self.session is None:
            return str(self.principal.id)
        return f"{self.role.id}:{self.session.name}"


_sessions: PerPlace[dict[str, Session]] = PerPlace(lambda _: {})


def find_caller(access_key: str) -> Caller | None:
    for account, partitions in list(iam_backends.items()):
        key = partitions[PARTITION].access_keys.get(access_key)
        if key is not None:
            return _caller(account, key)
    return None


def _caller(account: str, key: AccessKey) -> Caller | None:
    is_active = key.status == "Active"
    session = _sessions[_home(account)].get(key.access_key_id)
    if session is not None:
        return Caller(account, key.access_key_id, session.principal, is_active, session)
    user = _user_of(account, key)
    return None if user is None else Caller(account, key.access_key_id, user, is_active)


def _user_of(account: str, key: AccessKey) -> User | None:
    """None for a key that was left behind by a user of this name who is no more."""
    users: dict[str, User] = iam_backends[account][PARTITION].users
    user = users.get(key.user_name or "")
    return user if user is not None and key in user.access_keys else None


def remember_session(account: str, access_key: str, session: Session) -> None:
    _sessions[_home(account)][access_key] = session


def expire(access_key: str) -> None:
    """Ends a session before its time."""
    for _, sessions in _sessions:
        if access_key in sessions:
            sessions[access_key] = replace(sessions[access_key], expires_at=datetime.now(UTC))


def _home(account: str) -> Place:
    return Place(account, PARTITION)
