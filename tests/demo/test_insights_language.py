"""The query language of Logs Insights, over events in memory."""

import json
from typing import Any

import pytest
from moto.logs.models import LogEvent, LogGroup

from awsdash.demo.aws.insights.malformed import MalformedQuery
from awsdash.demo.aws.insights.outcome import Outcome, run_query
from awsdash.demo.aws.insights.query import compile_query

MIDNIGHT_MS = 1_795_392_000_000  # 2026-11-23T00:00:00Z
END_MS = MIDNIGHT_MS * 2
LAMBDA_STREAM = "2026/11/23/[118]0123456789abcdef0123456789abcdef"
REQUEST = "6f3b0c52-7d1e-4a9b-8c35-0123456789ab"


def group_of(*messages: object, stream: str = "main", step_ms: int = 60_000) -> LogGroup:
    """One event a minute since midnight; what is no text is written as JSON."""
    group = LogGroup("123456789012", "eu-west-1", "/test/group")  # type: ignore[abstract]
    group.create_log_stream(stream)
    group.streams[stream].events = [
        LogEvent(
            MIDNIGHT_MS + number * step_ms + 5,
            {
                "timestamp": MIDNIGHT_MS + number * step_ms,
                "message": message if isinstance(message, str) else json.dumps(message),
            },
        )
        for number, message in enumerate(messages)
    ]
    return group


def run(query: str, *groups: LogGroup, limit: int = 10_000) -> Outcome:
    return run_query(compile_query(query), list(groups), 0, END_MS, limit)


def rows(query: str, group: LogGroup) -> list[dict[str, str]]:
    """Without @ptr."""
    return [
        {name: value for name, value in row if name != "@ptr"} for row in run(query, group).rows
    ]


def values(query: str, *messages: object, **options: Any) -> list[str | None]:
    """The values of the last field of the query, the oldest event's first."""
    query_of_x = compile_query(query)
    name = query_of_x.columns[-1].name
    found = run_query(query_of_x, [group_of(*messages, **options)], 0, END_MS, 10_000).rows
    return [dict(row).get(name) for row in reversed(found)]


def value(expression: str, message: object = "a line") -> str | None:
    (found,) = values(f"fields {expression} as x", message)
    return found


