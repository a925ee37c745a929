"""Who works on what next: in turn, as far as AWS's limits allow."""

import logging
import uuid
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from awsdash.accounts.lifecycle import require_accounts, require_target
from awsdash.accounts.models import Level
from awsdash.jobs import quotas
from awsdash.jobs.lifecycle.ending import finish
from awsdash.jobs.lifecycle.leases import LEASE, OPEN, Lease
from awsdash.jobs.models import Execution, Status
from services.errors import Cancelled, NotFound, ServiceError

logger = logging.getLogger(__name__)

MOST_LOOKS: Final = 50
FEW: Final = 8


def claim_next() -> Lease | None:
    """The right to run what is next; None: nothing may run now.

    A result that is ready comes first: it frees what it holds. Then the lanes that AWS has room in,
    each in turn; of several the one whose person has the fewest workers busy.
    """
    now = timezone.now()
    ready = Execution.objects.filter(status=Status.WAITING, ready_at__lte=now)
    for execution_id in ready.order_by("ready_at").values_list("pk", flat=True)[:FEW]:
        if lease := claim(execution_id):
            return lease
    closed: set[str] = set()
    for _ in range(MOST_LOOKS):
        candidate = _first_in_turn(closed)
        if candidate is None:
            return None
        with transaction.atomic():
            # Until this one counts, nobody else may see the place that it takes.
            _lock_lane(candidate)
            is_admitted = quotas.admit(candidate)
            lease = claim(candidate.pk) if is_admitted else None
        if lease is not None:
            return lease
        if not is_admitted:
            closed.add(candidate.lane)
    return None


def _lock_lane(execution: Execution) -> None:
    # SQLite lets one write at a time as it is.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            key = [execution.lane]
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", key)


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
    return Execution.objects.filter(status=Status.QUEUED, not_before__lte=timezone.now())


def claim(execution_id: uuid.UUID) -> Lease | None:
    """The right to run an execution that is due, or None: somebody has it, or it is over."""
    now, token = timezone.now(), uuid.uuid4()
    due = Q(status=Status.QUEUED, not_before__lte=now) | Q(status=Status.WAITING, ready_at__lte=now)
    execution = Execution.objects.filter(due, pk=execution_id).first()
    if execution is None:
        return None
    try:
        timeout = timedelta(seconds=execution.operation.timeout_s)
    except NotFound as error:
        # Its service folder was taken away after it was queued.
        finish(OPEN & Q(pk=execution_id), Status.FAILED, error)
        return None
    claimed = Execution.objects.filter(due, pk=execution_id, attempt=execution.attempt).update(
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
    logger.info("execution claimed", extra={"execution": execution_id, "try": execution.tries + 1})
    return Lease(execution_id, execution.attempt, execution.tries + 1, token)


def require_reader(execution: Execution) -> None:
    """Check again, at claim, that somebody who waits for it may still run it.

    Raises the error of the last who may not.
    """
    refusal: ServiceError = Cancelled("Nobody waits for it any more.")
    for job in execution.jobs.filter(cancelled_at=None).select_related("owner"):
        try:
            if execution.account_id is None:
                require_accounts(job.owner, execution.touches.all(), Level.VIEW)
            else:
                require_target(job.owner, execution.account_id, execution.region, Level.RUN)
        except ServiceError as error:
            refusal = error
        else:
            return
    raise refusal
