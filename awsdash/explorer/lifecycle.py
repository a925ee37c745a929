"""The writer of resources and scan cells."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from awsdash import celery
from awsdash.accounts import sessions
from awsdash.accounts.lifecycle import require_target
from awsdash.accounts.models import Account, Level, User
from awsdash.audit import lifecycle as audit
from awsdash.explorer.catalog import resource_types
from awsdash.explorer.lister import Found, list_resources
from awsdash.explorer.models import CellState, Resource, ScanCell
from services.errors import AccessDenied, NotEnabled, ServiceError, Throttled

logger = logging.getLogger(__name__)

# A cell that is still being read after this long has lost its worker.
ABANDONED: Final = timedelta(minutes=2)
# A queued cell this old has lost its doorbell, or the workers are busy.
UNHEARD: Final = timedelta(seconds=10)
_STATES: Final[dict[type[ServiceError], CellState]] = {
    AccessDenied: CellState.DENIED,
    NotEnabled: CellState.NOT_ENABLED,
    Throttled: CellState.THROTTLED,
}


def scan(user: User) -> int:
    """Queue a reading of every type in every account and region where `user` may run queries.

    Cells that are being read already are left alone. Returns how many were queued.
    """
    accounts = Account.objects.visible_to(user, Level.RUN).filter(is_enabled=True)
    places = [
        (account, region.code, name)
        for account in accounts.prefetch_related("regions")
        for region in account.regions.all()
        for name in resource_types()
    ]
    with transaction.atomic():
        audit.record(user, "explorer.scan", f"{len(places)} cells")
        return sum(_queue(*place, user) for place in places)


def _queue(account: Account, region: str, name: str, user: User) -> int:
    now = timezone.now()
    cell, is_new = ScanCell.objects.get_or_create(
        account=account, region=region, type=name, defaults={"user": user, "queued_at": now}
    )
    idle = ScanCell.objects.exclude(state__in=[CellState.QUEUED, CellState.RUNNING])
    taken = idle.filter(pk=cell.pk).update(state=CellState.QUEUED, user=user, queued_at=now)
    if is_new or taken:
        _ring(cell.pk)
    return int(bool(is_new or taken))


def sweep() -> None:
    """Queue again what lost its worker, ring again for what nobody heard. Safe to run twice."""
    now = timezone.now()
    lost = Q(state=CellState.RUNNING, claimed_at__lt=now - ABANDONED)
    unheard = Q(state=CellState.QUEUED, queued_at__lt=now - UNHEARD)
    cells = list(ScanCell.objects.filter(lost | unheard).values_list("pk", flat=True))
    ScanCell.objects.filter(lost | unheard, pk__in=cells).update(
        state=CellState.QUEUED, queued_at=now
    )
    for cell in cells:
        _ring(cell)


def _ring(cell_id: int) -> None:
    celery.ring("awsdash.explorer.tasks.read_cell", cell_id, queue="data")


def read_cell(cell_id: int) -> None:
    """Read one queued cell; its resources replace those of the reading before.

    The lease fences: a worker that was given up for lost writes nothing.
    """
    lease = uuid.uuid4()
    queued = ScanCell.objects.filter(pk=cell_id, state=CellState.QUEUED)
    if not queued.update(state=CellState.RUNNING, lease=lease, claimed_at=timezone.now()):
        return
    cell = ScanCell.objects.select_related("account__credential", "user").get(pk=cell_id)
    try:
        require_target(cell.user, cell.account_id, cell.region, Level.RUN)
        aws = sessions.aws_for(cell.account, cell.region, cell.user.get_username())
        _store(cell, list(list_resources(resource_types()[cell.type], aws)))
    except ServiceError as error:
        states = (state for kind, state in _STATES.items() if isinstance(error, kind))
        _end(cell, next(states, CellState.FAILED), message=error.message)
    except Exception:
        logger.exception("scan cell broke", extra={"cell": cell_id})
        _end(cell, CellState.FAILED, message="Something went wrong here; the log says what.")


def _store(cell: ScanCell, found: list[Found]) -> None:
    now = timezone.now()
    # AWS may list a resource on two pages; PostgreSQL takes each row once.
    resources = list({item.id: _resource(cell, item, now) for item in found}.values())
    with transaction.atomic():
        state = CellState.OK if resources else CellState.EMPTY
        if not _end(cell, state, resources=len(resources)):
            return
        Resource.objects.bulk_create(
            resources,
            update_conflicts=True,
            unique_fields=["account", "region", "type", "resource_id"],
            update_fields=["name", "arn", "properties", "seen_at"],
        )
        here = Resource.objects.filter(account=cell.account, region=cell.region, type=cell.type)
        here.filter(seen_at__lt=now).delete()


def _resource(cell: ScanCell, item: Found, now: datetime) -> Resource:
    return Resource(
        account=cell.account,
        region=cell.region,
        type=cell.type,
        resource_id=item.id,
        name=item.name,
        arn=item.arn,
        properties=item.properties,
        seen_at=now,
    )


def _end(cell: ScanCell, state: CellState, *, resources: int = 0, message: str = "") -> int:
    return ScanCell.objects.filter(pk=cell.pk, lease=cell.lease).update(
        state=state, resources=resources, message=message, read_at=timezone.now(), lease=None
    )