def matched(condition: str, *messages: object) -> list[int]:
    """The numbers of the messages that a filter keeps, from 0."""
    found = run(f"filter {condition} | fields toMillis(@timestamp) as at", group_of(*messages)).rows
    return sorted((int(dict(row)["at"]) - MIDNIGHT_MS) // 60_000 for row in found)


# --- fields and display ---------------------------------------------------------------------------


def test_without_fields_the_timestamp_and_the_message_are_shown() -> None:
    (row,) = run("filter @message like 'hello'", group_of("hello", "bye")).rows
    assert [name for name, _ in row] == ["@timestamp", "@message", "@ptr"]
    assert dict(row)["@timestamp"] == "2026-11-23 00:00:00.000"
    assert dict(row)["@message"] == "hello"


def test_without_sort_the_newest_events_come_first() -> None:
    found = rows("fields @message", group_of("one", "two", "three"))
    assert [row["@message"] for row in found] == ["three", "two", "one"]


def test_all_fields_commands_show_their_fields() -> None:
    (row,) = rows("fields a | fields b, a + b as sum", group_of({"a": 1, "b": 2}))
    assert row == {"a": "1", "b": "2", "sum": "3"}


def test_display_shows_its_fields_only_and_the_last_one_counts() -> None:
    (row,) = rows("fields a, b | display a | display b", group_of({"a": 1, "b": 2}))
    assert row == {"b": "2"}


def test_an_expression_without_an_alias_is_named_as_it_is_written() -> None:
    assert rows("fields abs(a-b), a", group_of({"a": 1, "b": 3})) == [{"abs(a-b)": "2", "a": "1"}]


def test_a_name_can_be_used_in_the_command_that_gives_it() -> None:
    query = "fields a as x, x + 1 as y, y * 2 as z"
    assert rows(query, group_of({"a": 2})) == [{"x": "2", "y": "3", "z": "6"}]


def test_the_pointer_is_told_once() -> None:
    (row,) = run("fields @ptr, a", group_of({"a": 1})).rows
    assert [name for name, _ in row] == ["@ptr", "a"]


def test_a_field_that_an_event_lacks_is_left_out() -> None:
    assert rows("fields a, b", group_of({"a": 1})) == [{"a": "1"}]


def test_comments_and_line_breaks_are_passed_over() -> None:
    query = "# all of them\nfields a # one\n| filter a = 1 # | filter a = 2\n"
    assert rows(query, group_of({"a": 1}, {"a": 2})) == [{"a": "1"}]


def test_commands_and_keywords_are_written_in_any_case() -> None:
    query = "FIELDS a | FILTER a IN [1, 2] AND NOT a = 2 | SORT a DESC | LIMIT 5"
    assert rows(query, group_of({"a": 1}, {"a": 2})) == [{"a": "1"}]


def test_an_alias_cannot_be_given_twice() -> None:
    with pytest.raises(MalformedQuery):
        compile_query("fields a as x | fields b as x")
    with pytest.raises(MalformedQuery):
        compile_query("fields a as x, b as x")


# --- discovered fields ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user.type", "IAMUser"),
        ("items.0.id", "i-1"),
        ("items[1].id", "i-2"),
        ("`content-type`", "json"),
        ("`items[0]`", "a key"),
        ("user.`full.name`", "Ada"),
        ("`user.full.name`", "Ada"),
        ("flag", "1"),
        ("ratio", "0.123456"),
        ("@@type", "x"),
        ("nothing", None),
        ("items", None),
        ("items.7.id", None),
        ("missing.too", None),
    ],
)
def test_json_is_discovered_by_paths(name: str, expected: str | None) -> None:
    document = {
        "user": {"type": "IAMUser", "full.name": "Ada"},
        "items": [{"id": "i-1"}, {"id": "i-2"}],
        "items[0]": "a key",
        "content-type": "json",
        "flag": True,
        "ratio": 0.123456,
        "@type": "x",
        "nothing": None,
    }
    assert values(f"fields {name}", document) == [expected]


def test_what_is_no_json_has_no_discovered_fields() -> None:
    assert values("fields a", "plain", "{broken", "[1]", '"a"') == [None] * 4


REPORT = (
    f"REPORT RequestId: {REQUEST}\tDuration: 102.25 ms\tBilled Duration: 103 ms\t"
    "Memory Size: 512 MB\tMax Memory Used: 96 MB\tInit Duration: 155.5 ms\t\n"
    "XRAY TraceId: 1-5f-a\tSegmentId: 0a1b\tSampled: true"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("@type", "REPORT"),
        ("@requestId", REQUEST),
        ("@duration", "102.25"),
        ("@billedDuration", "103"),
        ("@memorySize", "512000000"),
        ("@maxMemoryUsed", "96000000"),
        ("@initDuration", "155.5"),
    ],
)
def test_the_report_of_a_lambda_function_is_discovered(name: str, expected: str) -> None:
    assert values(f"fields {name}", REPORT, stream=LAMBDA_STREAM) == [expected]


def test_a_size_of_memory_can_have_decimals_or_be_none() -> None:
    line = f"REPORT RequestId: {REQUEST}\tMemory Size: 0.5 MB\tMax Memory Used: unknown\t"
    assert values("fields @memorySize", line) == ["500000"]
    assert values("fields @maxMemoryUsed", line) == ["unknown"]


def test_a_number_of_many_digits_is_one() -> None:
    assert values("fields a > 1 as x", {"a": "9" * 300}) == ["1"]
    assert values("fields a > 1 as x", {"a": "9" * 5000}) == ["0"]


