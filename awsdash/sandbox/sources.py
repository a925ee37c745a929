"""From what SQL names to the stored results of jobs and batches that its person may see."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from awsdash.accounts.models import Account, User
from awsdash.jobs import cache
from awsdash.jobs.models import Batch, Execution, Job, ResultPart
from awsdash.jobs.results import stored_columns
from awsdash.sandbox.child.tables import Cell, Table
from services.base import Column
from services.errors import InvalidQuery, NotFound

MOST_TABLES: Final = 20
MOST_PARTS: Final = 4_000
# A result may be named in the SQL itself.
_NAMED: Final = re.compile(r"\b(?:job|batch)_[0-9a-f]{32}\b", re.IGNORECASE)
_ID: Final = re.compile(r"(job_|batch_|)([0-9a-f-]{32,36})", re.IGNORECASE)
_AGAIN: Final = "Run its query again, and name the new result."


@dataclass(frozen=True, slots=True)
class Source:
    """One table to be: what SQL calls it, and whose rows it has."""

    name: str
    kind: Literal["job", "batch"]
    id: UUID
    jobs: tuple[Job, ...]

    @property
    def reference(self) -> str:
        return f"{self.kind}_{self.id.hex}"

    @property
    def rows(self) -> int:
        """How many there are to read now."""
        return sum(part.rows for job in self.jobs for part in _parts(job))

    @property
    def accounts(self) -> set[Account]:
        """Those whose data it has."""
        return {account for job in self.jobs for account in _touched(job.execution)}


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


def tables_of(sources: Iterable[Source], within: Iterable[Account]) -> list[Table]:
    """The sources as tables, of the accounts `within` alone.

    Raises NotFound for a result that was deleted, InvalidQuery for one that has no columns.
    """
    allowed = {account.pk for account in within}
    tables = [_table(source, allowed) for source in sources]
    parts = sum(len(table.paths) for table in tables)
    if parts > MOST_PARTS:
        raise InvalidQuery(
            f"The results are stored in {parts:,} files.", hint=f"{MOST_PARTS:,} are the most."
        )
    return tables


def _source(user: User, name: str, reference: str) -> Source:
    match = _ID.fullmatch(reference.strip())
    try:
        wanted = UUID(match[2]) if match else None
    except ValueError:
        wanted = None
    if match is None or wanted is None:
        raise InvalidQuery(
            f"tables: {reference} is no result", hint="Give a job's or a batch's id."
        )
    kind = match[1].lower()
    jobs = Job.objects.visible_to(user)
    if kind != "batch_" and (job := jobs.filter(pk=wanted).first()):
        return Source(name, "job", wanted, (job,))
    if kind != "job_" and Batch.objects.visible_to(user).filter(pk=wanted).exists():
        return Source(name, "batch", wanted, _cells(jobs.filter(batch=wanted)))
    raise NotFound(
        f"There is no result {reference}.", hint="Check its id, and that you may still see it."
    )


def _cells(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """The last job of each target: the others were tried again."""
    last = {}
    for job in sorted(jobs, key=lambda job: (job.created_at, job.pk)):
        last[job.execution.account_id, job.execution.region] = job
    return tuple(last.values())


def _touched(execution: Execution) -> list[Account]:
    return [execution.account] if execution.account else list(execution.touches.all())


def _table(source: Source, allowed: set[str]) -> Table:
    jobs = [
        job
        for job in source.jobs
        if all(account.pk in allowed for account in _touched(job.execution))
    ]
    columns = _columns(source, jobs)
    account, region = _target_columns(columns)
    cells = [
        Cell(paths, {account: str(job.execution.account_id), region: job.execution.region})
        for job in jobs
        if (paths := _paths(job))
    ]
    if source.kind == "batch":
        columns = {account: "text", region: "text", **columns}
    else:
        cells = [replace(cell, says={}) for cell in cells]
    return Table(source.name, list(columns.items()), cells)


def _columns(source: Source, jobs: Sequence[Job]) -> dict[str, str]:
    """Name to kind; text where two cells do not agree."""
    kinds: dict[str, str] = {}
    for job in jobs:
        for column in _stored(job.execution):
            same = kinds.setdefault(column.name, column.kind) == column.kind
            kinds[column.name] = column.kind if same else "text"
    if not kinds:
        raise InvalidQuery(
            f"The result {source.name} has no columns yet.",
            hint="Wait for its first rows, or name another result.",
        )
    return kinds


def _stored(execution: Execution) -> Iterator[Column]:
    """The columns of every part: those it reads on from may have others."""
    for each in execution.chain():
        yield from stored_columns(each.columns)


def _target_columns(columns: Mapping[str, str]) -> tuple[str, str]:
    """What account and region are called: the rows' own columns keep their names."""
    taken = {name.casefold() for name in columns}
    account, region = (
        name if name not in taken else f"target_{name}" for name in ("account", "region")
    )
    return account, region


def _paths(job: Job) -> list[str]:
    """The job's files, symbolic links followed. Raises NotFound where one is gone."""
    paths = [str(Path(path).resolve()) for path in cache.paths(_parts(job))]
    if not all(Path(path).is_file() for path in paths):
        raise NotFound(f"The stored result of job {job.pk} is gone.", hint=_AGAIN)
    return paths


def _parts(job: Job) -> list[ResultPart]:
    """Raises NotFound where the result was deleted."""
    parts: list[ResultPart] = []
    for execution in job.execution.chain():
        if execution.purged_at:
            day = execution.purged_at.date().isoformat()
            raise NotFound(f"The result of job {job.pk} was deleted on {day}.", hint=_AGAIN)
        parts += execution.parts.filter(attempt=execution.attempt)
    return parts
