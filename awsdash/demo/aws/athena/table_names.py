"""Which tables' names a pattern is of. DuckDB's expressions take linear time, whatever they are."""

import re
from collections.abc import Iterable


def names_matching(expression: str, names: Iterable[str]) -> list[str]:
    """Those that the regular expression is of, whole, in either case. Raises ValueError."""
    import duckdb  # as in session.py

    sql = "SELECT name FROM (SELECT unnest(?::VARCHAR[]) AS name) WHERE regexp_full_match(name, ?)"
    with duckdb.connect(config={"threads": 1}) as connection:
        try:
            found = connection.execute(sql, [list(names), f"(?i:{expression})"]).fetchall()
        except duckdb.Error as error:
            raise ValueError(f"Invalid regular expression: {expression}") from error
    return [name for (name,) in found]


def names_like(pattern: str, names: Iterable[str]) -> list[str]:
    """As SHOW TABLES has it: `*` is any text, `|` an alternative."""
    signs = {"*": ".*", "|": "|"}
    return names_matching("".join(signs.get(sign, re.escape(sign)) for sign in pattern), names)
