"""Athena's SQL, which is Presto's: functions, types, and the errors of a query."""

from collections.abc import Iterator

import pytest

from tests.demo.athena_queries import DATA_BUCKET, DATABASE, Athena, running_athena
from tests.demo.emulated_aws import EPOCH

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
    ("expression", "value"),
    [
        ("7 / 2", "3"),
        ("-7 / 2", "-3"),
        ("7 / 2.0", "3.5"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("5 % 3", "2"),
        ("CAST('12' AS integer) + 1", "13"),
        ("TRY_CAST('x' AS integer)", None),
        ("TRY(1 / 0)", None),
        ("CAST(2.345 AS decimal(10, 2))", "2.35"),
        ("'a' || 'b'", "ab"),
        ("concat('a', NULL)", None),
        ("if(1 > 2, 'a', 'b')", "b"),
        ("coalesce(NULL, 2)", "2"),
        ("greatest(1, 3, 2)", "3"),
        ("x'0aff'", "0a ff"),
    ],
)
def test_values_are_reckoned_as_in_presto(
    athena: Athena, expression: str, value: str | None
) -> None:
    assert athena.rows(f"SELECT {expression}") == [[value]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("date_parse('2026-11-23 08:30', '%Y-%m-%d %H:%i')", "2026-11-23 08:30:00.000"),
        (
            "date_format(TIMESTAMP '2026-11-23 08:30:00', '%Y/%m/%d %H:%i:%s')",
            "2026/11/23 08:30:00",
        ),
        (
            "format_datetime(TIMESTAMP '2026-11-23 08:05:09', 'yyyy-MM-dd HH:mm:ss')",
            "2026-11-23 08:05:09",
        ),
        ("parse_datetime('2026/11/23', 'yyyy/MM/dd')", "2026-11-23 00:00:00.000 UTC"),
        ("from_iso8601_timestamp('2026-11-23T08:00:00Z')", "2026-11-23 08:00:00.000 UTC"),
        ("from_iso8601_timestamp('2026-11-23T09:00:00+01:00')", "2026-11-23 08:00:00.000 UTC"),
        ("from_iso8601_date('2026-11-23')", "2026-11-23"),
        ("to_iso8601(TIMESTAMP '2026-11-23 08:00:00')", "2026-11-23T08:00:00.000Z"),
        ("from_unixtime(1764000000)", "2025-11-24 16:00:00.000 UTC"),
        ("to_unixtime(TIMESTAMP '2025-11-24 16:00:00')", "1.764E9"),
        ("date_trunc('hour', TIMESTAMP '2026-11-23 08:31:00')", "2026-11-23 08:00:00.000"),
        ("date_trunc('month', DATE '2026-11-23')", "2026-11-01"),
        ("date_add('day', 1, DATE '2026-01-31')", "2026-02-01"),
        ("date_add('minute', -5, TIMESTAMP '2026-01-01 00:00:00')", "2025-12-31 23:55:00.000"),
        ("DATE '2026-11-23' + INTERVAL '1' day", "2026-11-24"),
        (
            "date_diff('hour', TIMESTAMP '2026-11-23 10:59:00', TIMESTAMP '2026-11-23 11:01:00')",
            "0",
        ),
        ("date_diff('day', DATE '2026-11-20', DATE '2026-11-23')", "3"),
        ("date(TIMESTAMP '2026-11-23 08:00:00')", "2026-11-23"),
        ("year(DATE '2026-11-23') * 100 + month(DATE '2026-11-23')", "202611"),
        ("day_of_week(DATE '2026-11-23')", "1"),
        ("hour(TIMESTAMP '2026-11-23 08:31:00')", "8"),
        ("millisecond(TIMESTAMP '2026-11-23 08:31:07.123')", "123"),
        ("last_day_of_month(DATE '2026-11-23')", "2026-11-30"),
        (
            "at_timezone(from_iso8601_timestamp('2026-11-23T08:00:00Z'), 'Europe/Berlin')",
            "2026-11-23 09:00:00.000",
        ),
        (
            "date_format(from_iso8601_timestamp('2026-11-23T08:00:00Z') AT TIME ZONE"
            " 'Asia/Tokyo', '%H')",
            "17",
        ),
        ("CAST(TIMESTAMP '2026-11-23 08:00:00' AS date)", "2026-11-23"),
    ],
)
def test_dates_and_times(athena: Athena, expression: str, value: str) -> None:
    assert athena.rows(f"SELECT {expression}") == [[value]]


