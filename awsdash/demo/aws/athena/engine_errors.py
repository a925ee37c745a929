"""DuckDB's errors as Athena's engine words them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from awsdash.demo.aws.athena.errors import QueryError, engine_error
from awsdash.demo.aws.athena.words import position

if TYPE_CHECKING:
    from duckdb import Error
    from sqlglot.expressions import Expr

_NO_RIGHT: Final = "cannot be resolved or requester is not authorized to access requested resources"


_INTEGERS: Final = {"8": "tinyint", "16": "smallint", "32": "integer"}


def translated(error: Error, sql: str, tree: Expr) -> QueryError:
    """`tree` is the query's as it was read: it tells where a name stands in the text."""
    message = str(error)
    for pattern, word in _WORDINGS:
        if found := pattern.search(message):
            return engine_error(word(found, sql, tree))
    first_line = message.split("\n", 1)[0]
    kind, _, rest = first_line.partition(" Error: ")
    name = {"Binder": "TYPE_MISMATCH", "Parser": "SYNTAX_ERROR"}.get(kind, "GENERIC_INTERNAL_ERROR")
    return engine_error(f"{name}: {rest or first_line}")


def _column(found: re.Match[str], sql: str, tree: Expr) -> str:
    name = found["name"]
    at, written = _find_column(sql, tree, name)
    return f"COLUMN_NOT_FOUND: {at}: Column '{written}' {_NO_RIGHT}"


def _find_column(sql: str, tree: Expr, name: str) -> tuple[str, str]:
    from sqlglot import exp

    for column in tree.find_all(exp.Column):
        parts = [part for part in column.parts if "start" in part.meta]
        if parts and name.lower() in {part.name.lower() for part in column.parts}:
            written = ".".join(part.name for part in column.parts)
            return position(sql, min(part.meta["start"] for part in parts)), written
    return "line 1:1", name


def _function(found: re.Match[str], sql: str, tree: Expr) -> str:
    name = found["name"].lower()
    at = _find_function(sql, tree, name)
    return f"FUNCTION_NOT_FOUND: {at}: Function '{name}' not registered"


def _find_function(sql: str, tree: Expr, name: str) -> str:
    from sqlglot import exp

    for function in tree.find_all(exp.Func):
        written = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
        if written.lower() == name and "start" in function.meta:
            return position(sql, function.meta["start"])
    return "line 1:1"


def _arguments(found: re.Match[str], sql: str, tree: Expr) -> str:
    name = found["name"].lower()
    types = re.sub(r"_LITERAL", "", found["types"]).lower()
    if re.fullmatch(r"\W+", name):
        first, _, second = types.partition(", ")
        return f"TYPE_MISMATCH: line 1:1: Cannot apply operator: {first} {name} {second}"
    at = _find_function(sql, tree, name)
    return f"FUNCTION_NOT_FOUND: {at}: Unexpected parameters ({types}) for function {name}"


def _ungrouped(found: re.Match[str], sql: str, tree: Expr) -> str:
    at, written = _find_column(sql, tree, found["name"])
    reason = "must be an aggregate expression or appear in GROUP BY clause"
    return f"EXPRESSION_NOT_AGGREGATE: {at}: '{written}' {reason}"


def _cast(found: re.Match[str], _sql: str, _tree: Expr) -> str:
    types = {"INT32": "integer", "INT64": "bigint", "DOUBLE": "double", "BOOL": "boolean"}
    type_ = types.get(found["type"], found["type"].lower())
    return f"INVALID_CAST_ARGUMENT: Cannot cast '{found['value']}' to {type_}"


def _date(found: re.Match[str], _sql: str, _tree: Expr) -> str:
    return f"INVALID_CAST_ARGUMENT: Value cannot be cast to {found['type']}: {found['value']}"


def _constant(text: str) -> Callable[[re.Match[str], str, Expr], str]:
    return lambda _found, _sql, _tree: text


_WORDINGS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, Expr], str]], ...]] = (
    (re.compile(r'Referenced column "(?P<name>[^"]+)" not found'), _column),
    (re.compile(r'does not have a column named "(?P<name>[^"]+)"'), _column),
    (re.compile(r'Referenced table "(?P<name>[^"]+)" not found'), _column),
    (re.compile(r"Function with name \"?(?P<name>\w+)\"? does not exist"), _function),
    (
        re.compile(
            r"No function matches the given name and argument types '(?P<name>[^(]+)"
            r"\((?P<types>[^']*)\)'"
        ),
        _arguments,
    ),
    (re.compile(r'column "(?P<name>[^"]+)" must appear in the GROUP BY'), _ungrouped),
    (re.compile(r"Could not convert string '(?P<value>.*?)' to (?P<type>\w+)", re.S), _cast),
    (re.compile(r"invalid (?P<type>date|timestamp) field format: \"(?P<value>.*?)\"", re.S), _date),
    (
        re.compile(r"Overflow in (?P<what>\w+) of INT(?P<bits>\d+) \((?P<sum>.*?)\)"),
        lambda found, _sql, _tree: (
            f"NUMERIC_VALUE_OUT_OF_RANGE: {_INTEGERS.get(found['bits'], 'bigint')}"
            f" {found['what']} overflow: {found['sum']}"
        ),
    ),
    (
        re.compile(r"with value (?P<value>\S+) can't be cast .* destination type INT(?P<bits>\d+)"),
        lambda found, _sql, _tree: (
            f"INVALID_CAST_ARGUMENT: Out of range for {_INTEGERS.get(found['bits'], 'bigint')}:"
            f" {found['value']}"
        ),
    ),
    (re.compile(r"Division by zero"), _constant("DIVISION_BY_ZERO: Division by zero")),
    (
        re.compile(r"Out of Memory Error"),
        _constant("EXCEEDED_LOCAL_MEMORY_LIMIT: Query exhausted resources at this scale factor"),
    ),
    (
        re.compile(r"(No magic bytes|too small to be a Parquet file)"),
        _constant("HIVE_BAD_DATA: Not valid Parquet file, expected magic number: PAR1"),
    ),
    (
        re.compile(r"Malformed JSON|JSON transform error|Could not convert .* to JSON"),
        _constant("HIVE_BAD_DATA: Error parsing a row of JSON"),
    ),
)
