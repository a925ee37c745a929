"""Which organization an account belongs to, and whether it may read it."""

from collections.abc import Iterable

from moto.organizations.models import (
    FakeAccount,
    FakeOrganization,
    FakeOrganizationalUnit,
    OrganizationsBackend,
    organizations_backends,
)

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
    for backend, organization in _organizations():
        if any(account.id == call.account for account in backend.accounts):
            return Directory(backend, organization)
    message = "Your account is not a member of an organization."
    raise AwsError("AWSOrganizationsNotInUseException", message)


def readable_directory(call: Call) -> Directory:
    directory = own_directory(call)
    if not directory.is_read_by(call.place.account):
        message = "You don't have permissions to access this resource."
        raise AwsError("AccessDeniedException", message)
    return directory


def _organizations() -> Iterable[tuple[OrganizationsBackend, FakeOrganization]]:
    for _, partitions in list(organizations_backends.items()):
        backend = partitions[PARTITION]
        if backend.org is not None:
            yield backend, backend.org
