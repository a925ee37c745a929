"""The results that a person has at hand: what the SQL page offers as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from awsdash.accounts.models import User
from awsdash.jobs.models import Batch, Job
from awsdash.jobs.subjects import subject_of
from awsdash.sandbox.sources import Source, source_of_batch, source_of_job
from services.base import Operation

MOST_JOBS: Final = 20
MOST_BATCHES: Final = 5


@dataclass(frozen=True, slots=True)
class Shelved:
    """One result, told so that it is known again."""

    reference: str
    title: str
    subject: str
    place: str
    rows: int
    columns: Sequence[str]
    asked_at: datetime


def shelf_of(user: User) -> list[Shelved]:
    """The person's latest results that have rows, the newest first."""
    jobs = Job.objects.visible_to(user).of(user).filter(batch=None)
    kept = jobs.filter(execution__purged_at=None, execution__rows__gt=0)
    batches = Batch.objects.visible_to(user).filter(owner=user)
    found = [
        *(of_job(job) for job in kept.order_by("-created_at")[:MOST_JOBS]),
        *(of_batch(user, batch) for batch in batches.order_by("-created_at")[:MOST_BATCHES]),
    ]
    with_rows = (shelved for shelved in found if shelved.rows)
    return sorted(with_rows, key=lambda shelved: shelved.asked_at, reverse=True)


def of_job(job: Job) -> Shelved:
    execution = job.execution
    place = f"{execution.account.name} {execution.region}" if execution.account else ""
    operation = execution.operation
    return _shelved(source_of_job(job), operation, execution.query, place, job.created_at)


def of_batch(user: User, batch: Batch) -> Shelved:
    source = source_of_batch(user, batch)
    targets = len(source.places)
    place = f"{targets} target{'' if targets == 1 else 's'}"
    return _shelved(source, batch.operation, batch.asked, place, batch.created_at)


def _shelved(
    source: Source,
    operation: Operation[Any],
    query: Mapping[str, Any],
    place: str,
    asked_at: datetime,
) -> Shelved:
    return Shelved(
        source.reference,
        operation.title,
        subject_of(operation, query),
        place,
        source.result.total,
        [column.name for column in source.result.columns],
        asked_at,
    )
