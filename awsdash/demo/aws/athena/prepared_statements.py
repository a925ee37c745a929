"""Prepared statements, of a workgroup each: by the API and by PREPARE, EXECUTE and DEALLOCATE."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.athena.errors import SEMANTIC_ERROR, QueryError, invalid
from awsdash.demo.aws.athena.workgroups import workgroup_named
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import PerPlace, Place

PAGE: Final = 50


@dataclass(frozen=True)
class PreparedStatement:
    name: str
    workgroup: str
    sql: str
    description: str | None
    modified: datetime

    def members(self) -> Members:
        found: Members = {
            "StatementName": self.name,
            "QueryStatement": self.sql,
            "WorkGroupName": self.workgroup,
            "LastModifiedTime": self.modified.timestamp(),
        }
        return found | ({"Description": self.description} if self.description else {})


class _Held:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_name: dict[tuple[str, str], PreparedStatement] = {}


_held: Final = PerPlace(lambda _: _Held())


def put(place: Place, name: str, workgroup: str, sql: str, description: str | None = None) -> None:
    held = _held[place]
    with held.lock:
        held.by_name[workgroup, name] = PreparedStatement(
            name, workgroup, sql, description, clock.now()
        )


def find(place: Place, name: str, workgroup: str) -> PreparedStatement | None:
    return _held[place].by_name.get((workgroup, name))


def get_for_query(place: Place, name: str, workgroup: str) -> PreparedStatement:
    found = find(place, name, workgroup)
    if found is None:
        raise QueryError(_missing(name, workgroup), SEMANTIC_ERROR)
    return found


def remove(place: Place, name: str, workgroup: str) -> None:
    held = _held[place]
    with held.lock:
        held.by_name.pop((workgroup, name), None)


def _missing(name: str, workgroup: str) -> str:
    return f"PreparedStatement {name} was not found in workGroup {workgroup}"


def _get(call: Call, asked: Members) -> PreparedStatement:
    name, workgroup = asked["StatementName"], asked["WorkGroup"]
    workgroup_named(call.place, workgroup)
    found = find(call.place, name, workgroup)
    if found is None:
        raise AwsError("ResourceNotFoundException", _missing(name, workgroup))
    return found


def create_prepared_statement(call: Call, asked: Members) -> Members:
    name, workgroup = asked["StatementName"], asked["WorkGroup"]
    workgroup_named(call.place, workgroup)
    if find(call.place, name, workgroup) is not None:
        raise invalid(f"PreparedStatement {name} already exists in workGroup {workgroup}")
    put(call.place, name, workgroup, asked["QueryStatement"], asked.get("Description"))
    return {}


def update_prepared_statement(call: Call, asked: Members) -> Members:
    found = _get(call, asked)
    description = asked.get("Description", found.description)
    put(call.place, found.name, found.workgroup, asked["QueryStatement"], description)
    return {}


def get_prepared_statement(call: Call, asked: Members) -> Members:
    return {"PreparedStatement": _get(call, asked).members()}


def delete_prepared_statement(call: Call, asked: Members) -> Members:
    found = _get(call, asked)
    remove(call.place, found.name, found.workgroup)
    return {}


def list_prepared_statements(call: Call, asked: Members) -> Members:
    workgroup = asked["WorkGroup"]
    workgroup_named(call.place, workgroup)
    names = sorted(name for group, name in _held[call.place].by_name if group == workgroup)
    token = asked.get("NextToken")
    page, token = page_of(
        names,
        asked.get("MaxResults", PAGE),
        token,
        ["prepared", workgroup],
        invalid(f"Malformed nextPageToken {token}"),
    )
    listed = [find(call.place, name, workgroup) for name in page]
    summaries = [
        {"StatementName": one.name, "LastModifiedTime": one.modified.timestamp()}
        for one in listed
        if one is not None
    ]
    return {"PreparedStatements": summaries, "NextToken": token}


def batch_get_prepared_statement(call: Call, asked: Members) -> Members:
    workgroup = asked["WorkGroup"]
    workgroup_named(call.place, workgroup)
    names: list[str] = asked["PreparedStatementNames"]
    found = {name: find(call.place, name, workgroup) for name in names}
    return {
        "PreparedStatements": [one.members() for one in found.values() if one is not None],
        "UnprocessedPreparedStatementNames": [
            {
                "StatementName": name,
                "ErrorCode": "STATEMENT_NOT_FOUND",
                "ErrorMessage": _missing(name, workgroup),
            }
            for name, one in found.items()
            if one is None
        ],
    }
