"""Runs one attempt of one execution: pages from AWS into the result store."""

import logging
import uuid
from collections.abc import Iterator

from django.db import OperationalError
from django.utils import timezone

from awsdash.accounts import sessions
from awsdash.jobs import lifecycle, results
from awsdash.jobs.lifecycle import Lease, LeaseLost
from awsdash.jobs.models import Execution
from services.base import Page
from services.errors import QueryFailed, ServiceError, TimedOut

logger = logging.getLogger(__name__)


def run(execution_id: uuid.UUID) -> None:
    """Run the execution if it is due and free; otherwise nothing. Never raises for AWS's errors."""
    lease = lifecycle.claim(execution_id)
    if lease is None:
        return
    execution = Execution.objects.select_related("account__credential").get(pk=execution_id)
    try:
        _run(execution, lease)
    except LeaseLost:
        logger.info("lease lost", extra={"execution": execution_id})


def _run(execution: Execution, lease: Lease) -> None:
    try:
        results.discard(execution.parts.filter(attempt__lt=lease.attempt))
        for number, page in enumerate(_pages(execution)):
            _keep(execution, lease, page, number)
            if page.next_token:
                _check_deadline(execution)
        lifecycle.succeed(lease)
    except ServiceError as error:
        lifecycle.fail(lease, error)
    except (LeaseLost, OperationalError):
        # A database that is away for a moment: the lease runs out, the sweeper resumes.
        raise
    except Exception:
        # Ours, not AWS's: the log has the traceback, the person the number to quote.
        logger.exception("execution broke", extra={"execution": lease.execution_id})
        hint = f"This is a bug of AWS Dash. Tell an administrator the number {lease.execution_id}."
        lifecycle.fail(lease, QueryFailed("Something went wrong here.", hint=hint))


def _keep(execution: Execution, lease: Lease, page: Page, number: int) -> None:
    columns = execution.operation.columns
    part = (
        results.write_part(execution.pk, lease.attempt, number, columns, page.rows)
        if page.rows
        else None
    )
    try:
        lifecycle.add_page(lease, page, part)
    except Exception:
        results.discard([part] if part else [])
        raise


def _pages(execution: Execution) -> Iterator[Page]:
    lifecycle.require_reader(execution)
    aws = sessions.aws_for(execution.account, execution.region, execution.person)
    operation = execution.operation
    yield from operation.pages(operation.query_type.parse(execution.query), aws)


def _check_deadline(execution: Execution) -> None:
    if execution.deadline and timezone.now() > execution.deadline:
        raise TimedOut(f"The query took longer than {execution.operation.timeout_s} seconds.")
