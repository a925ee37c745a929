"""Athena's DDL and SHOW: what they write into Glue, and tell of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.athena_queries import (
    DATA_BUCKET,
    DATABASE,
    Athena,
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
        ("SHOW TABLES IN patterns '('", []),
        ("SHOW TABLES IN patterns 'order?'", []),
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
