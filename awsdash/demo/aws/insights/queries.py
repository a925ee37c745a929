"""StartQuery, GetQueryResults, StopQuery and DescribeQueries."""

from typing import Any, Final

from moto.logs.models import LogGroup

from awsdash.demo.aws import clock
from awsdash.demo.aws.insights.malformed import MalformedQuery
from awsdash.demo.aws.insights.outcome import FoundRow
from awsdash.demo.aws.insights.query import compile_query
from awsdash.demo.aws.insights.run import ACTIVE, Conduct, Run
from awsdash.demo.aws.insights.runs import new_id, runs
from awsdash.demo.aws.logs.groups import backend_of, find_log_group, invalid
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

LANGUAGE: Final = "CWLI"
MAX_GROUPS: Final = 50
DEFAULT_ROWS: Final = 10_000
MAX_PAGE: Final = 10_000
MAX_QUERIES: Final = 1_000
GROUP_MEMBERS: Final = ("logGroupName", "logGroupNames", "logGroupIdentifiers")


def start_query(call: Call, asked: Members) -> Members:
    text = asked["queryString"]
    if asked.get("queryLanguage", LANGUAGE) != LANGUAGE:
        raise MalformedQuery(f"{asked['queryLanguage']} is not supported here", 0, len(text))
    if asked["startTime"] > asked["endTime"]:
        raise invalid("startTime must not be after endTime.")
    run = Run(
        id=new_id(),
        text=text,
        groups=_find_groups(call, asked),
        query=compile_query(text),
        start_ms=asked["startTime"] * 1000,
        end_ms=asked["endTime"] * 1000,
        limit=asked.get("limit", DEFAULT_ROWS),
        created=clock.now(),
        conduct=Conduct.told(call.conduct),
    )
    runs[call.place].add(run)
    return {"queryId": run.id}


def _find_groups(call: Call, asked: Members) -> list[LogGroup]:
    given = [name for name in GROUP_MEMBERS if asked.get(name)]
    if len(given) != 1:
        raise invalid(
            "Exactly one of logGroupName, logGroupNames or logGroupIdentifiers must be specified."
        )
    (member,) = given
    names = [asked[member]] if member == "logGroupName" else asked[member]
    if len(names) > MAX_GROUPS:
        raise invalid(f"At most {MAX_GROUPS} log groups can be queried at once.")
    backend = backend_of(call)
    by_identifier = member == "logGroupIdentifiers"
    found = [
        find_log_group(backend, log_group_id=name)
        if by_identifier
        else find_log_group(backend, log_group_name=name)
        for name in names
    ]
    return list({group.arn: group for group in found}.values())


def get_query_results(call: Call, asked: Members) -> Members:
    run = runs[call.place].get(asked["queryId"])
    status, found = run.look()
    page, token = page_of(
        found.rows,
        asked.get("maxItems") or MAX_PAGE,
        asked.get("nextToken"),
        run.id,
        invalid("The specified nextToken is invalid."),
    )
    return {
        "queryLanguage": LANGUAGE,
        "results": [_as_result(row) for row in page],
        "statistics": {
            "recordsMatched": float(found.matched),
            "recordsScanned": float(found.scanned),
            "estimatedRecordsSkipped": 0.0,
            "bytesScanned": float(found.scanned_bytes),
            "estimatedBytesSkipped": 0.0,
            "logGroupsScanned": float(found.groups),
            "resultCount": float(len(found.rows)),
        },
        "status": status,
        "nextToken": token if status not in ACTIVE else None,
    }


def _as_result(row: FoundRow) -> list[dict[str, str]]:
    return [{"field": name, "value": value} for name, value in row]


def stop_query(call: Call, asked: Members) -> Members:
    run = runs[call.place].get(asked["queryId"])
    if run.status not in ACTIVE:
        raise invalid("The specified query is not running.")
    run.stop()
    return {"success": True}


def describe_queries(call: Call, asked: Members) -> Members:
    """The newest first."""
    group, status = asked.get("logGroupName"), asked.get("status")
    language = asked.get("queryLanguage", LANGUAGE)
    rows = [_describe(run) for run in reversed(runs[call.place].all()) if _reads(run, group)]
    page, token = page_of(
        [row for row in rows if status in (None, row["status"]) and language == LANGUAGE],
        asked.get("maxResults", MAX_QUERIES),
        asked.get("nextToken"),
        [group, status, language],
        invalid("The specified nextToken is invalid."),
    )
    return {"queries": page, "nextToken": token}


def _reads(run: Run, group: str | None) -> bool:
    return group is None or any(read.name == group for read in run.groups)


def _describe(run: Run) -> dict[str, Any]:
    description = {
        "queryLanguage": LANGUAGE,
        "queryId": run.id,
        "queryString": run.text,
        "status": run.status,
        "createTime": int(run.created.timestamp() * 1000),
        "logGroupName": run.groups[0].name,
        "queryDuration": run.duration_ms,
    }
    if run.outcome is not None:
        description["bytesScanned"] = float(run.outcome.scanned_bytes)
    return description
