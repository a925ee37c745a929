"""What keeps going what nobody else does: overdue, lost, unheard. Safe to run twice at once."""

import logging
import math
from datetime import timedelta
from typing import Final

from django.db.models import Case, Count, F, Q, Value, When
from django.utils import timezone

from awsdash.jobs import quotas
from awsdash.jobs.lifecycle.bells import ring
from awsdash.jobs.lifecycle.ending import finish
from awsdash.jobs.lifecycle.leases import OPEN
from awsdash.jobs.models import Execution, Status
from services.errors import NotFound, QueryFailed, TimedOut

logger = logging.getLogger(__name__)

# Younger ones were rung for; the workers are coming.
UNHEARD: Final = timedelta(seconds=1)
# A worker that dies this often at the same place dies of it.
MOST_LOST: Final = 10
LONGEST_QUEUED: Final = timedelta(days=1)
MOST_RINGS: Final = 64
NO_WORKER: Final = "Ask an administrator whether the data workers run."


def sweep() -> None:
    """Time out what is overdue, take back lost leases, ring for what is due and unheard."""
    now = timezone.now()
    finish(OPEN & Q(deadline__lt=now), Status.TIMED_OUT, TimedOut("The query took too long."))
    _take_back()
    too_old = Q(status=Status.QUEUED, created_at__lt=now - LONGEST_QUEUED)
    finish(
        too_old & Q(started_at=None),
        Status.TIMED_OUT,
        TimedOut("No worker was free for a day.", hint=NO_WORKER),
    )
    finish(too_old, Status.TIMED_OUT, TimedOut("AWS had no room for it for a day."))
    _ring_unheard()


def _take_back() -> None:
    now = timezone.now()
    lost = Q(status=Status.RUNNING, lease_until__lt=now)
    broken = QueryFailed(
        "The worker was lost each time it ran.",
        hint="Ask for less at once; an administrator finds the reason in the workers' log.",
    )
    finish(lost & Q(tries__gte=MOST_LOST), Status.FAILED, broken)
    taken = Execution.objects.filter(lost).update(
        status=Case(When(ready_at=None, then=Value(Status.QUEUED)), default=Value(Status.WAITING)),
        lease=None,
        not_before=now - UNHEARD,
        version=F("version") + 1,
    )
    if taken:
        logger.warning("leases taken back", extra={"executions": taken})


def _ring_unheard() -> None:
    """As often as AWS's limits and reason allow: more bells than workers help nobody."""
    unheard = timezone.now() - UNHEARD
    rings = Execution.objects.filter(status=Status.WAITING, ready_at__lte=unheard).count()
    lanes = (
        Execution.objects.filter(status=Status.QUEUED, not_before__lte=unheard)
        .values("lane", "operation_name", "account_id", "region")
        .annotate(queued=Count("pk"))
    )
    for lane in lanes[:MOST_RINGS]:
        if rings >= MOST_RINGS:
            break
        place = {name: value for name, value in lane.items() if name != "queued"}
        rings += min(lane["queued"], _room(Execution(**place)))
    if rings:
        ring(min(rings, MOST_RINGS))


def _room(execution: Execution) -> int:
    """How many of this execution's lane may begin within a second."""
    try:
        limits = quotas.limits_of(execution)
    except NotFound:
        # Whoever claims it says that its operation is gone.
        return 1
    per_s = MOST_RINGS if limits.rate is None else max(1, math.ceil(limits.rate.per_s))
    return min(per_s, quotas.free_slots(execution, limits))
