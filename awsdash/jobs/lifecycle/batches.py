"""One query on many targets."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from awsdash.accounts.lifecycle import require_targets
from awsdash.accounts.models import Level, User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.lifecycle.submitting import Request, create_jobs
from awsdash.jobs.models import Batch, Job, Status
from services.errors import InvalidQuery
from services.registry import get_operation

MOST_TARGETS: Final = 1_000
_RETRIED: Final = frozenset({Status.FAILED, Status.TIMED_OUT, Status.CANCELLED})


def submit_batch(
    user: User,
    operation_name: str,
    targets: Sequence[tuple[str, str]],
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


def retry_failed(user: User, batch: Batch) -> int:
    """New jobs for the targets whose last job failed, timed out or was cancelled: how many.

    Raises as `submit_batch` does.
    """
    last: dict[tuple[str, str], Job] = {}
    jobs = Job.objects.visible_to(user).filter(batch=batch).order_by("created_at", "pk")
    for job in jobs:
        last[str(job.execution.account_id), job.execution.region] = job
    failed = [target for target, job in last.items() if job.status in _RETRIED]
    accounts = require_targets(user, failed, Level.RUN)
    operation = batch.operation
    # As it was resolved then: all cells of a batch tell of the same time.
    queries = {target: last[target].execution.query for target in failed}
    with transaction.atomic():
        for account, target in zip(accounts, failed, strict=True):
            query = operation.query_type.parse(queries[target])
            request = Request(user, operation, query, batch.asked)
            create_jobs(request, [(account, target[1])], batch)
    return len(failed)
