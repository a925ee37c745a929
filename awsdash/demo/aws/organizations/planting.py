"""Puts an organization there: AWS gives new accounts ids of its own, and moto new dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from moto.organizations.models import (
    FakeAccount,
    FakeOrganization,
    FakeOrganizationalUnit,
    FakePolicy,
    OrganizationsBackend,
    organizations_backends,
)
from moto.organizations.utils import DEFAULT_RCP_POLICY_ID, DEFAULT_SCP_POLICY_ID

from awsdash.demo.aws.identity.callers import PARTITION

ACTIVE: Final = "ACTIVE"
SUSPENDED: Final = "SUSPENDED"
_REGION: Final = "us-east-1"
_DEFAULTS: Final = {DEFAULT_RCP_POLICY_ID, DEFAULT_SCP_POLICY_ID}


@dataclass(frozen=True)
class Member:
    """An account of an organization. `path` are the names of the OUs that hold it, from below the
    root on (`Workloads/Prod`); empty for one right below the root."""

    account: str
    name: str
    email: str
    joined_at: datetime
    path: str = ""
    status: str = ACTIVE
    tags: Mapping[str, str] = field(default_factory=dict)


def plant_organization(management: str, accounts: Sequence[Member]) -> None:
    """With the management account among the accounts. OUs are made as their paths are met; an
    account that is a member already is replaced."""
    backend = organizations_backends[management][PARTITION]
    if backend.org is None:
        backend.create_organization(region=_REGION)
    if backend.org is not None:
        for member in accounts:
            _place(backend, backend.org, member)


def _place(backend: OrganizationsBackend, organization: FakeOrganization, member: Member) -> None:
    parent_id = organization.root_id
    for name in filter(None, member.path.split("/")):
        parent_id = _unit(backend, organization, parent_id, name)
    backend.accounts = [one for one in backend.accounts if one.id != member.account]
    backend.accounts.append(_account(backend, organization, member, parent_id))
    if member.account == backend.account_id:
        organization.master_account_email = member.email
    else:
        home = (backend.account_id, PARTITION)
        organizations_backends.master_accounts[member.account] = home


def _unit(
    backend: OrganizationsBackend, organization: FakeOrganization, parent_id: str, name: str
) -> str:
    """Its id; it is made if there is none."""
    for unit in backend.ou:
        if (unit.parent_id, unit.name) == (parent_id, name):
            return str(unit.id)
    unit = FakeOrganizationalUnit(organization, ParentId=parent_id, Name=name)
    unit.attached_policies = _default_policies(backend)
    backend.ou.append(unit)
    return str(unit.id)


def _account(
    backend: OrganizationsBackend, organization: FakeOrganization, member: Member, parent_id: str
) -> FakeAccount:
    # Past its constructor, which makes a role in an account of a random id.
    account: FakeAccount = object.__new__(FakeAccount)
    vars(account).update(
        type="ACCOUNT",
        region=_REGION,
        organization_id=organization.id,
        master_account_id=organization.master_account_id,
        create_account_status_id=f"car-{member.account}",
        id=member.account,
        name=member.name,
        email=member.email,
        create_time=member.joined_at.astimezone(UTC).replace(tzinfo=None),
        status=member.status,
        state="CLOSED" if member.status == SUSPENDED else member.status,
        joined_method="INVITED" if member.account == backend.account_id else "CREATED",
        parent_id=parent_id,
        attached_policies=_default_policies(backend),
        tags=dict(member.tags),
    )
    return account


def _default_policies(backend: OrganizationsBackend) -> list[FakePolicy]:
    return [policy for policy in backend.policies if policy.id in _DEFAULTS]
