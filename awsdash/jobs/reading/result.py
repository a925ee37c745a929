"""The stored rows of one execution, or of many merged: their columns and their files."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, groupby
from typing import Final

from django.db.models import F

from awsdash.jobs import cache
from awsdash.jobs.models import Execution, ResultPart
from awsdash.jobs.results import stored_columns
from services.base import Column, Kind
from services.errors import NotFound

_NUMBERS: Final[frozenset[Kind]] = frozenset({"integer", "number"})


def gone() -> NotFound:
    return NotFound("The result expired or was removed.", hint="Run it again.")


@dataclass(frozen=True, slots=True)
class Cell:
    """One execution of a merged result, and where it ran."""

    execution: Execution
    account_name: str
    account_id: str
    region: str

    @property
    def says(self) -> tuple[str, str, str]:
        return self.account_name, self.account_id, self.region


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored file: its rows are numbers `start` to `start + rows`, `says` is true of each."""

    part: ResultPart
    start: int
    says: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + self.part.rows


@dataclass(frozen=True)
class Result:
    """What `executions` stored so far, each with what it `says` of all its rows.

    `own` are the columns of that, in front of the executions' own.
    """

    executions: Sequence[tuple[Execution, tuple[str, ...]]]
    own: Sequence[Column] = ()

    @classmethod
    def of(cls, execution: Execution) -> "Result":
        """Of one execution, and before it those that it reads on from."""
        return cls([(one, ()) for one in execution.chain()])

    @classmethod
    def merged(cls, cells: Iterable[Cell]) -> "Result":
        """Of many: account, account id and region come in front."""
        executions = [(one, cell.says) for cell in cells for one in cell.execution.chain()]
        columns = (column for one, _ in executions for column in one.columns)
        return cls(executions, _place_columns({column.name for column in columns}))

    @cached_property
    def columns(self) -> list[Column]:
        """Those stored: its own, and each that some execution has, by name."""
        found = {column.name: column for column in self.own}
        for columns in dict.fromkeys(execution.columns for execution, _ in self.executions):
            for column in stored_columns(columns):
                found[column.name] = _either(found.get(column.name, column), column)
        return list(found.values())

    @cached_property
    def repeated(self) -> Mapping[str, str]:
        """Columns that only repeat another: which."""
        columns = (column for execution, _ in self.executions for column in execution.columns)
        return {column.name: column.same_as for column in columns if column.same_as}

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """Every file, in order."""
        wanted = {execution.pk for execution, _ in self.executions}
        parts = ResultPart.objects.filter(
            execution__in=wanted, attempt=F("execution__attempt")
        ).order_by("execution", "number")
        by_execution = {pk: list(some) for pk, some in groupby(parts, lambda p: p.execution_id)}
        found = [
            (part, says)
            for execution, says in self.executions
            for part in by_execution.get(execution.pk, ())
        ]
        starts = accumulate((part.rows for part, _ in found), initial=0)
        return [
            Piece(part, start, says) for start, (part, says) in zip(starts, found, strict=False)
        ]

    @cached_property
    def total(self) -> int:
        return self.pieces[-1].end if self.pieces else 0

    @cached_property
    def key(self) -> bytes:
        """The same for the same rows: what is kept of a result is kept by it."""
        told = [(piece.part.name, *piece.says) for piece in self.pieces]
        return hashlib.blake2b(repr(told).encode(), digest_size=16).digest()

    @cached_property
    def paths(self) -> Mapping[int, str]:
        """Where each part's file is, by the part's key."""
        parts = [piece.part for piece in self.pieces]
        return dict(zip((part.pk for part in parts), cache.paths(parts), strict=True))


def _place_columns(taken: set[str]) -> Sequence[Column]:
    """Where a row of a merged result comes from. AWS's own columns keep their names."""

    def free(name: str) -> str:
        return free(f"target_{name}") if name in taken else name

    return (
        Column(free("account"), "Account", "text", "The account's name here."),
        Column(free("accountId"), "Account ID", "text", "The account's number.", in_table=False),
        Column(free("region"), "Region", "text", "The region that was asked."),
    )


def _either(first: Column, second: Column) -> Column:
    """A column that holds the values of both."""
    if first.kind == second.kind:
        return first
    are_numbers = {first.kind, second.kind} <= _NUMBERS
    return replace(first, kind="number" if are_numbers else "text")
