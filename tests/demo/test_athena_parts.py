"""Athena's parts that need no AWS: values, types, patterns, times, results."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from awsdash.demo.aws.athena.pace import Pace, pace_of
from awsdash.demo.aws.athena.patterns import strftime_pattern
from awsdash.demo.aws.athena.rendering import render
from awsdash.demo.aws.athena.results import ResultColumn, Results
from awsdash.demo.aws.athena.types import (
    ResultType,
    duckdb_type,
    hive_type,
    presto_type,
    result_type,
)
from awsdash.demo.aws.protocol import AwsError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (True, "true"),
        (42, "42"),
        (Decimal("1.10"), "1.10"),
        (Decimal("0E-10"), "0.0000000000"),
        (Decimal("1E-7"), "0.0000001"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (9_999_999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (123_456_789.5, "1.234567895E8"),
        (1e20, "1.0E20"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (-1.5e-7, "-1.5E-7"),
        (0.0, "0.0"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (datetime.fromisoformat("2026-11-23T09:00:01.234567"), "2026-11-23 09:00:01.234"),
        (datetime(1, 1, 1), "0001-01-01 00:00:00.000"),  # noqa: DTZ001
        (date(2026, 11, 23), "2026-11-23"),
        (time(9, 5), "09:05:00.000"),
        (timedelta(days=1, hours=2), "1 02:00:00.000"),
        (timedelta(hours=-1), "-0 01:00:00.000"),
        (b"\x01\xff", "01 ff"),
        ([1, None, "a, b"], "[1, null, a, b]"),
        ({"id": 1, "name": "x"}, "{id=1, name=x}"),
        ({"_0": 1, "_1": "x"}, "{field0=1, field1=x}"),
        ([[1], [2.0]], "[[1], [2.0]]"),
    ],
)
def test_a_value_is_written_as_athena_writes_it(value: object, text: str | None) -> None:
    assert render(value) == text


@pytest.mark.parametrize(
    ("hive", "duckdb"),
    [
        ("decimal(1)) AS x, (SELECT 2", "VARCHAR"),
        ('struct<a" INTEGER)) AS x:int>', 'STRUCT("a"" INTEGER)) AS x" INTEGER)'),
    ],
)
def test_a_type_is_never_more_than_a_type(hive: str, duckdb: str) -> None:
    assert duckdb_type(hive) == duckdb


@pytest.mark.parametrize(
    ("hive", "duckdb", "presto"),
    [
        ("string", "VARCHAR", "varchar"),
        ("int", "INTEGER", "integer"),
        ("float", "FLOAT", "real"),
        ("decimal(10,2)", "DECIMAL(10,2)", "decimal(10,2)"),
        ("array<string>", "VARCHAR[]", "array(varchar)"),
        ("map<string,int>", "MAP(VARCHAR, INTEGER)", "map(varchar, integer)"),
        (
            "struct<a:int,b:array<struct<c:string,d:map<string,bigint>>>>",
            'STRUCT("a" INTEGER, "b" STRUCT("c" VARCHAR, "d" MAP(VARCHAR, BIGINT))[])',
            "row(a integer, b array(row(c varchar, d map(varchar, bigint))))",
        ),
        ("varchar(20)", "VARCHAR", "varchar(20)"),
        ("timestamp", "TIMESTAMP", "timestamp(3)"),
    ],
)
def test_a_type_of_hive_is_one_of_duckdb_and_of_presto(hive: str, duckdb: str, presto: str) -> None:
    assert duckdb_type(hive) == duckdb
    assert presto_type(hive) == presto


@pytest.mark.parametrize(
    ("duckdb", "hive"),
    [
        ("VARCHAR", "string"),
        ("INTEGER", "int"),
        ("HUGEINT", "bigint"),
        ("DECIMAL(4,1)", "decimal(4,1)"),
        ("STRUCT(a INTEGER, b VARCHAR[])[]", "array<struct<a:int,b:array<string>>>"),
        ("MAP(VARCHAR, DOUBLE)", "map<string,double>"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp"),
    ],
)
def test_a_column_that_a_query_makes_has_a_type_of_hive(duckdb: str, hive: str) -> None:
    assert hive_type(duckdb) == hive


@pytest.mark.parametrize(
    ("duckdb", "told"),
    [
        ("BIGINT", ResultType("bigint", 19)),
        ("INTEGER", ResultType("integer", 10)),
        ("VARCHAR", ResultType("varchar", 2_147_483_647)),
        ("DECIMAL(12,3)", ResultType("decimal", 12, 3)),
        ("BOOLEAN", ResultType("boolean")),
        ("FLOAT", ResultType("float", 17)),
        ("VARCHAR[]", ResultType("array")),
        ("MAP(VARCHAR, INTEGER)", ResultType("map")),
        ("STRUCT(a INTEGER)", ResultType("row")),
        ("TIMESTAMP_NS", ResultType("timestamp", 3)),
        ("TIMESTAMP WITH TIME ZONE", ResultType("timestamp with time zone", 3)),
    ],
)
def test_a_results_type_has_its_precision(duckdb: str, told: ResultType) -> None:
    assert result_type(duckdb) == told


@pytest.mark.parametrize(
    ("joda", "strftime"),
    [
        ("yyyy-MM-dd HH:mm:ss.SSS", "%Y-%m-%d %H:%M:%S.%g"),
        ("yyyy/M/d", "%Y/%-m/%-d"),
        ("yyyy-MM-dd'T'HH:mm:ss'Z'", "%Y-%m-%dT%H:%M:%SZ"),
        ("h 'o''clock' a", "%-I o'clock %p"),
        ("EEE, MMM yy 100%", "%a, %b %y 100%%"),
    ],
)
def test_a_pattern_of_joda_is_one_of_strftime(joda: str, strftime: str) -> None:
    assert strftime_pattern(joda) == strftime


def test_a_pattern_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="Illegal pattern component: Q"):
        strftime_pattern("Q")


@pytest.mark.parametrize(
    ("sql", "conduct", "pace"),
    [
        ("SELECT 1", None, Pace(0.2, 0.5)),
        ("-- emulator: queued_s=1 running_s=20\nSELECT 1", None, Pace(1, 20)),
        ("SELECT 1 /* emulator: running_s=3 */", None, Pace(0.2, 3)),
        ('SELECT 1 -- emulator: failure="no luck" queued_s=0', None, Pace(0, 0.5, "no luck")),
        ("-- emulator: queued_s=1\nSELECT 1", {"queued_s": 5, "failure": "x"}, Pace(5, 0.5, "x")),
        ("-- not the emulator\nSELECT 1", {}, Pace(0.2, 0.5)),
    ],
)
def test_a_query_takes_the_time_that_it_is_told(
    sql: str, conduct: dict[str, object] | None, pace: Pace
) -> None:
    assert pace_of(sql, conduct) == pace


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(AwsError, match="soon"):
        pace_of("-- emulator: queued_s=soon\nSELECT 1", None)


def test_results_are_paged_from_any_row() -> None:
    rows = [[str(number), None if number % 3 else "", 'a"b,\nc'] for number in range(2500)]
    columns = [ResultColumn(name, result_type("VARCHAR")) for name in ("n", "e", "t")]
    results = Results(columns, rows, header=True)
    assert results.page(0, 2) == [["n", "e", "t"], ["0", "", 'a"b,\nc']]
    assert results.page(999, 3) == rows[998:1001]
    assert results.page(2499, 10) == rows[2498:]
    assert results.page(2501, 10) == []
    assert results.csv().startswith(b'"n","e","t"\n"0","","a""b,\nc"\n"1",,"a""b,\nc"\n')
