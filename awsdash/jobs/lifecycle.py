"""The life of jobs and executions: the only writer of their states.

An execution is claimed by a conditional UPDATE and held by a lease. Every later write names the
lease, so a worker that lost it (killed, cancelled, too slow) writes nothing.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from awsdash import celery
from awsdash.accounts.lifecycle import require_target
from awsdash.accounts.models import Level, User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.models import FINAL, Execution, Job, ResultPart, Status
from services.base import Page
from services.errors import Cancelled, InvalidQuery, NotFound, ServiceError, TimedOut
from services.registry import get_operation

logger = logging.getLogger(__name__)

# Longer than one AWS call may take (services.aws.CONFIG), since a lease is renewed between pages.
LEASE: Final = timedelta(seconds=90)
MAX_ATTEMPTS: Final = 5
# A queued execution that was rung for this long ago: the ring was lost, or the workers are busy.
UNHEARD: Final = timedelta(seconds=5)
MOST_UNHEARD: Final = timedelta(minutes=5)
LONGEST_QUEUED: Final = timedelta(days=1)
NO_WORKER: Final = "Ask an administrator whether the data workers run."
OPEN: Final = Q(status__in=set(Status) - FINAL)


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's right to write one attempt of an execution."""

    execution_id: uuid.UUID
    attempt: int
    token: uuid.UUID


class LeaseLost(Exception):
    """Somebody else decides over this execution now; stop without a word."""


def submit(
    user: User, operation_name: str, account_id: str, region: str, raw_query: Mapping[str, Any]
) -> Job:
    """A queued job of `user`. Raises NotFound, InvalidQuery, AccessDenied, NotEnabled."""
    return _submit(user, operation_name, account_id, region, raw_query, asked=raw_query)


def run_again(user: User, job: Job) -> Job:
    """The same request, its relative times resolved now. Raises as `submit` does."""
    done = job.execution
    return submit(user, done.operation_name, done.account_id, done.region, job.asked)


def read_on(user: User, job: Job) -> Job:
    """A job that goes on where AWS stopped; its page shows the rows of both.

    Raises InvalidQuery when nothing follows, else as `submit` does.
    """
    done = job.execution
    if not (done.is_final and done.next_token):
        raise InvalidQuery("AWS has nothing further.", hint="Widen the time range or the filter.")
    place = done.operation_name, done.account_id, done.region
    query = {**done.query, "nextToken": done.next_token}
    return _submit(user, *place, query, asked=job.asked, follows=done)


def _submit(
    user: User,
    operation_name: str,
    account_id: str,
    region: str,
    raw_query: Mapping[str, Any],
    *,
    asked: Mapping[str, Any],
    follows: Execution | None = None,
) -> Job:
    operation = get_operation(operation_name)
    account = require_target(user, account_id, region, Level.RUN)
    query = operation.query_type.parse(raw_query)
    now = timezone.now()
    with transaction.atomic():
        execution = Execution.objects.create(
            operation_name=operation.name,
            query=query.stored(),
            account=account,
            region=region,
            person=user.get_username(),
            follows=follows,
            not_before=now,
            rung_at=now,
        )
        asked = operation.query_type.as_written(asked)
        job = Job.objects.create(owner=user, execution=execution, asked=asked)
        where = {"account": account.pk, "region": region}
        audit.record(user, "job.submit", str(job.pk), operation=operation.name, **where)
        ring(execution.pk)
    return job


def ring(execution_id: uuid.UUID) -> None:
    """Tell the workers of an execution once this transaction is in; a lost ring loses nothing."""
    celery.ring("awsdash.jobs.tasks.run", str(execution_id), queue="data")


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
            _finish(OPEN & Q(pk=job.execution_id), Status.CANCELLED, Cancelled("It was cancelled."))


def require_reader(execution: Execution) -> None:
    """Check again, at claim, that somebody who waits for it may still run it.

    Raises the error of the last who may not.
    """
    refusal: ServiceError = Cancelled("Nobody waits for it any more.")
    for job in execution.jobs.filter(cancelled_at=None).select_related("owner"):
        try:
            require_target(job.owner, execution.account_id, execution.region, Level.RUN)
        except ServiceError as error:
            refusal = error
        else:
            return
    raise refusal


