"""Queries are started once, asked about together, and stopped; through boto3 over HTTP."""

from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.athena.tests.conftest import PutFault
from services.athena.tests.running import RUN_SQL, SkipTime, end, start, succeed
from services.athena.types import RunSqlQuery
from services.aws import Aws
from services.base import Statistics
from services.errors import InvalidQuery, NotEnabled, NotFound, Throttled

pytestmark = pytest.mark.usefixtures("skip_query_time")
FOREVER = "-- emulator: queued_s=5 running_s=3600\n"
ONE = RunSqlQuery.parse({"sql": "SELECT 1"})


def execution(aws: Aws, query_id: str) -> Any:
    found = aws.client("athena").get_query_execution(QueryExecutionId=query_id)
    return found["QueryExecution"]


def tell(aws: Aws, **status: Any) -> None:
    """Let Athena say what the emulated one never does."""

    def change(parsed: Any, **_: Any) -> None:
        parsed["QueryExecutions"][0]["Status"] |= status

    events = aws.client("athena").meta.events
    events.register("after-call.athena.BatchGetQueryExecution", change)


def test_a_key_starts_one_query_however_often_it_is_used(data_prod: Aws) -> None:
    key = f"{uuid4()}-1"
    first = RUN_SQL.start(ONE, data_prod, key)
    assert RUN_SQL.start(ONE, data_prod, key) == first
    assert RUN_SQL.start(ONE, data_prod, f"{key}2") != first


def test_athena_gets_the_query_as_it_was_asked(data_prod: Aws) -> None:
    query_id = succeed(
        data_prod, "SELECT count(*) FROM orders", database="orders", workgroup="analysts"
    )
    told = execution(data_prod, query_id)
    assert told["Query"] == "SELECT count(*) FROM orders"
    assert told["QueryExecutionContext"] == {"Catalog": "awsdatacatalog", "Database": "orders"}
    assert told["WorkGroup"] == "analysts"


def test_a_query_is_queued_then_runs_then_has_succeeded(
    data_prod: Aws, skip_query_time: SkipTime
) -> None:
    query_id = start(data_prod, f"{FOREVER}SELECT count(*) FROM edge.access_logs WHERE bytes > 0")
    (state,) = RUN_SQL.poll([query_id], data_prod).values()
    assert (state.status, state.detail, state.ended_at) == ("queued", "QUEUED", None)
    skip_query_time(6)
    (state,) = RUN_SQL.poll([query_id], data_prod).values()
    assert (state.status, state.detail, state.error) == ("running", "RUNNING", None)
    skip_query_time(3600)
    state = end(data_prod, query_id)
    assert (state.status, state.detail) == ("succeeded", "SUCCEEDED")
    assert state.statistics.bytes_scanned
    assert state.ended_at
    assert state.ended_at.tzinfo is UTC


def test_what_is_scanned_is_told_while_it_runs(data_prod: Aws, skip_query_time: SkipTime) -> None:
    sql = "SELECT sum(bytes) FROM edge.access_logs"
    whole = end(data_prod, start(data_prod, sql)).statistics.bytes_scanned
    query_id = start(data_prod, f"-- emulator: queued_s=0 running_s=1000\n{sql}")
    seen = 0
    while not seen:
        skip_query_time(10)
        seen = RUN_SQL.poll([query_id], data_prod)[query_id].statistics.bytes_scanned or 0
    assert whole
    assert seen < whole
    RUN_SQL.stop(query_id, data_prod)


def test_fifty_are_asked_about_at_once_and_the_unknown_is_left_out(data_prod: Aws) -> None:
    known = [start(data_prod, f"SELECT {number}") for number in range(49)]
    states = RUN_SQL.poll([*known, "none-such"], data_prod)
    assert states.keys() == {*known}
    assert len(known) + 1 == RUN_SQL.poll_batch


def test_a_failure_tells_athenas_reason(data_prod: Aws) -> None:
    state = end(data_prod, start(data_prod, "SELECT nothing FROM edge.access_logs"))
    assert (state.status, state.detail) == ("failed", "FAILED")
    assert state.error
    assert state.error.code == "QueryFailed"
    assert state.error.message.startswith("COLUMN_NOT_FOUND: line 1:8: ")
    assert state.error.hint == "Correct the SQL and run it again."
    assert not state.error.retryable


def test_a_failure_of_athenas_own_is_nobody_elses(data_prod: Aws) -> None:
    sql = '-- emulator: failure="GENERIC_INTERNAL_ERROR: oh"\nSELECT 1'
    error = end(data_prod, start(data_prod, sql)).error
    assert error
    assert error.message == "GENERIC_INTERNAL_ERROR: oh"
    assert "SQL" not in error.hint


