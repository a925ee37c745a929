"""Functions of Athena's SQL, which are Presto's."""

from collections.abc import Iterator

import pytest

from tests.demo.athena_queries import DATA_BUCKET, DATABASE, Athena, running_athena
from tests.demo.emulated_aws import EPOCH


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
        ("CAST(2.5 AS decimal)", "3"),
        ("DECIMAL '12.50'", "12.50"),
        ("CAST('abcdef' AS varchar(3))", "abc"),
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
        ("regexp_replace('abab', '(b)', '<$1>')", "a<b>a<b>"),
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
        ("ROW('Bob', 38)", "{field0=Bob, field1=38}"),
        ("ARRAY[CAST(1.1 AS real)]", "[1.1]"),
        ("ARRAY[TIMESTAMP '2026-11-23 09:00:00 UTC']", "[2026-11-23 09:00:00.000]"),
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
