"""From what SQL names to the stored results of jobs and batches that its person may see."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import UUID

from awsdash.accounts.models import Account, User
from awsdash.jobs.batches import board_of
from awsdash.jobs.models import Batch, Execution, Job
from awsdash.jobs.reading import Cell as Place
from awsdash.jobs.reading.result import Result
from awsdash.sandbox.child.tables import FILE_INDEX, Cell, Table
from services.errors import InvalidQuery, NotFound

MOST_TABLES: Final = 20
MOST_FILES: Final = 4_000
# A result may be named in the SQL itself.
_NAMED: Final = re.compile(r"\b(?:job|batch)_[0-9a-f]{32}\b", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"(job_|batch_|)([0-9a-f]{32}|[0-9a-f-]{36})", re.IGNORECASE)
_AGAIN: Final = "Run its query again, and name the new result."


@dataclass(frozen=True)
class Source:
    """One table to be: what SQL calls it, and whose rows it has.

    `reference` is `job_…` or `batch_…`; the rows of a batch tell where each is from.
    """

    name: str
    reference: str
    places: tuple[Place, ...]

    @property
    def accounts(self) -> set[Account]:
        """Those whose data it has."""
        return {account for place in self.places for account in _touched(place.execution)}

    def within(self, accounts: Collection[str]) -> "Source":
        """As much of it as is of these accounts alone, by their ids."""
        places = tuple(
            place
            for place in self.places
            if all(account.pk in accounts for account in _touched(place.execution))
        )
        return Source(self.name, self.reference, places)

    @cached_property
    def result(self) -> Result:
        if self.reference.startswith("batch_"):
            return Result.merged(self.places)
        return Result.of(self.places[0].execution) if self.places else Result([])

    @property
    def table(self) -> Table:
        """Its columns and files. Raises NotFound for what was deleted, InvalidQuery for nothing."""
        columns = [(column.name, column.kind) for column in self.result.columns]
        if not columns:
            hint = "Wait until its columns are known, or name another result."
            raise InvalidQuery(f"The result {self.reference} has no columns yet.", hint=hint)
        if any(execution.purged_at for execution, _ in self.result.executions):
            raise NotFound(f"The result {self.reference} was deleted.", hint=_AGAIN)
        own = [column.name for column in self.result.own]
        if own and any(name.casefold() == FILE_INDEX for name, _ in columns):
            hint = f"DuckDB keeps the name {FILE_INDEX} for itself: name its jobs one by one."
            raise InvalidQuery(f"The result {self.reference} cannot be a table.", hint=hint)
        files = [(piece.says, self._path(piece.part.pk)) for piece in self.result.pieces]
        cells = [
            Cell([path for _, path in some], dict(zip(own, says, strict=True)))
            for says, some in groupby(files, lambda file: file[0])
        ]
        return Table(self.name, columns, cells)

    def _path(self, part_pk: int) -> str:
        """A part's file, symbolic links followed."""
        path = Path(self.result.paths[part_pk]).resolve()
        if not path.is_file():
            raise NotFound(f"The stored result {self.reference} is gone.", hint=_AGAIN)
        return str(path)


def named_in(sql: str) -> dict[str, str]:
    """The results that SQL names by themselves: name to reference, the same."""
    return {name.lower(): name.lower() for name in _NAMED.findall(sql)}


def resolve(user: User, names: Mapping[str, str]) -> list[Source]:
    """The sources of {table: reference}, as far as `user` may see them now.

    A reference is an id, or `job_<id>`, or `batch_<id>`. Raises InvalidQuery, NotFound.
    """
    if len(names) > MOST_TABLES:
        raise InvalidQuery(f"tables: there are {len(names)}", hint=f"Name {MOST_TABLES} at most.")
    return [_source(user, name, reference) for name, reference in names.items()]


def tables_of(sources: Iterable[Source]) -> list[Table]:
    """Raises as `Source.table` does, and InvalidQuery for too many files."""
    tables = [source.table for source in sources]
    files = sum(len(table.paths) for table in tables)
    if files > MOST_FILES:
        hint = f"{MOST_FILES:,} are the most at once: name fewer results."
        raise InvalidQuery(f"The results are stored in {files:,} files.", hint=hint)
    return tables


def _source(user: User, name: str, reference: str) -> Source:
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None or match[2].count("-") not in {0, 4}:
        hint = "Give the id of a job or a batch."
        raise InvalidQuery(f"tables: {reference[:80]} is no result", hint=hint)
    kind, wanted = match[1].lower(), UUID(match[2])
    job = batch = None
    if kind != "batch_":
        job = Job.objects.visible_to(user).filter(pk=wanted).first()
    if kind != "job_":
        batch = Batch.objects.visible_to(user).filter(pk=wanted).first()
    if job is not None:
        return source_of_job(job, name)
    if batch is not None:
        return source_of_batch(user, batch, name)
    hint = "Check its id, and that you may still see it."
    raise NotFound(f"There is no result {reference}.", hint=hint)


def source_of_job(job: Job, name: str = "") -> Source:
    """A job's result, called `name` or by its reference."""
    reference = f"job_{job.pk.hex}"
    return Source(name or reference, reference, (Place(job.execution, "", "", ""),))


def source_of_batch(user: User, batch: Batch, name: str = "") -> Source:
    """The results of a batch's cells that `user` may see, called `name` or by its reference."""
    reference = f"batch_{batch.pk.hex}"
    cells = board_of(user, batch).cells
    places = (Place(c.execution, c.account.name, c.account.pk, c.region) for c in cells)
    return Source(name or reference, reference, tuple(places))


def _touched(execution: Execution) -> list[Account]:
    return [execution.account] if execution.account else list(execution.touches.all())
