"""Rows in the order of a column, however far down, without sorting them all."""

import random
from typing import Any, Final

import pytest

from awsdash.jobs import runner
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.reading import NUMBER, Filter, Lens, Reader, order
from awsdash.jobs.reading.kept import Kept
from services.base import Column, Page, Row
from tests.jobs.conftest import Count

ROWS: Final = 700
COLUMNS = (
    Column("at", "At", "timestamp", ""),
    Column("whole", "Whole", "integer", ""),
    Column("part", "Part", "number", ""),
    Column("is_on", "On", "boolean", ""),
    Column("word", "Word", "text", ""),
    Column("long", "Long", "text", ""),
    Column("same", "Same", "text", ""),
    Column("level", "Level", "level", ""),
)
SMALL: Final = 20


def made(number: int) -> Row:
    chance = random.Random(number)
    row = {
        "at": 1_795_348_800_000 + chance.randrange(10**6),
        "whole": chance.randrange(50),
        "part": chance.random() - 0.5,
        "is_on": chance.random() < 0.5,
        "word": chance.choice(["ü", "a", "B", "", "z", "\N{SNAKE}"]) * chance.randrange(3),
        # Alike for longer than a mark is.
        "long": "x" * order.LONGEST_MARK + str(chance.randrange(9)),
        "same": "same",
        "level": chance.choice(["error", "info", None]),
    }
    return {name: None if chance.random() < 0.1 else value for name, value in row.items()}


MADE = [made(number) for number in range(ROWS)]


@pytest.fixture
def read(job: Job, count: Count, monkeypatch: pytest.MonkeyPatch) -> Execution:
    """A result that is as large to the reader as a million rows."""
    monkeypatch.setattr(order, "STRETCH_ROWS", SMALL)
    monkeypatch.setattr(order, "TOP_ROWS", SMALL // 2)
    monkeypatch.setattr(order, "FIRST_ROWS", SMALL // 4)
    monkeypatch.setattr(order, "SAMPLE_ROWS", 50)
    pages = [Page(MADE[n : n + 90], "more", columns=COLUMNS) for n in range(0, ROWS, 90)]
    count.make = lambda query, aws: iter([*pages[:-1], Page(pages[-1].rows)])
    runner.run(job.execution_id)
    return Execution.objects.get(pk=job.execution_id)


def expected(name: str, *, falling: bool, numbers: list[int]) -> list[int]:
    known = [n for n in numbers if MADE[n][name] is not None]
    unknown = [n for n in numbers if MADE[n][name] is None]

    def key(number: int) -> Any:
        value = MADE[number][name]
        return value.encode() if isinstance(value, str) else value

    # Sorted twice, equal values stay in AWS's order whichever way it goes.
    return sorted(known, key=key, reverse=falling) + unknown


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_every_page_of_every_order_is_the_one_that_sorting_all_rows_gives(
    read: Execution, name: str, sign: str
) -> None:
    wanted = expected(name, falling=sign == "-", numbers=list(range(ROWS)))
    reader = Reader(read, Lens(sort=f"{sign}{name}"))
    for offset, limit in ((0, 3), (0, 10), (7, 10), (18, 4), (345, 10), (339, 22), (690, 30)):
        assert list(reader.numbers(offset, limit)) == wanted[offset : offset + limit]
    # A download takes more at once than is kept.
    assert list(reader.numbers(100, 333)) == wanted[100:433]
    assert list(reader.numbers(ROWS, 5)) == []


def test_what_is_filtered_is_sorted_among_itself(read: Execution) -> None:
    numbers = [n for n in range(ROWS) if (MADE[n]["whole"] or 0) > 10]
    wanted = expected("word", falling=True, numbers=numbers)
    reader = Reader(read, Lens(sort="-word", filters=(Filter("whole", "gt", "10"),)))
    assert [row[NUMBER] for row in reader.rows(300, 40)] == wanted[300:340]


def test_another_page_nearby_is_not_sorted_again(
    read: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    lens = Lens(sort="part")
    first = Reader(read, lens).numbers(400, 5)
    monkeypatch.setattr(Reader, "ask", None)
    assert list(Reader(read, lens).numbers(400, 5)) == list(first)
    assert len(Reader(read, lens).numbers(405, 10)) == 10


def test_what_is_kept_is_bounded_and_the_least_used_goes_first() -> None:
    kept = Kept(most_bytes=10)
    made: list[str] = []

    def get(key: str, size: int = 4) -> None:
        kept.get(key, lambda: made.append(key), lambda _: size)

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert made == ["a", "b", "c", "b"]
    get("huge", 11)
    get("huge", 11)
    assert made[-2:] == ["huge", "huge"]
