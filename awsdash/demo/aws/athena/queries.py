"""What Athena tells of a query: its state, its statistics, its results."""

from typing import Any, Final

from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.athena.executions import FINAL, Execution, executions
from awsdash.demo.aws.athena.objects import bucket_and_prefix, has_object
from awsdash.demo.aws.athena.pace import now_s
from awsdash.demo.aws.athena.result_files import output_file
from awsdash.demo.aws.athena.results import ResultColumn, Results, Row
from awsdash.demo.aws.athena.workgroups import ENGINE_VERSION, PRIMARY, workgroup_named
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of, read_token, write_token
from awsdash.demo.aws.protocol import Call

MAX_ROWS: Final = 1000
PAGE: Final = 50
PLANNING_SHARE: Final = 0.2


def get_query_execution(call: Call, asked: Members) -> Members:
    execution = executions[call.place].get(asked["QueryExecutionId"])
    return {"QueryExecution": describe(execution)}


def batch_get_query_execution(call: Call, asked: Members) -> Members:
    held = executions[call.place]
    found = {one: held.find(one) for one in asked["QueryExecutionIds"]}
    return {
        "QueryExecutions": [describe(one) for one in found.values() if one is not None],
        "UnprocessedQueryExecutionIds": [
            {
                "QueryExecutionId": one,
                "ErrorCode": "INVALID_INPUT",
                "ErrorMessage": f"QueryExecution {one} was not found",
            }
            for one, execution in found.items()
            if execution is None
        ],
    }


def list_query_executions(call: Call, asked: Members) -> Members:
    workgroup = asked.get("WorkGroup", PRIMARY)
    workgroup_named(call.place, workgroup)
    token = asked.get("NextToken")
    page, token = page_of(
        [one.id for one in executions[call.place].in_workgroup(workgroup)],
        asked.get("MaxResults") or PAGE,
        token,
        ["executions", workgroup],
        invalid(f"Malformed nextPageToken {token}"),
    )
    return {"QueryExecutionIds": list(page), "NextToken": token}


def stop_query_execution(call: Call, asked: Members) -> Members:
    executions[call.place].get(asked["QueryExecutionId"]).stop()
    return {}


def describe(execution: Execution) -> Members:
    request = execution.request
    kind = request.statement.kind
    location = output_file(execution)
    result = dict(request.echoed["ResultConfiguration"])
    if location is not None:
        result["OutputLocation"] = location
    found: Members = {
        **request.echoed,
        "QueryExecutionId": execution.id,
        "Query": request.sql,
        "StatementType": kind.type,
        "SubstatementType": kind.substatement,
        "ResultConfiguration": result,
        "Status": _status(execution),
        "Statistics": _statistics(execution),
        "WorkGroup": request.workgroup,
        "EngineVersion": ENGINE_VERSION,
    }
    if request.parameters:
        found["ExecutionParameters"] = list(request.parameters)
    return found


def _status(execution: Execution) -> Members:
    status: Members = {
        "State": execution.state,
        "SubmissionDateTime": execution.submitted.timestamp(),
    }
    if (completed := execution.completed) is not None:
        status["CompletionDateTime"] = completed.timestamp()
    if (error := execution.error) is not None:
        status["StateChangeReason"] = error.reason
        if error.state == "FAILED":
            status["AthenaError"] = {
                "ErrorCategory": error.category,
                "ErrorType": error.error_type,
                "Retryable": False,
                "ErrorMessage": error.reason,
            }
    return status


def _times(execution: Execution) -> dict[str, int]:
    """In milliseconds, up to now for one that has not ended."""
    is_final = execution.state in FINAL
    end = execution.ended_s if is_final and execution.ended_s is not None else now_s()
    left_queue = min(execution.running_s, end)
    engine = _ms(end - left_queue)
    times = {
        "QueryQueueTimeInMillis": _ms(left_queue - execution.submitted_s),
        "EngineExecutionTimeInMillis": engine,
        "TotalExecutionTimeInMillis": _ms(end - execution.submitted_s),
    }
    if is_final:
        times["QueryPlanningTimeInMillis"] = round(engine * PLANNING_SHARE)
        times["ServicePreProcessingTimeInMillis"] = 0
        times["ServiceProcessingTimeInMillis"] = 0
    return times


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _statistics(execution: Execution) -> Members:
    return {
        **_times(execution),
        "DataScannedInBytes": _scanned(execution),
        "ResultReuseInformation": {"ReusedPreviousResult": False},
    }


def _scanned(execution: Execution) -> int:
    """So far: a query that takes a stated time reads as it goes."""
    outcome = execution.outcome
    if outcome is None:
        return 0
    if execution.state in FINAL or execution.pace.running_s <= 0:
        return outcome.scanned_bytes
    elapsed = max(0.0, now_s() - execution.running_s)
    return int(outcome.scanned_bytes * min(1.0, elapsed / execution.pace.running_s))


def get_query_runtime_statistics(call: Call, asked: Members) -> Members:
    execution = executions[call.place].get(asked["QueryExecutionId"])
    statistics: Members = {"Timeline": _times(execution)}
    outcome = execution.outcome
    if execution.state == "SUCCEEDED" and outcome is not None:
        results = outcome.results
        statistics["Rows"] = {
            "InputBytes": outcome.scanned_bytes,
            "OutputRows": results.count - results.header if results is not None else 0,
            "OutputBytes": results.bytes if results is not None else 0,
        }
    return {"QueryRuntimeStatistics": statistics}


def get_query_results(call: Call, asked: Members) -> Members:
    execution = executions[call.place].get(asked["QueryExecutionId"])
    results = _results(execution)
    limit = asked.get("MaxResults", MAX_ROWS)
    first = _first(execution, asked.get("NextToken"), results)
    rows = results.page(first, limit)
    token = write_token(first + limit, execution.id) if len(rows) == limit else None
    return {
        "UpdateCount": results.update_count,
        "ResultSet": {
            "Rows": [_row(row) for row in rows],
            "ResultSetMetadata": {"ColumnInfo": [_column(column) for column in results.columns]},
        },
        "NextToken": token,
    }


def _first(execution: Execution, token: str | None, results: Results) -> int:
    if token is None or results.count == 0:
        return 0
    return read_token(token, execution.id, invalid(f"Malformed nextPageToken {token}"))


def _results(execution: Execution) -> Results:
    state = execution.state
    if state in ("QUEUED", "RUNNING"):
        raise invalid(f"Query has not yet finished. Current state: {state}")
    if state == "FAILED":
        raise invalid(f"Query did not finish successfully. Final query state: {state}")
    location = output_file(execution)
    outcome = execution.outcome
    is_gone = (
        location is not None
        and location.endswith((".csv", ".txt"))
        and not has_object(execution.place, *bucket_and_prefix(location))
    )
    if state == "CANCELLED" or outcome is None or is_gone:
        raise invalid("Could not find results")
    return outcome.results or Results([])


def _row(row: Row) -> Members:
    return {"Data": [{} if value is None else {"VarCharValue": value} for value in row]}


def _column(column: ResultColumn) -> dict[str, Any]:
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type.name,
        "Precision": column.type.precision,
        "Scale": column.type.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.type.name in ("varchar", "char") and column.type.precision > 0,
    }
