"""Saved queries: PutQueryDefinition, DescribeQueryDefinitions and DeleteQueryDefinition."""

import threading
from typing import Any, Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.insights.queries import LANGUAGE
from awsdash.demo.aws.insights.runs import new_id
from awsdash.demo.aws.logs.groups import invalid
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import PerPlace

MAX_DEFINITIONS: Final = 1_000
KEPT_MEMBERS: Final = ("name", "queryString", "logGroupNames", "parameters")


class Definitions:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_id: dict[str, dict[str, Any]] = {}
        self.by_token: dict[str, str] = {}


definitions: PerPlace[Definitions] = PerPlace(lambda place: Definitions())


def put_query_definition(call: Call, asked: Members) -> Members:
    """An update keeps nothing of what it replaces."""
    held = definitions[call.place]
    token, known = asked.get("clientToken"), asked.get("queryDefinitionId")
    with held.lock:
        if token is not None and token in held.by_token:
            return {"queryDefinitionId": held.by_token[token]}
        if known is not None and known not in held.by_id:
            raise _missing()
        definition_id = known or new_id()
        held.by_id[definition_id] = {
            "queryLanguage": asked.get("queryLanguage", LANGUAGE),
            "queryDefinitionId": definition_id,
            "lastModified": clock.now_ms(),
            **{name: asked[name] for name in KEPT_MEMBERS if asked.get(name) is not None},
        }
        if token is not None:
            held.by_token[token] = definition_id
    return {"queryDefinitionId": definition_id}


def describe_query_definitions(call: Call, asked: Members) -> Members:
    prefix, language = asked.get("queryDefinitionNamePrefix"), asked.get("queryLanguage")
    held = definitions[call.place]
    with held.lock:
        found = [
            definition
            for definition in held.by_id.values()
            if definition["name"].startswith(prefix or "")
            and language in (None, definition["queryLanguage"])
        ]
    page, token = page_of(
        sorted(found, key=lambda definition: (definition["name"], definition["lastModified"])),
        asked.get("maxResults", MAX_DEFINITIONS),
        asked.get("nextToken"),
        [prefix, language],
        invalid("The specified nextToken is invalid."),
    )
    return {"queryDefinitions": page, "nextToken": token}


def delete_query_definition(call: Call, asked: Members) -> Members:
    held = definitions[call.place]
    with held.lock:
        if held.by_id.pop(asked["queryDefinitionId"], None) is None:
            raise _missing()
    return {"success": True}


def _missing() -> AwsError:
    return AwsError("ResourceNotFoundException", "The specified query definition does not exist.")
