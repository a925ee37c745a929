"""Whether a text is one SELECT that reads the given tables alone; DuckDB's own parser says so."""

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

import duckdb

from awsdash.sandbox.child.refusal import Refusal

# Queries that change something may hide inside a WITH.
_QUERIES: Final = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS: Final = frozenset({
    "range", "generate_series", "unnest", "json_each", "json_tree", "repeat", "repeat_row",
    "regexp_split_to_table", "generate_subscripts",
})  # fmt: skip
# They tell of this process, or do something besides computing a value.
_FUNCTIONS: Final = frozenset({
    "current_setting", "getenv", "getvariable", "current_query", "json_serialize_plan",
    "json_serialize_sql", "json_deserialize_sql", "write_log", "sleep_ms", "nextval",
    "currval", "setval", "set_config", "parse_duckdb_log_message", "inet_client_addr",
    "inet_client_port", "inet_server_addr", "inet_server_port", "obj_description",
    "shobj_description", "col_description",
})  # fmt: skip
_POSTGRES_FUNCTIONS: Final = frozenset({"pg_typeof", "pg_size_pretty"})
_ONE_SELECT: Final = "Write one SELECT; a WITH before it is fine."
_Node = dict[str, Any]


def one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """`sql` without the semicolon that ends it. Raises Refusal unless it is one SELECT."""
    statements = connection.extract_statements(sql)
    if not statements:
        raise Refusal("There is no SQL.", _ONE_SELECT)
    if len(statements) > 1:
        raise Refusal(f"There are {len(statements)} statements.", _ONE_SELECT)
    kind = statements[0].type.name
    if kind == "MULTI":
        raise Refusal("This PIVOT needs its values.", "Name them: PIVOT … ON column IN (…).")
    if kind != "SELECT":
        raise Refusal(f"{kind} is not allowed here.", _ONE_SELECT)
    if statements[0].named_parameters:
        raise Refusal("A parameter has no value here.", "Write the value itself.")
    return _without_semicolon(connection, sql)


def check(connection: duckdb.DuckDBPyConnection, sql: str, tables: Collection[str]) -> None:
    """Raises Refusal if the SELECT `sql` changes something or reads anything but `tables`."""
    known = {table.casefold() for table in tables}
    nodes = list(_nodes(json.loads(_serialized(connection, sql))["statements"]))
    known |= {name.casefold() for node in nodes for name in _named_queries(node)}
    for node in nodes:
        kind = str(node.get("type", ""))
        if kind.endswith("_NODE") and kind not in _QUERIES:
            raise Refusal(f"{kind.partition('_')[0]} is not allowed here.", _ONE_SELECT)
        if kind == "BASE_TABLE":
            _check_table(node, known, tables)
        elif kind == "TABLE_FUNCTION":
            _check_function(node | {"function_name": _name_of(node)}, _TABLE_FUNCTIONS)
        elif kind == "SHOW_REF" and node.get("query") is None:
            raise Refusal("This SHOW is not allowed here.", "DESCRIBE and SUMMARIZE a table.")
        elif kind == "FUNCTION":
            _check_function(node)


def _check_table(node: _Node, known: Collection[str], tables: Collection[str]) -> None:
    path = node["qualified_name"]["path"]
    if len(path) != 1 or path[0].casefold() not in known:
        given = ", ".join(sorted(tables)) or "none: name one as job_… or batch_…"
        name = ".".join(path)
        raise Refusal(
            f"There is no table {name}.", f"The tables are {given}.", node["query_location"]
        )


def _check_function(node: _Node, only: Collection[str] | None = None) -> None:
    name = node["function_name"].casefold()
    if name in only if only is not None else _is_harmless(name):
        return
    hint = "SQL over results reads the named results and nothing else."
    raise Refusal(f"The function {name} is not allowed here.", hint, node["query_location"])


def _name_of(table_function: _Node) -> str:
    return str(table_function["function"]["function_name"])


def _is_harmless(name: str) -> bool:
    if name.startswith("pg_"):
        return name in _POSTGRES_FUNCTIONS
    return name not in _FUNCTIONS


def _serialized(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    found = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    text = str(found[0]) if found else ""
    if not text.startswith('{"error":false'):
        raise Refusal("DuckDB cannot tell what this does.", "Write it more simply.")
    return text


def _nodes(tree: Any) -> Iterator[_Node]:
    """Every object inside; no recursion, however deep it nests."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            yield node
            left += node.values()
        elif isinstance(node, list):
            left += node


def _named_queries(node: _Node) -> Iterator[str]:
    """The names that a WITH gives."""
    if "cte_map" in node:
        yield from (entry["key"] for entry in node["cte_map"]["map"])


def _without_semicolon(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What means the same without it: a semicolon may be in a text or a comment too."""
    whole = None
    at = sql.find(";")
    while at >= 0:
        whole = whole or _serialized(connection, sql)
        try:
            if _serialized(connection, sql[:at]) == whole:
                return sql[:at]
        except (Refusal, duckdb.Error):
            pass
        at = sql.find(";", at + 1)
    return sql
