"""Reads the statements that the query engine runs: SELECT and all that contain one."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.athena.statements import (
    CreateTableAs,
    Deallocate,
    Execute,
    Explain,
    Insert,
    Kind,
    Name,
    Prepare,
    Select,
    Statement,
    Unload,
    Unsupported,
)
from awsdash.demo.aws.athena.words import Words, position, tokens_of

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

    from awsdash.demo.aws.protocol import AwsError

CSV: Final = "{id}.csv"
SELECT: Final = Kind("DML", "SELECT", CSV)


def read_select(sql: str) -> Statement:
    return Statement(SELECT, Select(parse_query(sql)))


def read_explain(sql: str) -> Statement:
    words = Words(sql)
    words.expect("EXPLAIN")
    analyze = words.took("ANALYZE")
    words.took("VERBOSE")
    if words.sees("(") and not words.sees("(", "SELECT") and words.took("("):
        words.until_closed()  # TYPE and FORMAT: there is one plan here
    return Statement(Kind("DML", "EXPLAIN"), Explain(parse_query(words.rest), analyze))


def read_insert(sql: str) -> Statement:
    words = Words(sql)
    words.expect("INSERT")
    words.expect("INTO")
    name, columns = words.name(), tuple[str, ...]()
    if words.sees("(") and not words.sees("(", "SELECT") and words.took("("):
        columns = tuple(part.strip().strip('"') for part in words.until_closed().split(","))
    return Statement(Kind("DML", "INSERT", "{id}"), Insert(name, columns, parse_query(words.rest)))


def read_unload(sql: str) -> Statement:
    words = Words(sql)
    words.expect("UNLOAD")
    words.expect("(")
    tree = parse_query(words.until_closed())
    words.expect("TO")
    location = words.string()
    properties = read_properties(words) if words.took("WITH") else {}
    words.end()
    return Statement(Kind("DML", "UNLOAD", "{id}"), Unload(tree, location, properties))


def read_create_table_as(words: Words, name: Name, if_not_exists: bool) -> Statement:
    """From after the name of CREATE TABLE on."""
    properties = read_properties(words) if words.took("WITH") else {}
    words.expect("AS")
    text = words.rest
    without = re.search(r"\bWITH\s+(NO\s+)?DATA\s*$", text, re.IGNORECASE)
    if without:
        text = text[: without.start()]
    with_data = not (without and without[1])
    action = CreateTableAs(name, properties, parse_query(text), if_not_exists, with_data)
    return Statement(Kind("DDL", "CREATE_TABLE_AS_SELECT", "tables/{id}"), action)


def read_prepare(sql: str) -> Statement:
    words = Words(sql)
    words.expect("PREPARE")
    name = words.word()
    words.expect("FROM")
    text = words.rest
    parse_query(text)
    return Statement(Kind("DDL", "PREPARE"), Prepare(name, text.strip()))


def read_execute(sql: str) -> Statement:
    words = Words(sql)
    words.expect("EXECUTE")
    name, values = words.word(), list[str]()
    if words.took("USING"):
        listed = f"SELECT {words.take_rest().strip()}"
        values = [one.sql("trino") for one in parse_query(listed).expressions]
    words.end()
    return Statement(Kind("DML", "SELECT", CSV), Execute(name, tuple(values)))


def read_deallocate(sql: str) -> Statement:
    words = Words(sql)
    words.expect("DEALLOCATE")
    words.expect("PREPARE")
    name = words.word()
    words.end()
    return Statement(Kind("DDL", "DEALLOCATE"), Deallocate(name))


def read_row_change(sql: str) -> Statement:
    """DELETE, UPDATE, MERGE: only Iceberg's tables have rows that can be changed."""
    parse(sql)
    verb = Words(sql).word().upper()
    reason = "NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables"
    return Statement(Kind("DML", verb, CSV), Unsupported(reason))


def read_properties(words: Words) -> dict[str, object]:
    """`(format = 'PARQUET', partitioned_by = ARRAY['dt'])` of CREATE TABLE AS and UNLOAD."""
    words.expect("(")
    found: dict[str, object] = {}
    while not found or words.took(","):
        name = words.word().lower()
        words.expect("=")
        found[name] = _array(words) if words.took("ARRAY") else words.value()
    words.expect(")")
    return found


def _array(words: Words) -> list[str]:
    words.expect("[")
    found = [words.string()]
    while words.took(","):
        found.append(words.string())
    words.expect("]")
    return found


def parse_query(sql: str) -> Expr:
    from sqlglot.expressions import Query, Table, Values, alias_, select

    tree = parse(sql)
    if isinstance(tree, Values):
        names = [f"_col{number}" for number in range(len(tree.expressions[0].expressions))]
        return select("*").from_(alias_(tree, "_values", table=names))
    if isinstance(tree, Table) or not isinstance(tree, Query):
        first = re.search(r"\S+", sql)
        found = first[0] if first else "<EOF>"
        at = position(sql, first.start() if first else len(sql))
        raise invalid(
            f"{at}: mismatched input '{found}'. Expecting: '(', 'SELECT', 'TABLE', 'VALUES'"
        )
    _check_columns(sql)
    return tree


def _check_columns(sql: str) -> None:
    """sqlglot lets a SELECT have none."""
    for select, after in pairwise(tokens_of(sql)):
        words = [one.text.upper() for one in (select, after) if one.kind == "word"]
        if words == ["SELECT", "FROM"]:
            at = position(sql, after.start)
            raise invalid(
                f"{at}: mismatched input '{after.text}'. Expecting: '*', 'ALL', <expression>"
            )


def parse(sql: str) -> Expr:
    """Of Trino's SQL; every name in the tree knows its offset in the text (`meta["start"]`)."""
    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    try:
        return sqlglot.parse_one(sql, read="trino")
    except RecursionError:
        raise invalid("line 1:1: statement is too large (stack overflow while parsing)") from None
    except TokenError:
        raise invalid(f"{position(sql, len(sql.rstrip()))}: mismatched input '<EOF>'") from None
    except ParseError as error:
        raise _mismatch(sql, error.errors[0] if error.errors else {}) from None


def _mismatch(sql: str, error: dict[str, Any]) -> AwsError:
    """sqlglot tells the line and the column in which the token ends at which it gave up."""
    line, end, found = error.get("line", 1), error.get("col", 1), error.get("highlight") or ""
    is_missing = "missing" in str(error.get("description"))
    lines = sql.split("\n")
    if not sql.strip():
        return invalid(f"{position(sql, len(sql))}: mismatched input '<EOF>'. Expecting: <query>")
    is_last = not "".join([lines[line - 1][end:], *lines[line:]]).strip()
    if is_last and found != ")" and (is_missing or _opens(found)):
        at, found = position(sql, len(sql.rstrip())), "<EOF>"
    else:
        at = f"line {line}:{max(1, end - len(found) + 1)}"
    expected = "<expression>" if is_missing else "',', 'FROM', 'GROUP', 'LIMIT', 'WHERE', <EOF>"
    return invalid(f"{at}: mismatched input '{found}'. Expecting: {expected}")


def _opens(word: str) -> bool:
    """Whether something has to follow this word."""
    return word.upper() in {"FROM", "WHERE", "BY", "AND", "OR", "ON", "JOIN", "AS", "IN", "NOT"}
