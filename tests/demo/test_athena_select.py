"""SELECT in Athena: queries, their errors, their parameters, and the catalog in SQL."""

from collections.abc import Iterator

import pytest

from tests.demo.athena_queries import DATA_BUCKET, DATABASE, Athena, running_athena

NO_RIGHT = "cannot be resolved or requester is not authorized to access requested resources"


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        running.put({"t/a": b"1,a,2026-11-20\n2,b,2026-11-21\n"})
        running.rows(
            "CREATE EXTERNAL TABLE t (id int, name string, day date)"
            " ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"
            f" LOCATION 's3://{DATA_BUCKET}/t/'",
            DATABASE,
        )
        yield running


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            "SELECT id, row_number() OVER (ORDER BY id DESC) FROM t ORDER BY 1",
            [["1", "2"], ["2", "1"]],
        ),
        (
            "WITH a AS (SELECT id FROM t), b AS (SELECT id + 1 AS id FROM a) SELECT * FROM"
            " a JOIN b USING (id)",
            [["2"]],
        ),
        ("SELECT id FROM t UNION ALL SELECT 9 ORDER BY 1 DESC LIMIT 2", [["9"], ["2"]]),
        (
            "SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v(n, s) WHERE n IN (SELECT id"
            " FROM t WHERE id > 1)",
            [["2", "y"]],
        ),
        (
            "SELECT t.name, u.n FROM t CROSS JOIN UNNEST(ARRAY[7, 8]) WITH ORDINALITY AS"
            " u(v, n) WHERE t.id = 1",
            [["a", "1"], ["a", "2"]],
        ),
        (
            "SELECT name, count(*) AS n FROM t GROUP BY ROLLUP (name) HAVING count(*) > 1",
            [[None, "2"]],
        ),
        ("SELECT id FROM t ORDER BY id OFFSET 1 LIMIT 5", [["2"]]),
        ("TABLE t", [["1", "a", "2026-11-20"], ["2", "b", "2026-11-21"]]),
        ("VALUES (1, 'a')", [["1", "a"]]),
        ("SELECT date_add('day', 1, day) FROM lake.t WHERE id = 1", [["2026-11-21"]]),
        ('SELECT "ID" FROM "awsdatacatalog"."lake"."t" WHERE t.id = 1', [["1"]]),
        ("SELECT _col0 FROM (SELECT count(*) FROM t)", [["2"]]),
        ("SELECT 'select from' AS v", [["select from"]]),
        ("WITH t AS (SELECT * FROM t WHERE id = 2) SELECT id FROM t", [["2"]]),
        ("WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS n FROM a) SELECT n FROM b", [["2"]]),
        ("SELECT lake.t.name FROM lake.t WHERE lake.t.id = 1", [["a"]]),
    ],
)
def test_queries(athena: Athena, sql: str, found: list[list[str | None]]) -> None:
    assert athena.rows(sql, DATABASE) == found


def test_columns_without_a_name_are_numbered(athena: Athena) -> None:
    query = athena.run("SELECT 1, t.*, id, id + 1 FROM t LIMIT 1", DATABASE)
    names = athena.results(query["QueryExecutionId"])[0]
    assert names == ["_col0", "id", "name", "day", "id", "_col5"]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT x FROM t", f"COLUMN_NOT_FOUND: line 1:8: Column 'x' {NO_RIGHT}"),
        ("SELECT id,\n  t.x FROM t", f"COLUMN_NOT_FOUND: line 2:3: Column 't.x' {NO_RIGHT}"),
        (
            "SELECT id FROM t WHERE\nnope = 1",
            f"COLUMN_NOT_FOUND: line 2:1: Column 'nope' {NO_RIGHT}",
        ),
        ("SELECT u.id FROM t", f"COLUMN_NOT_FOUND: line 1:8: Column 'u.id' {NO_RIGHT}"),
        (
            "SELECT * FROM nope",
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.lake.nope' does not exist",
        ),
        (
            "SELECT *\nFROM lake.nope",
            "TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.lake.nope' does not exist",
        ),
        ("SELECT * FROM nope.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nope' does not exist"),
        (
            "SELECT * FROM mysql.lake.t",
            "CATALOG_NOT_FOUND: line 1:15: Catalog 'mysql' does not exist",
        ),
        (
            "SELECT 1, nope(id) FROM t",
            "FUNCTION_NOT_FOUND: line 1:11: Function 'nope' not registered",
        ),
        (
            "SELECT name, count(*) FROM t",
            "EXPRESSION_NOT_AGGREGATE: line 1:8: 'name' must be an aggregate expression or"
            " appear in GROUP BY clause",
        ),
        ("SELECT id / 0 FROM t", "DIVISION_BY_ZERO: Division by zero"),
        (
            "SELECT 2147483647 + 1",
            "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1",
        ),
        ("SELECT CAST(300 AS tinyint)", "INVALID_CAST_ARGUMENT: Out of range for tinyint: 300"),
        (
            "SELECT CAST(name AS integer) FROM t",
            "INVALID_CAST_ARGUMENT: Cannot cast 'a' to integer",
        ),
        (
            "SELECT ? FROM t",
            "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1"
            " but found 0",
        ),
        (
            "DELETE FROM t",
            "NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables",
        ),
    ],
)
def test_a_query_fails_in_athenas_words(athena: Athena, sql: str, reason: str) -> None:
    assert athena.reason(sql, DATABASE) == reason


