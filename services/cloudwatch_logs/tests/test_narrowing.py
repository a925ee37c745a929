"""Narrowing to a value: what it asks for, and that the emulated AWS then finds the row."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.logs.models import LogEvent, LogGroup, logs_backends

from services.aws import Aws
from services.base import Path, Row
from services.cloudwatch_logs.client import filter_events
from services.cloudwatch_logs.service import FilterEvents
from services.cloudwatch_logs.tests.reading import rows_of
from services.cloudwatch_logs.types import FilterEventsQuery

GROUP = "/narrowing"
NOW = 1_795_356_120_000
TRICKY = {
    "level": "ERROR",
    "pool": {"size": 2, "ratio": -0.25, "tiny": 1e-9, "huge": 2**70},
    "items": [{"sku": "a-1"}, [7, "x"]],
    "ok": True,
    "retry": False,
    "cause": None,
    "empty": "",
    "quoted": 'say "no" \\ never',
    "percent": "50% (a && b) || {c}",
    "ümlaut": "größe",
    "dotted.key": "d",
    "with space": 1,
    "kebab-key": "k",
    "@l": "at",
}
OTHER = dict.fromkeys(TRICKY, "another")
EMBEDDED = (
    '2026-11-22T14:01:00Z\t7c9f\tINFO\t{"user":"u \\u0041","team":"a \\"b\\"","n":5,"o":"ö-1"}'
)

OPERATION = FilterEvents()


def query(pattern: str = "", **options: Any) -> FilterEventsQuery:
    return FilterEventsQuery.parse(
        {"logGroupName": GROUP, "filterPattern": pattern, "limit": 100, **options}
    )


def narrow(message: str, *path: str | int, pattern: str = "") -> str | None:
    change = OPERATION.narrow(query(pattern), {"message": message}, ("message", *path))
    assert change is None or set(change) == {"filterPattern"}
    return change["filterPattern"] if change else None


@pytest.fixture
def log_group(payments_prod: Aws) -> Iterator[LogGroup]:
    """A group with three messages: all that is tricky, the same keys with other values, text."""
    backend = logs_backends[payments_prod.account_id][payments_prod.region]
    group = backend.create_log_group(GROUP, {})
    group.create_log_stream("main")
    group.streams["main"].events = [
        LogEvent(NOW, {"timestamp": NOW, "message": message})
        for message in (json.dumps(TRICKY), json.dumps(OTHER), EMBEDDED)
    ]
    yield group
    backend.delete_log_group(GROUP)


def found_by(aws: Aws, change: Any) -> list[str]:
    events = filter_events(query(**{"pattern": change["filterPattern"]}), aws)
    return [row["message"] for row in rows_of(events)]


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (("level",), '{ $.level = "ERROR" }'),
        (("pool", "size"), "{ $.pool.size = 2 }"),
        (("pool", "ratio"), "{ $.pool.ratio = -0.25 }"),
        (("pool", "tiny"), "{ $.pool.tiny = 1e-9 }"),
        (("pool", "huge"), "{ $.pool.huge = 1.1805916207174113e+21 }"),
        (("items", 0, "sku"), '{ $.items[0].sku = "a-1" }'),
        (("items", 1, 0), "{ $.items[1][0] = 7 }"),
        (("ok",), "{ $.ok IS TRUE }"),
        (("retry",), "{ $.retry IS FALSE }"),
        (("cause",), "{ $.cause IS NULL }"),
        (("empty",), '{ $.empty = "" }'),
        (("quoted",), '{ $.quoted = "say \\"no\\" \\\\ never" }'),
        (("percent",), '{ $.percent = "50% (a && b) || {c}" }'),
        (("ümlaut",), "{ $.['ümlaut'] = \"größe\" }"),
        (("dotted.key",), "{ $.['dotted.key'] = \"d\" }"),
        (("with space",), "{ $.['with space'] = 1 }"),
        (("kebab-key",), '{ $.kebab-key = "k" }'),
        (("@l",), "{ $.['@l'] = \"at\" }"),
    ],
)
def test_a_json_value_becomes_a_pattern_that_finds_its_row_alone(
    payments_prod: Aws, log_group: LogGroup, path: Path, pattern: str
) -> None:
    message = json.dumps(TRICKY)
    change = OPERATION.narrow(query(), {"message": message}, ("message", *path))
    assert change == {"filterPattern": pattern}
    assert found_by(payments_prod, change) == [message]


@pytest.mark.parametrize(
    "path",
    [
        ("pool",),
        ("items",),
        ("items", 1),
        ("nothing",),
        ("items", 9),
        ("items", -1),
        ("items", "0"),
        ("level", 0),
        (0,),
        (),
    ],
)
def test_containers_and_what_is_not_there_cannot_be_filtered_by(path: Path) -> None:
    assert narrow(json.dumps(TRICKY), *path) is None


@pytest.mark.parametrize(
    "document",
    [
        {"a": "x" * 201},
        {"a": "50 * 2"},
        {"a": "two\nlines"},
        {"a": "tab\there"},
        {"it's": 1},
        {"a]b": 1},
        {'a"b': 1},
        {"a\\b": 1},
        {"*": 1},
        {"": 1},
    ],
)
def test_what_patterns_cannot_say_is_not_filtered_by(document: dict[str, Any]) -> None:
    (key,) = document
    assert narrow(json.dumps(document), key) is None


@pytest.mark.parametrize(
    ("pattern", "narrowed"),
    [
        ("{ $.retry IS FALSE }", '{ ($.retry IS FALSE) && ($.level = "ERROR") }'),
        (
            "{ ($.retry IS FALSE) && ($.ok IS TRUE) }",
            '{ ($.retry IS FALSE) && ($.ok IS TRUE) && ($.level = "ERROR") }',
        ),
        (
            '{ $.ok IS TRUE || $.quoted = "a && b" }',
            '{ ($.ok IS TRUE || $.quoted = "a && b") && ($.level = "ERROR") }',
        ),
        (
            "{ ($.ok IS TRUE) || ($.cause IS NULL) }",
            '{ (($.ok IS TRUE) || ($.cause IS NULL)) && ($.level = "ERROR") }',
        ),
        ('{ $.level = "ERROR*" }', '{ ($.level = "ERROR*") && ($.level = "ERROR") }'),
        ("{}", '{ $.level = "ERROR" }'),
        ("ERROR -timeout", '{ $.level = "ERROR" }'),
        ("%ERR%", '{ $.level = "ERROR" }'),
        ("[time, level]", '{ $.level = "ERROR" }'),
    ],
)
def test_a_condition_joins_those_of_json_and_replaces_other_patterns(
    payments_prod: Aws, log_group: LogGroup, pattern: str, narrowed: str
) -> None:
    message = json.dumps(TRICKY)
    assert narrow(message, "level", pattern=pattern) == narrowed
    assert found_by(payments_prod, {"filterPattern": narrowed}) == [message]


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.level = "ERROR" }',
        '{$.level="ERROR"}',
        '{ ($.ok IS TRUE) && ($.level = "ERROR") }',
        '{ $.ok IS TRUE && $.level = "ERROR" }',
    ],
)
def test_a_condition_that_is_there_already_changes_nothing(pattern: str) -> None:
    assert narrow(json.dumps(TRICKY), "level", pattern=pattern) is None


def test_narrowing_again_and_again_still_finds_the_row(
    payments_prod: Aws, log_group: LogGroup
) -> None:
    message, pattern = json.dumps(TRICKY), ""
    for key in ("level", "ok", "cause", "quoted", "percent", "dotted.key"):
        narrower = narrow(message, key, pattern=pattern)
        assert narrower
        assert narrow(message, key, pattern=narrower) is None
        pattern = narrower
    assert pattern.count("&&") == 6
    assert found_by(payments_prod, {"filterPattern": pattern}) == [message]


def test_a_pattern_that_would_be_too_long_is_not_offered() -> None:
    long = "{ " + " || ".join(["$.level = ERROR"] * 52) + " }"
    assert len(long) < 1024
    query(long)
    assert narrow(json.dumps(TRICKY), "quoted", pattern=long) is None


@pytest.mark.parametrize(
    ("key", "pattern", "narrowed"),
    [
        ("o", "", '"ö-1"'),
        ("o", "INFO -DEBUG", 'INFO -DEBUG "ö-1"'),
        ("o", '{ $.a = "x" }', '"ö-1"'),
        ("o", "%7c9f%", '"ö-1"'),
        ("o", "[a, b, c]", '"ö-1"'),
        ("o", "?INFO ?WARN", '"ö-1"'),
        ("o", "?WARN INFO", '?WARN INFO "ö-1"'),
    ],
)
def test_a_text_of_embedded_json_becomes_a_term(
    payments_prod: Aws, log_group: LogGroup, key: str, pattern: str, narrowed: str
) -> None:
    assert narrow(EMBEDDED, key, pattern=pattern) == narrowed
    assert found_by(payments_prod, {"filterPattern": narrowed}) == [EMBEDDED]


def test_a_term_that_is_there_already_changes_nothing() -> None:
    assert narrow(EMBEDDED, "o", pattern='INFO "ö-1"') is None
    assert narrow('x {"a":"word"}', "a", pattern="word") is None
    assert narrow('x {"a":"word"}', "a", pattern="-word") == '-word "word"'


@pytest.mark.parametrize("key", ["user", "team", "n"])
def test_embedded_values_that_do_not_stand_there_letter_by_letter_are_left(key: str) -> None:
    assert narrow(EMBEDDED, key) is None


def test_an_array_is_searched_as_text() -> None:
    assert narrow('[{"a":"one"}]', 0, "a") == '"one"'


def test_a_stream_narrows_to_itself_once() -> None:
    row: Row = {"logStreamName": "main"}
    assert OPERATION.narrow(query(), row, ("logStreamName",)) == {"logStreamNames": ["main"]}
    assert OPERATION.narrow(query(logStreamNames=["main"]), row, ("logStreamName",)) is None
    assert OPERATION.narrow(query(), {}, ("logStreamName",)) is None


@pytest.mark.parametrize(
    "path", [("message",), ("timestamp",), ("level",), ("logStreamName", 0), ()]
)
def test_nothing_else_can_be_filtered_by(path: Path) -> None:
    row = {"message": "plain text", "timestamp": NOW, "level": "info", "logStreamName": "main"}
    assert OPERATION.narrow(query(), row, path) is None


def test_rows_of_the_story_narrow_to_patterns_that_find_them(payments_prod: Aws) -> None:
    """Every JSON value of real rows, over HTTP."""
    first = FilterEventsQuery.parse(
        {"logGroupName": "/aws/lambda/checkout-charge", "filterPattern": "{ $.level = * }"}
    )
    rows = rows_of(filter_events(first, payments_prod))[:3]
    assert rows
    for row in rows:
        for key in json.loads(row["message"]):
            change = OPERATION.narrow(first, row, ("message", key))
            if change:
                narrower = FilterEventsQuery.parse({**first.stored(), **change})
                found = rows_of(filter_events(narrower, payments_prod))
                assert row["eventId"] in {r["eventId"] for r in found}
