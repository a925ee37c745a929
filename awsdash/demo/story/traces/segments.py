"""Segment documents of the story's traces, as the services that trace make them."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from awsdash.demo.story.cast import ERROR_TEXT
from awsdash.demo.story.estate.environments import Environment
from awsdash.demo.story.logs.invocation import Invocation
from awsdash.demo.story.traces.tracing import part_id, trace_id_of

Document: TypeAlias = dict[str, Any]

GATEWAY_MS: Final = 9
SERVICE_MS: Final = 2
OVERHEAD_MS: Final = 1
POOLS: Final = {"118": 2}
USUAL_POOL: Final = 20
AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "NorthwindShop/8.14 (Android 16)",
)


def gateway_segment(run: Invocation, at: Environment, stage: str, url: str) -> Document:
    """API Gateway's, for the request that the run answered."""
    number = int(run.request_id[:8], 16)
    status = run.status or 200
    segment = {
        "id": part_id(run, "gateway"),
        "name": f"checkout/{stage}",
        **_times(run, -GATEWAY_MS, run.took_ms),
        "trace_id": trace_id_of(run),
        "origin": "AWS::ApiGateway::Stage",
        "resource_arn": at.arn_of("AWS::ApiGateway::Stage", f"checkout/{stage}"),
        "http": {
            "request": {
                "url": url,
                "method": "POST",
                "user_agent": AGENTS[number % len(AGENTS)],
                "client_ip": f"198.51.100.{number % 254 + 1}",
                "x_forwarded_for": True,
            },
            "response": {"status": status, "content_length": 0 if status >= 500 else 187},
        },
        "aws": {
            "account_id": at.account,
            "api_gateway": {
                "account_id": at.account,
                "rest_api_id": at.id_of("AWS::ApiGateway::RestApi", "checkout"),
                "stage": stage,
                "request_id": run.request_id,
            },
        },
        "subsegments": [_invocation_of(run, "gateway-call", _times(run, -4, run.took_ms))],
    }
    return segment | ({"fault": True} if status >= 500 else {})


def function_segments(
    run: Invocation, parent: str | None, calls: Sequence[Document]
) -> list[Document]:
    """Lambda's two: of the service that took the request, and of the function that ran."""
    service = {
        "id": part_id(run, "service"),
        "name": run.function.name,
        "trace_id": trace_id_of(run),
        **({"parent_id": parent} if parent else {}),
        **_times(run, -SERVICE_MS, run.took_ms),
        **_failed(run),
        "origin": "AWS::Lambda",
        "resource_arn": run.function.arn,
        "http": {"response": {"status": 200}},
        "aws": {"account_id": run.function.account, "request_id": run.request_id},
    }
    return [service, _function_segment(run, service["id"], calls)]


def _function_segment(run: Invocation, parent: str, calls: Sequence[Document]) -> Document:
    return {
        "id": part_id(run, "function"),
        "name": run.function.name,
        "trace_id": trace_id_of(run),
        "parent_id": parent,
        **_times(run, 0, run.took_ms),
        **_failed(run),
        **(_cause(run, "function", "Error", run.failure) if run.failure else {}),
        "origin": "AWS::Lambda::Function",
        "user": f"customer-{int(run.order[2:]) % 900 + 100}",
        "service": {"version": run.version},
        "aws": {
            "account_id": run.function.account,
            "function_arn": run.function.arn,
            "resource_names": [run.function.name],
            "request_id": run.request_id,
            "cloudwatch_logs": [{"log_group": run.function.log_group}],
        },
        "subsegments": _work(run, calls),
    }


def charge_call(run: Invocation, called: Invocation) -> Document:
    """The subsegment in which a run waits for the one that it called."""
    since = called.started - run.started
    call = _invocation_of(called, "call", _times(run, since - 3, since + called.took_ms + 2))
    if called.failure is None:
        return call
    return call | {"fault": True, **_cause(run, "call", "Error", called.failure, remote=True)}


def table_call(run: Invocation, table: str, operation: str, begin: float, end: float) -> Document:
    """From and to which share of the run's time, as below."""
    return _aws_call(
        run, "DynamoDB", {"operation": operation, "table_name": table}, table, begin, end
    )


def bucket_call(run: Invocation, bucket: str, begin: float, end: float) -> Document:
    resource = {"operation": "PutObject", "bucket_name": bucket, "key": f"raw/{run.order}.json"}
    return _aws_call(run, "S3", resource, bucket, begin, end)


def ledger_call(run: Invocation) -> Document:
    """A run that fails has waited for the ledger all its time."""
    request = {"url": "https://ledger-api.internal.northwind.example/entries", "method": "POST"}
    call = {"id": part_id(run, "ledger"), "name": "ledger-api", "namespace": "remote"}
    if run.failure is None:
        response = {"status": 201, "content_length": 92}
        times = _times(run, 0.3 * run.took_ms, 0.8 * run.took_ms)
        return call | times | {"http": {"request": request, "response": response}}
    message = ERROR_TEXT.removeprefix("charge failed: ")
    return {
        **call,
        **_times(run, 5, run.took_ms - SERVICE_MS),
        "fault": True,
        "http": {"request": request},
        **_cause(run, "ledger", "TimeoutError", message),
    }


def _failed(run: Invocation) -> Document:
    return {"fault": True} if run.failure else {}


def _work(run: Invocation, calls: Sequence[Document]) -> list[Document]:
    """What the function did, and what Lambda did around it."""
    version = int(run.version) if run.version.isdigit() else run.version
    invocation = {
        "id": part_id(run, "invocation"),
        "name": "Invocation",
        **_times(run, 0, run.took_ms - OVERHEAD_MS),
        **_failed(run),
        "annotations": {"order": run.order, "attempt": run.attempt, "version": version},
        "metadata": {"default": {"pool": {"size": POOLS.get(run.version, USUAL_POOL)}}},
        "subsegments": list(calls),
    }
    overhead = {
        "id": part_id(run, "overhead"),
        "name": "Overhead",
        **_times(run, run.took_ms - OVERHEAD_MS, run.took_ms),
    }
    return [invocation, overhead]


def _invocation_of(run: Invocation, what: str, times: Document) -> Document:
    return {
        "id": part_id(run, what),
        "name": "Lambda",
        "namespace": "aws",
        **times,
        "http": {"response": {"status": 200}},
        "aws": {
            "operation": "Invoke",
            "region": run.function.region,
            "function_name": run.function.name,
            "resource_names": [run.function.name],
            "request_id": run.request_id,
        },
    }


def _aws_call(
    run: Invocation, service: str, resource: Document, name: str, begin: float, end: float
) -> Document:
    identity = part_id(run, f"{service}/{name}", 26).upper()
    return {
        "id": part_id(run, f"{service}/{name}"),
        "name": service,
        "namespace": "aws",
        **_times(run, begin * run.took_ms, end * run.took_ms),
        "http": {"response": {"status": 200}},
        "aws": {
            **resource,
            "region": run.function.region,
            "request_id": identity,
            "resource_names": [name],
        },
    }


def _cause(run: Invocation, what: str, kind: str, message: str, remote: bool = False) -> Document:
    identity = part_id(run, f"exception/{what}")
    exception = {"id": identity, "type": kind, "message": message, "remote": remote}
    return {"cause": {"exceptions": [exception]}}


def _times(run: Invocation, begin_ms: float, end_ms: float) -> Document:
    """In epoch seconds, of a part that lasted so long after the run's start."""
    return {
        "start_time": round((run.started + begin_ms) / 1000, 6),
        "end_time": round((run.started + end_ms) / 1000, 6),
    }
