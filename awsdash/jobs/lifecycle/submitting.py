"""New jobs: each reads an execution that asks the same, or brings a new one."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from awsdash.accounts.lifecycle import require_target
from awsdash.accounts.models import Account, Level, User
from awsdash.audit import lifecycle as audit
from awsdash.jobs import quotas
from awsdash.jobs.lifecycle.bells import ring
from awsdash.jobs.lifecycle.leases import OPEN
from awsdash.jobs.models import Batch, Execution, Job, Status
from services.base import Operation, RemoteOperation
from services.errors import InvalidQuery
from services.query import Query
from services.registry import get_operation


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for on some targets.

    `max_age_s`: a result this old will do; 0 takes only one that is still being made. `follows`
    is the execution it reads on from. `keep_days`: its result stays at least so long.
    """

    user: User
    operation: Operation[Any]
    query: Query
    asked: Mapping[str, Any]
    max_age_s: float = 0
    follows: Execution | None = None
    keep_days: int | None = None

    def key(self, account: Account, region: str) -> str | None:
        """What makes two requests the same; None: this one is nobody else's."""
        if not self.operation.may_share(self.query):
            return None
        told = [
            self.operation.name,
            self.query.stored(),
            [account.pk, region, account.credential.identity],
            str(self.follows.pk) if self.follows else None,
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def submit(
    user: User,
    operation_name: str,
    account_id: str,
    region: str,
    raw_query: Mapping[str, Any],
    *,
    max_age_s: float = 0,
    keep_days: int | None = None,
) -> Job:
    """A job of `user`, queued or reading what is there already.

    Raises NotFound, InvalidQuery, AccessDenied, NotEnabled.
    """
    operation = get_operation(operation_name)
    account = require_target(user, account_id, region, Level.RUN)
    query = operation.query_type.parse(raw_query)
    asked = operation.query_type.as_written(raw_query)
    request = Request(user, operation, query, asked, max_age_s, keep_days=keep_days)
    return create_jobs(request, [(account, region)])[0]


def run_again(user: User, job: Job, *, max_age_s: float = 0) -> Job:
    """The same request, its relative times resolved now. Raises as `submit` does."""
    done = job.execution
    place = str(done.account_id), done.region
    return submit(user, done.operation_name, *place, job.asked, max_age_s=max_age_s)


def read_on(user: User, job: Job) -> Job:
    """A job that goes on where AWS stopped; its page shows the rows of both.

    Raises InvalidQuery when nothing follows, else as `submit` does.
    """
    done = job.execution
    if not (done.is_final and done.next_token):
        raise InvalidQuery("AWS has nothing further.", hint="Widen the time range or the filter.")
    account = require_target(user, str(done.account_id), done.region, Level.RUN)
    operation = done.operation
    asked = {"nextToken": done.next_token}
    if isinstance(operation, RemoteOperation):
        # The work is done and its result lies with AWS: only the reading goes on.
        asked = {}
    query = operation.query_type.parse({**done.query, **asked})
    request = Request(user, operation, query, job.asked, follows=done)
    return create_jobs(request, [(account, done.region)])[0]


def create_jobs(
    request: Request, targets: Sequence[tuple[Account, str]], batch: Batch | None = None
) -> list[Job]:
    """A job for each target, in one transaction."""
    with transaction.atomic():
        executions = _executions(request, targets)
        jobs = [
            Job(owner=request.user, execution=execution, asked=request.asked, batch=batch)
            for execution in executions
        ]
        Job.objects.bulk_create(jobs)
        audit.record_each(request.user, "job.submit", {str(job.pk): _told(job) for job in jobs})
    return jobs


def _told(job: Job) -> dict[str, str | int | None]:
    """What the audit trail says of it."""
    done = job.execution
    return {
        "operation": done.operation_name,
        "account": done.account_id,
        "region": done.region,
    }


def _executions(request: Request, targets: Sequence[tuple[Account, str]]) -> list[Execution]:
    """Those that are there already, and new ones for the others, rung for."""
    keys = [request.key(account, region) for account, region in targets]
    wanted = [key for key in keys if key is not None]
    known = _known(wanted, request.max_age_s)
    new = [
        _new(request, account, region, key)
        for (account, region), key in zip(targets, keys, strict=True)
        if key is None or key not in known
    ]
    _take_places(new, request.user.get_username())
    try:
        with transaction.atomic():
            Execution.objects.bulk_create(new)
    except IntegrityError:
        # Somebody asked the same this very moment: theirs is there now.
        return _executions(request, targets)
    if request.keep_days is not None:
        _keep(known.values(), request.keep_days)
    ring(sum(execution.status == Status.QUEUED for execution in new))
    left = iter(new)
    return [known[key] if key is not None and key in known else next(left) for key in keys]


def _known(keys: Collection[str], max_age_s: float) -> dict[str, Execution]:
    """By key, what is being made, locked so that it cannot end for want of readers; or is fresh."""
    same = Execution.objects.filter(key__in=keys)
    fresh = same.none()
    if max_age_s > 0:
        since = timezone.now() - timedelta(seconds=max_age_s)
        fresh = same.filter(status=Status.SUCCEEDED, purged_at=None, finished_at__gte=since)
    found = [*fresh.order_by("finished_at"), *same.filter(OPEN).select_for_update()]
    return {str(execution.key): execution for execution in found}


def _keep(executions: Iterable[Execution], days: int) -> None:
    until = timezone.now() + timedelta(days=days)
    ids = [execution.pk for execution in executions]
    shorter = Q(keep_until=None) | Q(keep_until__lt=until)
    Execution.objects.filter(shorter, pk__in=ids).update(keep_until=until)


def _new(request: Request, account: Account, region: str, key: str | None) -> Execution:
    now, days, done = timezone.now(), request.keep_days, request.follows
    execution = Execution(
        operation_name=request.operation.name,
        query=request.query.stored(),
        account=account,
        region=region,
        person=request.user.get_username(),
        follows=done,
        key=key,
        lane=quotas.lane_of(request.operation, account.pk, region),
        not_before=now,
        keep_until=None if days is None else now + timedelta(days=days),
    )
    if done is not None and isinstance(request.operation, RemoteOperation):
        execution.status, execution.ready_at = Status.WAITING, now
        execution.token, execution.next_token = done.token, done.next_token
        execution.own_columns = done.own_columns
    return execution


def _take_places(executions: Sequence[Execution], person: str) -> None:
    """Places in their lanes: behind the person's own, but before what others have too much of."""
    queued = Execution.objects.filter(
        status=Status.QUEUED, lane__in={execution.lane for execution in executions}
    )
    places = queued.values("lane").annotate(
        first=Min("turn"), last=Max("turn", filter=Q(person=person))
    )
    lanes = {place["lane"]: (place["first"], place["last"]) for place in places}
    for execution in executions:
        first, last = lanes.get(execution.lane, (0, None))
        execution.turn = first if last is None else max(first, last + 1)
        lanes[execution.lane] = (first, execution.turn)
