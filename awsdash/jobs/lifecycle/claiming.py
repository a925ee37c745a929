"""Who works on what next: in turn, as far as AWS's limits allow."""

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from awsdash.accounts.lifecycle import may_use, require_accounts, require_target
from awsdash.accounts.models import Level
from awsdash.jobs import quotas
from awsdash.jobs.lifecycle.ending import finish
from awsdash.jobs.lifecycle.leases import LEASE, OPEN, Lease
from awsdash.jobs.models import Execution, Status
from services.errors import Cancelled, NotFound, ServiceError

logger = logging.getLogger(__name__)

MOST_LOOKS: Final = 50
FEW: Final = 8

_one_at_a_time: Final = threading.Lock()


def claim_next() -> Lease | None:
    """The right to run what is next; None: nothing may run now.

    A result that is ready comes first: it frees what it holds. Then the lanes that AWS has room in,
    each in turn; of several the one whose person has the fewest workers busy.
    """
    # A process's threads would only get into each other's way in the database.
    with _one_at_a_time:
        return _claim_ready() or _claim_queued()


def _claim_ready() -> Lease | None:
    ready = _claimable().filter(status=Status.WAITING, ready_at__lte=timezone.now())
    leases = (_claim(execution) for execution in ready.order_by("ready_at")[:FEW])
    return next((lease for lease in leases if lease), None)


def _claim_queued() -> Lease | None:
    closed: set[str] = set()
    for _ in range(MOST_LOOKS):
        candidate = _first_in_turn(closed)
        if candidate is None:
            return None
        with _alone_in(candidate.lane):
            is_admitted = quotas.admit(candidate)
            lease = _claim(candidate) if is_admitted else None
        if lease is not None:
            return lease
        if not is_admitted:
            closed.add(candidate.lane)
    return None


@contextmanager
def _alone_in(lane: str) -> Iterator[None]:
    """No other process counts this lane's places meanwhile. (With SQLite there is one machine.)"""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lane])
        yield


def _first_in_turn(closed: Collection[str]) -> Execution | None:
    running = Execution.objects.filter(status=Status.RUNNING)
    busy = Counter(running.values_list("person", flat=True))
    fewest = Case(
        *(When(person=person, then=Value(count)) for person, count in busy.items()),
        default=Value(0),
    )
    due = _due().exclude(lane__in=closed) if closed else _due()
    order: tuple[Any, ...] = ("turn", fewest, "created_at") if busy else ("turn", "created_at")
    return due.order_by(*order).first()


def _due() -> QuerySet[Execution]:
    return _claimable().filter(status=Status.QUEUED, not_before__lte=timezone.now())


def _claimable() -> QuerySet[Execution]:
    """With the columns that a claim looks at: a tenth of a worker's time went into the others."""
    return Execution.objects.only(
        "operation_name", "account_id", "region", "lane", "attempt", "tries"
    )


def claim(execution_id: uuid.UUID) -> Lease | None:
    """The right to run an execution that is due, or None: somebody has it, or it is over."""
    execution = _claimable().filter(pk=execution_id).first()
    return _claim(execution) if execution else None


def _claim(execution: Execution) -> Lease | None:
    now, token = timezone.now(), uuid.uuid4()
    try:
        timeout = timedelta(seconds=execution.operation.timeout_s)
    except NotFound as error:
        # Its service folder was taken away after it was queued.
        finish(OPEN & Q(pk=execution.pk), Status.FAILED, error)
        return None
    due = Q(status=Status.QUEUED, not_before__lte=now) | Q(status=Status.WAITING, ready_at__lte=now)
    unchanged = Q(pk=execution.pk, attempt=execution.attempt)
    claimed = Execution.objects.filter(due & unchanged).update(
        status=Status.RUNNING,
        version=F("version") + 1,
        tries=F("tries") + 1,
        lease=token,
        lease_until=now + LEASE,
        started_at=Coalesce("started_at", Value(now)),
        deadline=Coalesce("deadline", Value(now + timeout)),
    )
    if not claimed:
        return None
    tries = execution.tries + 1
    logger.info("execution claimed", extra={"execution": execution.pk, "try": tries})
    return Lease(execution.pk, execution.attempt, tries, token)


def require_reader(execution: Execution) -> None:
    """Check again, at claim, that somebody who waits for it may still run it.

    Raises the error of the last who may not.
    """
    refusal: ServiceError = Cancelled("Nobody waits for it any more.")
    for job in execution.jobs.filter(cancelled_at=None).select_related("owner"):
        try:
            if execution.account_id is None:
                require_accounts(job.owner, execution.touches.all(), Level.VIEW)
            elif not may_use(job.owner, execution.account_id, execution.region, Level.RUN):
                require_target(job.owner, execution.account_id, execution.region, Level.RUN)
        except ServiceError as error:
            refusal = error
        else:
            return
    raise refusal
