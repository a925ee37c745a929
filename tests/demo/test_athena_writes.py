"""Queries of Athena that write into S3, and statements that are prepared."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.athena_queries import (
    DATA_BUCKET,
    DATABASE,
    RESULTS,
    Athena,
    parquet,
    refusal,
    running_athena,
)


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        yield running


def succeed(athena: Athena, sql: str, database: str | None = DATABASE, **more: Any) -> None:
    status = athena.run(sql, database, **more)["Status"]
    assert status["State"] == "SUCCEEDED", status


def keys(athena: Athena, prefix: str, bucket: str = DATA_BUCKET) -> list[str]:
    listed = athena.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for one in listed.get("Contents", [])]


def shown(athena: Athena, name: str) -> list[str | None]:
    return [row[0] for row in athena.rows(f"SHOW PARTITIONS {name}", DATABASE)]


def test_create_table_as_writes_parquet_into_the_results_place(athena: Athena) -> None:
    execution = athena.run("CREATE TABLE copied_rows AS SELECT 1 AS a, 'x' AS b", DATABASE)
    query = execution["QueryExecutionId"]
    assert execution["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    location = f"{RESULTS}tables/{query}"
    assert execution["ResultConfiguration"]["OutputLocation"] == location
    table = athena.glue.get_table(DatabaseName=DATABASE, Name="copied_rows")["Table"]
    assert table["StorageDescriptor"]["Location"] == f"{location}/"
    assert [c["Type"] for c in table["StorageDescriptor"]["Columns"]] == ["int", "string"]
    assert athena.rows("SELECT * FROM copied_rows", DATABASE) == [["1", "x"]]
    answer = athena.client.get_query_results(QueryExecutionId=query)
    assert (answer["UpdateCount"], answer["ResultSet"]["Rows"]) == (1, [])


@pytest.mark.parametrize(
    ("format_", "more"), [("PARQUET", ""), ("JSON", ""), ("TEXTFILE", ", field_delimiter = ','")]
)
def test_create_table_as_writes_a_format_with_partitions(
    athena: Athena, format_: str, more: str
) -> None:
    name = f"as_{format_.lower()}"
    succeed(
        athena,
        f"CREATE TABLE {name} WITH (format = '{format_}', partitioned_by = ARRAY['dt'],"
        f" external_location = 's3://{DATA_BUCKET}/{name}/'{more})"
        " AS SELECT n, CAST(NULL AS varchar) AS e, 'd/' || CAST(n AS varchar) AS dt"
        " FROM (VALUES 1, 2) AS t(n)",
    )
    assert shown(athena, name) == ["dt=d%2F1", "dt=d%2F2"]
    assert athena.rows(f"SELECT * FROM {name} ORDER BY n", DATABASE) == [
        ["1", None, "d/1"],
        ["2", None, "d/2"],
    ]


def test_create_table_as_wants_an_empty_place(athena: Athena) -> None:
    athena.put({"taken/a": b"x"})
    reason = athena.reason(
        f"CREATE TABLE taken WITH (external_location = 's3://{DATA_BUCKET}/taken/')"
        " AS SELECT 1 AS a",
        DATABASE,
    )
    assert reason.startswith("HIVE_PATH_ALREADY_EXISTS: Target directory for table 'lake.taken'")


def test_create_table_as_wants_names_and_a_new_table(athena: Athena) -> None:
    assert athena.reason("CREATE TABLE nameless AS SELECT 1", DATABASE).startswith(
        "MISSING_COLUMN_NAME: "
    )
    succeed(athena, "CREATE TABLE fresh AS SELECT 1 AS a")
    assert athena.reason("CREATE TABLE fresh AS SELECT 1 AS a", DATABASE).startswith(
        "TABLE_ALREADY_EXISTS: "
    )
    succeed(athena, "CREATE TABLE IF NOT EXISTS fresh AS SELECT 2 AS a")
    assert athena.rows("SELECT * FROM fresh", DATABASE) == [["1"]]


def test_create_table_as_without_data_makes_an_empty_table(athena: Athena) -> None:
    succeed(athena, "CREATE TABLE hollow AS SELECT 1 AS a WITH NO DATA")
    assert athena.rows("SELECT a FROM hollow", DATABASE) == []


def test_an_enforced_location_forbids_another(athena: Athena) -> None:
    athena.client.create_work_group(
        Name="central", Configuration={"ResultConfiguration": {"OutputLocation": RESULTS}}
    )
    message = athena.refused(
        f"CREATE TABLE t WITH (external_location = 's3://{DATA_BUCKET}/t/') AS SELECT 1 AS a",
        WorkGroup="central",
    )
    assert "'external_location' property to an Athena Workgroup that enforces" in message


def test_insert_adds_rows_by_position_or_by_name(athena: Athena) -> None:
    succeed(athena, "CREATE TABLE grown AS SELECT 1 AS a, 'x' AS b")
    execution = athena.run("INSERT INTO grown SELECT 2, 'y'", DATABASE)
    assert execution["StatementType"] == "DML"
    answer = athena.client.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert answer["UpdateCount"] == 1
    succeed(athena, "INSERT INTO grown (b) VALUES 'z'")
    assert athena.rows("SELECT * FROM grown ORDER BY b", DATABASE) == [
        ["1", "x"],
        ["2", "y"],
        [None, "z"],
    ]


def test_insert_registers_new_partitions(athena: Athena) -> None:
    athena.put({"daily/dt=a/x.parquet": parquet({"n": [1]})})
    succeed(
        athena,
        "CREATE EXTERNAL TABLE daily (n bigint) PARTITIONED BY (dt string) STORED AS PARQUET"
        f" LOCATION 's3://{DATA_BUCKET}/daily/'",
    )
    succeed(athena, "MSCK REPAIR TABLE daily")
    succeed(athena, "INSERT INTO daily VALUES (2, 'a'), (3, 'b')")
    assert shown(athena, "daily") == ["dt=a", "dt=b"]
    assert athena.rows("SELECT * FROM daily ORDER BY n", DATABASE) == [
        ["1", "a"],
        ["2", "a"],
        ["3", "b"],
    ]


def test_insert_wants_as_many_columns(athena: Athena) -> None:
    succeed(athena, "CREATE TABLE narrow AS SELECT 1 AS a")
    reason = athena.reason("INSERT INTO narrow SELECT 1, 2", DATABASE)
    assert reason.startswith("TYPE_MISMATCH: line 1:1: Insert query has 2 expression(s)")
    assert athena.reason("INSERT INTO nowhere SELECT 1", DATABASE).startswith("TABLE_NOT_FOUND: ")


def test_unload_writes_objects_and_no_table(athena: Athena) -> None:
    sql = (
        "UNLOAD (SELECT n, 'x' AS s FROM UNNEST(sequence(1, 3)) AS t(n))"
        f" TO 's3://{DATA_BUCKET}/unloaded/' WITH (format = 'JSON')"
    )
    succeed(athena, sql)
    (key,) = keys(athena, "unloaded/")
    lines = athena.object(f"s3://{DATA_BUCKET}/{key}").splitlines()
    assert lines[0] == b'{"n":1,"s":"x"}'
    assert len(lines) == 3
    assert athena.reason(sql, DATABASE).startswith("HIVE_PATH_ALREADY_EXISTS: ")


def test_a_statement_is_prepared_executed_and_forgotten(athena: Athena) -> None:
    succeed(athena, "PREPARE twice FROM SELECT ? * 2 AS n")
    assert athena.rows("EXECUTE twice USING 21") == [["42"]]
    assert athena.rows("EXECUTE twice", ExecutionParameters=["4"]) == [["8"]]
    assert "expected 1 but found 0" in athena.reason("EXECUTE twice")
    succeed(athena, "DEALLOCATE PREPARE twice")
    missing = "PreparedStatement twice was not found in workGroup primary"
    assert athena.reason("EXECUTE twice USING 1") == missing
    assert athena.reason("DEALLOCATE PREPARE twice") == missing


def test_a_prepared_statement_is_its_workgroups(athena: Athena) -> None:
    for name in ("prepared-one", "prepared-other"):
        athena.client.create_work_group(
            Name=name, Configuration={"ResultConfiguration": {"OutputLocation": RESULTS}}
        )
    request = {"StatementName": "mine", "WorkGroup": "prepared-one"}
    athena.client.create_prepared_statement(**request, QueryStatement="SELECT ?")
    assert athena.rows("EXECUTE mine USING 1", WorkGroup="prepared-one") == [["1"]]
    assert "not found" in athena.reason("EXECUTE mine USING 1", WorkGroup="prepared-other")
    found = athena.client.get_prepared_statement(**request)["PreparedStatement"]
    assert found["QueryStatement"] == "SELECT ?"
    athena.client.update_prepared_statement(**request, QueryStatement="SELECT ? + 1")
    assert athena.rows("EXECUTE mine USING 1", WorkGroup="prepared-one") == [["2"]]
    batch = athena.client.batch_get_prepared_statement(
        PreparedStatementNames=["mine", "other"], WorkGroup="prepared-one"
    )
    assert [one["StatementName"] for one in batch["PreparedStatements"]] == ["mine"]
    assert [one["StatementName"] for one in batch["UnprocessedPreparedStatementNames"]] == ["other"]
    listed = athena.client.list_prepared_statements(WorkGroup="prepared-one")
    assert [one["StatementName"] for one in listed["PreparedStatements"]] == ["mine"]
    athena.client.delete_prepared_statement(**request)
    code, _ = refusal(athena.client.get_prepared_statement, **request)
    assert code == "ResourceNotFoundException"
