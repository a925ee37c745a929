"""One query on many targets."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from awsdash.accounts.lifecycle import require_targets
from awsdash.accounts.models import Account, Level, User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.lifecycle.bells import ring_stop
from awsdash.jobs.lifecycle.ending import finish
from awsdash.jobs.lifecycle.leases import OPEN
from awsdash.jobs.lifecycle.submitting import Request, create_jobs
from awsdash.jobs.models import Batch, Execution, Job, Status
from services.errors import AccessDenied, Cancelled, InvalidQuery
from services.registry import get_operation

MOST_TARGETS: Final = 1_000
RETRIED: Final = frozenset({Status.FAILED, Status.TIMED_OUT, Status.CANCELLED})
Target = tuple[str, str]
"""An account's id and a region's code."""


def submit_batch(
    user: User,
    operation_name: str,
    targets: Sequence[Target],
    raw_query: Mapping[str, Any],
    *,
    max_age_s: float = 0,
    keep_days: int | None = None,
) -> Batch:
    """A batch of `user`: a job for each (account id, region), all of them or none.

    Raises NotFound, InvalidQuery, AccessDenied, NotEnabled.
    """
    operation = get_operation(operation_name)
    wanted = list(dict.fromkeys(targets))
    if not 1 <= len(wanted) <= MOST_TARGETS:
        raise InvalidQuery(
            f"targets: {len(wanted)} were given",
            hint=f"Give 1 to {MOST_TARGETS:,} pairs of account and region.",
        )
    query = operation.query_type.parse(raw_query)
    accounts = require_targets(user, wanted, Level.RUN)
    asked = operation.query_type.as_written(raw_query)
    request = Request(user, operation, query, asked, max_age_s, keep_days=keep_days)
    with transaction.atomic():
        batch = Batch.objects.create(owner=user, operation_name=operation.name, asked=asked)
        regions = [region for _, region in wanted]
        create_jobs(request, list(zip(accounts, regions, strict=True)), batch)
        audit.record(user, "batch.submit", str(batch.pk), operation=operation.name)
    return batch


def submit_batch_again(user: User, batch: Batch) -> Batch:
    """The same request on the same targets, its relative times resolved now.

    Raises as `submit_batch` does; targets that the user may not view are left out.
    """
    return submit_batch(user, batch.operation_name, list(_last_jobs(user, batch)), batch.asked)


def retry_failed(user: User, batch: Batch, targets: Collection[Target] | None = None) -> int:
    """New jobs for the targets whose last job failed, timed out or was cancelled: how many.

    `targets`: of these alone. Where the user may not run queries any more the old job stays;
    raises as `submit_batch` does if that is so for all, and AccessDenied for another's batch.
    """
    _require_owner(user, batch)
    with transaction.atomic():
        # One at a time: of two who try again together, the second finds nothing that failed.
        Batch.objects.select_for_update().get(pk=batch.pk)
        last = _last_jobs(user, batch)
        failed = {
            target: job
            for target, job in last.items()
            if job.status in RETRIED and (targets is None or target in targets)
        }
        accounts = _runnable(user, list(failed))
        for request, wanted in _requests(user, batch, failed, accounts):
            create_jobs(request, [(accounts[target], target[1]) for target in wanted], batch)
        if accounts:
            audit.record(user, "batch.retry", str(batch.pk), targets=len(accounts))
    return len(accounts)


def _last_jobs(user: User, batch: Batch) -> dict[Target, Job]:
    """By target, as far as the user may view it."""
    jobs = Job.objects.visible_to(user).filter(batch=batch).order_by("created_at", "pk")
    return {(str(job.execution.account_id), job.execution.region): job for job in jobs}


def _runnable(user: User, targets: Sequence[Target]) -> dict[Target, Account]:
    """Those in which the user may run queries. Raises as `require_targets` does if none is so."""
    held = Account.objects.visible_to(user, Level.RUN).filter(is_enabled=True)
    enabled = set(held.values_list("pk", "regions"))
    wanted = [target for target in targets if target in enabled] or targets
    return dict(zip(wanted, require_targets(user, wanted, Level.RUN), strict=True))


def _requests(
    user: User, batch: Batch, jobs: Mapping[Target, Job], wanted: Collection[Target]
) -> list[tuple[Request, list[Target]]]:
    """What is asked again, as it was resolved then: all cells tell of the same time."""
    alike: dict[str, list[Target]] = {}
    for target in wanted:
        alike.setdefault(json.dumps(jobs[target].execution.query, sort_keys=True), []).append(
            target
        )
    parse = batch.operation.query_type.parse
    return [
        (Request(user, batch.operation, parse(json.loads(query)), batch.asked), targets)
        for query, targets in alike.items()
    ]


def cancel_batch(user: User, batch: Batch) -> int:
    """Cancel its jobs that have not ended, as `cancel` does each: how many.

    Raises AccessDenied for another's batch.
    """
    _require_owner(user, batch)
    with transaction.atomic():
        mine = Job.objects.filter(batch=batch, cancelled_at=None).order_by()
        open_ones = Execution.objects.filter(OPEN, pk__in=mine.values("execution"))
        # In one order: two who cancel together must not wait for each other.
        locked = open_ones.select_for_update().order_by("pk")
        ids = list(locked.values_list("pk", flat=True))
        cancelled = mine.filter(execution__in=ids).update(cancelled_at=timezone.now())
        if not cancelled:
            return 0
        audit.record(user, "batch.cancel", str(batch.pk), jobs=cancelled)
        _end_unread(ids)
    return cancelled


def _end_unread(execution_ids: Collection[Any]) -> None:
    """End those that nobody waits for any more, and tell AWS."""
    read = Job.objects.filter(execution__in=execution_ids, cancelled_at=None)
    waited_for = set(read.values_list("execution", flat=True))
    unread = [pk for pk in execution_ids if pk not in waited_for]
    finish(OPEN & Q(pk__in=unread), Status.CANCELLED, Cancelled("It was cancelled."))
    for pk in Execution.objects.filter(pk__in=unread, is_active=True).values_list("pk", flat=True):
        ring_stop(pk)


def _require_owner(user: User, batch: Batch) -> None:
    if batch.owner_id != user.pk and not user.is_superuser:
        raise AccessDenied(
            "Only its owner may change this batch.",
            hint=f"Ask {batch.owner}, or run the query yourself.",
        )
