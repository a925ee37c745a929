"""GetTables and GetTable."""

import re
from typing import Any, Final

from awsdash.demo.aws.athena.table_names import names_matching
from awsdash.demo.aws.glue.databases import database_named, invalid_token, not_found, told
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

PAGE: Final = 100


def table_named(call: Call, database: str, name: str) -> Any:
    tables = database_named(call, database).tables
    found = tables.get(name) or tables.get(name.lower())
    if found is None:
        raise not_found("Entity Not Found")
    return found


def get_table(call: Call, asked: Members) -> Members:
    return {"Table": told(table_named(call, asked["DatabaseName"], asked["Name"]).as_dict())}


def get_tables(call: Call, asked: Members) -> Members:
    database, expression = asked["DatabaseName"], asked.get("Expression") or None
    tables = database_named(call, database).tables
    names = sorted(tables)
    if expression is not None:
        names = _matching(expression, names)
    token = asked.get("NextToken")
    page, token = page_of(
        names,
        asked.get("MaxResults", PAGE),
        token,
        ["tables", database, expression],
        invalid_token(token),
    )
    return {"TableList": [told(tables[name].as_dict()) for name in page], "NextToken": token}


def _matching(expression: str, names: list[str]) -> list[str]:
    """The expression is a regular one, or one of Hive's, where a star is any text."""
    try:
        return names_matching(re.sub(r"(?<![.\])\\])\*", ".*", expression), names)
    except ValueError:
        message = f"Invalid regular expression: {expression}"
        raise AwsError("InvalidInputException", message) from None