def test_a_line_of_a_lambda_function_tells_its_request() -> None:
    line = f"2026-11-23T08:00:00.000Z\t{REQUEST}\tINFO\thello"
    start = f"START RequestId: {REQUEST} Version: 118\n"
    assert values("fields @requestId", line, start, stream=LAMBDA_STREAM) == [REQUEST, REQUEST]
    assert values("fields @type", line, start, stream=LAMBDA_STREAM) == [None, "START"]


def test_the_first_json_within_a_line_of_lambda_is_discovered() -> None:
    line = f'2026-11-23T08:00:00.000Z\t{REQUEST}\tINFO\t{{"a": 1}} {{"a": 2, "b": 3}}'
    assert values("fields a", line, stream=LAMBDA_STREAM) == ["1"]
    assert values("fields b", line, stream=LAMBDA_STREAM) == [None]
    assert values("fields a", line, stream="application") == [None]


def test_system_fields_tell_where_an_event_comes_from() -> None:
    (row,) = rows("fields @log, @logStream, @ingestionTime", group_of("x"))
    assert row == {
        "@log": "123456789012:/test/group",
        "@logStream": "main",
        "@ingestionTime": "2026-11-23 00:00:00.005",
    }


# --- filter ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a = 5", [0, 2]),
        ("a = '5'", [0, 2]),
        ("a = 5.0", [0, 2]),
        ("a != 5", [1, 3]),  # an event without the field is not equal to anything
        ("a > 5", [1]),
        ("a >= 5", [0, 1, 2]),
        ("a < 5", []),
        ("a <= 5", [0, 2]),
        ("a in [5, 7]", [0, 2]),
        ("a not in [5, 7]", [1, 3]),
        ("a in []", []),
        ("b = 'x' or a = 50", [0, 1]),
        ("a = 5 and b = 'x'", [0]),
        ("not a = 5", [1, 3]),
        ("not (a = 5 and b = 'x')", [1, 2, 3]),
        ("a = 50 or a = 5 and b = 'y'", [1, 2]),  # `and` binds tighter
        ("(a = 50 or a = 5) and b = 'y'", [2]),
        ("ispresent(a)", [0, 1, 2]),
        ("not ispresent(a)", [3]),
        ("a + 1 = 6", [0, 2]),
        ("b < 'y'", [0]),
        ("c = true", [3]),
        ("c = 1", [3]),
        ("b = a", []),
    ],
)
def test_filter_compares(condition: str, expected: list[int]) -> None:
    events = ({"a": 5, "b": "x"}, {"a": 50}, {"a": "5", "b": "y"}, {"c": True})
    assert matched(condition, *events) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("@message like /Exception/", [0, 1]),
        ("@message =~ /Exception/", [0, 1]),
        ('@message like "Exception"', [0, 1]),
        ("@message like 'Exc.ption'", []),  # between quotes it is no expression
        ("@message like /(?i)exception/", [0, 1, 2]),
        ("@message =~ /^(?i)exception$/", [2]),
        ("@message not like /Exception/", [2, 3]),
        (r"@message like /a\/b/", [3]),
        (r"@message like /\d{3}/", [1]),
        (r"@message like /^\p{Lu}\w++ 5/", [1]),  # as Java has it
        ("nothing like /x/", []),
        ("nothing not like /x/", [0, 1, 2, 3]),
    ],
)
def test_filter_searches(condition: str, expected: list[int]) -> None:
    events = ("java.Exception", "Exception 500", "exception", "a/b")
    assert matched(condition, *events) == expected


def test_a_slash_divides_where_no_expression_can_stand() -> None:
    assert matched("a / 2 = 5 and b / 2 > 1", {"a": 10, "b": 3}, {"a": 5, "b": 3}) == [0]


