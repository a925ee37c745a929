"""Small pages become one part, and nothing of them is lost."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from awsdash.jobs import gathering, runner
from awsdash.jobs.gathering import gathered
from awsdash.jobs.models import Job, Status
from awsdash.jobs.reading import Reader
from services.aws import Aws
from services.base import Page, Statistics
from services.errors import QueryFailed
from tests.jobs.conftest import Count, rows_page

CALM_S = 1_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is; tests move it."""
    now = [CALM_S]
    monkeypatch.setattr(gathering, "monotonic", lambda: now[0])
    return now


def test_the_first_page_is_kept_at_once_and_those_that_follow_fast_together(
    clock: list[float],
) -> None:
    pages = [rows_page(0, 1, "a"), rows_page(1, 3, "b"), Page([], "c"), rows_page(3, 4)]
    first, rest = gathered(iter(pages))
    assert (list(first.page.rows), first.page.next_token, first.calls) == (pages[0].rows, "a", 1)
    assert [row["n"] for row in rest.page.rows] == [1, 2, 3]
    assert (rest.page.next_token, rest.calls) == (None, 3)


def test_a_part_is_closed_when_time_has_passed(clock: list[float]) -> None:
    def pages() -> Iterator[Page]:
        for n in range(6):
            clock[0] += gathering.LONGEST_S * 0.6
            yield rows_page(n, n + 1, str(n))

    assert [several.page.next_token for several in gathered(pages())] == ["0", "2", "4", "5"]


def test_a_part_is_closed_when_there_are_enough_rows(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "ENOUGH_ROWS", 4)
    pages = [rows_page(n, n + 2, str(n)) for n in range(0, 12, 2)]
    assert [len(several.page.rows) for several in gathered(iter(pages))] == [2, 4, 4, 2]


def test_what_came_before_an_error_is_handed_on_before_it(clock: list[float]) -> None:
    def pages() -> Iterator[Page]:
        yield rows_page(0, 1, "a")
        yield rows_page(1, 2, "b")
        raise QueryFailed("AWS is gone.")

    several = gathered(pages())
    assert [next(several).page.next_token for _ in range(2)] == ["a", "b"]
    with pytest.raises(QueryFailed):
        next(several)


def test_tables_stay_tables_and_the_last_statistics_count(clock: list[float]) -> None:
    pages = [
        Page(pa.table({"n": [0]}), "a"),
        Page(pa.table({"n": [1]}), "b", Statistics(bytes_scanned=7)),
        Page(pa.table({"n": [2]}), None),
    ]
    _, rest = gathered(iter(pages))
    assert isinstance(rest.page.rows, pa.Table)
    assert rest.page.rows["n"].to_pylist() == [1, 2]
    assert rest.page.statistics == Statistics(bytes_scanned=7)


def test_a_job_tells_its_calls_and_has_few_parts(count: Count, job: Job) -> None:
    def pages(query: Any, aws: Aws) -> Iterator[Page]:
        for n in range(20):
            yield rows_page(n, n + 1, str(n) if n < 19 else None)

    count.make = pages
    runner.run(job.execution_id)
    execution = job.execution
    execution.refresh_from_db()
    assert (execution.status, execution.rows, execution.pages) == (Status.SUCCEEDED, 20, 20)
    assert execution.parts.count() < 20
    assert [row["n"] for row in Reader(execution).rows(0, 30)] == list(range(20))
