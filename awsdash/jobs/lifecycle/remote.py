"""Work that AWS does by itself: begun, asked about in batches, found done."""

import logging
import math
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from awsdash.jobs.lifecycle.bells import ring
from awsdash.jobs.lifecycle.ending import finish
from awsdash.jobs.lifecycle.leases import Lease, LeaseLost, error_told, held
from awsdash.jobs.models import FINAL, Execution, Status
from services.base import RemoteState
from services.errors import Cancelled, QueryFailed

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 3
# A poll that has not answered by then was lost with its worker.
POLL_LEASE: Final = timedelta(seconds=12)
# The older the work, the less often it is asked about: (younger than, every so many seconds).
_INTERVALS_S: Final = (
    (timedelta(seconds=10), 1),
    (timedelta(minutes=5), 2),
    (timedelta(minutes=30), 5),
)
_SLOWEST_S: Final = 10
MOST_CALLS_PER_S: Final = 4
# AWS tells of a work everywhere only after a while.
UNKNOWN_FOR: Final = timedelta(minutes=1)


def intend(lease: Lease) -> None:
    """Write down that AWS is about to be asked to begin. Raises LeaseLost."""
    now = timezone.now()
    if not held(lease).update(intended_at=now, is_active=True):
        raise LeaseLost


def refused(lease: Lease) -> None:
    """AWS has not begun, and says so."""
    held(lease).update(is_active=False)


def started(lease: Lease, token: str) -> None:
    """AWS has begun: nothing holds a worker until it is done. Raises LeaseLost."""
    now = timezone.now()
    written = held(lease).update(
        status=Status.WAITING,
        token=token,
        lease=None,
        tries=0,
        poll_at=next_poll(now, now, 1),
        version=F("version") + 1,
        **error_told(None),
    )
    if not written:
        _remember(lease, token, now)
        raise LeaseLost


def _remember(lease: Lease, token: str, now: datetime) -> None:
    """Whoever decides now must know what runs on AWS, to go on with it or to stop it."""
    mine = Execution.objects.filter(pk=lease.execution_id, attempt=lease.attempt, token=None)
    mine.update(token=token)
    mine = Execution.objects.filter(pk=lease.execution_id, token=token, status__in=FINAL)
    mine.filter(is_active=True, stop_at=None).update(stop_at=now)


def next_poll(now: datetime, since: datetime, calls: int) -> datetime:
    """When to ask again about what began at `since`: at times that many share.

    `calls` is how many calls it takes to ask about all works of an account and region.
    """
    step = next((s for younger, s in _INTERVALS_S if now - since < younger), _SLOWEST_S)
    step = max(step, math.ceil(calls / MOST_CALLS_PER_S))
    seconds = (math.floor(now.timestamp() / step) + 1) * step
    return datetime.fromtimestamp(seconds, now.tzinfo)


def take_due_polls(account_id: str, region: str, operation_name: str) -> list[Execution]:
    """What is due to be asked about in one account and region, now this caller's alone."""
    now, mark = timezone.now(), uuid.uuid4()
    waiting = Execution.objects.filter(
        account=account_id,
        region=region,
        operation_name=operation_name,
        status=Status.WAITING,
        ready_at=None,
    )
    waiting.filter(poll_at__lte=now).update(polled_by=mark, poll_at=now + POLL_LEASE)
    return list(waiting.filter(polled_by=mark).select_related("account__credential"))


def due_polls() -> list[tuple[str, str, str]]:
    """Account, region and operation of what is due to be asked about."""
    due = Execution.objects.filter(
        status=Status.WAITING, ready_at=None, poll_at__lte=timezone.now()
    )
    places = due.values_list("account_id", "region", "operation_name").distinct()
    return [(str(account), region, operation) for account, region, operation in places]


def put_off(executions: list[Execution], pause: timedelta) -> None:
    """They could not be asked about: that says nothing about them."""
    ids = [execution.pk for execution in executions]
    waiting = Execution.objects.filter(pk__in=ids, status=Status.WAITING, ready_at=None)
    waiting.update(poll_at=timezone.now() + pause, polled_by=None)


def take_state(execution: Execution, state: RemoteState | None, calls: int) -> None:
    """What AWS says of one work; None: it does not know it."""
    now = timezone.now()
    since = execution.intended_at or execution.created_at
    mine = Execution.objects.filter(
        pk=execution.pk, status=Status.WAITING, token=execution.token, ready_at=None
    )
    if state is None:
        if now - since > UNKNOWN_FOR:
            _lose(execution)
        else:
            mine.update(poll_at=next_poll(now, since, calls))
        return
    told = _told(execution, state)
    match state.status:
        case "queued" | "running":
            mine.update(poll_at=next_poll(now, since, calls), polled_by=None, **told)
        case "succeeded":
            if mine.update(is_active=False, ready_at=now, aws_ended_at=state.ended_at, **told):
                # One for its result, one for whoever waits for its place.
                ring(2)
        case _:
            mine.update(is_active=False, aws_ended_at=state.ended_at, **told)
            _end(execution, state)
            ring(1)


def _told(execution: Execution, state: RemoteState) -> dict[str, Any]:
    """The columns that changed; a change is a new version."""
    statistics = {k: v for k, v in asdict(state.statistics).items() if v is not None}
    told: dict[str, Any] = {}
    if state.detail != execution.aws_state:
        told["aws_state"] = state.detail
    if statistics and statistics != execution.statistics:
        told["statistics"] = statistics
    return {**told, "version": F("version") + 1} if told else {}


def _lose(execution: Execution) -> None:
    error = QueryFailed(
        "AWS does not know the query any more.",
        hint="Its history may have been deleted. Run it again.",
    )
    Execution.objects.filter(pk=execution.pk, status=Status.WAITING).update(is_active=False)
    finish(_unchanged(execution), Status.FAILED, error)


def _end(execution: Execution, state: RemoteState) -> None:
    if state.status == "cancelled":
        error = state.error or Cancelled("It was cancelled in AWS.")
        finish(_unchanged(execution), Status.CANCELLED, error)
        return
    failure = state.error or QueryFailed("AWS failed, and does not say why.")
    if failure.retryable and execution.attempt < MOST_ATTEMPTS:
        # AWS is done with the old one: a new one begins under a key of its own.
        Execution.objects.filter(_unchanged(execution)).update(
            status=Status.QUEUED,
            attempt=F("attempt") + 1,
            token=None,
            intended_at=None,
            poll_at=None,
            not_before=timezone.now() + timedelta(seconds=2**execution.attempt),
            version=F("version") + 1,
            **error_told(failure),
        )
        return
    finish(_unchanged(execution), Status.FAILED, failure)


def _unchanged(execution: Execution) -> Q:
    return Q(pk=execution.pk, status=Status.WAITING, token=execution.token, ready_at=None)


def take_states(executions: list[Execution], states: dict[str, RemoteState], calls: int) -> None:
    """What AWS says of several works, in one transaction."""
    with transaction.atomic():
        for execution in executions:
            take_state(execution, states.get(str(execution.token)), calls)