# --- arithmetic and functions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("2 ^ 3", "8"),
        ("2 ^ 3 ^ 2", "512"),
        ("10 % 3", "1"),
        ("7 / 2", "3.5"),
        ("1 / 3", "0.3333"),
        ("-2 + 5", "3"),
        ("8 - 3 - 2", "3"),
        ("1 / 0", None),
        ("9 ^ 9 ^ 9 ^ 9", None),
        ("10 ^ 400", None),
        ("2 ^ 62 * 4 > 2 ^ 63", "1"),
        ("9223372036854775807 * 9223372036854775807 > 1", "1"),
        ("'1e999'", "1e999"),
        ("'1e999' + 1", None),
        ("'a' + 1", None),
        ("nothing + 1", None),
        ("'2' * '3'", "6"),
        ("1 = 1", "1"),
        ("1 > 2", "0"),
        ("abs(-5)", "5"),
        ("ceil(1.2)", "2"),
        ("floor(1.8)", "1"),
        ("round(2.5)", "3"),
        ("round(2.345, 1)", "2.3"),
        ("round(2.345, 1.0)", "2.3"),
        ("greatest(1, 7, 3)", "7"),
        ("least(4, 2, 3)", "2"),
        ("log(1)", "0"),
        ("log(0)", None),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", None),
        ("abs('x')", None),
        ("coalesce(nothing, 'second')", "second"),
        ("if(1 < 2, 'yes', 'no')", "yes"),
        ("case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"),
        ("case(1 > 2, 'a', 'c')", "c"),
        ("isempty('')", "1"),
        ("isempty(' ')", "0"),
        ("isempty(nothing)", "1"),
        ("isblank(' ')", "1"),
        ("isPresent(@message)", "1"),
        ("concat('a', 1, 'b')", "a1b"),
        ('ltrim("xyZfooxyZ", "xyZ")', "fooxyZ"),
        ('rtrim("xyZfooxyZ", "xyZ")', "xyZfoo"),
        ('trim("xyZfooxyZ", "xyZ")', "foo"),
        ("trim('  a ')", "a"),
        ("strlen('naïve')", "5"),
        ("toupper('a')", "A"),
        ("tolower('A')", "a"),
        ('substr("xyZfooxyZ", 3)', "fooxyZ"),
        ('substr("xyZfooxyZ", 3, 3)', "foo"),
        ('replace("foo", "o", "0")', "f00"),
        ("strcontains('hello', 'ell')", "1"),
        ("strcontains('hello', 'ELL')", "0"),
        ("startsWith('hello', 'he')", "1"),
        ("endsWith('hello', 'lo')", "1"),
        ("strlen(nothing)", None),
        ("isValidIp('10.0.0.1')", "1"),
        ("isValidIpV4('::1')", "0"),
        ("isValidIpV6('::1')", "1"),
        ("isIpInSubnet('10.1.2.3', '10.1.0.0/16')", "1"),
        ("isIpv4InSubnet('10.2.2.3', '10.1.0.0/16')", "0"),
        ("isIpv6InSubnet('fe80::1', 'fe80::/10')", "1"),
        ("fromMillis(0)", "1970-01-01 00:00:00.000"),
        ("fromMillis(-1)", "1969-12-31 23:59:59.999"),
        ("fromMillis(999999999999999999)", None),
        ("datefloor(999999999999999999, 1mo)", None),
        ("dateceil(@timestamp, 99999999y)", None),
        ("dateceil(@timestamp, 999999999d)", None),
        ("datefloor('1e999', 1h)", None),
        ("bin(99999999y)", None),
        ("toMillis(@timestamp)", str(MIDNIGHT_MS)),
        ("datefloor(fromMillis(5400001), 1h)", "1970-01-01 01:00:00.000"),
        ("dateceil(fromMillis(5400001), 1h)", "1970-01-01 02:00:00.000"),
        ("dateceil(fromMillis(3600000), 1h)", "1970-01-01 01:00:00.000"),
        ("datefloor(@timestamp, 1mo)", "2026-11-01 00:00:00.000"),
        ("datefloor(@timestamp, 1 quarter)", "2026-10-01 00:00:00.000"),
        ("dateceil(@timestamp, 1y)", "2027-01-01 00:00:00.000"),
        ("jsonStringify(jsonParse('{\"a\": [1]}'))", '{"a":[1]}'),
    ],
)
def test_expressions(expression: str, expected: str | None) -> None:
    assert value(expression) == expected


