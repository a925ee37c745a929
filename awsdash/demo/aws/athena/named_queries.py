"""Saved queries."""

import threading
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.athena.workgroups import PRIMARY, workgroup_named
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.state import PerPlace

PAGE: Final = 50
_MEMBERS: Final = ("Name", "Description", "Database", "QueryString")


@dataclass(frozen=True)
class _Saved:
    workgroup: str
    members: Members


class _Queries:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_id: dict[str, _Saved] = {}
        self.by_token: dict[str, tuple[Members, str]] = {}


_queries: Final = PerPlace(lambda _: _Queries())


def create_named_query(call: Call, asked: Members) -> Members:
    workgroup = asked.get("WorkGroup", PRIMARY)
    if workgroup_named(call.place, workgroup).state != "ENABLED":
        raise invalid("WorkGroup is disabled.")
    held, token = _queries[call.place], asked.get("ClientRequestToken")
    with held.lock:
        if token is not None and token in held.by_token:
            before, query_id = held.by_token[token]
            if before != asked:
                raise invalid("Idempotent parameters do not match")
            return {"NamedQueryId": query_id}
        query_id = str(uuid4())
        members = {name: asked[name] for name in _MEMBERS if name in asked}
        more = {"NamedQueryId": query_id, "WorkGroup": workgroup}
        held.by_id[query_id] = _Saved(workgroup, members | more)
        if token is not None:
            held.by_token[token] = asked, query_id
    return {"NamedQueryId": query_id}


def _get(call: Call, query_id: str) -> _Saved:
    found = _queries[call.place].by_id.get(query_id)
    if found is None:
        raise invalid(f"NamedQuery {query_id} was not found")
    return found


def get_named_query(call: Call, asked: Members) -> Members:
    return {"NamedQuery": _get(call, asked["NamedQueryId"]).members}


def update_named_query(call: Call, asked: Members) -> Members:
    before = _get(call, asked["NamedQueryId"])
    changed = {name: asked[name] for name in _MEMBERS if name in asked}
    held = _queries[call.place]
    with held.lock:
        held.by_id[asked["NamedQueryId"]] = _Saved(before.workgroup, before.members | changed)
    return {}


def delete_named_query(call: Call, asked: Members) -> Members:
    _get(call, asked["NamedQueryId"])
    held = _queries[call.place]
    with held.lock:
        held.by_id.pop(asked["NamedQueryId"], None)
    return {}


def list_named_queries(call: Call, asked: Members) -> Members:
    workgroup = asked.get("WorkGroup", PRIMARY)
    workgroup_named(call.place, workgroup)
    held = list(_queries[call.place].by_id.items())
    token = asked.get("NextToken")
    page, token = page_of(
        [query_id for query_id, saved in held if saved.workgroup == workgroup],
        asked.get("MaxResults") or PAGE,
        token,
        ["named", workgroup],
        invalid(f"Malformed nextPageToken {token}"),
    )
    return {"NamedQueryIds": list(page), "NextToken": token}


def batch_get_named_query(call: Call, asked: Members) -> Members:
    held = _queries[call.place].by_id
    wanted: list[str] = asked["NamedQueryIds"]
    return {
        "NamedQueries": [held[one].members for one in wanted if one in held],
        "UnprocessedNamedQueryIds": [
            {
                "NamedQueryId": one,
                "ErrorCode": "INTERNAL_FAILURE",
                "ErrorMessage": f"NamedQuery {one} was not found",
            }
            for one in wanted
            if one not in held
        ],
    }
