"""AWS names columns as its users please: no name is ever SQL, and none is in another's way."""

import json
from typing import Any, Final

import pytest

from awsdash.jobs import downloads, runner
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.reading import NUMBER, Filter, Lens, Reader
from services.base import Column, Page
from tests.jobs.conftest import Count

NAMES: Final = (
    *('a"b', 'x"; DROP TABLE rows; --', "'", "\\", "$paths0", "rows", "n", "c0", "p1", "%"),
    *("filename", "file_index", "file_row_number", "FILE_ROW_NUMBER", "select", ""),
    *("Ab", "aB", "#", "ü 🐍", "a" * 300, "line\nbreak"),
)


@pytest.fixture
def read(job: Job, count: Count) -> Execution:
    columns = tuple(Column(name, name, "text", "") for name in NAMES)
    rows = [{name: f"{number} {name}" for name in NAMES} for number in range(5)]
    count.make = lambda query, aws: iter([Page(rows[:3], "more", columns=columns), Page(rows[3:])])
    runner.run(job.execution_id)
    return Execution.objects.get(pk=job.execution_id)


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_any_name_is_read_sorted_and_filtered(read: Execution, name: str) -> None:
    assert [row[name] for row in Reader(read).rows(1, 2)] == [f"1 {name}", f"2 {name}"]
    falling = Reader(read, Lens(sort=f"-{name}")).rows(0, 9)
    assert [row[NUMBER] for row in falling] == [4, 3, 2, 1, 0]
    found = Reader(read, Lens(filters=(Filter(name, "eq", f"3 {name}"),))).rows(0, 9)
    assert [row[NUMBER] for row in found] == [3]


def test_every_column_is_in_every_file(read: Execution) -> None:
    def lines(kind: str) -> Any:
        return b"".join(downloads.file_of(Reader(read), kind).chunks)

    (first, *_) = lines("jsonl").decode().split("\n")
    assert json.loads(first) == {name: f"0 {name}" for name in NAMES}
    assert lines("csv").startswith(b'"a""b",')
    assert lines("parquet")
    assert lines("xlsx")


def test_a_search_looks_into_all_of_them(read: Execution) -> None:
    assert Reader(read, Lens(search="🐍")).matching == 5
