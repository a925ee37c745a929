"""A result as an Excel workbook: sheets of XML in a zip archive, written as they are sent.

A writer library holds the rows, or a copy of them on disk, until all are there, and takes a minute
of Python for a million. Here DuckDB writes the XML of each row, and only that goes by.

A text is a text to Excel, whatever it begins with: nothing is ever a formula. Whole numbers beyond
15 digits, which Excel would round, and times before 1900 are texts too.
"""

from collections.abc import Iterator
from typing import IO, Any, Final, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from awsdash.jobs.downloads.blocks import blocks
from awsdash.jobs.downloads.sink import Sink
from awsdash.jobs.reading import Reader
from services.base import Column

SHEET_ROWS: Final = 1_048_576
# Excel refuses archives of the kind that holds larger files.
SHEET_BYTES: Final = 1_500_000_000
LONGEST_TEXT: Final = 32_000
_LEVEL: Final = 1
CHUNK_ROWS: Final = 2_000

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def xlsx(reader: Reader) -> Iterator[bytes]:
    """One sheet, or as many as the rows need. Times are Excel's, in UTC."""
    sink = Sink()
    archive = cast(IO[bytes], sink)  # as much of a file as is asked for
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as book:
        rows, sheets = _Rows(reader), 0
        while sheets == 0 or not rows.ended:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                for part in rows.sheet():
                    sheet.write(part)
                    yield sink.taken()
        for name, xml in _frame(sheets).items():
            book.writestr(name, _XML + xml)
    yield sink.taken()


class _Rows:
    """The rows' XML, cut into sheets."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._chunks = self._read()
        self._next = next(self._chunks, None)

    @property
    def ended(self) -> bool:
        return self._next is None

    def sheet(self) -> Iterator[bytes]:
        """The next sheet: its head, then rows as long as there is room."""
        heads = "".join(_text(escape(column.name)) for column in self._reader.columns)
        yield (
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
            f"<sheetData><row>{heads}</row>"
        ).encode()
        rows, size = 1, 0
        while self._next is not None:
            chunk = self._next
            rows, size = rows + len(chunk), size + sum(map(len, chunk))
            if rows > SHEET_ROWS or size > SHEET_BYTES:
                break
            yield b"".join(chunk)
            self._next = next(self._chunks, None)
        yield b"</sheetData></worksheet>"

    def _read(self) -> Iterator[list[bytes]]:
        cells = (_cell(place, column) for place, column in enumerate(self._reader.columns))
        row = f"concat('<row>', {', '.join(cells)}, '</row>')"
        for numbers in blocks(self._reader):
            chunk: list[bytes] = []
            for (xml,) in self._reader.values(numbers, row, **_PATTERNS):
                chunk.append(xml.encode())
                if len(chunk) == CHUNK_ROWS:
                    yield chunk
                    chunk = []
            if chunk:
                yield chunk


# Characters that XML has no way to write, and what Excel would take for one of them.
_PATTERNS: Final[dict[str, Any]] = {
    "unwritable": r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]",
    "escape": r"_(x[0-9A-Fa-f]{4}_)",
}
_DAY_MS: Final = 86_400_000
_FIRST_DAY_MS: Final = 25_569 * _DAY_MS
"""From Excel's first day to Unix's."""


def _cell(place: int, column: Column) -> str:
    """SQL of the XML of a cell."""
    name = f"c{place}"
    match column.kind:
        case "timestamp":
            filled = _time_sql(name)
        case "integer":
            exact = f"abs({name}::HUGEINT) < 1000000000000000"
            number = f"concat('<c><v>', {name}, '</v></c>')"
            filled = f"CASE WHEN {exact} THEN {number} ELSE {_text_sql(f'{name}::VARCHAR')} END"
        case "number":
            filled = f"concat('<c><v>', {name}, '</v></c>')"
        case "boolean":
            filled = f"concat('<c t=\"b\"><v>', {name}::INT, '</v></c>')"
        case _:
            filled = _text_sql(_escaped_sql(name))
    return f"CASE WHEN {name} IS NULL THEN '<c/>' ELSE {filled} END"


def _time_sql(name: str) -> str:
    ms = f"(epoch_ms({name}) + {_FIRST_DAY_MS})"
    day = f"concat('<c s=\"1\"><v>', {ms} / {_DAY_MS}.0, '</v></c>')"
    iso = f"strftime(make_timestamp(epoch_us({name})), '%Y-%m-%dT%H:%M:%S.%gZ')"
    return f"CASE WHEN {ms} >= {_DAY_MS} THEN {day} ELSE {_text_sql(iso)} END"


def _escaped_sql(name: str) -> str:
    cut = (
        f"CASE WHEN length({name}) > {LONGEST_TEXT} "
        f"THEN left({name}, {LONGEST_TEXT}) || ' … (cut)' ELSE {name} END"
    )
    written = f"regexp_replace({cut}, $unwritable, chr(65533), 'g')"
    # Its own escape is escaped, so that a text that looks like one stays as it is.
    literal = f"regexp_replace({written}, $escape, '_x005F_\\1', 'g')"
    return f"replace(replace(replace({literal}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _text_sql(escaped: str) -> str:
    before, after = _text("\x00").split("\x00")
    return f"concat('{before}', {escaped}, '{after}')"


def _text(escaped: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def _frame(sheets: int) -> dict[str, str]:
    """The files of a workbook besides its sheets."""
    numbers = range(1, sheets + 1)
    styles = sheets + 1
    listed = "".join(
        f'<sheet name="Rows{f" {n}" if n > 1 else ""}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId{styles}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>"
        ),
        "xl/styles.xml": _STYLES,
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "[Content_Types].xml": _types(sheets),
    }


def _types(sheets: int) -> str:
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f"{typed}</Types>"
    )


_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts>'
    '<fonts count="1"><font/></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/>'
    '<xf numFmtId="164" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
