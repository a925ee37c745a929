"""Athena's CSV: where records end, and what its texts are."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from services.athena.rows import first_record, parse, record, whole_records
from services.base import Column, Kind
from services.errors import QueryFailed

TEXTS = (None, "", "a", 'say "so"', "two\nlines", '"', "\n", ",", '",\n"', "é\r\n")


def column(name: str, kind: Kind) -> Column:
    return Column(name, name, kind, "test")


def values(content: bytes, *kinds: Kind) -> list[tuple[Any, ...]]:
    columns = [column(f"c{number}", kind) for number, kind in enumerate(kinds)]
    return [tuple(row.values()) for row in parse(content, columns).to_pylist()]


def test_wherever_a_file_is_cut_the_whole_records_before_are_found() -> None:
    chance = random.Random(7)  # the same rows every time
    records = [record(chance.choices(TEXTS, k=2)) for _ in range(40)]
    content = b"".join(records)
    ends = {0}
    for one in records:
        ends.add(max(ends) + len(one))
    for cut in range(len(content) + 1):
        assert whole_records(content[:cut]) == max(end for end in ends if end <= cut)


def test_the_first_record_may_have_several_lines() -> None:
    assert first_record(b'"a\n""b","c"\n"1","2"\n') == len(b'"a\n""b","c"\n')
    assert first_record(b'"only"') == len(b'"only"')


def test_null_is_not_the_empty_text() -> None:
    assert values(b'"a",""\n,"b"\n"",\n', "text", "text") == [("a", ""), (None, "b"), ("", None)]


def test_a_row_of_nothing_but_null_is_a_row() -> None:
    assert values(b'"a"\n\n""\n\n', "text") == [("a",), (None,), ("",), (None,)]
    assert values(b'\n"7"\n', "integer") == [(None,), (7,)]


def test_every_text_comes_back_as_it_was() -> None:
    rows = [(one, other) for one in TEXTS for other in TEXTS]
    assert values(b"".join(map(record, rows)), "text", "text") == rows


def test_values_are_of_their_columns_kinds() -> None:
    content = record(["9223372036854775807", "1.0E7", "true", "2026-11-22 14:02:03.456", "{}"])
    content += record([None, "-Infinity", "false", None, None])
    kinds: tuple[Kind, ...] = ("integer", "number", "boolean", "timestamp", "json")
    moment = datetime(2026, 11, 22, 14, 2, 3, 456000, UTC)
    assert values(content, *kinds) == [
        (2**63 - 1, 10_000_000.0, True, moment, "{}"),
        (None, float("-inf"), False, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22 14:02:03.123999", datetime(2026, 11, 22, 14, 2, 3, 123000, UTC)),
        ("1969-12-31 23:59:59.999999", datetime(1969, 12, 31, 23, 59, 59, 999000, UTC)),
        ("0001-01-01 00:00:00.000", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999", datetime(9999, 12, 31, 23, 59, 59, 999000, UTC)),
    ],
)
def test_microseconds_are_cut(text: str, moment: datetime) -> None:
    assert values(record([text]), "timestamp") == [(moment,)]


def test_no_rows_are_a_table_too() -> None:
    table = parse(b"", [column("a", "text"), column("t", "timestamp")])
    assert (table.num_rows, table.column_names) == (0, ["a", "t"])
    assert str(table.schema.field("t").type) == "timestamp[ms, tz=UTC]"


def test_a_value_that_does_not_fit_loses_no_row() -> None:
    rows = [("1", "2026-11-22 14:02:03.000"), ("2", "10000-01-01 00:00:00.000"), (None, None)]
    assert values(b"".join(map(record, rows)), "integer", "timestamp") == rows


@pytest.mark.parametrize("content", [b'"1"\n', b'"1","2","3"\n', b'"\xff","2"\n'])
def test_what_is_no_row_of_these_columns_is_told(content: bytes) -> None:
    with pytest.raises(QueryFailed, match="The result cannot be read"):
        values(content, "text", "text")
