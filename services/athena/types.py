"""Athena: the options of a statement of SQL. Its columns are known only from the answer."""

import re
from typing import ClassVar, Final, Self

from pydantic import Field, field_validator, model_validator

from services.athena.statements import refusal_of
from services.base import Item
from services.query import Query

CUSTOM: Final = "custom"
MOST_SQL_BYTES: Final = 262_144
_TABLE: Final = re.compile(r"([^/]+)/([^/]+)")


class RunSqlQuery(Query):
    identifier: ClassVar[str] = "table"

    table: str = Field(
        "",
        max_length=512,
        title="Table",
        description="Database/Table: its first rows, up to the limit. If there is SQL, that runs "
        "instead, in this database.",
        examples=["edge/access_logs"],
    )
    sql: str = Field(
        "",
        title="SQL",
        description="One statement that reads: SELECT, WITH, SHOW, DESCRIBE or EXPLAIN.",
        examples=["SELECT status, count(*) AS requests FROM access_logs GROUP BY status"],
        json_schema_extra={"multiline": True},
    )
    database: str = Field(
        "",
        max_length=255,
        title="Database",
        description="Where names without a database are looked up; empty: that of the table.",
        examples=["edge"],
    )
    workgroup: str = Field(
        "primary",
        min_length=1,
        max_length=128,
        title="Workgroup",
        description="It says where results go and what a query may read.",
        examples=["primary"],
    )
    catalog: str = Field(
        "AwsDataCatalog",
        min_length=1,
        max_length=256,
        title="Catalog",
        description="The data catalog that has the databases.",
        examples=["AwsDataCatalog"],
    )
    limit: int = Field(
        100_000,
        ge=1,
        le=10_000_000,
        title="Limit",
        description="Most rows to keep. AWS reads all that the SQL asks for in any case.",
    )

    @field_validator("table")
    @classmethod
    def _check_table(cls, value: str) -> str:
        if value not in {"", CUSTOM} and not _TABLE.fullmatch(value):
            raise ValueError("write Database/Table, or custom with sql")
        return value

    @field_validator("sql")
    @classmethod
    def _check_sql(cls, value: str) -> str:
        if len(value.encode()) > MOST_SQL_BYTES:
            raise ValueError(f"Athena takes at most {MOST_SQL_BYTES} bytes")
        if value and (refusal := refusal_of(value)):
            raise ValueError(refusal)
        return value

    @model_validator(mode="after")
    def _check_something_is_asked(self) -> Self:
        if not self.sql and self.table in {"", CUSTOM}:
            raise ValueError("give a table as Database/Table, or sql")
        return self

    @property
    def statement(self) -> str:
        """What Athena runs."""
        if self.sql:
            return self.sql
        database, table = (name.replace('"', '""') for name in self.table.split("/"))
        return f'SELECT * FROM "{database}"."{table}" LIMIT {self.limit}'  # noqa: S608  # quoted

    @property
    def default_database(self) -> str:
        """Where names without a database are looked up; "": where Athena does by itself."""
        named = _TABLE.fullmatch(self.table)
        return self.database or (named[1] if named else "")


class ResultRow(Item):
    """A row has the columns that the answer tells."""
