"""Athena's DDL and SHOW, and the queries that write: into Glue, and into S3."""

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

TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "


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


def test_a_database_is_created_in_glue(athena: Athena) -> None:
    succeed(
        athena,
        "CREATE DATABASE IF NOT EXISTS Sales COMMENT 'of all' LOCATION 's3://b/sales/'"
        " WITH DBPROPERTIES ('owner' = 'me')",
    )
    found = athena.glue.get_database(Name="sales")["Database"]
    assert (found["Description"], found["LocationUri"]) == ("of all", "s3://b/sales/")
    assert found["Parameters"] == {"owner": "me"}
    assert athena.reason("CREATE DATABASE sales") == f"{TASK}Database sales already exists"
    succeed(athena, "CREATE DATABASE IF NOT EXISTS sales")


def test_a_database_is_dropped_when_it_is_empty(athena: Athena) -> None:
    succeed(athena, "CREATE DATABASE doomed")
    succeed(athena, f"CREATE EXTERNAL TABLE doomed.t (a int) LOCATION 's3://{DATA_BUCKET}/x/'")
    assert "Database doomed is not empty" in athena.reason("DROP DATABASE doomed")
    succeed(athena, "DROP DATABASE doomed CASCADE")
    assert athena.reason("DROP DATABASE doomed") == (
        "FAILED: SemanticException [Error 10072]: Database does not exist: doomed"
    )
    succeed(athena, "DROP DATABASE IF EXISTS doomed")


def test_a_table_is_created_in_glue(athena: Athena) -> None:
    succeed(
        athena,
        "CREATE EXTERNAL TABLE IF NOT EXISTS Made (a int COMMENT 'first', b array<string>)"
        " COMMENT 'made by SQL' PARTITIONED BY (dt string) STORED AS PARQUET"
        f" LOCATION 's3://{DATA_BUCKET}/made' TBLPROPERTIES ('k' = 'v')",
    )
    table = athena.glue.get_table(DatabaseName=DATABASE, Name="made")["Table"]
    assert table["TableType"] == "EXTERNAL_TABLE"
    assert table["Description"] == "made by SQL"
    assert table["Parameters"] == {"EXTERNAL": "TRUE", "k": "v"}
    assert table["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    storage = table["StorageDescriptor"]
    assert storage["Location"] == f"s3://{DATA_BUCKET}/made/"
    assert storage["Columns"] == [
        {"Name": "a", "Type": "int", "Comment": "first"},
        {"Name": "b", "Type": "array<string>"},
    ]
    serde = storage["SerdeInfo"]["SerializationLibrary"]
    assert serde == "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


def test_a_table_is_created_once(athena: Athena) -> None:
    sql = f"CREATE EXTERNAL TABLE {{}} once (a int) LOCATION 's3://{DATA_BUCKET}/once/'"
    succeed(athena, sql.format(""))
    reason = athena.reason(sql.format(""), DATABASE)
    assert reason == f"{TASK}AlreadyExistsException(message:Table once already exists)"
    succeed(athena, sql.format("IF NOT EXISTS"))
    assert athena.reason(sql.format(""), "nowhere") == (
        "FAILED: SemanticException [Error 10072]: Database does not exist: nowhere"
    )


def test_a_table_is_dropped_and_its_objects_stay(athena: Athena) -> None:
    athena.put({"dropped/a": b"1\n"})
    succeed(athena, f"CREATE EXTERNAL TABLE dropped (a int) LOCATION 's3://{DATA_BUCKET}/dropped/'")
    succeed(athena, "DROP TABLE dropped")
    assert keys(athena, "dropped/") == ["dropped/a"]
    assert athena.reason("DROP TABLE dropped", DATABASE) == (
        "FAILED: SemanticException [Error 10001]: Table not found dropped"
    )
    succeed(athena, "DROP TABLE IF EXISTS dropped")


def test_a_table_of_iceberg_is_not_supported(athena: Athena) -> None:
    reason = athena.reason(
        f"CREATE TABLE ice (a int) LOCATION 's3://{DATA_BUCKET}/ice/'"
        " TBLPROPERTIES ('table_type' = 'ICEBERG')",
        DATABASE,
    )
    assert reason.startswith("NOT_SUPPORTED: ")


def test_a_view_is_kept_in_glue(athena: Athena) -> None:
    succeed(athena, "CREATE VIEW numbers AS SELECT 1 AS n, 'x' AS s")
    table = athena.glue.get_table(DatabaseName=DATABASE, Name="numbers")["Table"]
    assert table["TableType"] == "VIRTUAL_VIEW"
    assert table["ViewOriginalText"].startswith("/* Presto View: ")
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "n", "Type": "integer"},
        {"Name": "s", "Type": "varchar"},
    ]
    assert athena.rows("SELECT s, n FROM numbers", DATABASE) == [["x", "1"]]


