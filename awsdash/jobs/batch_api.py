"""Batches over REST: one query on many targets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from awsdash import rest
from awsdash.jobs import fragments, lifecycle
from awsdash.jobs.api import (
    ErrorOut,
    FormatIn,
    ItemsOut,
    Page,
    column_out,
    error_out,
    row_at,
    statistics_out,
)
from awsdash.jobs.batch_pages import BatchPage, page_of
from awsdash.jobs.batches import Cell
from awsdash.jobs.models import Batch
from awsdash.jobs.reading import Lens

router = Router(by_alias=True, tags=["batches"])


class TargetIn(rest.ApiModel):
    account_id: str
    region: str


class BatchIn(rest.ApiModel):
    operation: str
    targets: list[TargetIn]
    query: dict[str, Any] = {}
    max_age_s: float = Field(0, ge=0, le=2_592_000, description="A result this old will do")


class RetryIn(rest.ApiModel):
    targets: list[TargetIn] | None = Field(None, description="Of these alone; null: of all")


class CellOut(rest.ApiModel):
    account_id: str
    region: str
    status: str
    rows: int
    error: ErrorOut | None
    next_token: str | None = Field(description="AWS's token for what it has beyond the rows read")
    job_id: UUID = Field(description="The last job for this target")
    started_at: datetime | None
    finished_at: datetime | None


class TotalsOut(rest.ApiModel):
    targets: int
    done: int
    by_status: dict[str, int]
    rows: int
    hidden: int = Field(description="Targets besides these that you may not view")


class BatchOut(rest.ApiModel):
    id: UUID
    operation: str
    query: dict[str, Any]
    status: str
    totals: TotalsOut
    cells: list[CellOut]
    owner: str
    created_at: datetime
    finished_at: datetime | None


@router.post("/batches", response={202: BatchOut})
def create_batch(request: HttpRequest, body: BatchIn) -> Status[BatchOut]:
    """Queue one query on many targets: all of them, or none when one cannot be."""
    person = rest.person_of(request)
    targets = [(target.account_id, target.region) for target in body.targets]
    batch = lifecycle.submit_batch(
        person, body.operation, targets, body.query, max_age_s=body.max_age_s
    )
    return Status(202, _batch(page_of(person, batch, Lens())))


@router.get("/batches/{uuid:batch_id}", response=BatchOut)
def get_batch(request: HttpRequest, batch_id: UUID) -> BatchOut:
    """How it stands, cell by cell."""
    return _batch(_page(request, batch_id))


@router.get("/batches/{uuid:batch_id}/items", response=ItemsOut)
def get_batch_items(request: HttpRequest, batch_id: UUID, page: Query[Page]) -> ItemsOut:
    """A page of the rows of all cells so far, the newest first; each with account and region."""
    found = _page(request, batch_id, Lens.parse(page.dict(), page.filter))
    reader, offset = found.reader, row_at(page.cursor)
    items = reader.items(offset, page.limit)
    end = offset + len(items)
    repeating = [column for column in found.operation.columns if column.same_as]
    return ItemsOut(
        items=items,
        cursor=None if found.is_final and end >= reader.matching else str(end),
        total_items=reader.matching,
        # Each cell goes on by itself, and has its own id.
        next_token=None,
        statistics=statistics_out(_summed(found.board.cells)),
        column_info=[column_out(column) for column in [*reader.columns, *repeating]],
        aws_id=None,
    )


@router.get("/batches/{uuid:batch_id}/download")
def download_batch(
    request: HttpRequest, batch_id: UUID, asked: Query[FormatIn]
) -> HttpResponseBase:
    """The rows of all cells so far, as a file."""
    page = _page(request, batch_id, Lens.parse(asked.dict(), asked.filter))
    return fragments.file_response(page, asked.format)


@router.post("/batches/{uuid:batch_id}/cancel", response=BatchOut)
def cancel_batch(request: HttpRequest, batch_id: UUID) -> BatchOut:
    """Cancel all that has not ended."""
    lifecycle.cancel_batch(rest.person_of(request), _find_own(request, batch_id))
    return _batch(_page(request, batch_id))


@router.post("/batches/{uuid:batch_id}/retry", response={202: BatchOut})
def retry_batch(
    request: HttpRequest, batch_id: UUID, body: RetryIn | None = None
) -> Status[BatchOut]:
    """Try again what failed, timed out or was cancelled."""
    chosen = body.targets if body else None
    targets = None if chosen is None else [(each.account_id, each.region) for each in chosen]
    lifecycle.retry_failed(rest.person_of(request), _find_own(request, batch_id), targets)
    return Status(202, _batch(_page(request, batch_id)))


def _find_own(request: HttpRequest, batch_id: UUID) -> Batch:
    """A batch that the caller may cancel and try again."""
    person = rest.person_of(request)
    return get_object_or_404(Batch.objects.visible_to(person).ruled_by(person), pk=batch_id)


def _page(request: HttpRequest, batch_id: UUID, lens: Lens | None = None) -> BatchPage:
    person = rest.person_of(request)
    batch = get_object_or_404(Batch.objects.visible_to(person), pk=batch_id)
    return page_of(person, batch, lens or Lens())


def _summed(cells: Sequence[Cell]) -> dict[str, int | None]:
    """What AWS says of all cells together; what it does not say of one is unknown of all."""
    told = [cell.execution.statistics for cell in cells]
    names = {name for statistics in told for name in statistics}
    return {
        name: sum(each[name] for each in told)
        for name in names
        if all(each.get(name) is not None for each in told)
    }


def _batch(page: BatchPage) -> BatchOut:
    batch, board = page.batch, page.board
    return BatchOut(
        id=batch.pk,
        operation=batch.operation_name,
        query=dict(page.resolved),
        status=page.status,
        totals=TotalsOut(
            targets=len(board.cells),
            done=board.done,
            by_status=dict(board.counts),
            rows=board.rows,
            hidden=board.hidden,
        ),
        cells=[_cell(cell) for cell in board.cells],
        owner=batch.owner.get_username(),
        created_at=batch.created_at,
        finished_at=board.ended_at,
    )


def _cell(cell: Cell) -> CellOut:
    return CellOut(
        account_id=cell.account.pk,
        region=cell.region,
        status=cell.status,
        rows=cell.execution.rows,
        error=error_out(cell.execution),
        next_token=cell.execution.next_token,
        job_id=cell.job.pk,
        started_at=cell.execution.started_at,
        finished_at=cell.job.ended_at,
    )
