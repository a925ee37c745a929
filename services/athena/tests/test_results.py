"""Results come whole and exact, from the file in S3 or from Athena itself, and can be resumed."""

from typing import Any, NamedTuple

import pytest

from services.athena.marks import Mark
from services.athena.tests.conftest import PutFault
from services.athena.tests.running import RUN_SQL, read, rows, rows_of, succeed
from services.athena.types import RunSqlQuery
from services.aws import Aws
from services.base import Page
from services.errors import AccessDenied, NotFound, QueryFailed

pytestmark = pytest.mark.usefixtures("skip_query_time")
MANAGED = {"workgroup": "managed"}
# Quotes, newlines inside values, NULL and the empty text, wherever a block may end.
AWKWARD = """
SELECT x, CASE x % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'plain'
  WHEN 3 THEN 'two' || chr(10) || '"lines", ' ELSE chr(10) || chr(10) END AS t
FROM UNNEST(sequence(1, 60)) AS s(x)"""
AWKWARD_ROWS = [
    {"x": x, "t": [None, "", "plain", 'two\n"lines", ', "\n\n"][x % 5]} for x in range(1, 61)
]


class Shape(NamedTuple):
    name: str
    kind: str
    description: str


def shapes(page: Page) -> list[Shape]:
    assert page.columns is not None
    return [Shape(c.name, c.kind, c.description) for c in page.columns]


@pytest.mark.parametrize(
    ("options", "few"), [({}, 0), (MANAGED, 0), ({}, 9)], ids=["file", "managed", "one call"]
)
def test_values_are_of_their_types(data_prod: Aws, options: dict[str, Any], few: int) -> None:
    sql = """SELECT 1 AS i, BIGINT '9223372036854775807' AS b, 1.0E7 AS d, nan() AS n, true AS yes,
      CAST(1.50 AS decimal(10, 2)) AS price,
      CAST('12345678901234567890.1' AS decimal(38, 1)) AS big,
      TIMESTAMP '2026-11-22 14:02:03.456' AS ts, DATE '2026-11-22' AS day, 'x' AS t,
      NULL AS nothing, '' AS empty, ARRAY[1, 2] AS several, count(*) FROM (VALUES 1) AS v(x)"""
    (page,) = read(data_prod, succeed(data_prod, sql, **options), few=few)
    assert shapes(page) == [
        ("i", "integer", "integer"),
        ("b", "integer", "bigint"),
        ("d", "number", "double"),
        ("n", "number", "double"),
        ("yes", "boolean", "boolean"),
        ("price", "number", "decimal(10,2)"),
        ("big", "text", "decimal(38,1)"),
        ("ts", "timestamp", "timestamp"),
        ("day", "text", "date"),
        ("t", "text", "varchar"),
        ("nothing", "text", "unknown"),
        ("empty", "text", "varchar"),
        ("several", "text", "array"),
        ("_col13", "integer", "bigint"),
    ]
    (row,) = rows_of([page])
    assert row.pop("n") != 0
    assert row.pop("ts").isoformat(timespec="milliseconds") == "2026-11-22T14:02:03.456+00:00"
    assert [*row.values()] == [
        *(1, 2**63 - 1, 1e7, True, 1.5, "12345678901234567890.1", "2026-11-22", "x"),
        *(None, "", "[1, 2]", 1),
    ]


@pytest.mark.parametrize("options", [{}, MANAGED], ids=["file", "managed"])
def test_awkward_texts_come_back_as_they_were(data_prod: Aws, options: dict[str, Any]) -> None:
    assert rows_of(read(data_prod, succeed(data_prod, AWKWARD, **options))) == AWKWARD_ROWS


def test_whatever_the_size_of_blocks_the_rows_are_the_same(data_prod: Aws) -> None:
    query_id = succeed(data_prod, AWKWARD)
    for block_bytes in (16, 33, 64, 200, 1000):
        found = read(data_prod, query_id, block_bytes=block_bytes)
        assert rows_of(found) == AWKWARD_ROWS, block_bytes
        assert [page.columns is not None for page in found] == [True, *[False] * (len(found) - 1)]
        assert found[-1].next_token is None


