"""A result as a file: every format, hostile values, many sheets, and what is told in advance."""

import csv
import io
import json
import zipfile
from typing import Any, Final
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from django.test import Client

from awsdash.accounts.models import User
from awsdash.jobs import downloads, runner
from awsdash.jobs.downloads import blocks, workbook
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.reading import Lens, Reader
from services.base import Column, Page, Row
from services.errors import InvalidQuery, NotFound
from tests.jobs.conftest import Count

COLUMNS: Final = (
    Column("at", "At", "timestamp", ""),
    Column("n", "N", "integer", ""),
    Column("part", "Part", "number", ""),
    Column("on", "On", "boolean", ""),
    Column("=text", "Text", "text", ""),
    Column("json", "JSON", "json", ""),
)
HOSTILE: Final = [
    *(
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\uff1d1",
        '=HYPERLINK("x","y")',
    ),
    *(
        "-5",
        "+1.5e3",
        "-",
        "--",
        "a=b",
        "",
        'say "hi"',
        "a,b",
        "a\nb",
        "\x07<&>\x00]]>",
        "_x0041_",
        "ü 🐍",
    ),
]


def read_all(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def row(n: int, text: str | None) -> Row:
    return {
        "at": n * 1000 + 5,
        "n": n,
        "part": n / 4,
        "on": n % 2 == 0,
        "=text": text,
        "json": "{}",
    }


ROWS: Final = [
    *(row(n, text) for n, text in enumerate(HOSTILE)),
    {"at": None, "n": None, "part": None, "on": None, "=text": None, "json": None},
    {"at": -(10**13), "n": 2**62, "part": -1e300, "on": True, "=text": "x" * 40_000, "json": "[]"},
]


@pytest.fixture
def read(job: Job, count: Count) -> Execution:
    pages = [Page(ROWS[:9], "more", columns=COLUMNS), Page(ROWS[9:])]
    count.make = lambda query, aws: iter(pages)
    runner.run(job.execution_id)
    return Execution.objects.get(pk=job.execution_id)


def download(execution: Execution, kind: str, **lens: Any) -> bytes:
    return b"".join(downloads.file_of(Reader(execution, Lens(**lens)), kind).chunks)


def texts(content: bytes) -> list[str]:
    return [cells[4] for cells in csv.reader(io.StringIO(content.decode(), newline=""))][1:]


def test_csv_has_every_value_and_no_formula(read: Execution) -> None:
    content = download(read, "csv")
    lines = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert lines[0] == ["at", "n", "part", "on", "'=text", "json"]
    assert lines[1] == ["1970-01-01T00:00:00.005Z", "0", "0.0", "true", "'=1+1", "{}"]
    assert lines[-1][:4] == ["1653-02-10T06:13:20.000Z", "4611686018427387904", "-1e+300", "true"]
    changed = 8
    assert texts(content)[:changed] == [f"'{text}" for text in HOSTILE[:changed]]
    assert texts(content)[changed : len(HOSTILE)] == HOSTILE[changed:]


def test_csv_tells_an_empty_text_from_an_unknown_one(read: Execution) -> None:
    lines = download(read, "csv").decode().split("\r\n")
    assert '1970-01-01T00:00:13.005Z,13,3.25,false,"",{}' in lines
    assert ",,,,," in lines


def test_json_lines_and_parquet_have_every_value_as_it_is(read: Execution) -> None:
    lines = download(read, "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines if line] == ROWS
    table = pq.read_table(io.BytesIO(download(read, "parquet")))
    assert table.column("=text").to_pylist() == [row["=text"] for row in ROWS]
    times = table.column("at").cast(pa.int64()).to_pylist()
    assert times == [row["at"] for row in ROWS]
    assert str(table.schema.field("at").type) == "timestamp[ms, tz=UTC]"
    assert table.column("n").to_pylist() == [row["n"] for row in ROWS]


MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = tuple[str | None, str | None]


def sheets_of(content: bytes) -> list[list[list[Cell]]]:
    """For each sheet its rows of cells: the type, and the text or the number."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        listed = ElementTree.fromstring(book.read("xl/workbook.xml")).findall(f".//{MAIN}sheet")
        assert len(listed) == len(names)
        return [
            [
                [
                    (cell.get("t"), cell.findtext(f"{MAIN}v") or cell.findtext(f"{MAIN}is/{MAIN}t"))
                    for cell in found
                ]
                for found in ElementTree.fromstring(book.read(name)).iter(f"{MAIN}row")
            ]
            for name in names
        ]


def test_excel_has_texts_as_texts_and_numbers_as_numbers(read: Execution) -> None:
    (rows,) = sheets_of(download(read, "xlsx"))
    assert [text for _, text in rows[0]] == [column.name for column in COLUMNS]
    formula = rows[1][4]
    assert formula == ("inlineStr", "=1+1")
    assert rows[2][1:4] == [(None, "1"), (None, "0.25"), ("b", "0")]
    # Excel counts days; 1970 began 25,569 of them after its first.
    assert float(rows[1][0][1] or 0) == pytest.approx(25_569 + 0.005 / 86_400, abs=1e-9)
    assert rows[len(HOSTILE) + 1] == [(None, None)] * 6
    odd = rows[-1]
    assert odd[0] == ("inlineStr", "1653-02-10T06:13:20.000Z")
    assert odd[1] == ("inlineStr", "4611686018427387904")
    assert (odd[4][1] or "").endswith("x … (cut)")
    by_text = [row[4][1] for row in rows[1:]]
    assert by_text[17] == "\ufffd<&>\ufffd]]>"
    assert by_text[18] == "_x005F_x0041_"
    assert by_text[19] == "ü 🐍"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    read: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 10)
    monkeypatch.setattr(workbook, "CHUNK_ROWS", 3)
    sheets = sheets_of(download(read, "xlsx"))
    assert sum(len(rows) - 1 for rows in sheets) == len(ROWS)
    assert all(len(rows) <= 10 for rows in sheets)
    assert len(sheets) == 3
    assert [rows[0] for rows in sheets[1:]] == [sheets[0][0]] * 2


@pytest.mark.parametrize("kind", downloads.FORMATS)
def test_a_result_without_rows_is_a_file_with_heads(job: Job, count: Count, kind: str) -> None:
    count.make = lambda query, aws: iter([Page([], columns=COLUMNS)])
    runner.run(job.execution_id)
    content = download(Execution.objects.get(pk=job.execution_id), kind)
    if kind == "csv":
        assert content == b"at,n,part,on,'=text,json\r\n"
    if kind == "jsonl":
        assert content == b""
    if kind == "parquet":
        assert pq.read_table(io.BytesIO(content)).column_names == [c.name for c in COLUMNS]
    if kind == "xlsx":
        assert [len(rows) for rows in sheets_of(content)] == [1]


def test_a_file_has_the_rows_of_the_lens_in_its_order(
    read: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST_ROWS", "BLOCK_ROWS", "SORTED_BLOCK_ROWS"):
        monkeypatch.setattr(blocks, name, 4)
    lines = download(read, "jsonl", sort="-n").decode().splitlines()
    numbers = sorted((row["n"] for row in ROWS if row["n"] is not None), reverse=True)
    assert [json.loads(line)["n"] for line in lines] == [*numbers, None]
    assert texts(download(read, "csv", search="say")) == ['say "hi"']
    table = pq.read_table(io.BytesIO(download(read, "parquet", sort="-n")))
    assert table.column("n").to_pylist() == [*numbers, None]


def test_what_cannot_be_is_told_before_the_first_byte(read: Execution) -> None:
    with pytest.raises(InvalidQuery, match="exe is not offered"):
        downloads.file_of(Reader(read), "exe")
    with pytest.raises(InvalidQuery, match="no column nope"):
        downloads.file_of(Reader(read, Lens(sort="nope")), "csv")
    for part in read.parts.all():
        default_storage.delete(part.name)
    with pytest.raises(NotFound, match="expired or was removed"):
        downloads.file_of(Reader(read), "csv")


def test_the_first_bytes_leave_before_the_last_rows_are_read(
    read: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "FIRST_ROWS", 4)
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 4)
    reader = Reader(read)
    asked: list[int] = []
    numbers = Reader.numbers

    def watched(self: Reader, offset: int, limit: int) -> Any:
        asked.append(offset)
        return numbers(self, offset, limit)

    monkeypatch.setattr(Reader, "numbers", watched)
    chunks = downloads.file_of(reader, "csv").chunks
    next(chunks)
    assert next(chunks)
    assert max(asked) == 0


@pytest.mark.parametrize(
    ("kind", "starts"), [("csv", b"at,n"), ("xlsx", b"PK"), ("parquet", b"PAR1")]
)
def test_pages_and_the_api_stream_files_that_nobody_compresses_again(
    client: Client, alice: User, job: Job, read: Execution, kind: str, starts: bytes
) -> None:
    client.force_login(alice)
    for address in (f"/jobs/{job.pk}/download/", f"/api/v1/jobs/{job.pk}/download"):
        answer = client.get(address, {"format": kind}, headers={"Accept-Encoding": "gzip"})
        assert answer.streaming
        assert "Content-Encoding" not in answer
        assert answer["Content-Type"] == downloads.FORMATS[kind].content_type
        assert f"{job.pk}.{kind}" in answer["Content-Disposition"]
        assert read_all(answer).startswith(starts)
    refused = client.get(f"/api/v1/jobs/{job.pk}/download?format=exe")
    assert (refused.status_code, refused.json()["hint"]) == (
        422,
        "Offered are csv, jsonl, xlsx, parquet.",
    )
