"""SQL over results as an operation: a job like any other, run where the data workers are."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final

from django.conf import settings
from pydantic import Field, field_validator, model_validator

from awsdash.jobs.local import LocalOperation
from awsdash.jobs.models import Execution
from awsdash.sandbox import sources, sql
from services.base import Item, Page
from services.query import Query

LONGEST_SQL: Final = 100_000
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class SqlQuery(Query):
    """One SELECT, and what its tables are."""

    identifier: ClassVar[str] = "sql"

    sql: str = Field(
        title="SQL",
        min_length=1,
        max_length=LONGEST_SQL,
        description="One SELECT in DuckDB's SQL. A result is a table named job_<id> or "
        "batch_<id>; a batch's has the columns account, accountId and region too.",
        json_schema_extra={"multiline": True},
    )
    tables: dict[str, str] = Field(
        default_factory=dict,
        title="Tables",
        description="Names of your own for results: {name: id of a job or a batch}.",
    )
    limit: int = Field(
        10_000, ge=1, le=1_000_000, title="Limit", description="Most rows to return."
    )

    @field_validator("sql")
    @classmethod
    def _check_text(cls, value: str) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("half of a character is no text") from None
        if not value.strip():
            raise ValueError("write a SELECT")
        return value

    @field_validator("tables")
    @classmethod
    def _check_names(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name[:80]} is no name: letters, digits and _")
        if len({name.casefold() for name in value}) < len(value):
            raise ValueError("two names differ in capitals alone")
        return value

    @model_validator(mode="after")
    def _refuse_token(self) -> "SqlQuery":
        if self.next_token is not None:
            raise ValueError("SQL has no nextToken; raise the limit or write OFFSET")
        return self


class SqlRow(Item):
    """Only the answer tells the columns."""


class SqlOverResults(LocalOperation[SqlQuery]):
    name = "results.sql"
    title = "SQL over results"
    function = "sqlOverResults"
    query_type = SqlQuery
    item_type = SqlRow
    # A lane is a person's.
    most_active = 2
    # The child's own deadline comes first, however long its first page is in coming.
    timeout_s = settings.SQL_DEADLINE_S + 60

    def may_share(self, query: SqlQuery) -> bool:
        """No: it reads what its own person may see."""
        return False

    def pages(self, query: SqlQuery, execution: Execution) -> Iterator[Page]:
        """The answer, as far as the person may see its sources now. Raises ServiceError."""
        owner = execution.jobs.select_related("owner").earliest("created_at").owner
        # Who sees the answer is judged by these accounts: nothing of others gets in.
        accounts = set(execution.touches.values_list("pk", flat=True))
        named = sources.resolve(owner, query.tables)
        some = [source.within(accounts) for source in named]
        scanned = sum(source.result.total for source in some)
        for page in sql.run(query.sql, sources.tables_of(some), query.limit):
            told = replace(page.statistics, records_scanned=scanned)
            yield replace(page, statistics=told)


SQL_OVER_RESULTS: Final = SqlOverResults()


def asked_tables(query: SqlQuery) -> dict[str, str]:
    """Every table of the query: those it names and those that its SQL does."""
    return {**sources.named_in(query.sql), **query.tables}
