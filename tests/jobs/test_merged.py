"""One result of many executions: account and region in front, sorted, searched and filtered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from awsdash.accounts.models import Account, Grant, Level, Region, User
from awsdash.jobs import downloads, lifecycle, runner
from awsdash.jobs.histogram import bars_of
from awsdash.jobs.models import Execution
from awsdash.jobs.reading import NUMBER, Cell, Filter, Lens, Reader
from services.base import Column, Page
from services.errors import InvalidQuery, NotFound
from tests.jobs.conftest import Count

Run = Callable[..., Cell]
AT = Column("at", "At", "timestamp", "")
WORD = Column("word", "Word", "text", "")
SIZE = Column("size", "Size", "integer", "")


@pytest.fixture
def run(count: Count, alice: User, shop: Account, bank: Account) -> Run:
    """A cell whose execution answered with these columns and rows."""
    Grant.objects.create(group=alice.groups.get(), account=bank, level=Level.RUN)
    for account in (shop, bank):
        account.regions.add(Region.objects.get_or_create(code="us-east-1")[0])

    def run(account: Account, region: str, columns: tuple[Column, ...], *rows: Any) -> Cell:
        names = [column.name for column in columns]
        page = Page([dict(zip(names, row, strict=True)) for row in rows], columns=columns)
        count.make = lambda query, aws: iter([page])
        job = lifecycle.submit(alice, count.name, account.pk, region, {"what": "sheep"})
        runner.run(job.execution_id)
        execution = Execution.objects.get(pk=job.execution_id)
        return Cell(execution, account.name, account.pk, region)

    return run


@pytest.fixture
def cells(run: Run, shop: Account, bank: Account) -> list[Cell]:
    return [
        run(shop, "eu-west-1", (AT, WORD), (3_000, "timeout"), (1_000, "ok")),
        run(bank, "eu-west-1", (WORD, AT, SIZE), ("timeout", 2_000, 7), ("late", None, 8)),
        run(bank, "us-east-1", (AT, WORD), (2_000, "fine")),
    ]


def said(reader: Reader, *names: str) -> list[list[Any]]:
    rows = reader.rows(0, 100)
    assert reader.matching == len(rows)
    return [[row[name] for name in names] for row in rows]


def test_the_newest_rows_of_all_come_first_with_account_and_region(cells: list[Cell]) -> None:
    reader = Reader.merged(cells)
    names = [column.name for column in reader.columns]
    assert names == ["account", "accountId", "region", "at", "word", "size"]
    assert [column.name for column in reader.columns if not column.in_table] == ["accountId"]
    assert said(reader, "account", "region", "at", "word", "size") == [
        ["shop", "eu-west-1", 3_000, "timeout", None],
        ["bank", "eu-west-1", 2_000, "timeout", 7],
        ["bank", "us-east-1", 2_000, "fine", None],
        ["shop", "eu-west-1", 1_000, "ok", None],
        ["bank", "eu-west-1", None, "late", 8],
    ]
    assert reader.total == 5


def test_without_a_time_the_cells_are_in_their_order(
    run: Run, shop: Account, bank: Account
) -> None:
    cells = [
        run(bank, "eu-west-1", (WORD,), ("b",), ("a",)),
        run(shop, "eu-west-1", (WORD,), ("c",)),
    ]
    reader = Reader.merged(cells)
    assert said(reader, "account", "word") == [["bank", "b"], ["bank", "a"], ["shop", "c"]]


def test_a_merged_result_goes_through_a_lens_like_any_other(cells: list[Cell]) -> None:
    assert said(Reader.merged(cells, Lens(search="timeout")), "account") == [["shop"], ["bank"]]
    assert said(Reader.merged(cells, Lens(search="us-east")), "word") == [["fine"]]
    assert said(Reader.merged(cells, Lens(sort="account")), "account", "word") == [
        *(["bank", "timeout"], ["bank", "late"], ["bank", "fine"]),
        *(["shop", "timeout"], ["shop", "ok"]),
    ]
    bank = Filter("account", "eq", "bank")
    small = Filter("size", "lt", "8")
    assert said(Reader.merged(cells, Lens(filters=(bank, small))), "word") == [["timeout"]]
    (term,) = Reader.merged(cells, Lens(search="tmeout")).terms
    assert term.needles == ["timeout"]
    with pytest.raises(InvalidQuery, match="no column nope"):
        Reader.merged(cells, Lens(sort="nope")).rows(0, 5)


def test_rows_bars_and_files_of_a_merged_result(cells: list[Cell]) -> None:
    reader = Reader.merged(cells)
    number = reader.rows(1, 1)[0][NUMBER]
    assert (reader.row(number)["account"], reader.row(number)["size"]) == ("bank", 7)
    with pytest.raises(NotFound, match="no row 5"):
        reader.row(5)
    assert sum(bar.rows for bar in bars_of(reader)) == 4
    lines = b"".join(downloads.file_of(reader, "jsonl").chunks).decode().splitlines()
    assert [json.loads(line)["region"] for line in lines].count("us-east-1") == 1
    csv = b"".join(downloads.file_of(reader, "csv").chunks).decode()
    assert csv.splitlines()[2] == "bank,222222222222,eu-west-1,1970-01-01T00:00:02.000Z,timeout,7"


def test_columns_of_awss_keep_their_names_and_unlike_kinds_become_text(
    run: Run, shop: Account, bank: Account
) -> None:
    columns = Column("account", "Account", "text", ""), Column("size", "Size", "text", "")
    cells = [
        run(shop, "eu-west-1", columns, ("theirs", "big")),
        run(bank, "eu-west-1", (SIZE,), (7,)),
        run(bank, "us-east-1", (Column("size", "Size", "number", ""),), (0.5,)),
    ]
    reader = Reader.merged(cells)
    assert said(reader, "target_account", "account", "size") == [
        ["shop", "theirs", "big"],
        ["bank", None, "7"],
        ["bank", None, "0.5"],
    ]


def test_what_is_not_there_yet_or_no_more_hides_nothing_else(
    run: Run, cells: list[Cell], count: Count, alice: User, shop: Account
) -> None:
    job = lifecycle.submit(alice, count.name, shop.pk, "us-east-1", {"what": "sheep"})
    queued = Cell(job.execution, shop.name, shop.pk, "us-east-1")
    purged = cells[0].execution
    purged.parts.all().delete()
    Execution.objects.filter(pk=purged.pk).update(purged_at=timezone.now())
    reader = Reader.merged([queued, *cells])
    assert said(reader, "word") == [["timeout"], ["fine"], ["late"]]
    for part in cells[1].execution.parts.all():
        default_storage.delete(part.name)
    with pytest.raises(NotFound, match="expired or was removed"):
        Reader.merged(cells).rows(0, 5)


def test_a_merged_result_of_nothing_is_empty() -> None:
    reader = Reader.merged([])
    assert (reader.rows(0, 5), reader.total, reader.matching, bars_of(reader)) == ([], 0, 0, [])
    assert Reader.merged([], Lens(search="any")).matching == 0
