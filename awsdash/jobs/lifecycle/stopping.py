"""Telling AWS to stop, until it agrees: a query nobody reads still costs money."""

import logging
import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from awsdash.jobs.lifecycle.bells import ring
from awsdash.jobs.models import Execution
from services.base import RemoteState

logger = logging.getLogger(__name__)

# A stop that has not answered by then was lost with its worker.
STOP_LEASE: Final = timedelta(seconds=12)
AGAIN: Final = timedelta(seconds=2)
GIVEN_UP: Final = timedelta(days=1)


def due_stops() -> list[uuid.UUID]:
    """The executions that AWS is to be told to stop now."""
    due = Execution.objects.filter(stop_at__lte=timezone.now())
    return list(due.order_by("stop_at").values_list("pk", flat=True)[:100])


def take_due_stop(execution_id: uuid.UUID) -> Execution | None:
    """One that is to be stopped, now this caller's alone; None: somebody else has it."""
    now = timezone.now()
    due = Execution.objects.filter(pk=execution_id, stop_at__lte=now)
    if not due.update(stop_at=now + STOP_LEASE):
        return None
    found = Execution.objects.select_related("account__credential").filter(pk=execution_id)
    return found.first()


def learn_token(execution: Execution, token: str) -> None:
    """AWS's id of a work whose start nobody lived to write down."""
    Execution.objects.filter(pk=execution.pk, token=None).update(token=token)
    execution.token = token


def stopped(execution: Execution, state: RemoteState | None) -> None:
    """AWS agrees: the work is over. None: AWS never began, or knows it no more."""
    told: dict[str, Any] = {}
    if state is not None:
        known = {k: v for k, v in asdict(state.statistics).items() if v is not None}
        # What it cost until then is still paid.
        told = {"aws_state": state.detail, "aws_ended_at": state.ended_at}
        told |= {"statistics": known} if known else {}
    Execution.objects.filter(pk=execution.pk).update(is_active=False, stop_at=None, **told)
    logger.info("stopped at AWS", extra={"execution": execution.pk})
    # Its place is free.
    ring()


def not_stopped(execution: Execution) -> None:
    """AWS has not agreed yet: ask again, for a day."""
    now = timezone.now()
    if execution.finished_at and now - execution.finished_at > GIVEN_UP:
        logger.error("AWS was not stopped", extra={"execution": execution.pk})
        Execution.objects.filter(pk=execution.pk).update(is_active=False, stop_at=None)
        return
    Execution.objects.filter(pk=execution.pk).update(stop_at=now + AGAIN)
