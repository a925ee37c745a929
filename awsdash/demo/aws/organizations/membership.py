"""Which organization an account belongs to, and whether it may read it."""

from moto.organizations.models import (
    FakeAccount,
    FakeOrganization,
    FakeOrganizationalUnit,
    OrganizationsBackend,
    organizations_backends,
)

from awsdash.demo.aws import chapters
from awsdash.demo.aws.identity.callers import PARTITION
from awsdash.demo.aws.protocol import AwsError, Call


class Directory:
    """An organization as its management account and its delegated administrators may read it."""

    def __init__(self, backend: OrganizationsBackend, organization: FakeOrganization) -> None:
        self.organization = organization
        self._backend = backend

    @property
    def accounts(self) -> list[FakeAccount]:
        accounts: list[FakeAccount] = list(self._backend.accounts)
        return accounts

    @property
    def units(self) -> list[FakeOrganizationalUnit]:
        """The root too, which holds all others."""
        units: list[FakeOrganizationalUnit] = list(self._backend.ou)
        return units

    @property
    def backend(self) -> OrganizationsBackend:
        return self._backend

    def is_read_by(self, account: str) -> bool:
        administrators = {admin.account.id for admin in self._backend.admins}
        return account in {self.organization.master_account_id} | administrators


def own_directory(call: Call) -> Directory:
    """Of the organization the caller's account belongs to."""
    directory = _find(call.place.account)
    if directory is None:
        message = "Your account is not a member of an organization."
        raise AwsError("AWSOrganizationsNotInUseException", message)
    return directory


def organization_of(account: str) -> str | None:
    """The id of the organization that the account belongs to."""
    chapters.tell("organizations")
    directory = _find(account)
    return None if directory is None else str(directory.organization.id)


def readable_directory(call: Call) -> Directory:
    directory = own_directory(call)
    if not directory.is_read_by(call.place.account):
        message = "You don't have permissions to access this resource."
        raise AwsError("AccessDeniedException", message)
    return directory


def _find(account: str) -> Directory | None:
    for partitions in list(organizations_backends.values()):
        backend = partitions[PARTITION]
        if backend.org is not None and any(one.id == account for one in backend.accounts):
            return Directory(backend, backend.org)
    return None
