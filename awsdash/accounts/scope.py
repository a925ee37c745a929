"""The scope picker: accounts and regions, of those a person may choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from awsdash.accounts.models import Account, Level, Region, User
from services.errors import InvalidQuery


@dataclass(frozen=True, slots=True)
class Scope:
    """What the picker offers and what is chosen; `form` is the id of the form it belongs to.

    Of several accounts and regions, each pair is a target whose region the account has enabled.
    """

    accounts: Sequence[Account]
    regions: Sequence[Region]
    chosen_accounts: Sequence[Account]
    chosen_regions: Sequence[Region]
    form: str
    may_be_all: bool = False
    may_be_several: bool = False

    @property
    def account(self) -> Account | None:
        """The one that is chosen; None: all of them, several, or there is none."""
        return self.chosen_accounts[0] if len(self.chosen_accounts) == 1 else None

    @property
    def region(self) -> Region | None:
        """As `account`."""
        return self.chosen_regions[0] if len(self.chosen_regions) == 1 else None

    @property
    def is_one(self) -> bool:
        return bool(self.account and self.region)

    @property
    def targets(self) -> list[tuple[Account, Region]]:
        """What is chosen, by account and region."""
        return [
            (account, region)
            for account in self.chosen_accounts
            for region in self.chosen_regions
            if region in account.regions.all()
        ]

    @property
    def idle_accounts(self) -> list[Account]:
        """Chosen accounts that have none of the chosen regions."""
        asked = {account.pk for account, _ in self.targets}
        return [account for account in self.chosen_accounts if account.pk not in asked]


def scope_of(
    user: User,
    level: Level,
    account_ids: Sequence[str],
    regions: Sequence[str],
    *,
    form: str,
    may_be_all: bool = False,
    may_be_several: bool = False,
) -> Scope:
    """The picker of a page. Unless all may be chosen, the first account and region stand in."""
    granted = Account.objects.visible_to(user, level).filter(is_enabled=True)
    accounts = list(granted.prefetch_related("regions"))
    chosen = [account for account in accounts if account.pk in account_ids]
    if not chosen and not may_be_all:
        chosen = accounts[:1]
    offered = {region.code: region for a in accounts for region in a.regions.all()}
    enabled = {region.code: region for a in chosen for region in a.regions.all()}
    named = [r for code, r in sorted((enabled or offered).items()) if code in regions]
    if not named and not may_be_all:
        named = [enabled[code] for code in sorted(enabled)[:1]]
    most = None if may_be_several else 1
    return Scope(
        accounts=accounts,
        regions=[offered[code] for code in sorted(offered)],
        chosen_accounts=chosen[:most],
        chosen_regions=named[:most],
        form=form,
        may_be_all=may_be_all,
        may_be_several=may_be_several,
    )


def posted_targets(
    user: User, level: Level, account_ids: Sequence[str], regions: Sequence[str]
) -> list[tuple[str, str]]:
    """The targets that chosen accounts and regions come to: (account id, region).

    What the user may not use stays among them, for the lifecycle to refuse by its name. Raises
    InvalidQuery where nothing is chosen.
    """
    for name, chosen in (("accountId", account_ids), ("region", regions)):
        if not chosen:
            raise InvalidQuery(f"{name}: none is chosen", fields={name: "Choose at least one."})
    known = [account_id for account_id in account_ids if account_id.isdecimal()]
    accounts = Account.objects.visible_to(user, level).filter(pk__in=known)
    enabled = {
        account.pk: {region.code for region in account.regions.all()}
        for account in accounts.prefetch_related("regions")
    }
    pairs = [(account_id, region) for account_id in account_ids for region in regions]
    return [(a, region) for a, region in pairs if region in enabled.get(a, regions)] or pairs