def test_a_row_larger_than_a_block_is_read_whole(data_prod: Aws) -> None:
    sql = "SELECT rpad('', 5000, 'x') AS t FROM (VALUES 1, 2) AS v(x)"
    found = read(data_prod, succeed(data_prod, sql), block_bytes=100)
    assert rows_of(found) == [{"t": "x" * 5000}] * 2
    assert [len(page.rows) for page in found] == [0, 1, 1]


@pytest.mark.parametrize("options", [{}, MANAGED], ids=["file", "managed"])
def test_from_every_mark_the_rest_is_exactly_the_rest(
    data_prod: Aws, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.athena.results.ROWS_A_CALL", 7)
    monkeypatch.setattr("services.athena.results.CALLS_A_BLOCK", 2)
    query_id = succeed(data_prod, AWKWARD, **options)
    seen = 0
    for page in read(data_prod, query_id, block_bytes=100):
        seen += len(page.rows)
        if page.next_token:
            rest = read(data_prod, Mark.parse(page.next_token), 1000, 100)
            assert rows_of(rest) == AWKWARD_ROWS[seen:]
    assert seen == 60


@pytest.mark.parametrize("options", [{}, MANAGED], ids=["file", "managed"])
@pytest.mark.parametrize("limit", [1, 13, 59])
def test_a_limit_cuts_anywhere_and_its_mark_goes_on_there(
    data_prod: Aws, options: dict[str, Any], limit: int
) -> None:
    query = RunSqlQuery.parse({"sql": AWKWARD, "limit": limit, **options})
    query_id = succeed(data_prod, AWKWARD, **options)
    found: list[Any] = []
    token = None
    while len(found) < 60:
        part = [*RUN_SQL.pages(query, query_id, data_prod, token)]
        assert 0 < len(rows_of(part)) <= limit
        found += rows_of(part)
        token = part[-1].next_token
        assert (token is None) == (len(found) == 60)
    assert found == AWKWARD_ROWS


def test_a_mark_set_in_larger_blocks_is_found_again(data_prod: Aws) -> None:
    query_id = succeed(data_prod, AWKWARD)
    mark = Mark.parse(str(read(data_prod, query_id, limit=41)[-1].next_token))
    assert mark.skip == 41
    rest = read(data_prod, mark, 15, block_bytes=64)
    assert rows_of(rest) == AWKWARD_ROWS[41:56]
    rest = read(data_prod, Mark.parse(str(rest[-1].next_token)))
    assert rows_of(rest) == AWKWARD_ROWS[56:]


@pytest.mark.parametrize("few", [60, 61, 62])
def test_few_rows_come_in_one_call_and_one_more_does_not(data_prod: Aws, few: int) -> None:
    found = read(data_prod, succeed(data_prod, AWKWARD), few=few, block_bytes=100)
    assert rows_of(found) == AWKWARD_ROWS
    assert found[0].columns
    # The names are a row too, and a full answer may not be the last.
    assert (len(found) == 1) == (few > 61)


def test_whoever_passes_on_the_token_reads_on_without_another_query(data_prod: Aws) -> None:
    asked: dict[str, Any] = {"sql": AWKWARD, "limit": 40}
    first = RunSqlQuery.parse(asked)
    query_id = succeed(data_prod, **asked)
    token = [*RUN_SQL.pages(first, query_id, data_prod, None)][-1].next_token
    second = RunSqlQuery.parse({**asked, "nextToken": token})
    assert RUN_SQL.start(second, data_prod, "another-key-that-nobody-needs-at-all") == query_id
    (page,) = RUN_SQL.pages(second, query_id, data_prod, None)
    assert page.columns
    assert rows_of([page]) == AWKWARD_ROWS[40:]


@pytest.mark.parametrize("options", [{}, MANAGED], ids=["file", "managed"])
def test_no_rows_are_one_page_with_columns(data_prod: Aws, options: dict[str, Any]) -> None:
    (page,) = read(data_prod, succeed(data_prod, "SELECT 1 AS a WHERE false", **options))
    assert shapes(page) == [("a", "integer", "integer")]
    assert (len(page.rows), page.next_token) == (0, None)


def test_columns_of_one_name_are_told_apart(data_prod: Aws) -> None:
    assert rows(data_prod, 'SELECT 1 AS a, 2 AS a, 3 AS "A"') == [{"a": 1, "a_2": 2, "A_3": 3}]


def test_the_first_row_may_say_what_the_columns_are_called(data_prod: Aws) -> None:
    for options in ({}, MANAGED):
        sql = "SELECT 'a' AS a UNION ALL SELECT 'a' AS a"
        assert rows(data_prod, sql, **options) == [{"a": "a"}] * 2


@pytest.mark.parametrize("options", [{}, MANAGED], ids=["file", "managed"])
def test_show_and_describe_and_explain_answer_rows(data_prod: Aws, options: dict[str, Any]) -> None:
    assert rows(data_prod, "SHOW TABLES IN orders", **options) == [
        {"tab_name": "orders"},
        {"tab_name": "refunds"},
    ]
    assert rows(data_prod, "DESCRIBE orders.refunds", **options)[0] == {
        "col_name": "refund_id",
        "data_type": "string",
        "comment": "",
    }
    (first, *_) = rows(data_prod, "EXPLAIN SELECT 1", **options)
    assert [*first] == ["Query Plan"]
    assert first["Query Plan"] != "Query Plan"


def test_what_was_read_is_told_with_the_first_page(data_prod: Aws) -> None:
    query_id = succeed(data_prod, "SELECT path FROM edge.access_logs LIMIT 100")
    first, *others = read(data_prod, query_id, block_bytes=500)
    assert first.statistics.bytes_scanned
    assert others
    assert all(page.statistics.bytes_scanned is None for page in others)


def test_a_body_that_is_cut_off_is_never_fewer_rows(data_prod: Aws, put_fault: PutFault) -> None:
    query_id = succeed(data_prod, "SELECT x FROM UNNEST(sequence(1, 50000)) AS s(x)")
    put_fault(operation="GetObject", effect="cut", times=1)
    with pytest.raises(QueryFailed) as caught:
        read(data_prod, query_id)
    assert caught.value.retryable
    assert len(rows_of(read(data_prod, query_id))) == 50_000


def test_a_file_that_ends_inside_a_row_is_no_result(data_prod: Aws) -> None:
    query_id = succeed(data_prod, "SELECT 'a' AS a")
    s3 = data_prod.client("s3")
    place = {"Bucket": "northwind-athena-results", "Key": f"primary/{query_id}.csv"}
    s3.put_object(**place, Body=b'"a"\n"b\n')
    with pytest.raises(QueryFailed, match="ends inside a row"):
        read(data_prod, query_id)


@pytest.mark.parametrize("options", [{}, MANAGED], ids=["file", "managed"])
def test_a_result_that_is_gone_says_so(data_prod: Aws, options: dict[str, Any]) -> None:
    query_id = succeed(data_prod, "SELECT 1", **options)
    s3 = data_prod.client("s3")
    s3.delete_object(Bucket="northwind-athena-results", Key=f"primary/{query_id}.csv")
    if options:
        assert rows_of(read(data_prod, query_id)) == [{"_col0": 1}]
        return
    with pytest.raises(NotFound) as caught:
        read(data_prod, query_id)
    assert f"s3://northwind-athena-results/primary/{query_id}.csv" in caught.value.message
    assert caught.value.hint == "Run the query again."


def test_a_result_that_may_not_be_read_says_what_is_missing(
    data_prod: Aws, put_fault: PutFault
) -> None:
    query_id = succeed(data_prod, "SELECT 1")
    put_fault(service="s3", effect="deny")
    with pytest.raises(AccessDenied) as caught:
        read(data_prod, query_id)
    assert "s3:GetObject" in caught.value.hint
