"""Reads SHOW and DESCRIBE."""

from collections.abc import Callable
from typing import Final

from awsdash.demo.aws.athena.statements import (
    Describe,
    Kind,
    ShowColumns,
    ShowCreateTable,
    ShowCreateView,
    ShowDatabases,
    ShowPartitions,
    ShowProperties,
    ShowTables,
    ShowViews,
    Statement,
)
from awsdash.demo.aws.athena.words import Words


def read_show(sql: str) -> Statement:
    words = Words(sql)
    words.expect("SHOW")
    reader = next((read for start, read in _SHOWS.items() if words.took(*start)), None)
    if reader is None:
        raise words.no_alternative()
    statement = reader(words)
    if words.next is not None:
        raise words.no_alternative()
    return statement


def _databases(words: Words) -> Statement:
    return _utility("SHOW_DATABASES", ShowDatabases(_pattern(words)))


def _tables(words: Words) -> Statement:
    return _utility("SHOW_TABLES", ShowTables(_database(words), _pattern(words)))


def _views(words: Words) -> Statement:
    return _utility("SHOW_VIEWS", ShowViews(_database(words), _pattern(words)))


def _columns(words: Words) -> Statement:
    if not (words.took("FROM") or words.took("IN")):
        raise words.mismatch("'FROM'", "'IN'")
    name = words.name()
    if words.took("FROM") or words.took("IN"):
        name = type(name)(name.table, words.word())
    return _utility("SHOW_COLUMNS", ShowColumns(name))


def _partitions(words: Words) -> Statement:
    return _utility("SHOW_PARTITIONS", ShowPartitions(words.name()))


def _create_table(words: Words) -> Statement:
    return _utility("SHOW_CREATE_TABLE", ShowCreateTable(words.name()))


def _create_view(words: Words) -> Statement:
    return _utility("SHOW_CREATE_VIEW", ShowCreateView(words.name()))


def _properties(words: Words) -> Statement:
    name, key = words.name(), None
    if words.took("("):
        key = words.string()
        words.expect(")")
    return _utility("SHOW_TBLPROPERTIES", ShowProperties(name, key))


_SHOWS: Final[dict[tuple[str, ...], Callable[[Words], Statement]]] = {
    ("DATABASES",): _databases,
    ("SCHEMAS",): _databases,
    ("TABLES",): _tables,
    ("VIEWS",): _views,
    ("COLUMNS",): _columns,
    ("PARTITIONS",): _partitions,
    ("CREATE", "TABLE"): _create_table,
    ("CREATE", "VIEW"): _create_view,
    ("TBLPROPERTIES",): _properties,
}


def read_describe(sql: str) -> Statement:
    words = Words(sql)
    words.word()
    name = words.name()
    words.end()
    return _utility("DESCRIBE_TABLE", Describe(name))


def _utility(substatement: str, action: object) -> Statement:
    return Statement(Kind("UTILITY", substatement), action)  # type: ignore[arg-type]


def _database(words: Words) -> str | None:
    return words.word() if words.took("IN") or words.took("FROM") else None


def _pattern(words: Words) -> str | None:
    """In which `*` is any text and `|` an alternative."""
    if words.took("LIKE"):
        return words.string()
    return words.string() if words.next is not None else None
