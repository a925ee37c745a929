"""The policies of a caller: its own, its groups', those attached, and those of its session."""

from collections.abc import Iterator
from functools import lru_cache

import orjson
from moto.iam.models import Group, ManagedPolicy, Role, User, iam_backends

from awsdash.demo.aws.identity.callers import PARTITION, Caller
from awsdash.demo.aws.identity.policy import Documents, Policies, Verdict, judge

_AWS_POLICY = "arn:aws:iam::aws:policy/"


def judge_caller(caller: Caller, action: str, *, is_granted: bool = False) -> Verdict:
    """An action such as `logs:FilterLogEvents`; `is_granted` by the resource's own policy."""
    session = caller.session.policies if caller.session else None
    policies = Policies(_identity_policies(caller), _boundary(caller), session)
    return judge(policies, action, is_granted)


def managed_document(account: str, arn: str) -> str | None:
    """The managed policy's default version; None where the account has no such policy."""
    if arn.startswith(_AWS_POLICY):
        return _aws_managed_document(arn.rpartition("/")[2])
    policy = iam_backends[account][PARTITION].managed_policies.get(arn)
    return None if policy is None else _default_document(policy)


def _identity_policies(caller: Caller) -> Documents:
    return tuple(document for holder in _holders(caller) for document in _documents(holder))


def _boundary(caller: Caller) -> Documents | None:
    """moto has none of users. One whose policy was deleted since allows nothing."""
    arn = caller.role.permissions_boundary_arn if caller.role else None
    if not arn:
        return None
    document = managed_document(caller.account, arn)
    return () if document is None else (document,)


def _holders(caller: Caller) -> Iterator[User | Role | Group]:
    """A role or a user that was deleted since holds nothing."""
    backend = iam_backends[caller.account][PARTITION]
    if caller.role is not None:
        if backend.roles.get(caller.role.id) is caller.role:
            yield caller.role
        return
    if backend.users.get(caller.principal.name) is not caller.principal:
        return
    yield caller.principal
    for group in list(backend.groups.values()):
        if caller.principal in group.users:
            yield group


def _documents(holder: User | Role | Group) -> Iterator[str]:
    yield from list(holder.policies.values())
    for policy in list(holder.managed_policies.values()):
        yield _default_document(policy)


def _default_document(policy: ManagedPolicy) -> str:
    return str(next(v.document for v in policy.versions if v.is_default))


@lru_cache(64)
def _aws_managed_document(name: str) -> str | None:
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # a text of 5 MB

    policy = orjson.loads(aws_managed_policies_data).get(name)
    return None if policy is None else orjson.dumps(policy["Document"]).decode()
