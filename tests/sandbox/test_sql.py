"""What one SELECT answers: rows, columns, kinds, and where it was cut off."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from awsdash.sandbox.child.tables import Cell, Table
from services.errors import InvalidQuery, NotFound, QueryFailed, ServiceError
from tests.sandbox.conftest import FIRST_MS, ROWS, Ask, ask_for, write

FIRST = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=FIRST_MS)


def test_it_counts_groups_and_sorts(ask: Ask) -> None:
    answer = ask("SELECT word, count(*) c, sum(n) s FROM t GROUP BY word ORDER BY word LIMIT 2")
    assert answer.values == [("word 0", 100, 49_500), ("word 1", 100, 49_600)]
    kinds = [(column.name, column.kind) for column in answer.columns]
    assert kinds == [("word", "text"), ("c", "integer"), ("s", "integer")]


def test_a_row_comes_out_as_it_was_stored(ask: Ask) -> None:
    answer = ask("SELECT * FROM t WHERE n = 100")
    assert answer.rows == [
        {
            "at": FIRST + timedelta(milliseconds=100),
            "n": 100,
            "word": "word 0",
            "share": 0.1,
            "is_odd": False,
            "data": '{"n": 100}',
            "level": "error",
        }
    ]
    kinds = ["timestamp", "integer", "text", "number", "boolean", "json", "level"]
    assert [column.kind for column in answer.columns] == kinds


def test_all_rows_come_in_their_order_over_all_files(ask: Ask) -> None:
    assert [n for (n,) in ask("SELECT n FROM t").values] == list(range(ROWS))
    falling = ask("SELECT n FROM t ORDER BY n DESC").values
    assert [n for (n,) in falling] == list(range(ROWS - 1, -1, -1))


def test_times_compare_in_utc(ask: Ask) -> None:
    later = (FIRST + timedelta(milliseconds=990)).isoformat()
    assert len(ask(f"SELECT 1 FROM t WHERE \"at\" >= '{later}'").rows) == 10
    assert ask('SELECT typeof(any_value("at")) k FROM t').values == [("TIMESTAMP WITH TIME ZONE",)]


@pytest.mark.parametrize(
    ("expression", "kind", "value"),
    [
        ("9223372036854775807::HUGEINT", "integer", 2**63 - 1),
        ("255::UTINYINT", "integer", 255),
        ("1.5::DECIMAL(9,2)", "number", 1.5),
        ("1::FLOAT / 4", "number", 0.25),
        ("'nan'::DOUBLE", "number", None),
        ("1 / 0", "number", None),
        ("true", "boolean", True),
        ("DATE '2026-11-22'", "text", "2026-11-22"),
        ("TIME '10:11:12'", "text", "10:11:12"),
        ("INTERVAL 1 DAY", "text", "1 day"),
        ("'a'::ENUM('a', 'b')", "text", "a"),
        ("TIMESTAMP '2026-11-22 14:02:00.123456'", "timestamp", "2026-11-22T14:02:00.123Z"),
        ("TIMESTAMPTZ '2026-11-22 14:02:00+05:30'", "timestamp", "2026-11-22T08:32:00Z"),
        ("TIMESTAMP_NS '2026-11-22 14:02:00.123456789'", "timestamp", "2026-11-22T14:02:00.123Z"),
        ("'infinity'::TIMESTAMP", "timestamp", None),
        ("TIMESTAMPTZ '294000-01-01 00:00:00+00'", "timestamp", None),
        ("[1, NULL]", "json", "[1,null]"),
        ("{'a': [1]}", "json", '{"a":[1]}'),
        ("MAP {'k': 1}", "json", '{"k":1}'),
        ("'{\"a\": 1}'::JSON", "json", '{"a":1}'),
        ("'{\"a\": 1}'::JSON -> 'a'", "json", "1"),
        ("NULL", "text", None),
        ("NULL::BIGINT", "integer", None),
        ("'\\xAA'::BLOB", "text", "\\xAA"),
        ("'é 😀 ''quoted'''", "text", "é 😀 'quoted'"),
    ],
)
def test_a_type_becomes_a_kind(ask: Ask, expression: str, kind: str, value: Any) -> None:
    if kind == "timestamp" and value is not None:
        value = datetime.fromisoformat(value)
    answer = ask(f"SELECT {expression} AS v")
    assert [column.kind for column in answer.columns] == [kind]
    assert answer.values == [(value,)]


def test_what_is_no_64_bit_number_is_told_not_cut(ask: Ask) -> None:
    with pytest.raises(QueryFailed, match="out of range"):
        ask("SELECT 9223372036854775808::HUGEINT AS v")


@pytest.mark.parametrize(
    "text",
    [
        "FROM t",
        "TABLE t",
        "VALUES (1), (2)",
        "(SELECT 1)",
        "WITH a AS (SELECT n FROM t), b AS (SELECT n FROM A) SELECT * FROM b",
        "WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r WHERE i < 5) FROM r",
        "SELECT * FROM T AS x JOIN t AS y USING (n)",
        "SELECT (SELECT max(n) FROM t), EXISTS (SELECT 1 FROM t)",
        "SELECT 1 UNION ALL SELECT 2 ORDER BY 1 LIMIT 1",
        "DESCRIBE t",
        "SUMMARIZE t",
        "SELECT unnest([1, 2, 3])",
        "SELECT * FROM range(3), generate_series(1, 2)",
        "SELECT key FROM t, json_each(data) LIMIT 5",
        "PIVOT t ON word IN ('word 1', 'word 2') USING count(*) GROUP BY is_odd",
        "UNPIVOT (SELECT n, share FROM t) ON n, share",
        "SELECT row_number() OVER (PARTITION BY word ORDER BY n) FROM t QUALIFY n < 10",
        "SELECT word FROM t GROUP BY ALL HAVING count(*) > 1",
        "SELECT COLUMNS('n|word') FROM t LIMIT 1",
        "SELECT list_transform([1, 2], lambda x: x + 1)",
        "SELECT data ->> 'n', pg_typeof(n) FROM t LIMIT 1",
        "SELECT * FROM t TABLESAMPLE 5 ROWS",
        "SELECT 1;",
        "SELECT ';' -- the end; really\n;",
        "/* ; */ SELECT 1 ; ; -- ;",
        "SELECT n FROM t -- no semicolon",
    ],
)
def test_every_way_to_write_a_select_is_fine(ask: Ask, text: str) -> None:
    assert ask(text).rows


def test_no_rows_have_columns_all_the_same(ask: Ask) -> None:
    answer = ask("SELECT n, word FROM t WHERE false")
    assert [column.name for column in answer.columns] == ["n", "word"]
    assert (answer.rows, answer.matched) == ([], 0)


def test_the_columns_come_before_the_rows(ask: Ask) -> None:
    pages = ask("SELECT n FROM t").pages
    assert pages[0].columns is not None
    assert len(pages[0].rows) == 0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT 1 AS a, 2 AS a, 3 AS A", ["a", "a_1", "A_2"]),
        ('SELECT 1 AS "a""b"', ["a_b"]),
        ('SELECT 1 AS "#"', ["_"]),
        ('SELECT 1 AS " "', ["column"]),
        ("SELECT count(*) FROM t", ["count_star()"]),
        (f'SELECT 1 AS "{"x" * 300}"', ["x" * 100]),
        ('SELECT 1 AS "x\'; DROP"', ["x'; DROP"]),
    ],
)
def test_names_are_made_unique_and_fit_to_be_stored(ask: Ask, text: str, names: list[str]) -> None:
    assert [column.name for column in ask(text).columns] == names


@pytest.mark.parametrize(("limit", "rows", "matched"), [(999, 999, None), (1000, 1000, 1000)])
def test_what_the_limit_cut_off_is_not_counted(
    ask: Ask, limit: int, rows: int, matched: int | None
) -> None:
    answer = ask("SELECT * FROM t", limit)
    assert (len(answer.rows), answer.matched) == (rows, matched)


def test_a_large_answer_comes_in_pages(ask: Ask) -> None:
    answer = ask("SELECT a.n AS n, b.n AS m FROM t a, t b", 200_000)
    filled = [page for page in answer.pages if len(page.rows)]
    assert len(answer.rows) == 200_000
    assert len(filled) > 2
    assert max(len(page.rows) for page in filled) < 60_000


def test_wide_rows_travel_in_small_batches(ask: Ask) -> None:
    answer = ask("SELECT repeat('x', 1000000) AS wide FROM range(60)")
    assert [len(wide) for (wide,) in answer.values] == [1_000_000] * 60


def test_a_row_beyond_32_mb_is_told_so(ask: Ask) -> None:
    with pytest.raises(ServiceError, match="more than 32 MB"):
        ask("SELECT repeat('x', 40000000) AS wide")


def test_a_column_that_a_file_lacks_is_null(tmp_path: Path) -> None:
    old = write(tmp_path / "old.parquet", {"n": pa.array([1])})
    new = write(tmp_path / "new.parquet", {"n": pa.array([2]), "word": pa.array(["two"])})
    table = Table("t", [("n", "integer"), ("word", "text")], [Cell([old, new], {})])
    assert ask_for(table)("SELECT * FROM t ORDER BY n").values == [(1, None), (2, "two")]


def test_a_table_without_a_file_is_empty(stored: Table) -> None:
    answer = ask_for(Table("t", stored.columns, []))("SELECT * FROM t")
    assert len(answer.columns) == len(stored.columns)
    assert answer.rows == []


def test_cells_are_one_table_that_says_where_each_row_is_from(tmp_path: Path) -> None:
    one = write(tmp_path / "1.parquet", {"n": pa.array([1, 2])})
    two = write(tmp_path / "2.parquet", {"n": pa.array([3]), "word": pa.array(["x"])})
    cells = [
        Cell([one], {"account": "111111111111", "region": "eu-west-1"}),
        Cell([two], {"account": "222222222222", "region": "us-east-1"}),
    ]
    columns = [("account", "text"), ("region", "text"), ("n", "integer"), ("word", "text")]
    answer = ask_for(Table("b", columns, cells))("SELECT * FROM b ORDER BY n")
    assert answer.values == [
        ("111111111111", "eu-west-1", 1, None),
        ("111111111111", "eu-west-1", 2, None),
        ("222222222222", "us-east-1", 3, "x"),
    ]


def test_tables_join(stored: Table, tmp_path: Path) -> None:
    path = write(tmp_path / "it's.parquet", {"n": pa.array([5, 7]), "said": pa.array(["a", "b"])})
    other = Table("Other", [("n", "integer"), ("said", "text")], [Cell([path], {})])
    answer = ask_for(stored, other)("SELECT word, said FROM t JOIN other USING (n) ORDER BY n")
    assert answer.values == [("word 5", "a"), ("word 7", "b")]


def test_a_file_that_is_gone_is_told_without_its_path(stored: Table, tmp_path: Path) -> None:
    gone = Table("t", stored.columns, [Cell([str(tmp_path / "gone.parquet")], {})])
    with pytest.raises(NotFound, match="A stored result is gone") as caught:
        ask_for(gone)("SELECT * FROM t")
    assert str(tmp_path) not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * FORM t x", "Line 1, column 15"),
        ("SELECT n,\n  nope\nFROM t", "Line 2, column 3"),
        ("SELECT 'é😀', nope FROM t", "Line 1, column 14"),
        ("SELECT *\nFROM nix", "Line 2, column 6"),
        ("SELECT\n\n  upperr(word) FROM t", "Line 3, column 3"),
        ("SELECT * FROM\n read_csv('x')", "Line 2, column 2"),
    ],
)
def test_an_error_tells_line_and_column(ask: Ask, text: str, place: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        ask(text)
    assert caught.value.message.startswith(f"{place}: ")


def test_a_value_that_does_not_fit_tells_where_it_was_read(ask: Ask) -> None:
    with pytest.raises(QueryFailed, match=r"^Line 2, column 2: Could not convert string 'word 0'"):
        ask("SELECT n,\n CAST(word AS INTEGER) FROM t")


def test_an_unknown_table_names_those_there_are(ask: Ask) -> None:
    with pytest.raises(InvalidQuery, match="There is no table nix") as caught:
        ask("SELECT * FROM nix")
    assert caught.value.hint == "The tables are t."