def test_what_json_parse_makes_is_reached_by_paths() -> None:
    query = "fields jsonParse(text) as j | fields j.list[1].id as id"
    assert values(query, {"text": '{"list": [{"id": 1}, {"id": 2}]}'}) == ["2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"n": 123456789012345678901234567890}', '{"n":1.2345678901234568e+29}'),
        ('{"n": NaN}', None),  # which is no JSON
        ('{"n": ' * 2000 + "1" + "}" * 2000, None),
        ('{"n": "ü"}', '{"n":"ü"}'),
    ],
)
def test_json_parse_reads_json_only(text: str, expected: str | None) -> None:
    assert values("fields jsonParse(a) as j | fields jsonStringify(j) as s", {"a": text}) == [
        expected
    ]
    line = f"2026-11-23T08:00:00.000Z\t{REQUEST}\tINFO\t{text}"
    found = values("fields n", line, stream=LAMBDA_STREAM)
    assert (found == [None]) is (expected is None)


# --- parse ----------------------------------------------------------------------------------------


def test_parse_extracts_by_a_glob() -> None:
    query = 'fields 1 | parse @message "user=*, method:*, latency := *" as @user, @method, @latency'
    (row,) = rows(query, group_of("x user=ada, method:GET, latency := 12 ms"))
    assert row == {"1": "1", "@user": "ada", "@method": "GET", "@latency": "12 ms"}


def test_parse_by_a_glob_takes_linear_time() -> None:
    names = "a, b, c, d, e, f, g"
    assert values(f"parse '*x*x*x*x*x*x*y' as {names} | display g", "x" * 100_000) == [None]
    assert values("parse '*y' as a | display a", "x" * 300_000 + "y") == ["x" * 300_000]
    assert values("parse 'a*b*c' as a, b | display b", "a.b.a.b2c") == [".a.b2"]


def test_parse_extracts_by_named_groups() -> None:
    query = r"parse @message /user=(?<who>\w+) took (?<took>\d+)/ | filter took > 5 | display who"
    group = group_of("user=ada took 12", "user=bob took 3", "nothing")
    assert rows(query, group) == [{"who": "ada"}]


def test_parse_extracts_by_groups_and_aliases() -> None:
    query = r"parse @message /(\w+)=(\w+)/ as name, value | display name, value"
    assert rows(query, group_of("a=b")) == [{"name": "a", "value": "b"}]


def test_parse_reads_the_message_unless_told_a_field() -> None:
    assert values("parse 'took * ms' as took | display took", "took 5 ms") == ["5"]
    assert values("parse path '/*/*' as a, b | display b", {"path": "/x/y"}) == ["y"]


def test_what_parse_finds_is_shown_after_the_fields() -> None:
    (row,) = run("parse @message 'a*' as rest", group_of("abc")).rows
    assert [name for name, _ in row] == ["@timestamp", "@message", "rest", "@ptr"]


def test_an_event_that_parse_does_not_fit_is_kept_without_its_fields() -> None:
    assert values("parse 'a*' as rest | display rest", "abc", "xyz") == ["bc", None]


@pytest.mark.parametrize(
    "query",
    ["parse @message 'a*b*' as one", "parse @message /x/", "parse @message 'x'", "parse /(/ as a"],
)
def test_parse_needs_a_name_for_each_part(query: str) -> None:
    with pytest.raises(MalformedQuery):
        compile_query(query)


# --- sort, limit and dedup ------------------------------------------------------------------------


