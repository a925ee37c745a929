"""New jobs that run SQL over results."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.lifecycle.bells import ring
from awsdash.jobs.models import Execution, Job
from awsdash.sandbox import sources
from awsdash.sandbox.operations import SQL_OVER_RESULTS, SqlQuery, asked_tables


def submit_sql(user: User, raw_query: Mapping[str, Any]) -> Job:
    """A job of `user` that runs one SELECT over results it may see now.

    Raises InvalidQuery, NotFound.
    """
    query = SqlQuery.parse(raw_query)
    named = sources.resolve(user, asked_tables(query))
    resolved = query.model_copy(update={"tables": {each.name: each.reference for each in named}})
    touched: set[Account] = set().union(*(each.accounts for each in named))
    now = timezone.now()
    with transaction.atomic():
        execution = Execution.objects.create(
            operation_name=SQL_OVER_RESULTS.name,
            query=resolved.stored(),
            person=user.get_username(),
            lane=f"{user.pk}/{SQL_OVER_RESULTS.name}",
            not_before=now,
        )
        execution.touches.set(touched)
        asked = SqlQuery.as_written(raw_query)
        job = Job.objects.create(owner=user, execution=execution, asked=asked)
        audit.record(user, "job.submit", str(job.pk), operation=SQL_OVER_RESULTS.name)
        ring()
    return job
