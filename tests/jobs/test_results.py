"""Parts, pages of rows, and what a reader sees while the job runs."""

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage

from awsdash.accounts.models import User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.reading import NUMBER, Reader
from awsdash.jobs.stores import FolderStore
from services.base import Page
from services.errors import NotFound, Throttled
from tests.jobs.conftest import Count, rows_page


def stored_names(job: Job) -> list[str]:
    folder = Path(default_storage.path(str(job.execution_id)))
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def read(job: Job, offset: int, limit: int) -> list[int]:
    execution = Execution.objects.get(pk=job.execution_id)
    return [row["n"] for row in Reader(execution).rows(offset, limit)]


@pytest.fixture
def three_pages(job: Job, count: Count, each_page_alone: None) -> Job:
    def pages(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 4, "a")
        yield Page([], "b")
        yield rows_page(4, 5, "c")
        yield rows_page(5, 9)

    count.make = pages
    runner.run(job.execution_id)
    return job


def test_rows_come_back_as_they_went_in(three_pages: Job) -> None:
    execution = Execution.objects.get(pk=three_pages.execution_id)
    (row,) = Reader(execution).rows(8, 1)
    assert row == {NUMBER: 8, "n": 8, "at": 1_795_348_800_008, "word": "word 8"}


@pytest.mark.parametrize(
    ("offset", "limit", "expected"),
    [
        (0, 100, list(range(9))),
        (3, 3, [3, 4, 5]),
        (4, 1, [4]),
        (8, 5, [8]),
        (9, 5, []),
        (1000, 5, []),
    ],
)
def test_any_page_can_be_read_in_order(
    three_pages: Job, offset: int, limit: int, expected: list[int]
) -> None:
    assert read(three_pages, offset, limit) == expected


def test_an_empty_page_leaves_no_part(three_pages: Job) -> None:
    parts = three_pages.execution.parts.all()
    assert [part.rows for part in parts] == [4, 1, 4]
    assert all(default_storage.size(part.name) == part.size_bytes for part in parts)


def test_first_rows_are_readable_while_the_job_runs(job: Job, count: Count) -> None:
    seen = []

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 2, "more")
        seen.extend(read(job, 0, 10))
        yield rows_page(2, 4)

    count.make = pages
    runner.run(job.execution_id)
    assert seen == [0, 1]


def test_the_next_try_goes_on_after_the_last_kept_page(job: Job, count: Count) -> None:
    def breaks(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 5, "more")
        raise Throttled("Rate exceeded")

    count.make = breaks
    runner.run(job.execution_id)
    Execution.objects.update(not_before=job.created_at)
    count.make = lambda query, aws: iter([rows_page(7, 8)])
    runner.run(job.execution_id)
    assert read(job, 0, 10) == [0, 1, 2, 3, 4, 7]
    assert [part.number for part in job.execution.parts.all()] == [0, 1]


def test_a_page_that_came_after_the_cancel_leaves_no_file(
    job: Job, count: Count, alice: User
) -> None:
    def pages(query: Any, aws: Any) -> Iterator[Page]:
        lifecycle.cancel(alice, job)
        yield rows_page(0, 5)

    count.make = pages
    runner.run(job.execution_id)
    assert stored_names(job) == []
    assert not job.execution.parts.exists()


def test_a_result_whose_files_are_gone_is_told_so(three_pages: Job) -> None:
    for part in three_pages.execution.parts.all():
        default_storage.delete(part.name)
    with pytest.raises(NotFound, match="expired or was removed"):
        read(three_pages, 0, 10)


def test_null_is_not_an_empty_text(job: Job, count: Count) -> None:
    row = {"n": 1, "at": None, "word": None}
    count.make = lambda query, aws: iter([Page([row, {**row, "word": ""}])])
    runner.run(job.execution_id)
    rows = Reader(Execution.objects.get(pk=job.execution_id)).rows(0, 10)
    assert [(r["at"], r["word"]) for r in rows] == [(None, None), (None, "")]


def test_a_column_that_repeats_another_is_made_when_read(three_pages: Job) -> None:
    execution = Execution.objects.get(pk=three_pages.execution_id)
    (item,) = Reader(execution).items(2, 1)
    assert item == {"n": 2, "at": 1_795_348_800_002, "word": "word 2", "same": "word 2"}


def test_a_full_disk_is_told_and_tried_again(
    job: Job, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FolderStore, "_save", refuse)
    runner.run(job.execution_id)
    execution = Execution.objects.get(pk=job.execution_id)
    assert execution.status == "queued"
    assert execution.error_message == "The result store failed: No space left on device"
    assert "checks its disk" in execution.error_hint


def test_a_part_has_row_groups_of_ten_thousand_at_most(job: Job, count: Count) -> None:
    table = pa.table({"n": range(25_000), "at": [0] * 25_000, "word": ["w"] * 25_000})
    count.make = lambda query, aws: iter([Page(table)])
    runner.run(job.execution_id)
    (part,) = job.execution.parts.all()
    written = pq.ParquetFile(default_storage.path(part.name)).metadata
    groups = [written.row_group(n).num_rows for n in range(written.num_row_groups)]
    assert sum(groups) == 25_000
    assert max(groups) <= 10_000
    assert written.row_group(0).column(0).compression == "ZSTD"
    assert read(job, 24_998, 5) == [24_998, 24_999]
