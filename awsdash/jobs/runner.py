"""Runs what a worker claimed: pages from AWS into the result store, or the start of a work."""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from awsdash.accounts import sessions
from awsdash.jobs import heartbeat, lifecycle, quotas, results
from awsdash.jobs.gathering import Gathered, gathered
from awsdash.jobs.keys import start_key
from awsdash.jobs.lifecycle import Lease, LeaseLost
from awsdash.jobs.local import LocalOperation
from awsdash.jobs.models import Execution
from services.aws import Aws
from services.base import Page, PagedOperation, RemoteOperation
from services.errors import QueryFailed, ServiceError, Throttled, TimedOut

logger = logging.getLogger(__name__)

# A call that AWS has room for this soon is waited for; for a later one the worker is let go.
LONGEST_WAIT_S: Final = 1.0


class _NoRoom(Exception):
    """AWS has room for the next call only later."""

    def __init__(self, pause_s: float) -> None:
        super().__init__()
        self.pause_s = pause_s


def run_next() -> bool:
    """Run what is next in turn. False: nothing may run now. Never raises for AWS's errors."""
    lease = lifecycle.claim_next()
    if lease is not None:
        _run(lease)
    return lease is not None


def run(execution_id: uuid.UUID) -> None:
    """Run the execution if it is due and free; otherwise nothing. Never raises for AWS's errors."""
    lease = lifecycle.claim(execution_id)
    if lease is not None:
        _run(lease)


def _run(lease: Lease) -> None:
    found = Execution.objects.select_related("account__credential__base")
    execution = found.get(pk=lease.execution_id)
    with heartbeat.kept(lease), _errors_told(lease):
        lifecycle.require_reader(execution)
        if isinstance(execution.operation, RemoteOperation) and execution.token is None:
            _start(execution, execution.operation, lease)
        else:
            _fetch(execution, lease)
    logger.info("execution let go", extra={"execution": lease.execution_id})


@contextmanager
def _errors_told(lease: Lease) -> Iterator[None]:
    """Every way in which running can end otherwise than well."""
    try:
        try:
            yield
        except ServiceError as error:
            lifecycle.fail(lease, error)
        except _NoRoom as full:
            lifecycle.put_back(lease, full.pause_s)
        except (LeaseLost, OperationalError, InterfaceError):
            # A database that is away for a moment: the lease runs out, the sweeper resumes.
            raise
        except Exception:
            # Ours, not AWS's: the log has the traceback, the person the number to quote.
            logger.exception("execution broke", extra={"execution": lease.execution_id})
            number = lease.execution_id
            hint = f"This is a bug of AWS Dash. Tell an administrator the number {number}."
            lifecycle.fail(lease, QueryFailed("Something went wrong here.", hint=hint))
    except LeaseLost:
        logger.info("lease lost", extra={"execution": lease.execution_id})


def _start(execution: Execution, operation: RemoteOperation[Any], lease: Lease) -> None:
    aws = _aws(execution)
    query = operation.query_type.parse(execution.query)
    lifecycle.intend(lease)
    try:
        token = operation.start(query, aws, start_key(execution))
    except ServiceError as error:
        if isinstance(error, Throttled) or not error.retryable:
            lifecycle.refused(lease)
        raise
    lifecycle.started(lease, token)


def _fetch(execution: Execution, lease: Lease) -> None:
    """Go on after the page that was kept last, if any was."""
    if isinstance(execution.operation, LocalOperation):
        lifecycle.begin_anew(lease)
        execution.refresh_from_db()
    for several in gathered(_pages(execution)):
        _keep(execution, lease, several)
        if several.page.next_token:
            _check_deadline(execution)
    lifecycle.succeed(lease)


def _pages(execution: Execution) -> Iterator[Page]:
    operation, read = execution.operation, execution.pages > 0
    query = operation.query_type.parse(execution.query)
    left = query.limit - execution.rows
    if read and (execution.next_token is None or left <= 0):
        return
    query = query.model_copy(update={"limit": left})
    after = execution.next_token
    if isinstance(operation, LocalOperation):
        yield from operation.pages(query, execution)
    elif isinstance(operation, RemoteOperation):
        yield from operation.pages(query, str(execution.token), _aws(execution), after)
    elif isinstance(operation, PagedOperation):
        if read:
            query = query.model_copy(update={"next_token": after})
        yield from _at_awss_pace(execution, operation.pages(query, _aws(execution)))


def _at_awss_pace(execution: Execution, pages: Iterator[Page]) -> Iterator[Page]:
    """The first call was admitted at the claim; each further one takes its place too."""
    for page in pages:
        yield page
        while page.next_token and (pause_s := quotas.next_call_in_s(execution)):
            if pause_s > LONGEST_WAIT_S:
                raise _NoRoom(pause_s)
            time.sleep(pause_s)


def _keep(execution: Execution, lease: Lease, several: Gathered) -> None:
    page = several.page
    if page.columns is not None:
        execution.own_columns = [column.stored() for column in page.columns]
    part = None
    if len(page.rows):
        part = results.write_part(lease, execution.pages, execution.columns, page.rows)
    try:
        lifecycle.add_page(lease, page, part, several.calls)
    except Exception:
        results.discard([part] if part else [])
        raise
    execution.pages += several.calls


def _aws(execution: Execution) -> Aws:
    if execution.account is None:
        raise QueryFailed("It runs in no account.")
    return sessions.aws_for(execution.account, execution.region, execution.person)


def _check_deadline(execution: Execution) -> None:
    if execution.deadline and timezone.now() > execution.deadline:
        raise TimedOut(f"The query took longer than {execution.operation.timeout_s} seconds.")
