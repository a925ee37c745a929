"""One row whole: its columns, its JSON as a tree, and what narrows the query to each value."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from awsdash.jobs.models import Job
from awsdash.jobs.reading import NUMBER, Reader
from services.base import Column, Path, Row

# Beyond this a tree helps nobody; the text is there, whole.
MOST_BRANCHES: Final = 400
DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a tree: a key with its value, or with the branches below it."""

    key: str
    kind: str
    value: str
    filter_url: str
    branches: Sequence["Branch"] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of the row."""

    column: Column
    value: Any
    filter_url: str
    tree: Sequence[Branch] = ()
    # A tree that was cut short.
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    number: int
    facts: Sequence[Fact]
    text: str


def detail_of(job: Job, number: int) -> Detail:
    """Row `number` of the job's result. Raises NotFound."""
    return detail_in(job, Reader(job.execution).row(number))


def detail_in(job: Job, row: Row) -> Detail:
    """A row that was read already."""
    return Detail(row[NUMBER], list(_Row(job, row).facts()), _as_text(row))


class _Row:
    """Draws one row; counts its branches."""

    def __init__(self, job: Job, row: Row) -> None:
        self.job, self.row = job, row
        execution = job.execution
        self.operation = execution.operation
        self.query = self.operation.query_type.parse(execution.query)
        self.left = MOST_BRANCHES

    def facts(self) -> Iterator[Fact]:
        for column in Reader(self.job.execution).columns:
            value = self.row[column.name]
            if value is None:
                continue
            document = self._document(column, value)
            tree = self._branches(document, (column.name,)) if document is not None else ()
            yield Fact(column, value, self._filter_url((column.name,)), tree, self.left <= 0)

    def _document(self, column: Column, value: Any) -> Any:
        if column.kind == "json":
            return json.loads(value)
        found = self.operation.document(self.row)
        return found[1] if found is not None and found[0] == column.name else None

    def _branches(self, value: Any, path: Path) -> list[Branch]:
        pairs: Sequence[tuple[str | int, Any]] = ()
        if isinstance(value, dict):
            pairs = list(value.items())
        elif isinstance(value, list):
            pairs = list(enumerate(value))
        return [
            branch for key, inner in pairs if (branch := self._branch(key, inner, (*path, key)))
        ]

    def _branch(self, key: str | int, value: Any, path: Path) -> Branch | None:
        self.left -= 1
        if self.left < 0:
            return None
        if isinstance(value, dict | list) and len(path) < DEEPEST:
            size = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
            return Branch(str(key), "group", size, "", self._branches(value, path))
        kind = "text" if isinstance(value, str) else "number"
        shown = value if isinstance(value, str) else json.dumps(value)
        return Branch(str(key), kind, shown, self._filter_url(path))

    def _filter_url(self, path: Path) -> str:
        """The viewer with the query narrowed to this value; "" where AWS cannot."""
        change = self.operation.narrow(self.query, self.row, path)
        if change is None:
            return ""
        execution = self.job.execution
        place = {"accountId": execution.account_id, "region": execution.region, "run": "1"}
        options = {**self.job.asked, **change, **place}
        options.pop("nextToken", None)
        query = urlencode({k: _written(v) for k, v in options.items()}, doseq=True)
        return f"{reverse('viewer', args=[execution.operation_name])}?{query}"


def _written(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _as_text(row: Row) -> str:
    """The row as JSON, for the clipboard."""
    kept = {name: value for name, value in row.items() if name != NUMBER}
    return json.dumps(kept, ensure_ascii=False, indent=2)