def test_a_view_is_replaced_only_if_asked(athena: Athena) -> None:
    succeed(athena, "CREATE VIEW again AS SELECT 1 AS n")
    reason = athena.reason("CREATE VIEW again AS SELECT 2 AS n", DATABASE)
    assert reason.startswith("TABLE_ALREADY_EXISTS: ")
    succeed(athena, "CREATE OR REPLACE VIEW again AS SELECT 2 AS n")
    assert athena.rows("SELECT * FROM again", DATABASE) == [["2"]]


def test_a_view_of_what_is_not_there_fails(athena: Athena) -> None:
    reason = athena.reason("CREATE VIEW v AS SELECT * FROM nowhere", DATABASE)
    assert reason.startswith("TABLE_NOT_FOUND: line 1:32: ")


def test_views_are_told_and_dropped(athena: Athena) -> None:
    succeed(athena, "CREATE VIEW seen AS SELECT 1 AS n")
    assert ["seen"] in athena.rows("SHOW VIEWS", DATABASE)
    assert ["seen"] in athena.rows("SHOW TABLES IN lake")
    assert athena.rows("DESCRIBE seen", DATABASE) == [["n\tinteger"]]
    assert athena.rows("SHOW CREATE VIEW seen", DATABASE)[-1] == ["SELECT 1 AS n"]
    assert "not found seen" in athena.reason("DROP TABLE seen", DATABASE)
    succeed(athena, "DROP VIEW seen")
    assert "does not exist" in athena.reason("DROP VIEW seen", DATABASE)
    succeed(athena, "DROP VIEW IF EXISTS seen")


def partitioned(athena: Athena, name: str) -> None:
    succeed(
        athena,
        f"CREATE EXTERNAL TABLE {name} (n string) PARTITIONED BY (dt string, h int)"
        f" LOCATION 's3://{DATA_BUCKET}/{name}/'",
    )


def shown(athena: Athena, name: str) -> list[str | None]:
    return [row[0] for row in athena.rows(f"SHOW PARTITIONS {name}", DATABASE)]


def test_partitions_are_added_and_dropped(athena: Athena) -> None:
    partitioned(athena, "parted")
    succeed(
        athena,
        "ALTER TABLE parted ADD PARTITION (dt = 'a', h = 1)"
        " PARTITION (dt = 'b', h = 2) LOCATION 's3://elsewhere/b/'",
    )
    assert shown(athena, "parted") == ["dt=a/h=1", "dt=b/h=2"]
    partitions = athena.glue.get_partitions(DatabaseName=DATABASE, TableName="parted")["Partitions"]
    assert [one["StorageDescriptor"]["Location"] for one in partitions] == [
        f"s3://{DATA_BUCKET}/parted/dt=a/h=1/",
        "s3://elsewhere/b/",
    ]
    twice = "ALTER TABLE parted ADD {} PARTITION (dt = 'a', h = 1)"
    assert "Partition already exists" in athena.reason(twice.format(""), DATABASE)
    succeed(athena, twice.format("IF NOT EXISTS"))
    succeed(athena, "ALTER TABLE parted DROP PARTITION (dt = 'a', h = 1)")
    assert shown(athena, "parted") == ["dt=b/h=2"]
    gone = "ALTER TABLE parted DROP {} PARTITION (dt = 'a', h = 1)"
    assert "Partition not found" in athena.reason(gone.format(""), DATABASE)
    succeed(athena, gone.format("IF EXISTS"))


