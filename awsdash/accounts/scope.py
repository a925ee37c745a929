"""The scope picker: an account and a region, of those a person may choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from awsdash.accounts.models import Account, Level, Region, User


@dataclass(frozen=True, slots=True)
class Scope:
    """What the picker offers and what is chosen; `form` is the id of the form it belongs to."""

    accounts: Sequence[Account]
    regions: Sequence[Region]
    account: Account | None
    region: Region | None
    form: str
    may_be_all: bool = False


def scope_of(
    user: User,
    level: Level,
    account_id: str,
    region: str,
    *,
    form: str,
    may_be_all: bool = False,
) -> Scope:
    """The picker of a page. Unless all may be chosen, the first account and region stand in."""
    accounts = list(
        Account.objects.visible_to(user, level).filter(is_enabled=True).prefetch_related("regions")
    )
    account = next((a for a in accounts if a.pk == account_id), None)
    if account is None and accounts and not may_be_all:
        account = accounts[0]
    regions = {r.code: r for a in accounts for r in a.regions.all()}
    enabled = {r.code: r for r in account.regions.all()} if account else regions
    chosen = enabled.get(region)
    if chosen is None and enabled and not may_be_all:
        chosen = enabled[min(enabled)]
    return Scope(
        accounts=accounts,
        regions=[regions[code] for code in sorted(regions)],
        account=account,
        region=chosen,
        form=form,
        may_be_all=may_be_all,
    )
