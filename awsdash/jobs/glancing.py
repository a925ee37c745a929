"""What open pages ask every second or two: how a job stands, how many have not ended.

Django takes ten times as long to write the SQL of who may see what as a database to answer it. So
it writes each of these once, for stand-ins of the person and the job, who are put in their places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from awsdash.accounts.models import User
from awsdash.jobs.filters import ACTIVE, in_state
from awsdash.jobs.models import Execution, Job

# Like no person's and no job's.
_ANYBODY: Final = -987_654_321
_ANY_JOB: Final = UUID("9d1a3c5e-0000-4000-8000-000000000000")
# All that tells whether anything is new.
_OF_JOB: Final = ("created_at", "cancelled_at")
_OF_EXECUTION: Final = ("version", "status", "stop_at", "lane", "turn", "created_at")


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL, and its parameters with the stand-ins among them."""

    sql: str
    parameters: Sequence[Any]

    def ask(self, instead: Mapping[Any, Any]) -> tuple[Any, ...] | None:
        """The first row of the answer. `instead` has the real value of each stand-in."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [instead.get(value, value) for value in self.parameters])
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def glance(user: User, job_id: UUID) -> Job | None:
    """The job with no more than a Standing needs; None: it is not there for the user to see."""
    instead = {_ANYBODY: user.pk, _key(_ANY_JOB): _key(job_id)}
    row = _visible_job(is_superuser=user.is_superuser).ask(instead)
    if row is None:
        return None
    values = [_aware(value) for value in row]
    execution = Execution(**dict(zip(_OF_EXECUTION, values[len(_OF_JOB) :], strict=True)))
    own = dict(zip(_OF_JOB, values, strict=False))
    return Job(pk=job_id, execution=execution, **own)


@cache
def _visible_job(*, is_superuser: bool) -> _Statement:
    somebody = User(pk=_ANYBODY, is_superuser=is_superuser)
    found = Job.objects.visible_to(somebody).filter(pk=_ANY_JOB).order_by()
    fields = (*_OF_JOB, *(f"execution__{name}" for name in _OF_EXECUTION))
    return _written(found.values_list(*fields))


def active_count(user: User) -> int:
    """How many jobs of the user have not ended."""
    row = _active_jobs().ask({_ANYBODY: user.pk})
    return int(row[0]) if row else 0


@cache
def _active_jobs() -> _Statement:
    # From the few executions that are open to their jobs: the sum keeps SQLite from looking
    # through all that the user ever asked.
    jobs = Job.objects.order_by().alias(by=F("owner_id") + 0)
    found = _written(jobs.filter(in_state(ACTIVE), by=_ANYBODY).values_list("pk"))
    return _Statement(f"SELECT count(*) FROM ({found.sql}) AS active", found.parameters)  # noqa: S608  # Django's own


def _written(found: QuerySet[Any, Any]) -> _Statement:
    return _Statement(*found.query.sql_with_params())


def _key(job_id: UUID) -> Any:
    """The id as this database has it."""
    return Job._meta.pk.get_db_prep_value(job_id, connection)


def _aware(value: Any) -> Any:
    # SQLite knows no zones: what it has is UTC.
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_naive else value
