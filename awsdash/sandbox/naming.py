"""The columns of an answer as a result stores them: names that are names, and kinds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from awsdash.sandbox.child.tables import Table
from services.base import Column, Kind

LONGEST: Final = 100
# The reader of results quotes names plainly and has one of its own for a row's number.
_UNFIT: Final = re.compile(r'["#\x00-\x1f\x7f]+')
# What a text column means is in the table it comes from.
_INHERITED: Final = frozenset({"json", "level"})


def columns_of(
    told: Iterable[tuple[str, Kind, str]], tables: Sequence[Table]
) -> tuple[Column, ...]:
    """The columns of (name, kind, DuckDB's type). A JSON text stays JSON under its own name."""
    known = {name: kind for table in tables for name, kind in table.columns if kind in _INHERITED}
    columns = list(told)
    names = _unique(name for name, _, _ in columns)
    return tuple(
        Column(
            name=name,
            label=written,
            kind=_kind(known.get(written), kind),
            description=f"{type_}, as DuckDB has it.",
        )
        for name, (written, kind, type_) in zip(names, columns, strict=True)
    )


def _kind(inherited: str | None, kind: Kind) -> Kind:
    if kind != "text":
        return kind
    return "json" if inherited == "json" else "level" if inherited == "level" else kind


def _unique(names: Iterable[str]) -> Iterator[str]:
    """No two alike, capitals or not: DuckDB tells them apart no more than that."""
    taken: set[str] = set()
    for name in names:
        fit = _UNFIT.sub("_", name).strip()[:LONGEST] or "column"
        found, number = fit, 1
        while found.casefold() in taken:
            number += 1
            found = f"{fit}_{number}"
        taken.add(found.casefold())
        yield found
