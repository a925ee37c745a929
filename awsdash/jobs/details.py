"""One row whole: its columns, its JSON as a tree, and what narrows the query to each value."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from awsdash.jobs.models import Job
from awsdash.jobs.reading import NUMBER
from awsdash.jobs.result_pages import ResultPage
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
    """`origin` is the job that read the row, where the result is of many."""

    number: int
    facts: Sequence[Fact]
    text: str
    origin: Job | None


def detail_of(page: ResultPage, number: int) -> Detail:
    """Row `number` of the page's result. Raises NotFound."""
    return detail_in(page, page.reader.row(number))


def detail_in(page: ResultPage, row: Row) -> Detail:
    """A row that was read already."""
    facts = list(_Row(page, row).facts())
    return Detail(row[NUMBER], facts, _as_text(row), page.origin_of(row))


class _Row:
    """Draws one row; counts its branches."""

    def __init__(self, page: ResultPage, row: Row) -> None:
        self.page, self.row = page, row
        self.operation = page.operation
        self.query = self.operation.query_type.parse(page.resolved)
        self.left = MOST_BRANCHES

    def facts(self) -> Iterator[Fact]:
        # Where it comes from is told above the facts.
        for column in self.page.reader.columns[len(self.page.reader.result.own) :]:
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
        options = {**self.page.source.asked, **change, **self.page.place, "run": "1"}
        options.pop("nextToken", None)
        query = urlencode({k: _written(v) for k, v in options.items()}, doseq=True)
        return f"{reverse('viewer', args=[self.operation.name])}?{query}"


def _written(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _as_text(row: Row) -> str:
    """The row as JSON, for the clipboard."""
    kept = {name: value for name, value in row.items() if name != NUMBER}
    return json.dumps(kept, ensure_ascii=False, indent=2)
