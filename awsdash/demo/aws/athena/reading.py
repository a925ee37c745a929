"""Reads a statement, or says as Athena does why it cannot: then the query is not even started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from awsdash.demo.aws.athena import reading_ddl, reading_queries, reading_shows
from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.athena.statements import Statement
from awsdash.demo.aws.athena.words import Words, tokens_of

Reader = Callable[[str], Statement]

# What may come first; in the order in which Presto lists it.
_OPENINGS: Final = (
    "'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY',"
    " 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE',"
    " 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UNLOAD',"
    " 'UPDATE', 'USE', <query>"
)
_READERS: Final[Mapping[str, Reader]] = {
    "SELECT": reading_queries.read_select,
    "WITH": reading_queries.read_select,
    "VALUES": reading_queries.read_select,
    "TABLE": reading_queries.read_select,
    "(": reading_queries.read_select,
    "EXPLAIN": reading_queries.read_explain,
    "INSERT": reading_queries.read_insert,
    "UNLOAD": reading_queries.read_unload,
    "PREPARE": reading_queries.read_prepare,
    "EXECUTE": reading_queries.read_execute,
    "DEALLOCATE": reading_queries.read_deallocate,
    "DELETE": reading_queries.read_row_change,
    "UPDATE": reading_queries.read_row_change,
    "MERGE": reading_queries.read_row_change,
    "CREATE": reading_ddl.read_create,
    "DROP": reading_ddl.read_drop,
    "ALTER": reading_ddl.read_alter,
    "MSCK": reading_ddl.read_repair,
    "SHOW": reading_shows.read_show,
    "DESCRIBE": reading_shows.read_describe,
    "DESC": reading_shows.read_describe,
}


def read_statement(sql: str) -> Statement:
    """Raises AwsError for a text that is not one statement of Athena's."""
    sql = without_end(sql)
    words = Words(sql)
    reader = _READERS.get(words.next.text.upper() if words.next else "")
    if reader is None:
        raise words.mismatch(_OPENINGS)
    return reader(sql)


def without_end(sql: str) -> str:
    """Without the semicolon that may end it; more than one statement is refused."""
    tokens = tokens_of(sql)
    is_end = [token.kind == "sign" and token.text == ";" for token in tokens]
    if True not in is_end:
        return sql.rstrip()
    first = is_end.index(True)
    if not all(is_end[first:]):
        raise invalid(f"Only one sql statement is allowed. Got: {sql}")
    return sql[: tokens[first].start].rstrip()
