"""What waits, runs and is being worked on by AWS, against AWS's limits: one lane for each API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from awsdash.accounts.models import Account
from awsdash.jobs import quotas
from awsdash.jobs.lifecycle.leases import OPEN
from awsdash.jobs.models import Execution, QuotaOverride, Status
from awsdash.jobs.quotas import Limits
from services import registry
from services.base import Operation, Rate, RemoteOperation
from services.errors import NotFound


@dataclass(frozen=True, slots=True)
class Lane:
    """One API of one account and region; without an API: what asks AWS nothing.

    `active` works AWS is busy with. `since` is when the longest queued one was asked for.
    """

    account: Account | None
    region: str
    api: str
    queued: int
    running: int
    waiting: int
    active: int
    since: datetime | None
    limits: Limits
    is_overridden: bool

    @property
    def waited_ms(self) -> int | None:
        """How long the longest queued one has waited; None: nothing is queued."""
        return round((timezone.now() - self.since).total_seconds() * 1000) if self.since else None

    @property
    def share(self) -> int | None:
        """How much of what AWS works on at once is taken, in percent; None: it has no limit."""
        if not self.limits.most_active:
            return None
        return min(100, round(100 * self.active / self.limits.most_active))


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """AWS's default limits of one API, as the services declare them, and who calls it."""

    rate: Rate
    most_active: int | None
    titles: tuple[str, ...]


def lanes() -> list[Lane]:
    """Those where something is open or AWS is busy, the fullest first."""
    found = (
        Execution.objects.filter(OPEN | Q(is_active=True))
        .values("lane", "account", "region")
        .annotate(
            any_operation=Min("operation_name"),
            queued=Count("pk", filter=Q(status=Status.QUEUED)),
            running=Count("pk", filter=Q(status=Status.RUNNING)),
            waiting=Count("pk", filter=Q(status=Status.WAITING)),
            active=Count("pk", filter=Q(is_active=True)),
            since=Min("created_at", filter=Q(status=Status.QUEUED)),
        )
    )
    accounts = Account.objects.in_bulk([each["account"] for each in found if each["account"]])
    changed = {(other.account_id, other.region, other.api) for other in overrides()}
    told = [_lane(dict(each), accounts.get(each["account"]), changed) for each in found]
    return sorted(told, key=lambda lane: (-lane.queued, -lane.active, -lane.running, lane.api))


def _lane(
    told: dict[str, Any], account: Account | None, changed: set[tuple[str, str, str]]
) -> Lane:
    account_id, region, api = told["account"], told["region"], told["lane"].rpartition("/")[2]
    return Lane(
        account,
        region,
        api,
        told["queued"],
        told["running"],
        told["waiting"],
        told["active"],
        told["since"],
        _limits(told),
        not changed.isdisjoint({(account_id, region, api), (account_id, "", api)}),
    )


def _limits(told: dict[str, Any]) -> Limits:
    place = Execution(
        operation_name=told["any_operation"], account_id=told["account"], region=told["region"]
    )
    try:
        return quotas.limits_of(place)
    except NotFound:
        # Its service folder was taken away.
        return Limits(None, None)


def api_limits() -> dict[str, ApiLimits]:
    """Every API that the services call within limits, by name."""
    found: dict[str, ApiLimits] = {}
    for operation in registry.all_operations().values():
        for rate, most_active in _rates(operation):
            known = found.get(rate.api)
            titles = (*(known.titles if known else ()), operation.title)
            found[rate.api] = ApiLimits(rate, most_active, titles)
    return dict(sorted(found.items()))


def _rates(operation: Operation[Any]) -> Iterable[tuple[Rate, int | None]]:
    if operation.rate:
        yield (
            operation.rate,
            operation.most_active if isinstance(operation, RemoteOperation) else None,
        )
    if isinstance(operation, RemoteOperation):
        yield operation.poll_rate, None


def overrides() -> list[QuotaOverride]:
    """All of them, by account, API and region."""
    found = QuotaOverride.objects.select_related("account")
    return list(found.order_by("account__name", "api", "region"))