def test_sort_has_the_natural_order_of_the_guide() -> None:
    # The user guide's example, but for 01, which is as much as 1.
    ordered = ["!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A", "A9876fghj"]
    ordered += ["a12345hfh", "0", "1", "2", "3"]
    group = group_of(*[{"a": text} for text in sorted(ordered, key=str.swapcase)])
    assert [row["a"] for row in rows("fields a | sort a", group)] == ordered
    assert [row["a"] for row in rows("fields a | sort a desc", group)] == ordered[::-1]


def test_sort_orders_by_several_fields() -> None:
    group = group_of({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 10, "b": 1})
    found = rows("fields a, b | sort b desc, a asc", group)
    assert [(row["a"], row["b"]) for row in found] == [
        ("1", "2"),
        ("1", "1"),
        ("2", "1"),
        ("10", "1"),
    ]


def test_limit_cuts_but_scans_everything() -> None:
    found = run("fields @message | limit 2", group_of(*"abcde"))
    assert [dict(row)["@message"] for row in found.rows] == ["e", "d"]
    assert (found.matched, found.scanned) == (5, 5)


def test_limit_any_stops_scanning() -> None:
    found = run("filter @message != 'e' | limit any 2", group_of(*"abcde"))
    assert len(found.rows) == 2
    assert found.scanned == 3


def test_the_requests_limit_holds_for_queries_without_one() -> None:
    group = group_of(*"abcde")
    assert len(run("fields @message", group, limit=3).rows) == 3
    assert len(run("fields @message | limit 4", group, limit=3).rows) == 4
    assert len(run("stats count(*) by @message", group, limit=3).rows) == 3


def test_dedup_keeps_the_first_of_each_and_all_that_lack_the_field() -> None:
    group = group_of({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"b": 3}, {"b": 4}, {"a": 2, "b": 5})
    assert [row["b"] for row in rows("fields b | dedup a", group)] == ["5", "4", "3", "2"]
    assert len(rows("fields b | dedup a, b", group)) == 5
    oldest = rows("fields b | sort @timestamp asc | dedup a | limit 1", group)
    assert [row["b"] for row in oldest] == ["1"]


# --- stats ----------------------------------------------------------------------------------------

LATENCIES = [
    {"path": "/a", "ms": 10},
    {"path": "/b", "ms": 20},
    {"path": "/a", "ms": 30},
    {"path": "/a"},
    {"path": "/b", "ms": 40},
]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("count(*)", "5"),
        ("count()", "5"),
        ("count(ms)", "4"),
        ("count_distinct(path)", "2"),
        ("sum(ms)", "100"),
        ("avg(ms)", "25"),
        ("min(ms)", "10"),
        ("max(ms)", "40"),
        ("pct(ms, 50)", "25"),
        ("pct(ms, 100)", "40"),
        ("stddev(ms)", "11.1803"),
        ("earliest(ms)", "10"),
        ("latest(path)", "/b"),
        ("earliest(@timestamp)", str(MIDNIGHT_MS)),  # a number, not a date
        ("max(@timestamp)", str(MIDNIGHT_MS + 240_000)),
        ("sortsFirst(path)", "/a"),
        ("sortsLast(path)", "/b"),
        ("avg(path)", None),
        ("sum(ms) / count(*)", "20"),
        ("ceil(avg(ms / 3))", "9"),
        ("max(ms) - min(ms)", "30"),
        ("sum(ms > 15)", "3"),
    ],
)
def test_stats_gathers(aggregate: str, expected: str | None) -> None:
    (row,) = rows(f"stats {aggregate} as x, count(*)", group_of(*LATENCIES))
    assert row.get("x") == expected


def test_stats_groups_by_a_field() -> None:
    found = run("stats count(*) as n, avg(ms) by path | sort path", group_of(*LATENCIES)).rows
    assert found == [
        [("path", "/a"), ("n", "3"), ("avg(ms)", "20")],
        [("path", "/b"), ("n", "2"), ("avg(ms)", "30")],
    ]


