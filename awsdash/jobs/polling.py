"""Asks AWS how the works go that it does by itself, many at once; tells it to stop some."""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from awsdash.accounts import sessions
from awsdash.jobs import lifecycle, quotas
from awsdash.jobs.keys import start_key
from awsdash.jobs.models import Execution
from services.aws import Aws
from services.base import RemoteOperation, RemoteState
from services.errors import NotFound, ServiceError
from services.registry import get_operation

logger = logging.getLogger(__name__)

SOON: Final = timedelta(seconds=1)
TROUBLED: Final = timedelta(seconds=5)


def poll(account_id: str, region: str, operation_name: str) -> None:
    """Ask about all that is due in one account and region. Safe to run twice at once."""
    due = lifecycle.take_due_polls(account_id, region, operation_name)
    if not due:
        return
    operation: Any = get_operation(operation_name)
    starts = range(0, len(due), operation.poll_batch)
    for start in starts:
        _poll(due[start : start + operation.poll_batch], operation, len(starts))


def _poll(due: list[Execution], operation: RemoteOperation[Any], calls: int) -> None:
    if not quotas.take_poll(due[0], operation):
        lifecycle.put_off(due, SOON)
        return
    try:
        states = operation.poll([str(execution.token) for execution in due], _aws(due[0]))
    except ServiceError as error:
        # It says nothing about the works themselves.
        logger.warning("poll failed", extra={"place": due[0].lane, "error": error.code})
        lifecycle.put_off(due, TROUBLED)
        return
    lifecycle.take_states(due, dict(states), calls)


def stop(execution_id: uuid.UUID) -> None:
    """Tell AWS to stop one work, and see whether it did. Safe to run twice at once."""
    execution = lifecycle.take_due_stop(execution_id)
    if execution is None:
        return
    operation: Any = execution.operation
    try:
        state = _stop(execution, operation, _aws(execution))
    except NotFound:
        lifecycle.stopped(execution, None)
    except ServiceError as error:
        logger.warning("stop failed", extra={"execution": execution.pk, "error": error.code})
        if execution.token is None and not error.retryable:
            # Nothing can have begun that AWS refuses to begin.
            lifecycle.stopped(execution, None)
        else:
            lifecycle.not_stopped(execution)
    else:
        if state is None or state.status in {"queued", "running"}:
            lifecycle.not_stopped(execution)
        else:
            lifecycle.stopped(execution, state)


def _stop(execution: Execution, operation: RemoteOperation[Any], aws: Aws) -> RemoteState | None:
    if execution.token is None:
        # The same key as before: AWS tells the id of what it began, if it did.
        query = operation.query_type.parse(execution.query)
        lifecycle.learn_token(execution, operation.start(query, aws, start_key(execution)))
    tokens: Sequence[str] = [str(execution.token)]
    operation.stop(tokens[0], aws)
    return operation.poll(tokens, aws).get(tokens[0])


def _aws(execution: Execution) -> Aws:
    """The engine's own session, which waits for no answer longer than the engine can."""
    if execution.account is None:
        raise NotFound("It runs in no account.")
    return sessions.engine_aws(execution.account, execution.region)
