"""Filters on columns: how they are written, what they find, and what they refuse."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from awsdash.accounts.models import User
from awsdash.jobs import runner
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.reading import NUMBER, Filter, Lens, Reader
from awsdash.jobs.result_pages import lens_of
from services.base import Column, Page, Row
from services.errors import InvalidQuery
from tests.jobs.conftest import Count

COLUMNS = (
    Column("at", "At", "timestamp", ""),
    Column("status", "Status", "integer", ""),
    Column("took", "Took", "number", ""),
    Column("ok", "OK", "boolean", ""),
    Column("path", "Path", "text", ""),
    Column("level", "Level", "level", ""),
    Column("we:ird%20", "Weird", "text", ""),
)
ROWS: list[Row] = [
    {"at": 1_000, "status": 200, "took": 0.5, "ok": True, "path": "/Cart", "level": "info"},
    {"at": 2_000, "status": 404, "took": 1.5, "ok": False, "path": "/cart/7", "level": "error"},
    {"at": 3_000, "status": None, "took": None, "ok": None, "path": None, "level": None},
    {"at": 4_000, "status": 2**62, "took": -3.0, "ok": True, "path": "", "we:ird%20": "a:b"},
]


@pytest.fixture
def read(job: Job, count: Count) -> Execution:
    count.make = lambda query, aws: iter([Page(ROWS[:2], "more", columns=COLUMNS), Page(ROWS[2:])])
    runner.run(job.execution_id)
    return Execution.objects.get(pk=job.execution_id)


def found(execution: Execution, *filters: str, **lens: Any) -> list[int]:
    reader = Reader(execution, Lens.parse(lens, filters))
    rows = [row[NUMBER] for row in reader.rows(0, 100)]
    assert reader.matching == len(rows)
    return rows


@pytest.mark.parametrize(
    ("filter", "rows"),
    [
        ("status:eq:404", [1]),
        ("status:ne:404", [0, 2, 3]),
        ("status:gt:200", [1, 3]),
        ("status:gte:200", [0, 1, 3]),
        ("status:lt:200.5", [0]),
        ("status:eq:4611686018427387904", [3]),
        ("status:empty", [2]),
        ("status:notempty", [0, 1, 3]),
        ("took:lte:0.5", [0, 3]),
        ("took:eq:1.5", [1]),
        ("ok:eq:True", [0, 3]),
        ("ok:ne:true", [1, 2]),
        ("path:eq:/Cart", [0]),
        ("path:contains:CART", [0, 1]),
        ("path:contains:.", []),
        ("path:contains:'; --", []),
        ("path:empty", [2, 3]),
        ("path:notempty", [0, 1]),
        ("path:eq:", [3]),
        ("level:eq:error", [1]),
        ("at:gt:1970-01-01T00:00:02Z", [2, 3]),
        ("at:gte:2000", [1, 2, 3]),
        ("at:lt:1970-01-01T01:00:02+01:00", [0]),
        ("we%3Aird%2520:eq:a:b", [3]),
    ],
)
def test_a_filter_shows_the_rows_of_which_it_is_true(
    read: Execution, filter: str, rows: list[int]
) -> None:
    assert found(read, filter) == rows


def test_filters_a_level_and_a_search_all_hold(read: Execution) -> None:
    assert found(read, "status:gte:200", "ok:eq:true") == [0, 3]
    assert found(read, "status:gte:200", search="cart") == [0, 1]
    assert found(read, "status:gte:200", search="cart", level="error") == [1]
    assert found(read, "took:notempty", sort="took") == [3, 0, 1]


@pytest.mark.parametrize(
    ("filter", "told", "hint"),
    [
        ("status", "status is none", "column:operator:value"),
        ("status:is:5", "status:is:5 is none", "notempty"),
        ("status:eq", "status:eq is none", "column:operator:value"),
        ("status:empty:5", "is none", "take no value"),
        (":eq:5", "is none", "column:operator:value"),
        ("nope:eq:5", "there is no column nope", "There are at, status, took"),
        ('"status":eq:5', 'no column "status"', "There are"),
        ("status:eq:five", "five is no value of status, a integer", "whole number"),
        ("status:contains:5", "contains is not for status", "gt, gte, lt or lte"),
        ("ok:gt:true", "gt is not for ok", "eq, ne, empty or notempty."),
        ("ok:eq:maybe", "maybe is no value of ok", "true or false"),
        ("at:gt:yesterday", "yesterday is no value of at", "ISO time"),
        ("took:lt:much", "much is no value", "0.25"),
        ("path:eq:" + "x" * 501, "longer than 500", "contains"),
    ],
)
def test_a_filter_that_cannot_be_is_told(
    read: Execution, filter: str, told: str, hint: str
) -> None:
    with pytest.raises(InvalidQuery, match=told) as refused:
        found(read, filter)
    assert hint in refused.value.hint


def test_too_many_filters_are_refused() -> None:
    with pytest.raises(InvalidQuery, match="21 are too many"):
        Lens.parse({}, ["a:empty"] * 21)


@pytest.mark.parametrize("value", ["", "5", "a:b", "100%", "ü & ?=#", "eq:5"])
@pytest.mark.parametrize("column", ["status", "we:ird%20", "a:eq:b", "%", "ü ="])
def test_an_address_has_the_whole_lens(column: str, value: str) -> None:
    filters = (Filter(column, "eq", value), Filter(column, "notempty"))
    lens = Lens("two words", "error", "-at", filters)
    assert lens_of(QueryDict(lens.query)) == lens


def test_a_page_and_the_api_take_filters(
    client: Client, alice: User, job: Job, read: Execution
) -> None:
    client.force_login(alice)
    page = client.get(f"/jobs/{job.pk}/look/?f=status:gte:404&f=ok:eq:false")
    assert page["HX-Replace-Url"] == (f"/jobs/{job.pk}/?f=status%3Agte%3A404&f=ok%3Aeq%3Afalse")
    assert "/cart/7" in page.content.decode()
    assert "/Cart<" not in page.content.decode()
    address = f"/api/v1/jobs/{job.pk}/items?filter=status:gte:404&filter=ok:eq:false"
    items = client.get(address).json()
    assert [item["path"] for item in items["items"]] == ["/cart/7"]
    assert items["totalItems"] == 1
    refused = client.get(f"/api/v1/jobs/{job.pk}/items?filter=nope:empty")
    assert (refused.status_code, refused.json()["code"]) == (422, "InvalidQuery")
