"""StartQueryExecution: checks the request, and has the query's work done in its time."""

from functools import partial
from typing import Any, Final
from uuid import uuid4

from awsdash.demo.aws import clock
from awsdash.demo.aws.athena.catalog import CATALOG, find_table
from awsdash.demo.aws.athena.errors import QueryError, engine_error, invalid
from awsdash.demo.aws.athena.executions import Execution, Outcome, Request, executions
from awsdash.demo.aws.athena.objects import bucket_and_prefix, has_bucket
from awsdash.demo.aws.athena.pace import now_s, pace_of
from awsdash.demo.aws.athena.performing import DEFAULT_DATABASE, perform
from awsdash.demo.aws.athena.reading import read_statement, without_end
from awsdash.demo.aws.athena.result_files import write_reason, write_results
from awsdash.demo.aws.athena.statements import (
    CreateTableAs,
    Describe,
    ShowColumns,
    Statement,
)
from awsdash.demo.aws.athena.workers import workers
from awsdash.demo.aws.athena.workgroups import PRIMARY, WorkGroup, workgroup_named
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call

MAX_QUERY_BYTES: Final = 262_144


def start_query_execution(call: Call, asked: Members) -> Members:
    workgroup = workgroup_named(call.place, asked.get("WorkGroup", PRIMARY))
    if workgroup.state != "ENABLED":
        raise invalid("WorkGroup is disabled.")
    request = _read(call, asked, workgroup)
    execution = Execution(
        id=str(uuid4()),
        place=call.place,
        request=request,
        pace=pace_of(asked["QueryString"], call.conduct),
        submitted=clock.now(),
        submitted_s=now_s(),
    )
    identity = {name: value for name, value in asked.items() if name != "ClientRequestToken"}
    held = executions[call.place]
    started = held.add(execution, asked.get("ClientRequestToken"), identity)
    if started == execution.id:
        workers.do_at(execution.running_s, partial(_work, execution))
    return {"QueryExecutionId": started}


def _read(call: Call, asked: Members, workgroup: WorkGroup) -> Request:
    if len(asked["QueryString"].encode()) > MAX_QUERY_BYTES:
        raise invalid(f"Query string length exceeds the maximum of {MAX_QUERY_BYTES} bytes")
    context: dict[str, Any] = asked.get("QueryExecutionContext", {})
    output = _output(call, asked, workgroup)
    sql = without_end(asked["QueryString"])
    statement = read_statement(sql)
    database = context.get("Database")
    _check(call, statement, workgroup, database)
    return Request(
        sql=sql,
        statement=statement,
        database=database,
        catalog=context.get("Catalog"),
        workgroup=workgroup.name,
        output=output,
        parameters=tuple(asked.get("ExecutionParameters", ())),
        scan_limit_bytes=workgroup.scan_limit_bytes,
        echoed=_echoed(asked, workgroup),
    )


def _output(call: Call, asked: Members, workgroup: WorkGroup) -> str | None:
    if workgroup.manages_results:
        return None
    own = asked.get("ResultConfiguration", {}).get("OutputLocation")
    location = (workgroup.location or own) if workgroup.enforces else (own or workgroup.location)
    if not location:
        raise invalid(
            "No output location provided. An output location is required either through the"
            " Workgroup result configuration setting or as an API input."
        )
    bucket, _ = bucket_and_prefix(location)
    if not location.startswith("s3://") or not bucket:
        raise invalid("outputLocation is not a valid S3 path.")
    if not has_bucket(call.place, bucket):
        raise invalid(f"Unable to verify/create output bucket {bucket}")
    return str(location)


def _check(call: Call, statement: Statement, workgroup: WorkGroup, database: str | None) -> None:
    """What Athena looks up before it takes a query."""
    action = statement.action
    if isinstance(action, Describe | ShowColumns):
        names = action.name.in_database(database or DEFAULT_DATABASE)
        if find_table(call.place, *names) is None:
            raise invalid(
                "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code:"
                f" EntityNotFoundException; Request ID: {uuid4()}; Proxy: null)"
            )
    is_elsewhere = isinstance(action, CreateTableAs) and "external_location" in action.properties
    if is_elsewhere and workgroup.enforces and workgroup.location:
        raise invalid(
            "The Create Table As Select query failed because it was submitted with an"
            " 'external_location' property to an Athena Workgroup that enforces a centralized"
            " output location for all queries. Please remove the 'external_location' property"
            " and resubmit the query."
        )


def _echoed(asked: Members, workgroup: WorkGroup) -> dict[str, Any]:
    """What GetQueryExecution tells again as it was told."""
    context: dict[str, Any] = dict(asked.get("QueryExecutionContext", {}))
    if "Catalog" in context:
        context["Catalog"] = context["Catalog"].lower()
    configured = workgroup.configuration.get("ResultConfiguration", {})
    own = asked.get("ResultConfiguration", {})
    echoed = {
        "QueryExecutionContext": context,
        "ResultConfiguration": dict(configured if workgroup.enforces else own),
    }
    if "ResultReuseConfiguration" in asked:
        echoed["ResultReuseConfiguration"] = asked["ResultReuseConfiguration"]
    if workgroup.manages_results:
        managed = workgroup.configuration["ManagedQueryResultsConfiguration"]
        echoed["ManagedQueryResultsConfiguration"] = managed
    return echoed


def _is_known(execution: Execution) -> bool:
    """Whether there has been no other story since, and nobody has stopped it."""
    held = executions[execution.place].find(execution.id)
    return held is execution and execution.stopped_s is None


def _work(execution: Execution) -> None:
    if not _is_known(execution):
        return
    execution.outcome = _outcome(execution)
    ended_s = execution.ended_s
    if ended_s is not None:
        workers.do_at(ended_s, partial(_write, execution))


def _outcome(execution: Execution) -> Outcome:
    if execution.pace.failure is not None:
        return Outcome(now_s(), error=engine_error(execution.pace.failure))
    catalog = execution.request.catalog or CATALOG
    try:
        if catalog.lower() != CATALOG.lower():
            raise engine_error(f"CATALOG_NOT_FOUND: line 1:1: Catalog '{catalog}' does not exist")
        results, scanned_bytes = perform(execution)
    except QueryError as error:
        return Outcome(now_s(), error=error)
    except Exception as error:  # whatever it is, the query must end
        return Outcome(now_s(), error=engine_error(f"GENERIC_INTERNAL_ERROR: {error}"))
    return Outcome(now_s(), results, scanned_bytes=scanned_bytes)


def _write(execution: Execution) -> None:
    outcome = execution.outcome
    if outcome is None or not _is_known(execution):
        return
    try:
        if outcome.error is None:
            write_results(execution, outcome.results)
        else:
            write_reason(execution, outcome.error)
    except QueryError as error:
        execution.outcome = Outcome(outcome.at_s, error=error, scanned_bytes=outcome.scanned_bytes)
    execution.is_written = True
