"""Results of Athena: pages of GetQueryResults, and the files in S3."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.athena import pace
from tests.demo.athena_queries import RESULTS, Athena, refusal, running_athena


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        yield running


def page(athena: Athena, query_id: str, **request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = athena.client.get_query_results(QueryExecutionId=query_id, **request)
    return answer


def numbers(count: int) -> str:
    return f"SELECT x FROM UNNEST(sequence(1, {count})) AS t(x)"


def ended(athena: Athena, sql: str, **more: Any) -> str:
    execution = athena.run(sql, **more)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return str(execution["QueryExecutionId"])


def test_the_first_row_of_a_select_has_the_names(athena: Athena) -> None:
    query = ended(athena, "SELECT 1 AS a, 'x', count(*) FROM (VALUES 1) AS t(v)")
    assert athena.results(query) == [["a", "_col1", "_col2"], ["1", "x", "1"]]


def test_only_the_first_page_has_the_names(athena: Athena) -> None:
    query = ended(athena, numbers(5))
    first = page(athena, query, MaxResults=3)
    second = page(athena, query, MaxResults=3, NextToken=first["NextToken"])
    texts = [
        [row["Data"][0]["VarCharValue"] for row in one["ResultSet"]["Rows"]]
        for one in (first, second)
    ]
    assert texts == [["x", "1", "2"], ["3", "4", "5"]]


def test_a_full_page_has_a_token_even_if_it_is_the_last(athena: Athena) -> None:
    query = ended(athena, numbers(2))
    token = page(athena, query, MaxResults=3)["NextToken"]
    last = page(athena, query, MaxResults=3, NextToken=token)
    assert last["ResultSet"]["Rows"] == []
    assert "NextToken" not in last


def test_a_page_has_at_most_1000_rows_with_the_names(athena: Athena) -> None:
    query = ended(athena, numbers(2500))
    assert len(page(athena, query)["ResultSet"]["Rows"]) == 1000
    assert athena.results(query) == [["x"], *([str(number)] for number in range(1, 2501))]
    code, _ = refusal(athena.client.get_query_results, QueryExecutionId=query, MaxResults=1001)
    assert code == "InvalidRequestException"


def test_a_token_of_another_query_is_malformed(athena: Athena) -> None:
    token = page(athena, ended(athena, numbers(5)), MaxResults=2)["NextToken"]
    query = ended(athena, numbers(5))
    for wrong in (token, "nonsense"):
        error = refusal(athena.client.get_query_results, QueryExecutionId=query, NextToken=wrong)
        assert error == ("InvalidRequestException", f"Malformed nextPageToken {wrong}")


def test_null_is_no_value_and_an_empty_text_is_one(athena: Athena) -> None:
    query = ended(athena, "SELECT NULL AS a, '' AS b")
    (row,) = page(athena, query)["ResultSet"]["Rows"][1:]
    assert row["Data"] == [{}, {"VarCharValue": ""}]


@pytest.mark.parametrize(
    ("expression", "type_", "precision", "scale", "is_case_sensitive"),
    [
        ("1", "integer", 10, 0, False),
        ("BIGINT '1'", "bigint", 19, 0, False),
        ("1.5", "double", 17, 0, False),
        ("CAST(1.5 AS decimal(10, 2))", "decimal", 10, 2, False),
        ("'x'", "varchar", 2_147_483_647, 0, True),
        ("true", "boolean", 0, 0, False),
        ("DATE '2026-11-23'", "date", 0, 0, False),
        ("TIMESTAMP '2026-11-23 09:00:00'", "timestamp", 3, 0, False),
        ("now()", "timestamp with time zone", 3, 0, False),
        ("ARRAY[1]", "array", 0, 0, False),
        ("MAP(ARRAY['a'], ARRAY[1])", "map", 0, 0, False),
        ("CAST(ROW(1) AS ROW(a integer))", "row", 0, 0, False),
        ("sum(BIGINT '1')", "bigint", 19, 0, False),
        ("count(*)", "bigint", 19, 0, False),
    ],
)
def test_a_column_tells_its_type(
    athena: Athena,
    expression: str,
    type_: str,
    precision: int,
    scale: int,
    is_case_sensitive: bool,
) -> None:
    query = ended(athena, f"SELECT {expression} AS c")
    (column,) = page(athena, query)["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert column == {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": "c",
        "Label": "c",
        "Type": type_,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": is_case_sensitive,
    }


def test_a_query_that_runs_has_no_results_yet(athena: Athena) -> None:
    query = athena.start("-- emulator: queued_s=60 running_s=60\nSELECT 1")

    def error() -> tuple[str, str]:
        return refusal(athena.client.get_query_results, QueryExecutionId=query)

    text = "Query has not yet finished. Current state: "
    assert error() == ("InvalidRequestException", f"{text}QUEUED")
    pace.skip(61)
    assert error() == ("InvalidRequestException", f"{text}RUNNING")
    athena.client.stop_query_execution(QueryExecutionId=query)
    assert error() == ("InvalidRequestException", "Could not find results")


def test_a_failed_query_has_no_results(athena: Athena) -> None:
    query = athena.run("SELECT * FROM nowhere")["QueryExecutionId"]
    assert refusal(athena.client.get_query_results, QueryExecutionId=query) == (
        "InvalidRequestException",
        "Query did not finish successfully. Final query state: FAILED",
    )


def test_results_that_were_deleted_are_not_found(athena: Athena) -> None:
    query = ended(athena, "SELECT 1")
    athena.s3.delete_object(Bucket="athena-test-results", Key=f"out/{query}.csv")
    error = refusal(athena.client.get_query_results, QueryExecutionId=query)
    assert error == ("InvalidRequestException", "Could not find results")


def test_a_select_leaves_a_csv_with_every_value_in_quotes(athena: Athena) -> None:
    query = ended(athena, "SELECT 1 AS i, 'it''s' AS s, 'a\"b' AS q, NULL AS n, '' AS e, 1.5 AS d")
    assert athena.object(f"{RESULTS}{query}.csv") == (
        b'"i","s","q","n","e","d"\n"1","it\'s","a""b",,"","1.5"\n'
    )


def test_a_select_without_rows_leaves_the_names(athena: Athena) -> None:
    query = ended(athena, "SELECT 1 AS a WHERE false")
    assert athena.object(f"{RESULTS}{query}.csv") == b'"a"\n'


def test_ddl_leaves_a_text(athena: Athena) -> None:
    query = ended(athena, "SHOW DATABASES")
    execution = athena.execution(query)
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location == f"{RESULTS}{query}.txt"
    assert b"lake" in athena.object(location).split(b"\n")
    query = ended(athena, "CREATE DATABASE texts")
    assert athena.object(f"{RESULTS}{query}.txt") == b""


def test_ddl_that_fails_leaves_its_reason(athena: Athena) -> None:
    execution = athena.run("DROP DATABASE nowhere")
    reason = execution["Status"]["StateChangeReason"]
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert athena.object(location).decode() == reason


def test_show_has_no_row_of_names(athena: Athena) -> None:
    query = ended(athena, "SHOW DATABASES LIKE 'lake'")
    assert athena.results(query) == [["lake"]]
    (column,) = page(athena, query)["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert (column["Name"], column["Type"]) == ("database_name", "string")


def test_ddl_answers_neither_rows_nor_columns(athena: Athena) -> None:
    query = ended(athena, "CREATE DATABASE IF NOT EXISTS lake")
    answer = page(athena, query)
    assert answer["ResultSet"] == {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}
    assert "UpdateCount" not in answer


def test_the_metadata_tell_columns_in_protocol_buffers(athena: Athena) -> None:
    """As long as those that users of Athena have measured."""
    athena.run("CREATE EXTERNAL TABLE told (a int) LOCATION 's3://athena-test-data/told/'", "lake")
    query = athena.run("SHOW CREATE TABLE told", "lake")["QueryExecutionId"]
    metadata = athena.object(f"{RESULTS}{query}.txt.metadata")
    assert len(metadata) == 88
    assert metadata.startswith(b"\x0a\x24" + query.encode())
    assert b"createtab_stmt" in metadata


def test_a_large_result_comes_whole(athena: Athena) -> None:
    query = ended(
        athena,
        "SELECT a.x * 1000 + b.y AS n, rpad('x', 400, 'y') AS t"
        " FROM UNNEST(sequence(0, 11)) AS a(x) CROSS JOIN UNNEST(sequence(1, 1000)) AS b(y)"
        " ORDER BY 1",
    )
    content = athena.object(f"{RESULTS}{query}.csv")
    assert content.count(b"\n") == 12_001
    token = None
    for _ in range(12):
        answer = page(athena, query, **({} if token is None else {"NextToken": token}))
        token = answer["NextToken"]
    assert answer["ResultSet"]["Rows"][-1]["Data"][0]["VarCharValue"] == "11999"