def test_a_failure_that_may_pass_can_be_tried_again(data_prod: Aws) -> None:
    query_id = start(data_prod, '-- emulator: failure="GENERIC_INTERNAL_ERROR: oh"\nSELECT 1')
    end(data_prod, query_id)
    tell(data_prod, AthenaError={"ErrorCategory": 1, "Retryable": True})
    error = RUN_SQL.poll([query_id], data_prod)[query_id].error
    assert error
    assert error.retryable


def test_a_stopped_query_is_cancelled(data_prod: Aws) -> None:
    query_id = start(data_prod, f"{FOREVER}SELECT 1")
    RUN_SQL.stop(query_id, data_prod)
    state = end(data_prod, query_id)
    assert (state.status, state.detail) == ("cancelled", "CANCELLED")
    assert state.error
    assert state.error.code == "Cancelled"
    assert state.error.message == "Query cancelled by user"
    assert state.ended_at


def test_stopping_what_is_over_changes_nothing(data_prod: Aws) -> None:
    query_id = succeed(data_prod, "SELECT 1")
    RUN_SQL.stop(query_id, data_prod)
    assert end(data_prod, query_id).status == "succeeded"


def test_stopping_what_athena_does_not_know_says_so(data_prod: Aws) -> None:
    with pytest.raises(NotFound):
        RUN_SQL.stop("none-such", data_prod)


def test_a_query_over_its_workgroups_limit_is_told_to_read_less(data_prod: Aws) -> None:
    query_id = start(data_prod, f"{FOREVER}SELECT 1")
    RUN_SQL.stop(query_id, data_prod)
    reason = "Bytes scanned limit was exceeded"
    tell(data_prod, StateChangeReason=reason)
    error = end(data_prod, query_id).error
    assert error
    assert error.message == reason
    assert error.hint == "Have it read less: fewer columns or partitions."


def test_sql_that_athena_refuses_is_an_invalid_query(data_prod: Aws) -> None:
    with pytest.raises(InvalidQuery) as caught:
        start(data_prod, "SELECT FROM WHERE")
    assert caught.value.message.startswith("line 1:18: mismatched input '<EOF>'")
    assert "SQL" in caught.value.hint


def test_an_unknown_workgroup_is_an_invalid_query(data_prod: Aws) -> None:
    with pytest.raises(InvalidQuery, match="WorkGroup is not found"):
        start(data_prod, "SELECT 1", workgroup="nowhere")


def test_a_workgroup_without_a_place_for_results_says_who_can_help(payments_prod: Aws) -> None:
    with pytest.raises(NotEnabled) as caught:
        start(payments_prod, "SELECT 1")
    assert caught.value.message.startswith("No output location provided.")
    assert "give workgroup primary a query result location" in caught.value.hint


def test_too_many_queries_wait(data_prod: Aws, put_fault: PutFault) -> None:
    put_fault(operation="StartQueryExecution", code="TooManyRequestsException")
    with pytest.raises(Throttled) as caught:
        start(data_prod, "SELECT 1")
    assert caught.value.retryable


def test_a_token_leads_to_its_own_query_alone(data_prod: Aws) -> None:
    query_id = succeed(data_prod, "SELECT 1 ;")
    given = {"nextToken": f"{query_id}:0:o5"}
    assert start(data_prod, "SELECT 1 ;", **given) == query_id
    for sql, token in (("SELECT 2", f"{query_id}:0:o5"), ("SELECT 1 ;", "none-such:0:o5")):
        with pytest.raises(InvalidQuery) as caught:
            start(data_prod, sql, nextToken=token)
        assert caught.value.fields == {"nextToken": "it belongs to another query"}


@pytest.mark.parametrize("token", ["", "x", "a:0:p5", "a b:0:o5", "a:0:o", "a:-1:o5"])
def test_a_token_that_is_none_is_refused(data_prod: Aws, token: str) -> None:
    with pytest.raises(InvalidQuery, match="nextToken"):
        start(data_prod, "SELECT 1", nextToken=token)


def test_only_what_reads_is_shared() -> None:
    assert RUN_SQL.may_share(ONE)
    assert not RUN_SQL.may_share(ONE.model_copy(update={"sql": "DROP TABLE t"}))


def test_a_query_costs_five_dollars_a_terabyte() -> None:
    def price(scanned: int | None) -> Decimal | None:
        return RUN_SQL.price(Statistics(bytes_scanned=scanned))

    assert price(None) is None
    assert [price(0), price(2**39), price(2**40)] == [0, Decimal("2.5"), 5]
    assert price(1) == price(10 * 2**20) == Decimal(50) / 2**20
