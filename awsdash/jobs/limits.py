"""Writes what an administrator decides: AWS's limits, and how long results stay."""

from collections.abc import Mapping

from django.db import transaction

from awsdash.accounts.models import Account, User
from awsdash.audit import lifecycle as audit
from awsdash.jobs import quotas
from awsdash.jobs.models import QuotaOverride, Retention


def keep_results(user: User, days: Mapping[str, int | None]) -> int:
    """Rules by operation, in days; None: back to the default. How many of them changed."""
    with transaction.atomic():
        known = dict(Retention.objects.values_list("operation_name", "days"))
        changed = {name: kept for name, kept in days.items() if kept != known.get(name)}
        for name, kept in changed.items():
            if kept is None:
                Retention.objects.filter(operation_name=name).delete()
            else:
                Retention.objects.update_or_create(operation_name=name, defaults={"days": kept})
            audit.record(user, "retention.change", name, days=kept)
    return len(changed)


def set_quota(
    user: User,
    account: Account,
    region: str,
    api: str,
    *,
    per_s: float | None,
    burst: int | None,
    most_active: int | None,
) -> QuotaOverride:
    """Other limits for one API of an account, in a region or (region "") in all of them."""
    limits = {"per_s": per_s, "burst": burst, "most_active": most_active}
    with transaction.atomic():
        override, _ = QuotaOverride.objects.update_or_create(
            account=account, region=region, api=api, defaults=limits
        )
        audit.record(
            user,
            "quota.change",
            str(override),
            per_s=_told(per_s),
            burst=burst,
            most_active=most_active,
        )
    quotas.forget()
    return override


def remove_quota(user: User, override: QuotaOverride) -> None:
    """Back to AWS's defaults."""
    with transaction.atomic():
        audit.record(user, "quota.remove", str(override))
        override.delete()
    quotas.forget()


def _told(per_s: float | None) -> str | None:
    return None if per_s is None else f"{per_s:g}"
