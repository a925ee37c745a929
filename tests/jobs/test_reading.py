"""A result through a lens: search, level, sort, and the histogram of what remains."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.accounts.models import Account, User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.histogram import bars_of
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.reading import NUMBER, Lens, Reader
from services.base import Item, Page, column
from services.errors import InvalidQuery, NotFound
from tests.jobs.conftest import Count

MINUTE_MS = 60_000
START_MS = 1_795_348_800_000
SAID = (
    ("charge failed: timeout after 3000 ms", "error"),
    ("request accepted", "info"),
    ("ledger-api slow, 100% busy", "warning"),
    ("Timeout again", "error"),
    (None, None),
    ("health ok", "info"),
)


class Line(Item):
    at: int = column("At", "timestamp", "When.", unit="ms")
    level: str | None = column("Level", "level", "How bad.")
    said: str | None = column("Said", "text", "What.")
    id: str = column("Id", "text", "Which.", in_table=False)


def line(number: int) -> dict[str, Any]:
    said, level = SAID[number % len(SAID)]
    at = START_MS + number * MINUTE_MS
    return {"at": at, "level": level, "said": said, "id": "outofsight"}


@pytest.fixture
def read(job: Job, count: Count, monkeypatch: pytest.MonkeyPatch) -> Execution:
    monkeypatch.setattr(Count, "item_type", Line)
    count.make = lambda query, aws: iter(
        [Page([line(n) for n in range(4)], "more"), Page([line(4), line(5)])]
    )
    runner.run(job.execution_id)
    return Execution.objects.get(pk=job.execution_id)


def found(execution: Execution, **lens: Any) -> list[int]:
    reader = Reader(execution, Lens(**lens))
    rows = [row[NUMBER] for row in reader.rows(0, 100)]
    assert reader.matching == len(rows)
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("timeout", [0, 3]),
        ("TIMEOUT  charge", [0]),
        ("timeout health", []),
        ("100%", [2]),
        ("%", [2]),
        ("_", []),
        ("warning", [2]),
        ("o", [0, 1, 2, 3, 5]),
        ("outofsight", []),
    ],
)
def test_a_row_is_found_by_every_word_in_any_case(
    read: Execution, text: str, rows: list[int]
) -> None:
    assert found(read, search=text) == rows


@pytest.mark.parametrize("typed", ["tiemout", "timeoutt", "timout", "tmout"])
def test_a_mistyped_word_finds_what_comes_near(read: Execution, typed: str) -> None:
    assert found(read, search=typed) == [0, 3]
    (term,) = Reader(read, Lens(search=typed)).terms
    assert (term.is_near, term.needles) == (True, ["timeout"])


def test_a_word_that_is_there_hides_nothing_behind_what_comes_near(read: Execution) -> None:
    (term,) = Reader(read, Lens(search="time")).terms
    assert (term.is_near, term.needles) == (False, ["time"])


@pytest.mark.parametrize(
    "typed", ["zzz", "xyzzyxyzzy", "'; DROP TABLE rows; --", "$paths", '"said"']
)
def test_a_word_that_is_nowhere_finds_nothing(read: Execution, typed: str) -> None:
    assert found(read, search=typed) == []


def test_a_level_hides_the_others(read: Execution) -> None:
    assert found(read, level="error") == [0, 3]
    assert found(read, level="error", search="again") == [3]


@pytest.mark.parametrize(
    ("sort", "rows"),
    [
        ("-at", [5, 4, 3, 2, 1, 0]),
        ("at", [0, 1, 2, 3, 4, 5]),
        ("said", [3, 0, 5, 2, 1, 4]),
        ("-said", [1, 2, 5, 0, 3, 4]),
    ],
)
def test_rows_are_sorted_and_what_is_unknown_comes_last(
    read: Execution, sort: str, rows: list[int]
) -> None:
    assert found(read, sort=sort) == rows


def test_a_sort_by_no_column_is_told(read: Execution) -> None:
    with pytest.raises(InvalidQuery, match="there is no column nope"):
        found(read, sort='nope"')


def test_a_row_is_found_by_its_number_whatever_the_lens(read: Execution) -> None:
    assert Reader(read, Lens(search="nothing")).row(3)["said"] == "Timeout again"
    with pytest.raises(NotFound):
        Reader(read).row(6)


def test_a_page_begins_and_ends_where_it_is_told(read: Execution) -> None:
    rows = Reader(read, Lens(sort="-at")).rows(1, 2)
    assert [row[NUMBER] for row in rows] == [4, 3]


def test_the_histogram_counts_rows_errors_and_warnings_in_round_steps(read: Execution) -> None:
    bars = bars_of(Reader(read))
    assert {bar.end_ms - bar.start_ms for bar in bars} == {10_000}
    assert all(bar.start_ms % 10_000 == 0 for bar in bars)
    assert len(bars) == 31  # five minutes and the last step
    counted = [(bar.rows, bar.errors, bar.warnings) for bar in bars if bar.rows]
    assert counted == [(1, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 0, 0), (1, 0, 0)]


def test_the_histogram_shows_what_the_lens_shows(read: Execution) -> None:
    bars = bars_of(Reader(read, Lens(search="timeout")))
    assert sum(bar.rows for bar in bars) == 2
    assert bars_of(Reader(read, Lens(search="zzz"))) == []


def test_a_result_that_reads_on_has_the_rows_of_both(
    job: Job, count: Count, alice: User, shop: Account
) -> None:
    tokens = []

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        tokens.append(query.next_token)
        first = 3 if query.next_token else 0
        rows = [{"n": n, "at": n, "word": "w"} for n in range(first, first + 3)]
        yield Page(rows, None if query.next_token else "onward")

    count.make = pages
    runner.run(job.execution_id)
    job.refresh_from_db()
    further = lifecycle.read_on(alice, job)
    runner.run(further.execution_id)
    execution = Execution.objects.get(pk=further.execution_id)
    assert tokens == [None, "onward"]
    assert [row["n"] for row in Reader(execution).rows(0, 10)] == [0, 1, 2, 3, 4, 5]
    assert Reader(execution).total == 6
    assert further.asked == job.asked
    with pytest.raises(InvalidQuery, match="nothing further"):
        lifecycle.read_on(alice, Job.objects.get(pk=further.pk))


def test_a_part_of_before_a_column_was_invented_has_nothing_there(
    job: Job, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.run(job.execution_id)
    monkeypatch.setattr(Count, "item_type", Line)
    execution = Execution.objects.get(pk=job.execution_id)
    assert [row["level"] for row in Reader(execution).rows(0, 10)] == [None, None, None]
    assert found(execution, level="error") == []
