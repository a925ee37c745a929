"""The writer of accounts, regions and tokens; the judge of who may use a target."""

import hashlib
import secrets
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

    Raises AccessDenied alike for an unknown account and one that is not granted, so that ids
    cannot be guessed; InvalidQuery for a region that is not the account's; NotEnabled for a
    disabled account.
    """
    known = account_id.isascii() and account_id.isdecimal()
    account = (
        Account.objects.visible_to(user, level).filter(pk=account_id).first() if known else None
    )
    if account is None:
        raise AccessDenied(
            f"You may not {level.label.lower()} in account {account_id}.",
            hint="Ask an administrator to grant one of your groups this account.",
        )
    if not account.is_enabled:
        raise NotEnabled(f"Account {account} is disabled.", hint="An administrator can enable it.")
    enabled = list(account.regions.values_list("code", flat=True))
    if region not in enabled:
        raise InvalidQuery(
            f"Region {region} is not enabled for {account}.",
            hint=f"Enabled are {', '.join(enabled) or 'none'}.",
            fields={"region": "Not enabled for this account."},
        )
    return account


def create_token(user: User, name: str, expires_at: datetime | None = None) -> str:
    """A new bearer token of `user`, in clear: the only time it can be seen."""
    token = f"awsdash_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, name=name, digest=digest_of(token), expires_at=expires_at)
    return token


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
