"""SQL over results over REST."""

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from awsdash import rest
from awsdash.jobs.api import JobOut, get_job
from awsdash.sandbox.lifecycle import submit_sql

router = Router(by_alias=True, tags=["sql"])


class SqlIn(rest.ApiModel):
    sql: str = Field(description="One SELECT, in DuckDB's SQL, over job_<id> and batch_<id>")
    tables: dict[str, str] = Field(
        {}, description="Names of your own: {name: id of a job or a batch}"
    )
    limit: int = Field(10_000, description="Most rows to return, 1 to 1,000,000")


@router.post("/sql", response={202: JobOut})
def create_sql(request: HttpRequest, body: SqlIn) -> Status[JobOut]:
    """Queue one SELECT over stored results: a job like any other, with its items and downloads.

    `statistics.recordsMatched` is null where rows were cut off at the limit.
    """
    job = submit_sql(rest.person_of(request), body.dict())
    return Status(202, get_job(request, job.pk))
