"""Operations and jobs over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from awsdash import rest
from awsdash.jobs import fragments, lifecycle
from awsdash.jobs.audience import shares_of
from awsdash.jobs.filters import MINE, filters_of, jobs_for
from awsdash.jobs.listing import Place, after, place_of
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.pages import JobPage
from awsdash.jobs.reading import OPERATORS, Lens, Reader
from services import registry
from services.base import Column
from services.errors import InvalidQuery

router = Router(by_alias=True, tags=["jobs"])


class ColumnOut(rest.ApiModel):
    name: str
    label: str
    kind: str
    description: str
    unit: str | None


class OperationOut(rest.ApiModel):
    name: str
    title: str
    function: str
    query: dict[str, Any] = Field(description="JSON Schema of the query")
    columns: list[ColumnOut]


class JobIn(rest.ApiModel):
    operation: str
    account_id: str
    region: str
    query: dict[str, Any] = {}
    max_age_s: int = Field(
        0, ge=0, le=30 * 86_400, description="A result of the same query this old will do"
    )


class ListIn(rest.ApiModel):
    tab: str = Field(MINE, description="mine, shared, or all (of administrators)")
    state: str = Field("", description="active, or one state")
    operation: str = ""
    account_id: str = ""
    region: str = ""
    q: str = Field("", description="Text in the identifier, or in the SQL")
    person: str = Field("", description="Text in the name of who asked")
    start_time: str = Field("", description="Asked at this time or later: ISO 8601, or -3h")
    end_time: str = ""
    limit: int = Field(50, ge=1, le=500)
    cursor: str = Field("", description="Where the next page begins")


class ShareIn(rest.ApiModel):
    group: str = Field(description="A group's name")
    shared: bool = True


class ErrorOut(rest.ApiModel):
    code: str
    message: str
    hint: str


class ProgressOut(rest.ApiModel):
    rows: int
    pages: int


class JobOut(rest.ApiModel):
    id: UUID
    operation: str
    account_id: str | None
    region: str
    query: dict[str, Any]
    status: str
    progress: ProgressOut
    statistics: dict[str, int | None]
    next_token: str | None
    error: ErrorOut | None
    owner: str
    batch_id: UUID | None
    shared_with: list[str] = Field(description="Groups whose people see it")
    aws_state: str | None = Field(description="AWS's own word for how far it is")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobsOut(rest.ApiModel):
    items: list[JobOut]
    cursor: str | None


class ItemsOut(rest.ApiModel):
    items: list[dict[str, Any]]
    cursor: str | None = Field(
        description="Where the next page begins, also while more may come; null at the end"
    )
    total_items: int
    next_token: str | None = Field(description="AWS's token for what it has beyond this result")
    statistics: dict[str, int | None]
    column_info: list[ColumnOut]
    aws_id: str | None = Field(
        None, description="AWS's id of the work, as Athena's queryExecutionId"
    )


class Page(rest.ApiModel):
    limit: int = Field(100, ge=1, le=10_000)
    cursor: str | None = None
    search: str = Field("", max_length=200, description="Words that a row contains")
    level: str = Field("", description="error, warning, info or debug")
    sort: str = Field("", description="A column, after - descending; empty: AWS's order")
    filter: list[str] = Field(
        [], description=f"column:operator:value, all of which hold: {', '.join(OPERATORS)}"
    )


class FormatIn(rest.ApiModel):
    format: str = Field("csv", description="csv, jsonl, xlsx or parquet")
    search: str = Field("", max_length=200)
    level: str = ""
    sort: str = ""
    filter: list[str] = []


@router.get("/operations", response=list[OperationOut])
def list_operations(request: HttpRequest) -> list[OperationOut]:
    """Every operation: its options as JSON Schema, its columns."""
    return [
        OperationOut(
            name=operation.name,
            title=operation.title,
            function=operation.function,
            query=operation.query_type.model_json_schema(by_alias=True),
            columns=[column_out(column) for column in operation.columns],
        )
        for operation in registry.all_operations().values()
    ]


@router.get("/jobs", response=JobsOut)
def list_jobs(request: HttpRequest, asked: Query[ListIn]) -> JobsOut:
    """The newest jobs that match, those of batches too."""
    person = rest.person_of(request)
    filters = filters_of(person, asked.dict(by_alias=True, exclude={"limit", "cursor"}))
    found = after(jobs_for(person, filters, with_cells=True), place_of(asked.cursor))
    jobs = list(found.prefetch_related("groups")[: asked.limit + 1])
    shown = jobs[: asked.limit]
    more = len(jobs) > asked.limit
    return JobsOut(
        items=[_job(job) for job in shown],
        cursor=Place(shown[-1].created_at, shown[-1].pk).cursor if more else None,
    )


@router.post("/jobs", response={202: JobOut})
def create_job(request: HttpRequest, body: JobIn) -> Status[JobOut]:
    """Queue one query on one target."""
    person = rest.person_of(request)
    job = lifecycle.submit(
        person,
        body.operation,
        body.account_id,
        body.region,
        body.query,
        max_age_s=body.max_age_s,
    )
    return Status(202, _job(job))


@router.get("/jobs/{uuid:job_id}", response=JobOut)
def get_job(request: HttpRequest, job_id: UUID) -> JobOut:
    return _job(_find(request, job_id))


@router.get("/jobs/{uuid:job_id}/items", response=ItemsOut)
def get_items(request: HttpRequest, job_id: UUID, page: Query[Page]) -> ItemsOut:
    """A page of the rows so far."""
    execution = _find(request, job_id).execution
    offset = row_at(page.cursor)
    reader = Reader(execution, Lens.parse(page.dict(), page.filter))
    items = reader.items(offset, page.limit)
    end = offset + len(items)
    return ItemsOut(
        items=items,
        cursor=None if execution.is_final and end >= reader.matching else str(end),
        total_items=reader.matching,
        next_token=execution.next_token,
        statistics=statistics_out(execution.statistics),
        column_info=[column_out(column) for column in execution.columns],
        aws_id=execution.token,
    )


@router.get("/jobs/{uuid:job_id}/download")
def download_job(request: HttpRequest, job_id: UUID, asked: Query[FormatIn]) -> HttpResponseBase:
    """The rows so far, as a file."""
    page = JobPage(_find(request, job_id), Lens.parse(asked.dict(), asked.filter))
    return fragments.file_response(page, asked.format)


@router.post("/jobs/{uuid:job_id}/cancel", response=JobOut)
def cancel_job(request: HttpRequest, job_id: UUID) -> JobOut:
    """Cancel a job of yours; others who read the same result go on."""
    lifecycle.cancel(rest.person_of(request), _find_own(request, job_id))
    return _job(_find(request, job_id))


@router.post("/jobs/{uuid:job_id}/share", response=JobOut)
def share_job(request: HttpRequest, job_id: UUID, body: ShareIn) -> JobOut:
    """Share a job of yours with a group of yours, or take that back."""
    person, job = rest.person_of(request), _find_own(request, job_id)
    offered = {share.group.name: share.group for share in shares_of(person, job)}
    if body.group not in offered:
        raise InvalidQuery(
            "group: not one of yours",
            hint=f"Use {', '.join(offered) or 'none: you have no group'}.",
        )
    lifecycle.share(person, job, offered[body.group], shared=body.shared)
    return _job(job)


def _find(request: HttpRequest, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(rest.person_of(request)), pk=job_id)


def _find_own(request: HttpRequest, job_id: UUID) -> Job:
    """A job that the caller may cancel and share."""
    person = rest.person_of(request)
    return get_object_or_404(Job.objects.visible_to(person).ruled_by(person), pk=job_id)


def row_at(cursor: str | None) -> int:
    """The place of the first row that a cursor asks for. Raises InvalidQuery."""
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 12:
        raise InvalidQuery("cursor: not one of ours", hint="Pass the cursor of the page before.")
    return int(cursor)


def column_out(column: Column) -> ColumnOut:
    return ColumnOut(**{name: getattr(column, name) for name in ColumnOut.model_fields})


def statistics_out(stored: dict[str, int | None]) -> dict[str, int | None]:
    return {
        "recordsMatched": stored.get("records_matched"),
        "recordsScanned": stored.get("records_scanned"),
        "bytesScanned": stored.get("bytes_scanned"),
    }


def error_out(execution: Execution) -> ErrorOut | None:
    """What went wrong; None: nothing."""
    if not execution.error_code:
        return None
    return ErrorOut(
        code=execution.error_code, message=execution.error_message, hint=execution.error_hint
    )


def _job(job: Job) -> JobOut:
    execution = job.execution
    return JobOut(
        id=job.pk,
        operation=execution.operation_name,
        account_id=execution.account_id,
        region=execution.region,
        query=execution.query,
        status=job.status,
        progress=ProgressOut(rows=execution.rows, pages=execution.pages),
        statistics=statistics_out(execution.statistics),
        next_token=execution.next_token,
        error=error_out(execution),
        owner=job.owner.get_username(),
        batch_id=job.batch_id,
        shared_with=[group.name for group in job.groups.all()],
        aws_state=execution.aws_state or None,
        created_at=job.created_at,
        started_at=execution.started_at,
        finished_at=job.ended_at,
    )