def test_what_cannot_be_compared_is_a_type_mismatch(athena: Athena) -> None:
    assert athena.reason("SELECT id + name FROM t", DATABASE).startswith("TYPE_MISMATCH: ")


def test_without_a_database_that_called_default_is_meant(athena: Athena) -> None:
    assert athena.reason("SELECT * FROM t") == (
        "SCHEMA_NOT_FOUND: line 1:15: Schema 'default' does not exist"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM TABLE(read_text('/etc/passwd'))",
        'SELECT * FROM "/etc/passwd"',
        "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')",
        "SELECT write_log('x')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM t CROSS JOIN LATERAL duckdb_settings()",
        "SELECT * FROM LATERAL read_text('/etc/passwd')",
        "SELECT * FROM TABLE(duckdb_settings())",
    ],
)
def test_a_query_sees_nothing_of_the_machine(athena: Athena, sql: str) -> None:
    execution = athena.run(sql, DATABASE)
    assert execution["Status"]["State"] == "FAILED"
    reason = execution["Status"]["StateChangeReason"]
    assert reason.startswith(("FUNCTION_NOT_FOUND: ", "NOT_SUPPORTED: ", "TABLE_NOT_FOUND: "))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("'abc'", "abc"),
        ("abc def", "abc def"),
        ("it's", "it's"),
        ("1 + 1", "2"),
        ("DATE '2026-11-23'", "2026-11-23"),
        ("NULL", None),
        ("abc", "abc"),
        ("x + 1", "x + 1"),
        ("1) OR (true", "1) OR (true"),
        ("1 -- 2", "1"),
        ("?", "?"),
        ("/* x", "/* x"),
        (" ", " "),
        ("123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
    ],
)
def test_a_parameter_is_an_expression_or_else_a_text(
    athena: Athena, value: str, found: str | None
) -> None:
    assert athena.rows("SELECT ? AS v", ExecutionParameters=[value]) == [[found]]


@pytest.mark.parametrize("database", ["main", "memory", "pg_catalog", "system", "temp"])
def test_a_database_may_have_any_name(athena: Athena, database: str) -> None:
    athena.rows(f"CREATE DATABASE {database}")
    location = f"s3://{DATA_BUCKET}/t/"
    athena.rows(f"CREATE EXTERNAL TABLE {database}.u (line string) LOCATION '{location}'")
    assert athena.rows(f"SELECT count(*), max({database}.u.line) FROM {database}.u") == [
        ["2", "2,b,2026-11-21"]
    ]


def test_the_columns_of_a_view_are_renamed_with_it(athena: Athena) -> None:
    athena.rows("CREATE VIEW named AS SELECT id, name FROM t", DATABASE)
    assert athena.rows("SELECT v.x FROM named AS v(x, y) WHERE y = 'b'", DATABASE) == [["2"]]


def test_a_parameter_cannot_break_out_of_its_brackets(athena: Athena) -> None:
    sql = "SELECT id FROM t WHERE (name = 'nobody' AND id > ?)"
    assert athena.rows(sql, DATABASE, ExecutionParameters=["1) OR (true"]) == []


def test_parameters_go_in_order(athena: Athena) -> None:
    rows = athena.rows(
        "SELECT '?', ? FROM t WHERE name = ? -- ?", DATABASE, ExecutionParameters=["7", "b"]
    )
    assert rows == [["?", "7"]]


def test_a_query_without_marks_ignores_parameters(athena: Athena) -> None:
    assert athena.rows("SELECT 1", ExecutionParameters=["7"]) == [["1"]]


def test_information_schema_tells_of_databases_tables_and_columns(athena: Athena) -> None:
    assert ["lake"] in athena.rows("SELECT schema_name FROM information_schema.schemata")
    tables = athena.rows(
        "SELECT table_catalog, table_type FROM information_schema.tables"
        " WHERE table_schema = 'lake' AND table_name = 't'"
    )
    assert tables == [["awsdatacatalog", "BASE TABLE"]]
    columns = athena.rows(
        "SELECT column_name, data_type, ordinal_position FROM information_schema.columns"
        " WHERE table_name = 't' ORDER BY ordinal_position"
    )
    assert columns == [["id", "integer", "1"], ["name", "varchar", "2"], ["day", "date", "3"]]


def test_explain_tells_a_plan(athena: Athena) -> None:
    execution = athena.run("EXPLAIN SELECT * FROM t", DATABASE)
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "EXPLAIN")
    lines = athena.results(execution["QueryExecutionId"])
    assert lines[0] == ["Query Plan"]
    assert len(lines) > 2
    assert execution["Statistics"]["DataScannedInBytes"] == 0
