"""What DuckDB has and Athena has not: functions that tell of DuckDB or of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.words import position

if TYPE_CHECKING:
    from sqlglot import exp

_FUNCTIONS: Final = frozenset(
    {
        "current_connection_id",
        "current_database",
        "current_query",
        "current_query_id",
        "current_schemas",
        "current_setting",
        "current_transaction_id",
        "currval",
        "error",
        "get_current_time",
        "get_current_timestamp",
        "getvariable",
        "in_search_path",
        "nextval",
        "parse_duckdb_log_message",
        "sleep_ms",
        "txid_current",
        "write_log",
    }
)


def refuse_foreign(tree: exp.Expr, sql: str) -> None:
    """Raises QueryError; `sql` is the query's text, by which errors tell positions."""
    from sqlglot import exp

    for function in tree.find_all(exp.Func):
        name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
        if name.lower() in _FUNCTIONS:
            at = position(sql, function.meta.get("start", 0))
            raise engine_error(
                f"FUNCTION_NOT_FOUND: {at}: Function '{name.lower()}' not registered"
            )
    for lateral in tree.find_all(exp.Lateral):
        if not isinstance(lateral.this, exp.Subquery | exp.Unnest):
            at = position(sql, lateral.this.meta.get("start", 0))
            raise engine_error(f"NOT_SUPPORTED: {at}: Table functions are not supported")
