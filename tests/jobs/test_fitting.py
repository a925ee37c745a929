"""What AWS says against what a column holds: no value costs its row, let alone its page."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from awsdash.jobs.fitting import fitted
from services.base import Column, Kind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOON_MS = 1_795_348_800_000


def stored(kind: Kind, *values: Any) -> list[Any]:
    """What the values become in a column of this kind, beside one that always fits."""
    columns = [Column("v", "V", kind, ""), Column("n", "N", "integer", "")]
    table = fitted([{"v": value, "n": n} for n, value in enumerate(values)], columns)
    assert table.column("n").to_pylist() == list(range(len(values)))
    read = table.column("v")
    return (read.cast(pa.int64()) if kind == "timestamp" else read).to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        ("", ""),
        (None, None),
        (404, "404"),
        (1.5, "1.5"),
        (Decimal("0.10"), "0.10"),
        (True, "true"),
        (NOON, "2026-11-22T12:00:00+00:00"),
        (date(2026, 11, 22), "2026-11-22"),
        (b"bytes", "bytes"),
        (b"\xff", "\N{REPLACEMENT CHARACTER}"),
        ({"a": [1]}, '{"a": [1]}'),
        ("half \ud83d of it", "half \N{REPLACEMENT CHARACTER} of it"),
        ("both \ud83d\ude00 halves", "both \N{GRINNING FACE} halves"),
    ],
)
def test_anything_is_a_text(value: Any, text: str | None) -> None:
    assert stored("text", value, "fits") == [text, "fits"]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (7.0, 7),
        ("7", 7),
        (Decimal("7"), 7),
        (True, 1),
        (-(2**63), -(2**63)),
        (7.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (2**63, None),
        ("seven", None),
        ([7], None),
        (NOON, None),
    ],
)
def test_an_integer_is_whole_or_unknown(value: Any, number: int | None) -> None:
    assert stored("integer", value, 1) == [number, 1]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (2**60 + 1, float(2**60 + 1)),
        ("1.5", 1.5),
        (Decimal("1.5"), 1.5),
        ("", None),
        ("-", None),
        (float("nan"), None),
        (float("-inf"), None),
        ("NaN", None),
        (10**400, None),
    ],
)
def test_a_number_is_one_that_json_can_tell_or_unknown(value: Any, number: float | None) -> None:
    assert stored("number", value, 0.5) == [number, 0.5]


@pytest.mark.parametrize(
    ("value", "answer"),
    [(True, True), ("false", False), ("TRUE", True), (1, True), (0, False), ("maybe", None)],
)
def test_a_boolean_is_told_in_many_words(value: Any, answer: bool | None) -> None:
    assert stored("boolean", value, True) == [answer, True]


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (NOON_MS, NOON_MS),
        (float(NOON_MS), NOON_MS),
        (NOON, NOON_MS),
        (NOON.astimezone(timezone(timedelta(hours=-5))), NOON_MS),
        (NOON.replace(tzinfo=None), NOON_MS),
        (date(2026, 11, 22), NOON_MS - 12 * 3_600_000),
        ("2026-11-22T12:00:00Z", NOON_MS),
        (str(NOON_MS), NOON_MS),
        (-1, -1),
        ("yesterday", None),
        (10**15, None),
        (10**30, None),
        (True, None),
    ],
)
def test_a_time_is_one_of_the_calendar_or_unknown(value: Any, ms: int | None) -> None:
    assert stored("timestamp", value, 0) == [ms, 0]


def test_json_may_come_as_text_or_as_what_it_says() -> None:
    assert stored("json", '{"a": 1}', {"a": NOON}, [1, None]) == [
        '{"a": 1}',
        '{"a": "2026-11-22T12:00:00+00:00"}',
        "[1, null]",
    ]


def test_what_a_row_lacks_is_null_and_what_it_has_too_much_is_left_out() -> None:
    columns = [Column("a", "A", "text", ""), Column("b", "B", "integer", "")]
    assert fitted([{"a": "x", "c": 1}, {"b": 2}], columns).to_pylist() == [
        {"a": "x", "b": None},
        {"a": None, "b": 2},
    ]


def test_an_arrow_table_fits_by_the_same_rules() -> None:
    columns = [
        Column("at", "At", "timestamp", ""),
        Column("size", "Size", "integer", ""),
        Column("name", "Name", "text", ""),
        Column("ratio", "Ratio", "number", ""),
        Column("lacking", "Lacking", "text", ""),
    ]
    table = pa.table(
        {
            "ratio": pa.array([Decimal("0.5"), None]),
            "name": pa.array([[1, 2], [3]]),
            "size": pa.array([1.0, 2.5]),
            "at": pa.array([NOON, NOON + timedelta(microseconds=1)]),
            "more": pa.array([1, 2]),
        }
    )
    first, second = fitted(table, columns).to_pylist()
    assert first == {"at": NOON, "size": 1, "name": "[1, 2]", "ratio": 0.5, "lacking": None}
    assert second == {"at": NOON, "size": None, "name": "[3]", "ratio": None, "lacking": None}


def test_what_did_not_fit_is_logged_without_the_value(caplog: pytest.LogCaptureFixture) -> None:
    stored("integer", "secret", "1")
    (record,) = caplog.records
    assert (record.column, record.values) == ("v", 1)  # type: ignore[attr-defined]  # extras
    assert "secret" not in caplog.text
