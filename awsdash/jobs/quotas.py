"""AWS's limits, kept on our side of the wire: who has no room yet waits in our queue."""

import time
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Q

from awsdash.jobs import buckets
from awsdash.jobs.local import LocalOperation
from awsdash.jobs.models import Execution, QuotaOverride, Status
from services.base import Operation, Rate, RemoteOperation
from services.errors import NotFound

UNLIMITED: Final = 1_000_000
_FRESH_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What AWS allows one API in one account and region. None: as much as you like."""

    rate: Rate | None
    most_active: int | None


def lane_of(operation: Operation[Any], account_id: str | None, region: str) -> str:
    """The queue of an operation's calls in one account and region."""
    return f"{account_id}/{region}/{operation.rate.api}" if operation.rate else ""


def limits_of(execution: Execution) -> Limits:
    """AWS's defaults as the operation declares them, or what an administrator says instead."""
    operation = execution.operation
    most_active = None
    if isinstance(operation, RemoteOperation | LocalOperation):
        most_active = operation.most_active
    return _overridden(execution, operation.rate, most_active)


def _overridden(execution: Execution, rate: Rate | None, most_active: int | None) -> Limits:
    if rate is None:
        return Limits(None, most_active)
    account = str(execution.account_id)
    known = _overrides()
    other = known.get((account, execution.region, rate.api)) or known.get((account, "", rate.api))
    if other is None:
        return Limits(rate, most_active)
    rate = replace(
        rate,
        per_s=rate.per_s if other.per_s is None else other.per_s,
        burst=rate.burst if other.burst is None else other.burst,
    )
    return Limits(rate, most_active if other.most_active is None else other.most_active)


def admit(execution: Execution) -> bool:
    """Whether AWS has room for the execution's first call now; takes it if so."""
    try:
        limits = limits_of(execution)
    except NotFound:
        # Whoever claims it says that its operation is gone.
        return True
    if free_slots(execution, limits) <= 0:
        return False
    return limits.rate is None or buckets.take(execution.lane, limits.rate) <= 0


def free_slots(execution: Execution, limits: Limits) -> int:
    """How many more works AWS takes in the execution's lane."""
    if limits.most_active is None:
        return UNLIMITED
    lane = Execution.objects.filter(lane=execution.lane)
    # One that is claimed is about to begin.
    begins = Q(status=Status.RUNNING, token=None, is_active=False)
    active = lane.filter(is_active=True).count() + lane.filter(begins).count()
    return max(limits.most_active - active, 0)


def next_call_in_s(execution: Execution) -> float:
    """Takes the next call of a paged execution: 0, or how long until there is one to take."""
    rate = limits_of(execution).rate
    return buckets.take(execution.lane, rate) if rate else 0.0


def take_poll(execution: Execution, operation: RemoteOperation[Any]) -> bool:
    """Whether AWS may be asked now how its works in this account and region go."""
    rate = _overridden(execution, operation.poll_rate, None).rate
    if rate is None:
        return True
    lane = f"{execution.account_id}/{execution.region}/{rate.api}"
    return buckets.take(lane, rate) <= 0


_known: dict[tuple[str, str, str], QuotaOverride] = {}
_read_at_s = 0.0


def _overrides() -> dict[tuple[str, str, str], QuotaOverride]:
    """All of them: few, and read every few seconds only."""
    global _known, _read_at_s  # one cache a process
    if time.monotonic() - _read_at_s > _FRESH_S or not _read_at_s:
        _known = {(o.account_id, o.region, o.api): o for o in QuotaOverride.objects.all()}
        _read_at_s = time.monotonic()
    return _known


def forget() -> None:
    """Read the overrides anew: they have changed."""
    global _read_at_s
    _read_at_s = 0.0
