"""Stored files to ask, and a short way to ask them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsdash.jobs.fitting import fitted
from awsdash.sandbox import sql
from awsdash.sandbox.child.tables import Cell, Table
from awsdash.sandbox.process import Limits
from services.base import Column, Page
from tests.jobs.conftest import count  # noqa: F401  # the made-up operation, for its results

COLUMNS: Final = [
    ("at", "timestamp"),
    ("n", "integer"),
    ("word", "text"),
    ("share", "number"),
    ("is_odd", "boolean"),
    ("data", "json"),
    ("level", "level"),
]
FIRST_MS: Final = 1_795_348_800_000
ROWS: Final = 1_000


@dataclass(frozen=True)
class Answer:
    """Everything that a query answered, as the result store takes it."""

    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    pages: list[Page]

    @property
    def values(self) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.rows]

    @property
    def matched(self) -> int | None:
        return self.pages[-1].statistics.records_matched


Ask = Callable[..., Answer]


def ask_for(*tables: Table) -> Ask:
    """Asks with these tables at hand."""

    def ask(text: str, limit: int = 10_000, limits: Limits | None = None) -> Answer:
        pages = list(sql.run(text, tables, limit, limits))
        columns = next(page.columns for page in pages if page.columns is not None)
        rows = [row for page in pages for row in fitted(page.rows, columns).to_pylist()]
        return Answer(columns, rows, pages)

    return ask


def write(path: Path, columns: Mapping[str, pa.Array]) -> str:
    pq.write_table(pa.table(columns), path, compression="zstd")
    return str(path)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """A thousand rows in two files, as the result store writes them."""
    folder = tmp_path_factory.mktemp("stored")
    paths = []
    for first in (0, ROWS // 2):
        numbers = range(first, first + ROWS // 2)
        rows = {
            "at": pa.array([FIRST_MS + n for n in numbers], pa.timestamp("ms", tz="UTC")),
            "n": pa.array(numbers, pa.int64()),
            "word": pa.array([f"word {n % 10}" for n in numbers]),
            "share": pa.array([n / ROWS for n in numbers]),
            "is_odd": pa.array([n % 2 == 1 for n in numbers]),
            "data": pa.array([f'{{"n": {n}}}' for n in numbers]),
            "level": pa.array(["error" if n % 100 == 0 else None for n in numbers]),
        }
        paths.append(write(folder / f"{first}.parquet", rows))
    return Table("t", COLUMNS, [Cell(paths, {})])


@pytest.fixture
def ask(stored: Table) -> Ask:
    return ask_for(stored)


@pytest.fixture
def soon(settings: Any) -> None:
    """A deadline that a test reaches soon."""
    settings.SQL_DEADLINE_S = 2


@pytest.fixture
def narrow(settings: Any) -> None:
    """So little memory that a test soon has none."""
    settings.SQL_MEMORY_MB = 64
