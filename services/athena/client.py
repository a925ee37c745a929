"""Athena: the calls that start a query, ask how it goes, and stop it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Final, Literal

from services.athena.marks import Mark
from services.athena.results import pages, statistics_of
from services.athena.statements import has_names
from services.athena.types import RunSqlQuery
from services.aws import Aws
from services.base import Page, RemoteState
from services.errors import (
    Cancelled,
    InvalidQuery,
    NotEnabled,
    NotFound,
    QueryFailed,
    ServiceError,
)

if TYPE_CHECKING:
    from mypy_boto3_athena.client import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionStatusTypeDef, QueryExecutionTypeDef

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
_STATUSES: Final[Mapping[str, Status]] = {
    "QUEUED": "queued",
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}
_USER: Final = 2  # AthenaError's category of what the SQL or the data are to blame for


def start(query: RunSqlQuery, aws: Aws, key: str) -> str:
    """The id of the query, begun once for a `key`; with a `nextToken` that of the one before.

    Raises InvalidQuery, NotEnabled, AccessDenied, Throttled. Source: StartQueryExecution.
    """
    athena: AthenaClient = aws.client("athena")
    if query.next_token is not None:
        return _begun_before(query, Mark.parse(query.next_token).query_id, athena)
    context = {"Catalog": query.catalog}
    if query.default_database:
        context["Database"] = query.default_database
    try:
        return athena.start_query_execution(
            QueryString=query.statement,
            QueryExecutionContext=context,  # type: ignore[arg-type]  # a TypedDict
            WorkGroup=query.workgroup,
            ClientRequestToken=key,
        )["QueryExecutionId"]
    except InvalidQuery as error:
        raise _explained(error, query) from None


def _begun_before(query: RunSqlQuery, query_id: str, athena: "AthenaClient") -> str:
    """The id if it is of this very SQL: a token is no way to the result of another query."""
    message = "it belongs to another query"
    try:
        found = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    except InvalidQuery:
        found = {}
    asked = query.statement, query.workgroup
    if (_bare(found.get("Query", "")), found.get("WorkGroup")) == (_bare(asked[0]), asked[1]):
        return query_id
    raise InvalidQuery(f"nextToken: {message}", fields={"nextToken": message})


def _bare(sql: str) -> str:
    """Without what Athena leaves out when it tells a query again."""
    return sql.strip().rstrip(";").rstrip()


def _explained(error: InvalidQuery, query: RunSqlQuery) -> ServiceError:
    """What to do about it where neither the SQL nor its author is to blame."""
    if re.search("output (location|bucket)", error.message, re.IGNORECASE):
        hint = (
            "Choose another workgroup, or ask an administrator of the AWS account to give "
            f"workgroup {query.workgroup} a query result location, or to let Athena manage its "
            "query results."
        )
        return NotEnabled(error.message, hint=hint)
    return InvalidQuery(error.message, hint="Correct the SQL or the options and run it again.")


def states(query_ids: Sequence[str], aws: Aws) -> dict[str, RemoteState]:
    """How far at most 50 queries are; those Athena does not know are left out.

    Raises AccessDenied, Throttled. Source: BatchGetQueryExecution.
    """
    athena: AthenaClient = aws.client("athena")
    answer = athena.batch_get_query_execution(QueryExecutionIds=query_ids)
    return {found["QueryExecutionId"]: _state(found) for found in answer["QueryExecutions"]}


def _state(execution: "QueryExecutionTypeDef") -> RemoteState:
    told = execution["Status"]
    status = _STATUSES[told["State"]]
    ended_at = told.get("CompletionDateTime")
    return RemoteState(
        status,
        detail=told["State"],
        statistics=statistics_of(execution),
        error=_error(status, told),
        ended_at=ended_at.astimezone(UTC) if ended_at else None,
    )


def _error(status: Status, told: "QueryExecutionStatusTypeDef") -> ServiceError | None:
    reason = told.get("StateChangeReason")
    if status == "failed":
        cause = told.get("AthenaError", {})
        is_users = cause.get("ErrorCategory") == _USER
        return QueryFailed(
            reason or "Athena failed, and does not say why.",
            hint="Correct the SQL and run it again." if is_users else None,
            retryable=cause.get("Retryable", False),
        )
    if status == "cancelled":
        is_limit = "limit" in (reason or "").lower()
        hint = "Have it read less: fewer columns or partitions." if is_limit else None
        return Cancelled(reason or "It was cancelled in Athena.", hint=hint)
    return None


def result(query: RunSqlQuery, query_id: str, aws: Aws, after: str | None) -> Iterator[Page]:
    """The result from the page after the one with the token `after` on, at most `query.limit` rows.

    Raises NotFound, AccessDenied, QueryFailed.
    """
    token = after or query.next_token
    mark = Mark.parse(token) if token else Mark(query_id)
    yield from pages(mark, query.limit, aws, has_names=has_names(query.statement))


def stop(query_id: str, aws: Aws) -> None:
    """Ask Athena to stop; nothing happens to what is over. Raises NotFound, Throttled."""
    athena: AthenaClient = aws.client("athena")
    try:
        athena.stop_query_execution(QueryExecutionId=query_id)
    except InvalidQuery as error:
        if "not found" in error.message:
            raise NotFound(error.message) from None
        # It is over already; the next poll tells how.