def test_partitions_are_found_by_repair(athena: Athena) -> None:
    athena.put({"found/dt=a/h=1/x": b"1\n", "found/dt=b/h=2/x": b"2\n", "found/other/x": b"3\n"})
    partitioned(athena, "found")
    lines = [row[0] for row in athena.rows("MSCK REPAIR TABLE found", DATABASE)]
    assert lines[1:] == [
        "Repair: Added partition to metastore found:dt=a/h=1",
        "Repair: Added partition to metastore found:dt=b/h=2",
    ]
    assert athena.rows("MSCK REPAIR TABLE found", DATABASE) == []
    assert athena.rows("SELECT n, dt, h FROM found ORDER BY n", DATABASE) == [
        ["1", "a", "1"],
        ["2", "b", "2"],
    ]


def test_a_table_without_partitions_has_none_to_show(athena: Athena) -> None:
    succeed(athena, f"CREATE EXTERNAL TABLE whole (a int) LOCATION 's3://{DATA_BUCKET}/whole/'")
    reason = athena.reason("SHOW PARTITIONS whole", DATABASE)
    assert reason == (
        "FAILED: SemanticException [Error 10241]: Table whole is not a partitioned table"
    )


def test_tables_are_shown_by_a_pattern(athena: Athena) -> None:
    succeed(athena, "CREATE DATABASE patterns")
    for name in ("orders", "orders_old", "customers"):
        succeed(athena, f"CREATE VIEW patterns.{name} AS SELECT 1 AS n")
    for sql, names in (
        ("SHOW TABLES IN patterns 'orders*'", ["orders", "orders_old"]),
        ("SHOW TABLES IN patterns LIKE '*s'", ["customers", "orders"]),
        ("SHOW TABLES IN patterns 'orders|customers'", ["customers", "orders"]),
        ("SHOW TABLES IN patterns", ["customers", "orders", "orders_old"]),
    ):
        assert athena.rows(sql) == [[name] for name in names]
    assert athena.reason("SHOW TABLES IN nowhere") == (
        "FAILED: SemanticException [Error 10072]: Database does not exist: nowhere"
    )


def test_a_table_is_described_as_hive_does(athena: Athena) -> None:
    partitioned(athena, "described")
    columns = [
        f"{name:<20}\t{type_:<20}\t{'':<20}"
        for name, type_ in (("n", "string"), ("dt", "string"), ("h", "int"))
    ]
    assert [row[0] for row in athena.rows("DESCRIBE described", DATABASE)] == [
        *columns,
        "\t \t ",
        "# Partition Information\t \t ",
        f"{'# col_name':<22}\t{'data_type':<20}\t{'comment':<20}",
        "\t \t ",
        *columns[1:],
    ]
    assert athena.rows("SHOW COLUMNS IN described", DATABASE) == [
        [f"{name:<20}"] for name in ("n", "dt", "h")
    ]


@pytest.mark.parametrize("sql", ["DESCRIBE nowhere", "SHOW COLUMNS IN lake.nowhere"])
def test_what_is_not_there_is_described_to_nobody(athena: Athena, sql: str) -> None:
    message = athena.refused(sql, QueryExecutionContext={"Database": DATABASE})
    assert message.startswith("Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; ")


def test_show_create_table_can_be_run_again(athena: Athena) -> None:
    succeed(
        athena,
        "CREATE EXTERNAL TABLE original (a int COMMENT 'x', b string) PARTITIONED BY (dt string)"
        " ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
        " WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')"
        f" LOCATION 's3://{DATA_BUCKET}/original/' TBLPROPERTIES ('k' = 'v')",
    )
    lines = [str(row[0]) for row in athena.rows("SHOW CREATE TABLE original", DATABASE)]
    sql = "\n".join(lines).replace("`lake.original`", "copied")
    succeed(athena, sql)
    one, other = (
        athena.glue.get_table(DatabaseName=DATABASE, Name=name)["Table"]["StorageDescriptor"]
        for name in ("original", "copied")
    )
    assert one == other


def test_properties_are_shown(athena: Athena) -> None:
    succeed(
        athena,
        f"CREATE EXTERNAL TABLE proper (a int) LOCATION 's3://{DATA_BUCKET}/p/'"
        " TBLPROPERTIES ('k' = 'v')",
    )
    assert ["k\tv"] in athena.rows("SHOW TBLPROPERTIES proper", DATABASE)
    assert athena.rows("SHOW TBLPROPERTIES proper ('k')", DATABASE) == [["v"]]


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
