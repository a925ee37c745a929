"""What a query may ask, and what Athena then runs."""

from typing import Any

import pytest

from services.athena.types import RunSqlQuery
from services.errors import InvalidQuery


def refused(**options: Any) -> dict[str, str]:
    with pytest.raises(InvalidQuery) as caught:
        RunSqlQuery.parse(options)
    return caught.value.fields


def test_a_table_is_read_up_to_the_limit() -> None:
    query = RunSqlQuery.parse({"resourceId": "edge/access_logs", "limit": 7})
    assert query.statement == 'SELECT * FROM "edge"."access_logs" LIMIT 7'
    assert query.default_database == "edge"


def test_a_name_cannot_leave_its_quotes() -> None:
    query = RunSqlQuery.parse({"table": 'e"x/t" -- '})
    assert query.statement == 'SELECT * FROM "e""x"."t"" -- " LIMIT 100000'


def test_sql_runs_as_it_is_written() -> None:
    query = RunSqlQuery.parse({"resourceId": "custom", "sql": "SELECT 1 ;", "database": "edge"})
    assert (query.statement, query.default_database) == ("SELECT 1 ;", "edge")


def test_sql_beside_a_table_runs_in_its_database() -> None:
    query = RunSqlQuery.parse({"table": "edge/access_logs", "sql": "SHOW TABLES"})
    assert (query.statement, query.default_database) == ("SHOW TABLES", "edge")


@pytest.mark.parametrize("table", ["access_logs", "a/b/c", "/t", "d/", "edge.access_logs"])
def test_a_table_is_named_with_its_database(table: str) -> None:
    assert refused(table=table) == {"table": "write Database/Table, or custom with sql"}


def test_something_must_be_asked() -> None:
    message = {"": "give a table as Database/Table, or sql"}
    assert refused() == refused(table="custom") == refused(database="edge") == message


def test_sql_that_writes_is_refused_at_its_field() -> None:
    assert refused(sql="DROP TABLE t")["sql"].startswith("only one statement that reads: SELECT")


def test_sql_is_no_longer_than_athena_takes() -> None:
    assert RunSqlQuery.parse({"sql": f"SELECT '{'x' * 262_000}'"})
    assert refused(sql=f"SELECT '{'é' * 131_100}'") == {"sql": "Athena takes at most 262144 bytes"}


def test_nobody_says_where_results_go() -> None:
    assert "outputLocation" in refused(sql="SELECT 1", outputLocation="s3://mine/")