def test_now_is_the_emulators_clock(athena: Athena) -> None:
    ((now, today, formatted),) = athena.rows(
        "SELECT now(), current_date, format_datetime(current_timestamp, 'yyyy-MM-dd HH')"
    )
    hour = f"{EPOCH:%Y-%m-%d %H}"
    assert now is not None
    assert now.startswith(hour)
    assert now.endswith(" UTC")
    assert (today, formatted) == (hour[:10], hour)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("split_part('a-b-c', '-', 2)", "b"),
        ("split('a,b', ',')", "[a, b]"),
        ("regexp_extract('GET /a 200', '/(\\w+) (\\d+)', 2)", "200"),
        ("regexp_extract('abc', 'x')", None),
        ("regexp_replace('a1b2', '[0-9]', '')", "ab"),
        ("regexp_like('error: x', '^error')", "true"),
        ("regexp_extract_all('a1b2', '[0-9]')", "[1, 2]"),
        ("substr('abcdef', 2, 3)", "bcd"),
        ("strpos('abc', 'c')", "3"),
        ("length('abc')", "3"),
        ("lower('ABC')", "abc"),
        ("lpad('7', 3, '0')", "007"),
        ("reverse('abc')", "cba"),
        ("replace('a.b', '.', '')", "ab"),
        ("trim('  a ')", "a"),
        ("url_extract_host('https://x.example:8080/p/q?a=b#c')", "x.example"),
        ("url_extract_path('https://x.example:8080/p/q?a=b#c')", "/p/q"),
        ("url_extract_query('https://x.example/p?a=b&c=d#e')", "a=b&c=d"),
        ("url_extract_parameter('https://x.example/p?a=b&c=d', 'c')", "d"),
        ("url_extract_port('https://x.example:8080/p')", "8080"),
        ("json_extract_scalar('{\"a\": {\"b\": [1, 2]}}', '$.a.b[1]')", "2"),
        ("json_extract_scalar('{\"a\": {\"b\": 1}}', '$.a')", None),
        ("json_extract_scalar('no json', '$.a')", None),
        ("json_extract('{\"a\": [1, 2]}', '$.a')", "[1,2]"),
        ("json_array_length('[1, 2, 3]')", "3"),
        ("to_hex(to_utf8('ab'))", "6162"),
        ("from_utf8(x'6162')", "ab"),
    ],
)
def test_texts(athena: Athena, expression: str, value: str | None) -> None:
    assert athena.rows(f"SELECT {expression}") == [[value]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("cardinality(ARRAY[1, 2])", "2"),
        ("element_at(ARRAY[1, 2], 2)", "2"),
        ("element_at(ARRAY[1, 2], 5)", None),
        ("element_at(MAP(ARRAY['a'], ARRAY[1]), 'a')", "1"),
        ("MAP(ARRAY['b', 'a'], ARRAY[1, 2])", "{b=1, a=2}"),
        ("contains(ARRAY[1, 2], 2)", "true"),
        ("array_join(ARRAY['a', 'b'], '-')", "a-b"),
        ("array_distinct(ARRAY[1, 1])", "[1]"),
        ("array_sort(ARRAY[2, 1])", "[1, 2]"),
        ("arrays_overlap(ARRAY[1, 2], ARRAY[2, 3])", "true"),
        ("slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]"),
        ("transform(ARRAY[1, 2], x -> x * 10)", "[10, 20]"),
        ("filter(ARRAY[1, 2, 3], x -> x > 1)", "[2, 3]"),
        ("reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s)", "6"),
        ("any_match(ARRAY[1, 2], x -> x > 1)", "true"),
        ("all_match(ARRAY[1, 2], x -> x > 1)", "false"),
        ("none_match(ARRAY[1, 2], x -> x > 2)", "true"),
        ("map_keys(MAP(ARRAY['a'], ARRAY[1]))", "[a]"),
        ("split_to_map('a=1;b=2', ';', '=')", "{a=1, b=2}"),
        ("sequence(1, 3)", "[1, 2, 3]"),
        ("CAST(ROW(1, 'x') AS ROW(a integer, b varchar))", "{a=1, b=x}"),
        ("ROW(1, 'x')", "{1, x}"),
    ],
)
def test_arrays_maps_and_rows(athena: Athena, expression: str, value: str | None) -> None:
    assert athena.rows(f"SELECT {expression}") == [[value]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("count(*)", "2"),
        ("count_if(id > 1)", "1"),
        ("sum(id) / 2", "1"),
        ("avg(id)", "1.5"),
        ("approx_distinct(name)", "2"),
        ("approx_percentile(id, 1.0)", "2"),
        ("approx_percentile(id, ARRAY[0.0, 1.0])", "[1, 2]"),
        ("max_by(name, id)", "b"),
        ("arbitrary(1)", "1"),
        ("array_agg(name ORDER BY name DESC)", "[b, a]"),
        ("map_agg(name, id)", "{a=1, b=2}"),
        ("histogram(name)", "{a=1, b=1}"),
        ("bool_and(id > 0)", "true"),
        ("every(id > 1)", "false"),
        ("min(day)", "2026-11-20"),
        ("sum(id) FILTER (WHERE name = 'a')", "1"),
    ],
)
def test_aggregates(athena: Athena, expression: str, value: str) -> None:
    assert athena.rows(f"SELECT {expression} FROM t", DATABASE) == [[value]]


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
    ],
)
def test_a_query_sees_nothing_of_the_machine(athena: Athena, sql: str) -> None:
    execution = athena.run(sql, DATABASE)
    assert execution["Status"]["State"] == "FAILED"
    assert "root:" not in execution["Status"]["StateChangeReason"]


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
        ("123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
    ],
)
def test_a_parameter_is_an_expression_or_else_a_text(
    athena: Athena, value: str, found: str | None
) -> None:
    assert athena.rows("SELECT ? AS v", ExecutionParameters=[value]) == [[found]]


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
