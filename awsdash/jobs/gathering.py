"""Small pages that follow each other fast, together: many parts are slow to write and to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

import pyarrow as pa

from services.base import Page, Row, Statistics

# A part is closed at so many rows, or when so long has passed since the one before.
ENOUGH_ROWS: Final = 5_000
LONGEST_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class Gathered:
    """Pages as one: its token is what follows the last of them. `calls`: how many they were."""

    page: Page
    calls: int


def gathered(pages: Iterator[Page]) -> Iterator[Gathered]:
    """The first page at once, later ones as soon as they are enough or the last part is old.

    What came before an error is handed on before it.
    """
    held: list[Page] = []
    closed_at_s = -LONGEST_S
    try:
        for page in pages:
            held.append(page)
            rows = sum(len(each.rows) for each in held)
            if rows >= ENOUGH_ROWS or monotonic() - closed_at_s >= LONGEST_S:
                yield _together(held)
                held, closed_at_s = [], monotonic()
    except Exception:
        if held:
            yield _together(held)
        raise
    if held:
        yield _together(held)


def _together(pages: Sequence[Page]) -> Gathered:
    told = [page.columns for page in pages if page.columns is not None]
    known = [page.statistics for page in pages if page.statistics != Statistics()]
    page = Page(
        _rows([page.rows for page in pages if len(page.rows)]),
        pages[-1].next_token,
        known[-1] if known else Statistics(),
        told[-1] if told else None,
    )
    return Gathered(page, len(pages))


def _rows(each: Sequence[Sequence[Row] | pa.Table]) -> Sequence[Row] | pa.Table:
    if len(each) == 1:
        return each[0]
    if each and all(isinstance(rows, pa.Table) for rows in each):
        return pa.concat_tables(each, promote_options="permissive")
    return [row for rows in each for row in _as_dicts(rows)]


def _as_dicts(rows: Sequence[Row] | pa.Table) -> Sequence[Row]:
    return rows.to_pylist() if isinstance(rows, pa.Table) else rows
