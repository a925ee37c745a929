"""Values for a query's question marks: of ExecutionParameters, or of EXECUTE ... USING."""

from collections.abc import Sequence

from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.words import tokens_of


def bind(sql: str, values: Sequence[str]) -> str:
    """Raises QueryError unless there are as many; a query without marks ignores its values."""
    marks = [t.start for t in tokens_of(sql) if t.kind == "sign" and t.text == "?"]
    if not marks:
        return sql
    if len(marks) != len(values):
        found = f"expected {len(marks)} but found {len(values)}"
        raise engine_error(
            f"INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: {found}"
        )
    bound, end = "", 0
    for mark, value in zip(marks, values, strict=True):
        bound += sql[end:mark] + _expression(value)
        end = mark + 1
    return bound + sql[end:]


def _expression(value: str) -> str:
    """As it is if it is an expression that names no column, else as a text."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(f"({value}\n)", read="trino")
    except (SqlglotError, RecursionError):
        tree = exp.Placeholder()
    # Brackets of its own would have made it another thing than what stands in ours.
    no_value = (exp.Column, exp.Table, exp.Alias, exp.Placeholder, exp.Parameter)
    if isinstance(tree, exp.Paren) and not tree.find(*no_value):
        return str(tree.this.sql("trino", comments=False))
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
