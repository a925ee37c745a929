"""A query of Athena from its start to its end: states over time, and what is told of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from awsdash.demo.aws.athena import pace
from tests.demo.athena_queries import RESULTS, Athena, refusal, running_athena
from tests.demo.emulated_aws import EPOCH
from tests.demo.waiting import until

FOREVER = "-- emulator: queued_s=0 running_s=3600\n"


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        yield running


def state(athena: Athena, query_id: str) -> str:
    return str(athena.execution(query_id)["Status"]["State"])


def test_a_query_is_queued_then_runs_then_has_succeeded(athena: Athena) -> None:
    query = athena.start("-- emulator: queued_s=3600 running_s=3600\nSELECT 1")
    assert state(athena, query) == "QUEUED"
    pace.skip(3601)
    assert state(athena, query) == "RUNNING"
    pace.skip(3601)
    assert athena.end(query)["Status"]["State"] == "SUCCEEDED"


def test_a_query_that_has_ended_tells_when(athena: Athena) -> None:
    execution = athena.run("-- emulator: queued_s=0.2 running_s=0.3\nSELECT 1")
    status, statistics = execution["Status"], execution["Statistics"]
    took = status["CompletionDateTime"] - status["SubmissionDateTime"]
    assert abs((status["SubmissionDateTime"] - EPOCH).total_seconds()) < 600
    assert took.total_seconds() >= 0.5
    assert statistics["QueryQueueTimeInMillis"] == 200
    assert statistics["EngineExecutionTimeInMillis"] >= 300
    assert statistics["TotalExecutionTimeInMillis"] == (
        statistics["QueryQueueTimeInMillis"] + statistics["EngineExecutionTimeInMillis"]
    )
    assert statistics["QueryPlanningTimeInMillis"] <= statistics["EngineExecutionTimeInMillis"]
    assert statistics["ResultReuseInformation"] == {"ReusedPreviousResult": False}


def test_a_query_that_runs_tells_no_end(athena: Athena) -> None:
    query = athena.start(f"{FOREVER}SELECT 1")
    status = athena.execution(query)["Status"]
    assert status.keys() == {"State", "SubmissionDateTime"}
    athena.client.stop_query_execution(QueryExecutionId=query)


def test_a_query_is_told_as_it_was_asked(athena: Athena) -> None:
    execution = athena.run(
        "SELECT ? ;",
        QueryExecutionContext={"Database": "Lake", "Catalog": "AwsDataCatalog"},
        ExecutionParameters=["7"],
    )
    assert execution["Query"] == "SELECT ?"
    assert execution["QueryExecutionContext"] == {"Database": "Lake", "Catalog": "awsdatacatalog"}
    assert execution["ExecutionParameters"] == ["7"]
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["WorkGroup"] == "primary"
    assert execution["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    file = f"{RESULTS}{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == file


def test_a_query_fails_as_its_text_tells_it(athena: Athena) -> None:
    status = athena.run('-- emulator: failure="GENERIC_INTERNAL_ERROR: oh"\nSELECT 1')["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"] == "GENERIC_INTERNAL_ERROR: oh"
    assert status["AthenaError"] == {
        "ErrorCategory": 1,
        "ErrorType": 200,
        "Retryable": False,
        "ErrorMessage": "GENERIC_INTERNAL_ERROR: oh",
    }


def test_a_users_error_is_of_category_2(athena: Athena) -> None:
    error = athena.run("SELECT * FROM lake.nowhere")["Status"]["AthenaError"]
    assert (error["ErrorCategory"], error["ErrorType"]) == (2, 1301)


def test_a_queued_query_is_stopped(athena: Athena) -> None:
    query = athena.start("-- emulator: queued_s=3600\nCREATE DATABASE never")
    athena.client.stop_query_execution(QueryExecutionId=query)
    status = athena.execution(query)["Status"]
    assert (status["State"], status["StateChangeReason"]) == (
        "CANCELLED",
        "Query cancelled by user",
    )
    assert "AthenaError" not in status
    pace.skip(3601)
    athena.run("SELECT 1")
    assert ["never"] not in athena.rows("SHOW DATABASES")


def test_a_query_at_work_is_interrupted(athena: Athena) -> None:
    query = athena.start(
        "SELECT count(*) FROM (SELECT 1 FROM UNNEST(sequence(1, 100000)) AS a(x)"
        " CROSS JOIN UNNEST(sequence(1, 100000)) AS b(y) WHERE sqrt(x * y) > 1)"
    )
    until(lambda: state(athena, query) == "RUNNING")
    athena.client.stop_query_execution(QueryExecutionId=query)
    assert state(athena, query) == "CANCELLED"
    for _ in range(3):  # no thread is still at it
        assert athena.rows("SELECT 1") == [["1"]]


def test_stopping_what_has_ended_changes_nothing(athena: Athena) -> None:
    before = athena.run("SELECT 1")
    athena.client.stop_query_execution(QueryExecutionId=before["QueryExecutionId"])
    assert athena.execution(before["QueryExecutionId"]) == before


def test_a_stopped_query_leaves_no_results(athena: Athena) -> None:
    query = athena.start(f"{FOREVER}SELECT 1")
    athena.client.stop_query_execution(QueryExecutionId=query)
    files = athena.s3.list_objects_v2(Bucket="athena-test-results", Prefix=f"out/{query}")
    assert files["KeyCount"] == 0


@pytest.mark.parametrize(
    "operation", ["get_query_execution", "get_query_results", "stop_query_execution"]
)
def test_an_unknown_query_is_refused(athena: Athena, operation: str) -> None:
    error = refusal(getattr(athena.client, operation), QueryExecutionId="none-such")
    assert error == ("InvalidRequestException", "QueryExecution none-such was not found")


def test_a_batch_tells_apart_what_is_unknown(athena: Athena) -> None:
    query = athena.run("SELECT 1")
    answer = athena.client.batch_get_query_execution(
        QueryExecutionIds=[query["QueryExecutionId"], "none-such"]
    )
    assert answer["QueryExecutions"] == [query]
    (unknown,) = answer["UnprocessedQueryExecutionIds"]
    assert unknown["QueryExecutionId"] == "none-such"
    assert unknown["ErrorMessage"] == "QueryExecution none-such was not found"


def test_a_batch_has_at_most_50(athena: Athena) -> None:
    code, _ = refusal(athena.client.batch_get_query_execution, QueryExecutionIds=["x"] * 51)
    assert code == "InvalidRequestException"


def test_queries_are_listed_by_workgroup_the_newest_first(athena: Athena) -> None:
    configuration = {"ResultConfiguration": {"OutputLocation": RESULTS}}
    athena.client.create_work_group(Name="listed", Configuration=configuration)
    queries = [athena.start(f"SELECT {number}", WorkGroup="listed") for number in range(5)]
    pages = athena.client.get_paginator("list_query_executions").paginate(
        WorkGroup="listed", PaginationConfig={"PageSize": 2}
    )
    assert [page["QueryExecutionIds"] for page in pages] == [
        [queries[4], queries[3]],
        [queries[2], queries[1]],
        [queries[0]],
    ]


def test_a_token_starts_one_query_only(athena: Athena) -> None:
    token = str(uuid4())
    first = athena.start("SELECT 1", ClientRequestToken=token)
    assert athena.start("SELECT 1", ClientRequestToken=token) == first
    athena.end(first)
    assert athena.start("SELECT 1", ClientRequestToken=token) == first


@pytest.mark.parametrize(
    "other",
    [
        {"sql": "SELECT 2"},
        {"QueryExecutionContext": {"Database": "default"}},
        {"ResultConfiguration": {"OutputLocation": f"{RESULTS}elsewhere/"}},
        {"ExecutionParameters": ["1"]},
    ],
)
def test_a_token_is_not_for_another_request(athena: Athena, other: dict[str, Any]) -> None:
    token = str(uuid4())
    athena.start("SELECT 1", ClientRequestToken=token)
    request = {"sql": "SELECT 1", "ClientRequestToken": token, **other}
    assert athena.refused(**request) == "Idempotent parameters do not match"


def test_a_token_has_at_most_128_characters(athena: Athena) -> None:
    assert "clientRequestToken" in athena.refused("SELECT 1", ClientRequestToken="x" * 129)


def test_a_query_has_at_most_262144_bytes(athena: Athena) -> None:
    longest = f"SELECT 1 -- {'x' * (262_144 - 12)}"
    assert athena.run(longest)["Status"]["State"] == "SUCCEEDED"
    assert "262144" in athena.refused(f"{longest}x")
    assert "262144" in athena.refused(f"SELECT 1 -- {'ü' * 200_000}")


def test_what_was_read_grows_while_a_query_runs(athena: Athena) -> None:
    athena.put({"grows/a.json": b'{"a": 1}\n' * 1000})
    athena.run(
        "CREATE EXTERNAL TABLE grows (a int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
        " LOCATION 's3://athena-test-data/grows/'",
        "lake",
    )
    query = athena.start(f"{FOREVER}SELECT count(a) FROM grows", "lake")

    def read_bytes() -> int:
        return int(athena.execution(query)["Statistics"]["DataScannedInBytes"])

    pace.skip(600)
    until(lambda: read_bytes() > 0)
    before = read_bytes()
    pace.skip(1200)
    assert 0 < before < read_bytes() < 9000
    pace.skip(3600)
    assert athena.end(query)["Statistics"]["DataScannedInBytes"] == 9000


def test_runtime_statistics_tell_rows_and_times(athena: Athena) -> None:
    query = athena.run("SELECT * FROM UNNEST(sequence(1, 5)) AS t(x)")["QueryExecutionId"]
    told = athena.client.get_query_runtime_statistics(QueryExecutionId=query)
    statistics = told["QueryRuntimeStatistics"]
    assert statistics["Rows"]["OutputRows"] == 5
    assert statistics["Timeline"]["TotalExecutionTimeInMillis"] >= 0


def test_a_thousand_queries_run_at_once(athena: Athena) -> None:
    def start(number: int) -> str:
        return athena.start(f"-- emulator: queued_s=60 running_s=600\nSELECT {number}")

    def are_all(state: str, batch: list[str]) -> bool:
        answer = athena.client.batch_get_query_execution(QueryExecutionIds=batch)
        return {one["Status"]["State"] for one in answer["QueryExecutions"]} == {state}

    with ThreadPoolExecutor(8) as threads:
        queries = list(threads.map(start, range(1000)))
    batches = [queries[at : at + 50] for at in range(0, len(queries), 50)]
    pace.skip(120)
    assert all(are_all("RUNNING", batch) for batch in batches)
    pace.skip(600)
    for batch in batches:
        until(partial(are_all, "SUCCEEDED", batch))
    assert athena.results(queries[123]) == [["_col0"], ["123"]]