def claim(execution_id: uuid.UUID) -> Lease | None:
    """The right to run an execution that is due, or None: somebody has it, or it is over."""
    now, token = timezone.now(), uuid.uuid4()
    queued = Execution.objects.filter(pk=execution_id).only("operation_name").first()
    if queued is None:
        return None
    try:
        timeout = timedelta(seconds=queued.operation.timeout_s)
    except NotFound as error:
        # Its service folder was taken away after it was queued.
        _finish(OPEN & Q(pk=execution_id), Status.FAILED, error)
        return None
    claimed = Execution.objects.filter(
        pk=execution_id, status=Status.QUEUED, not_before__lte=now
    ).update(
        status=Status.RUNNING,
        version=F("version") + 1,
        attempt=F("attempt") + 1,
        lease=token,
        lease_until=now + LEASE,
        started_at=now,
        deadline=Coalesce("deadline", Value(now + timeout)),
        rows=0,
        pages=0,
        next_token=None,
        statistics={},
        **_told(None),
    )
    if not claimed:
        return None
    attempt = Execution.objects.values_list("attempt", flat=True).get(pk=execution_id)
    logger.info("execution claimed", extra={"execution": execution_id, "attempt": attempt})
    return Lease(execution_id, attempt, token)


def add_page(lease: Lease, page: Page, part: ResultPart | None) -> None:
    """Record a page and the part that holds its rows, and renew the lease. Raises LeaseLost."""
    with transaction.atomic():
        held = _held(lease).update(
            version=F("version") + 1,
            rows=F("rows") + len(page.rows),
            pages=F("pages") + 1,
            next_token=page.next_token,
            statistics=asdict(page.statistics),
            lease_until=timezone.now() + LEASE,
        )
        if not held:
            raise LeaseLost
        if part is not None:
            part.save()


def succeed(lease: Lease) -> None:
    """The result is whole, or as much of it as was asked for. Raises LeaseLost."""
    if not _finish(_lease_is(lease), Status.SUCCEEDED, None):
        raise LeaseLost


def fail(lease: Lease, error: ServiceError) -> None:
    """End the execution with `error`, or queue it again when that may help. Raises LeaseLost."""
    if error.retryable:
        if _try_again(lease, error):
            return
        error.hint = f"It was tried {lease.attempt} times. Run it again later."
    status = Status.TIMED_OUT if isinstance(error, TimedOut) else Status.FAILED
    if not _finish(_lease_is(lease), status, error):
        raise LeaseLost


def _try_again(lease: Lease, error: ServiceError) -> bool:
    again = timezone.now() + timedelta(seconds=2 ** (lease.attempt - 1))
    if lease.attempt >= MAX_ATTEMPTS:
        return False
    logger.info("execution put back", extra={"execution": lease.execution_id, "error": error.code})
    return bool(
        _held(lease)
        .filter(deadline__gt=again)
        .update(
            status=Status.QUEUED,
            lease=None,
            not_before=again,
            rung_at=again - UNHEARD,
            version=F("version") + 1,
            **_told(error),
        )
    )


def sweep() -> None:
    """Time out what is overdue, take back lost leases, ring again for what nobody heard.

    Safe to run twice at once: every step is a conditional UPDATE or a doorbell.
    """
    now = timezone.now()
    _finish(OPEN & Q(deadline__lt=now), Status.TIMED_OUT, TimedOut("The query took too long."))
    lost = Execution.objects.filter(status=Status.RUNNING, lease_until__lt=now)
    due = {"not_before": now, "rung_at": now - 2 * UNHEARD}
    if taken := lost.update(status=Status.QUEUED, lease=None, version=F("version") + 1, **due):
        logger.warning("leases taken back", extra={"executions": taken})
    waited = Q(status=Status.QUEUED, attempt=0, created_at__lt=now - LONGEST_QUEUED)
    _finish(waited, Status.TIMED_OUT, TimedOut("No worker was free for a day.", hint=NO_WORKER))
    _ring_unheard()


def _ring_unheard() -> None:
    now = timezone.now()
    due = Execution.objects.filter(
        status=Status.QUEUED, not_before__lte=now, rung_at__lt=now - UNHEARD
    )
    # The longer it waits, the rarer the ring: busy workers are not helped by more messages.
    ids = [
        execution.pk
        for execution in due.order_by("rung_at")[:500]
        if now - execution.rung_at >= min(execution.rung_at - execution.not_before, MOST_UNHEARD)
    ]
    Execution.objects.filter(pk__in=ids).update(rung_at=now)
    for execution_id in ids:
        ring(execution_id)


def _lease_is(lease: Lease) -> Q:
    return Q(pk=lease.execution_id, lease=lease.token, status=Status.RUNNING)


def _held(lease: Lease) -> Any:
    return Execution.objects.filter(_lease_is(lease))


def _finish(which: Q, status: Status, error: ServiceError | None) -> int:
    ended = Execution.objects.filter(which).update(
        status=status,
        version=F("version") + 1,
        lease=None,
        finished_at=timezone.now(),
        **_told(error),
    )
    if ended:
        logger.info("executions ended", extra={"status": status.value, "executions": ended})
    return ended


def _told(error: ServiceError | None) -> dict[str, str]:
    return {
        "error_code": error.code if error else "",
        "error_message": error.message if error else "",
        "error_hint": error.hint if error else "",
    }