def test_stats_groups_by_time_and_by_several_keys() -> None:
    query = "stats count(*) as n by bin(2m), path as where | sort `bin(2m)`, where"
    assert rows(query, group_of(*LATENCIES)) == [
        {"bin(2m)": "2026-11-23 00:00:00.000", "where": "/a", "n": "1"},
        {"bin(2m)": "2026-11-23 00:00:00.000", "where": "/b", "n": "1"},
        {"bin(2m)": "2026-11-23 00:02:00.000", "where": "/a", "n": "2"},
        {"bin(2m)": "2026-11-23 00:04:00.000", "where": "/b", "n": "1"},
    ]


def test_events_that_lack_the_key_are_a_group_of_their_own() -> None:
    found = rows("stats count(*) as n by ms > 0, ms | sort ms", group_of({"a": 1}, {"ms": 5}))
    assert [row.get("ms") for row in found] == [None, "5"]


def test_stats_over_no_event_has_no_row() -> None:
    assert rows("filter a = 1 | stats count(*)", group_of("x")) == []


def test_rows_of_stats_have_no_pointer() -> None:
    (row,) = run("stats count(*)", group_of("x")).rows
    assert row == [("count(*)", "1")]


def test_what_stats_made_can_be_filtered_and_summed_up_again() -> None:
    group = group_of(*LATENCIES)
    filtered = "stats count(*) as n by path | filter n > 2"
    assert rows(filtered, group) == [{"path": "/a", "n": "3"}]
    again = "stats count(*) as n by path | stats max(n) as most, count(*) as paths"
    assert rows(again, group) == [{"most": "3", "paths": "2"}]


def test_matched_are_the_events_before_stats() -> None:
    found = run("filter ms > 15 | stats count(*) as n by path | filter n > 5", group_of(*LATENCIES))
    assert (found.matched, found.scanned, len(found.rows)) == (3, 5, 0)
    assert found.scanned_bytes == sum(len(json.dumps(event)) for event in LATENCIES)


@pytest.mark.parametrize(
    ("written", "starts"),
    [
        ("90s", "2026-11-23 00:01:30.000"),
        ("1 min", "2026-11-23 00:02:00.000"),
        ("5 minutes", "2026-11-23 00:00:00.000"),
        ("500ms", "2026-11-23 00:02:00.000"),
        ("1hr", "2026-11-23 00:00:00.000"),
        ("3d", "2026-11-21 00:00:00.000"),
        ("1 month", "2026-11-01 00:00:00.000"),
        ("1yr", "2026-01-01 00:00:00.000"),
    ],
)
def test_bin_has_the_units_of_the_guide(written: str, starts: str) -> None:
    newest = rows(f"fields bin({written}) as b | limit 1", group_of("a", "b", "c"))
    assert newest == [{"b": starts}]


# --- what cannot be compiled ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "symbol", "line", "position"),
    [
        ("", "<EOF>", 1, 0),
        ("count()", "count", 1, 0),
        ("fields a |", "<EOF>", 1, 10),
        ("fields a\n| bad b", "bad", 2, 2),
        ("fields @message | sort bin(1d) desc", "(", 1, 26),
        ("fields frobnicate(a)", "(", 1, 17),
        ("filter @message like /x/i", "i", 1, 24),
        ("filter a = 'x", "'", 1, 11),
        ("filter a == 1", "=", 1, 10),
        ("stats pct(a, 101)", "101", 1, 13),
        ("dedup a | sort a", "sort", 1, 10),
        ("limit 0", "0", 1, 6),
        ("limit 100001", "100001", 1, 6),
        ("stats count(*) by bin(5x)", "5x", 1, 22),
        ("stats a", "a", 1, 6),
        ("stats count(*) by a | sort a | stats count(*)", "stats", 1, 31),
        ("stats count(*) | stats count(*) | stats count(*)", "stats", 1, 34),
        ("pattern @message", "pattern", 1, 0),
        ("SOURCE logGroups()", "SOURCE", 1, 0),
        ("unmask @message", "unmask", 1, 0),
        ("fields a; b", ";", 1, 8),
        ("fields a # " + "#" * 40 + "\n;", ";", 2, 0),  # nothing is read out of a comment
    ],
)
def test_a_query_that_cannot_be_compiled_is_refused(
    query: str, symbol: str, line: int, position: int
) -> None:
    with pytest.raises(MalformedQuery) as refused:
        compile_query(query)
    assert refused.value.code == "MalformedQueryException"
    where = f"at line {line} and position {position}"
    assert refused.value.message == f"unexpected symbol found {symbol} {where}"


