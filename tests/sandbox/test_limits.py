"""Queries that want everything: each ends with an error a person can act on, and on time."""

import gc
import os
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from awsdash.sandbox import sql
from awsdash.sandbox.child.tables import Table
from services.errors import QueryFailed, ServiceError, Throttled, TimedOut
from tests.sandbox.conftest import Ask

ENDLESS = [
    "WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r",
    "SELECT count(*) FROM t a, t b, t c, t d, t e WHERE hash(a.n, b.n, c.n, d.n, e.n) = 1",
    "SELECT sum(hash(i)) FROM range(1000000000000) r(i)",
    "SELECT count(*) FROM range(100000000) r(i) "
    "WHERE regexp_matches(repeat(i::VARCHAR, 1000), '((1|2)*3+)*x')",
    "SELECT levenshtein(repeat('ab', 50000), repeat('ba', 50000))",
]
GREEDY = [
    "SELECT repeat('x', 1000000000)",
    "SELECT list(i) FROM range(1000000000) r(i)",
    "SELECT string_agg(repeat(word, 1000), '') FROM t, range(1000)",
    "SELECT array_agg(repeat('y', 100000)) FROM range(100000)",
    "SELECT a.n, b.n FROM t a, t b, range(100) ORDER BY hash(a.n * b.n)",
    "SELECT json_group_array(data) FROM t, range(100000)",
    "SELECT row_number() OVER (ORDER BY hash(i)) FROM range(1000000000) r(i)",
    "SELECT list_resize([1], 1000000000)",
    "SELECT range(1000000000)",
]
EITHER = [
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT repeat('x', 30000000) FROM range(1000)",
    "SELECT count(DISTINCT i || 'abc') FROM range(1000000000) r(i)",
    "SELECT list_sort(list_transform(range(3000000), lambda x: hash(x))) FROM range(1000)",
]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("text", ENDLESS)
def test_what_has_no_end_ends_at_the_deadline(ask: Ask, text: str) -> None:
    with pytest.raises(TimedOut, match="longer than 2 seconds"):
        ask(text)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("text", GREEDY)
def test_what_wants_all_memory_is_told_how_much_there_is(ask: Ask, text: str) -> None:
    with pytest.raises(QueryFailed, match="more than 64 MB of memory"):
        ask(text)


@pytest.mark.usefixtures("soon", "narrow")
@pytest.mark.parametrize("text", EITHER)
def test_what_wants_time_and_memory_gets_neither_without_end(ask: Ask, text: str) -> None:
    with pytest.raises(ServiceError, match=r"64 MB|2 seconds"):
        ask(text)


def test_a_huge_answer_is_cut_off_and_takes_no_memory(ask: Ask) -> None:
    answer = ask("SELECT i, j FROM range(1000000000) r(i), range(1000) s(j)", 5_000)
    assert (len(answer.rows), answer.matched) == (5_000, None)


def test_the_bytes_of_an_answer_are_limited_too(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "MOST_RESULT_BYTES", 20_000_000)
    answer = ask("SELECT repeat('x', 1000000) AS x FROM range(100)")
    assert 20 <= len(answer.rows) < 40
    assert answer.matched is None


def test_more_than_there_is_room_for_waits(stored: Table, settings: Any) -> None:
    places = settings.SQL_AT_ONCE
    running = [sql.run("SELECT n FROM t", [stored], 10) for _ in range(places)]
    for each in running:
        next(each)
    with pytest.raises(Throttled):
        list(sql.run("SELECT 1 AS x", [stored], 10))
    running.pop().close()
    assert list(sql.run("SELECT 1 AS x", [stored], 10))
    for each in running:
        each.close()


def test_an_answer_that_nobody_reads_on_leaves_no_process(stored: Table) -> None:
    before = set(_children())
    pages = sql.run("SELECT * FROM t a, t b", [stored], 1_000_000)
    assert list(islice(pages, 2))
    assert set(_children()) - before
    pages.close()
    assert not set(_children()) - before


def test_ten_queries_leave_no_descriptor_and_no_process(ask: Ask, stored: Table) -> None:
    ask("SELECT 1 AS x")
    gc.collect()
    descriptors, children = _descriptors(), set(_children())
    for number in range(10):
        text = "SELECT 1 AS x" if number % 2 else "SELECT nope"
        try:
            ask(text)
        except ServiceError:
            assert text == "SELECT nope"
    gc.collect()
    assert _descriptors() == descriptors
    assert not set(_children()) - children


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _children() -> list[str]:
    """The processes of this thread, zombies included."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
