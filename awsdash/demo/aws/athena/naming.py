"""Names of columns that a query gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


def name_columns(tree: exp.Expr, marker: str) -> None:
    """Presto calls a column without a name `_col0` by its number, which a star can move.

    In the query itself it gets the marker and a number instead, to be renamed in the result.
    """
    from sqlglot import exp

    for select in tree.find_all(exp.Select):
        prefix = marker if _is_outermost(select) else "_col"
        named = [
            one
            if isinstance(one, exp.Alias | exp.Aliases | exp.Column | exp.Dot | exp.Star)
            else exp.alias_(one, f"{prefix}{number}", quoted=True)
            for number, one in enumerate(select.expressions)
        ]
        select.set("expressions", named)


def _is_outermost(select: exp.Select) -> bool:
    from sqlglot import exp

    above = select.parent
    while isinstance(above, exp.SetOperation | exp.Subquery) and not above.alias:
        above = above.parent
    return above is None