@pytest.mark.parametrize(
    "query",
    [
        "stats count(*) by a | sort b",
        "stats count(*) by a | fields @message",
        "stats avg(a) | filter a > 1",
    ],
)
def test_after_stats_only_what_it_made_has_a_name(query: str) -> None:
    with pytest.raises(MalformedQuery, match="Unknown symbols found in or after stats"):
        compile_query(query)


@pytest.mark.parametrize("query", ["fields strlen()", "fields abs(1, 2)", "filter a like /(/"])
def test_calls_and_expressions_are_checked(query: str) -> None:
    with pytest.raises(MalformedQuery):
        compile_query(query)


def test_stats_calculate_with_the_names_that_they_gave() -> None:
    # The user guide's sample for a function's overprovisioned memory.
    query = """filter @type = "REPORT"
        | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB,
            max(@maxMemoryUsed / 1000 / 1000) as maxMemoryUsedMB,
            provisonedMemoryMB - maxMemoryUsedMB as overProvisionedMB"""
    (row,) = rows(query, group_of(REPORT, REPORT.replace("96 MB", "100 MB")))
    assert row["overProvisionedMB"] == "412"
    with pytest.raises(MalformedQuery):
        compile_query("stats later - 1 as x, max(a) as later")


def test_values_that_are_shown_the_same_are_one_group() -> None:
    found = rows("stats count(*) as n by a", group_of({"a": 5}, {"a": "5"}, {"a": 5.0}, {"b": 1}))
    assert found == [{"n": "1"}, {"a": "5", "n": "3"}]


def test_the_deviation_of_great_numbers_is_exact() -> None:
    at = MIDNIGHT_MS
    found = rows("stats stddev(a) as s", group_of(*({"a": at + 2 * number} for number in range(3))))
    assert found == [{"s": "1.633"}]


@pytest.mark.parametrize("start", ["fields " + "(" * 3000, "filter " + "not " * 2000])
def test_a_query_that_is_nested_too_deeply_is_refused(start: str) -> None:
    with pytest.raises(MalformedQuery, match="nested too deeply"):
        compile_query(f"{start}a")


# --- several groups -------------------------------------------------------------------------------


def test_several_groups_are_read_as_one() -> None:
    first, second = group_of("a1", "a2"), group_of("b1", "b2", step_ms=30_000)
    second.name = "/test/other"
    found = run("fields @message, @log", first, second).rows
    assert [dict(row)["@message"] for row in found] == ["a2", "b2", "b1", "a1"]
    by_group = run("stats count(*) as n by @log | sort @log", first, second).rows
    assert [dict(row)["@log"] for row in by_group] == [
        "123456789012:/test/group",
        "123456789012:/test/other",
    ]


def test_the_time_range_holds_its_ends() -> None:
    query, group = compile_query("fields @message"), group_of(*"abcd")
    found = run_query(query, [group], MIDNIGHT_MS + 60_000, MIDNIGHT_MS + 120_000, 10_000)
    assert [dict(row)["@message"] for row in found.rows] == ["c", "b"]
