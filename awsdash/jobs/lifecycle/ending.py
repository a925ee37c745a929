"""How executions end, or go back to the queue."""

import logging
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from awsdash.accounts.models import User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.lifecycle.bells import ring_stop
from awsdash.jobs.lifecycle.leases import OPEN, Lease, LeaseLost, error_told, held, lease_is
from awsdash.jobs.models import Execution, Job, Status
from services.errors import Cancelled, ServiceError, Throttled, TimedOut

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 5
# Waiting for AWS uses up no tries, but makes for longer pauses.
MOST_WAITS: Final = 3
LONGEST_PAUSE_S: Final = 60


def cancel(user: User, job: Job) -> None:
    """Cancel the job for its owner, and the work with it when nobody else waits for it."""
    now = timezone.now()
    with transaction.atomic():
        # One at a time: of two last readers who cancel together, one must see the other's.
        Execution.objects.select_for_update().get(pk=job.execution_id)
        still_open = Execution.objects.filter(OPEN, pk=job.execution_id)
        mine = Job.objects.filter(pk=job.pk, cancelled_at=None, execution__in=still_open)
        if not mine.update(cancelled_at=now):
            return
        audit.record(user, "job.cancel", str(job.pk))
        others = Job.objects.filter(execution=job.execution_id, cancelled_at=None)
        if not others.exists():
            finish(OPEN & Q(pk=job.execution_id), Status.CANCELLED, Cancelled("It was cancelled."))
            ring_stop(job.execution_id)


def succeed(lease: Lease) -> None:
    """The result is whole, or as much of it as was asked for. Raises LeaseLost."""
    if not finish(lease_is(lease), Status.SUCCEEDED, None):
        raise LeaseLost


def fail(lease: Lease, error: ServiceError) -> None:
    """End the execution with `error`, or queue it again when that may help. Raises LeaseLost."""
    if isinstance(error, Throttled):
        # AWS has no room yet: that is a place in our queue, and nobody's failure.
        put_back(lease, pause_s(lease.tries), error)
        return
    if error.retryable:
        if lease.tries < MOST_TRIES:
            put_back(lease, pause_s(lease.tries), error)
            return
        error.hint = f"It was tried {lease.tries} times. Run it again later."
    status = Status.TIMED_OUT if isinstance(error, TimedOut) else Status.FAILED
    if not finish(lease_is(lease), status, error):
        raise LeaseLost


def pause_s(tries: int) -> float:
    """How long to leave AWS alone after so many tries: 1, 2, 4 ... 60 seconds."""
    return float(min(2 ** max(tries - 1, 0), LONGEST_PAUSE_S))


def put_back(lease: Lease, pause_s: float, error: ServiceError | None = None) -> None:
    """To the queue again, not before a pause; what was read stays read. Raises LeaseLost.

    The clock of its timeout stands still while AWS has no room for it.
    """
    now = timezone.now()
    waits = error is None or isinstance(error, Throttled)
    logger.info(
        "execution put back",
        extra={"execution": lease.execution_id, "error": error.code if error else None},
    )
    written = held(lease).update(
        # What is ready to be fetched waits; all else queues.
        status=Case(When(ready_at=None, then=Value(Status.QUEUED)), default=Value(Status.WAITING)),
        ready_at=Case(
            When(ready_at=None, then=None), default=Value(now + timedelta(seconds=pause_s))
        ),
        lease=None,
        not_before=now + timedelta(seconds=pause_s),
        version=F("version") + 1,
        **({"deadline": None, "tries": Least("tries", Value(MOST_WAITS))} if waits else {}),
        **error_told(error),
    )
    if not written:
        raise LeaseLost


def finish(which: Q, status: Status, error: ServiceError | None) -> int:
    """End the executions `which`. What AWS may still work on is to be stopped there."""
    now = timezone.now()
    written: dict[str, Any] = error_told(error)
    ended = Execution.objects.filter(which).update(
        status=status,
        version=F("version") + 1,
        lease=None,
        poll_at=None,
        finished_at=now,
        stop_at=Case(When(is_active=True, then=Value(now)), default=None),
        **written,
    )
    if ended:
        logger.info("executions ended", extra={"status": status.value, "executions": ended})
    return ended
