"""A worker's right to write an execution, and what it writes while it holds it."""

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from awsdash.jobs.models import FINAL, Execution, ResultPart, Status
from services.base import Page
from services.errors import ServiceError

# A worker renews its leases every few seconds, whatever it waits for.
LEASE: Final = timedelta(seconds=15)
OPEN: Final = Q(status__in=sorted(set(Status) - FINAL))


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's right to write an execution; `attempt` is whose parts it writes."""

    execution_id: uuid.UUID
    attempt: int
    tries: int
    token: uuid.UUID


class LeaseLost(Exception):
    """Somebody else decides over this execution now; stop without a word."""


def lease_is(lease: Lease) -> Q:
    return Q(pk=lease.execution_id, lease=lease.token, status=Status.RUNNING)


def held(lease: Lease) -> Any:
    return Execution.objects.filter(lease_is(lease))


def renew(tokens: Collection[uuid.UUID]) -> None:
    """Keep the leases of a worker that lives."""
    running = Execution.objects.filter(status=Status.RUNNING, lease__in=tokens)
    running.update(lease_until=timezone.now() + LEASE)


def add_page(lease: Lease, page: Page, part: ResultPart | None, calls: int = 1) -> None:
    """Record a page, what AWS said in so many calls, and the part that holds its rows.

    Raises LeaseLost.
    """
    statistics = {k: v for k, v in asdict(page.statistics).items() if v is not None}
    told = {"statistics": statistics} if statistics else {}
    if page.columns is not None:
        told["own_columns"] = [column.stored() for column in page.columns]  # type: ignore[assignment]  # JSON
    with transaction.atomic():
        written = held(lease).update(
            version=F("version") + 1,
            rows=F("rows") + len(page.rows),
            pages=F("pages") + calls,
            next_token=page.next_token,
            tries=0,
            lease_until=timezone.now() + LEASE,
            **told,
            **error_told(None),
        )
        if not written:
            raise LeaseLost
        if part is not None:
            part.save(force_insert=True)


def error_told(error: ServiceError | None) -> dict[str, str]:
    """The columns that tell of an error, or of none."""
    return {
        "error_code": error.code if error else "",
        "error_message": error.message if error else "",
        "error_hint": error.hint if error else "",
    }


def begin_anew(lease: Lease) -> None:
    """Forget what was read: the work cannot go on in the middle. Raises LeaseLost."""
    with transaction.atomic():
        if not held(lease).update(rows=0, pages=0, next_token=None, own_columns=None):
            raise LeaseLost
        ResultPart.objects.filter(execution=lease.execution_id).delete()
