"""SearchTables, over all databases of the catalog."""

import operator
from collections.abc import Callable, Iterator
from typing import Any, Final

from awsdash.demo.aws.glue.databases import backend_of, invalid_token, told
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

PAGE: Final = 1000
_COMPARATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "EQUALS": operator.eq,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
    "GREATER_THAN_EQUALS": operator.ge,
    "LESS_THAN_EQUALS": operator.le,
}


def search_tables(call: Call, asked: Members) -> Members:
    filters, text = asked.get("Filters", []), asked.get("SearchText")
    tables = [
        told(table.as_dict())
        for database in backend_of(call).databases.values()
        for table in database.tables.values()
    ]
    found = [t for t in tables if _matches(t, text) and all(_passes(t, one) for one in filters)]
    sort: list[Members] = asked.get("SortCriteria", [])
    for criterion in sort:
        found.sort(key=lambda t: str(t.get(criterion.get("FieldName", "Name"), "")))
        if criterion.get("Sort") == "DESC":
            found.reverse()
    token = asked.get("NextToken")
    request = ["search", filters, text, sort]
    page, token = page_of(
        found, asked.get("MaxResults", PAGE), token, request, invalid_token(token)
    )
    return {"TableList": list(page), "NextToken": token}


def _matches(table: Members, text: str | None) -> bool:
    """A text in quotes must be a word of the table's whole, another a part of one."""
    if text is None:
        return True
    words = [word.lower() for word in _words(table)]
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].lower() in words
    return all(any(part in word for word in words) for part in text.lower().split())


def _words(table: Members) -> Iterator[str]:
    storage = table.get("StorageDescriptor", {})
    yield from (table["Name"], table["DatabaseName"], table.get("Description", ""))
    yield storage.get("Location", "")
    for column in (*storage.get("Columns", ()), *table.get("PartitionKeys", ())):
        yield from (column["Name"], column.get("Comment", ""))
    yield from (str(value) for value in table.get("Parameters", {}).values())


def _passes(table: Members, predicate: Members) -> bool:
    """A name need only have the value as a part, unless a comparator is given."""
    key, wanted = predicate.get("Key", ""), predicate.get("Value", "")
    value = table.get(key, table.get("Parameters", {}).get(key))
    if value is None:
        return False
    comparator = _COMPARATORS.get(predicate.get("Comparator", ""))
    return wanted in str(value) if comparator is None else comparator(str(value), wanted)
