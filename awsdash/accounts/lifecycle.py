"""The writer of accounts, regions and tokens; the judge of who may use a target."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from awsdash.accounts.models import Account, ApiToken, Level, Region, User
from services import aws
from services.errors import AccessDenied, InvalidQuery, NotEnabled


def renew_regions() -> None:
    """Bring the regions up to date with botocore's list."""
    Region.objects.bulk_create(
        [Region(code=code, name=name) for code, name in aws.region_names().items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    )


def require_target(user: User, account_id: str, region: str, level: Level) -> Account:
    """The account, if `user` holds `level` in it and `region` is enabled there.

    Raises as `require_targets` does.
    """
    return require_targets(user, [(account_id, region)], level)[0]


def require_targets(user: User, targets: Sequence[tuple[str, str]], level: Level) -> list[Account]:
    """The account of each target, if `user` holds `level` in all and the regions are enabled.

    Raises AccessDenied alike for an unknown account and one that is not granted, so that ids
    cannot be guessed; InvalidQuery for a region that is not the account's; NotEnabled for a
    disabled account.
    """
    wanted = {account_id for account_id, _ in targets if account_id.isdecimal()}
    visible = Account.objects.visible_to(user, level).filter(pk__in=wanted)
    accounts = visible.select_related("credential__base").prefetch_related("regions")
    known = {account.pk: account for account in accounts}
    return [_required(known.get(a), a, region, level) for a, region in targets]


def may_use(user: User, account_id: str, region: str, level: Level) -> bool:
    """Whether `require_target` would let `user` pass, asked in one short query."""
    usable = Account.objects.visible_to(user, level).filter(is_enabled=True, regions=region)
    return usable.filter(pk=account_id).exists()


def _required(account: Account | None, account_id: str, region: str, level: Level) -> Account:
    if account is None:
        raise AccessDenied(
            f"You may not {level.label.lower()} in account {account_id}.",
            hint="Ask an administrator to grant one of your groups this account.",
        )
    if not account.is_enabled:
        raise NotEnabled(f"Account {account} is disabled.", hint="An administrator can enable it.")
    enabled = [each.code for each in account.regions.all()]
    if region not in enabled:
        raise InvalidQuery(
            f"Region {region} is not enabled for {account}.",
            hint=f"Enabled are {', '.join(enabled) or 'none'}.",
            fields={"region": "Not enabled for this account."},
        )
    return account


def require_accounts(user: User, accounts: Iterable[Account], level: Level) -> None:
    """Raises AccessDenied unless `user` holds `level` in all of `accounts`."""
    held = set(Account.objects.visible_to(user, level).values_list("pk", flat=True))
    for account in accounts:
        if account.pk not in held:
            _required(None, account.pk, "", level)


def create_token(user: User, name: str, expires_at: datetime | None = None) -> str:
    """A new bearer token of `user`, in clear: the only time it can be seen."""
    token = f"awsdash_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, name=name, digest=digest_of(token), expires_at=expires_at)
    return token


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
