"""What a query answers: columns, and rows of texts, on disk when there are many."""

import re
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from awsdash.demo.aws.athena.types import ResultType

Row: TypeAlias = Sequence[str | None]

IN_MEMORY_BYTES: Final = 1 << 20
STRIDE: Final = 1000
_FIELD: Final = re.compile(r'(?:"((?:[^"]|"")*)")?([,\n])')


@dataclass(frozen=True)
class ResultColumn:
    name: str
    type: ResultType


def text_column(name: str, type_: str = "string") -> ResultColumn:
    """Of a statement that Hive answers."""
    return ResultColumn(name, ResultType(type_))


class Results:
    """The rows as Athena's CSV: every value in quotes, nothing at all where there is NULL.

    With a `header`, the columns' names are the first row. Some statements (CREATE TABLE AS, INSERT)
    have an `update_count` and no rows.
    """

    def __init__(
        self,
        columns: Sequence[ResultColumn],
        rows: Iterable[Row] = (),
        header: bool = False,
        update_count: int | None = None,
    ) -> None:
        self.columns = tuple(columns)
        self.header = header
        self.update_count = update_count
        self.count = 0
        self.bytes = 0
        self._lock = threading.Lock()
        self._starts: list[int] = []
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115
        if header:
            self._append([column.name for column in self.columns])
        for row in rows:
            self._append(row)

    def __del__(self) -> None:
        self._file.close()

    def _append(self, row: Row) -> None:
        if self.count % STRIDE == 0:
            self._starts.append(self.bytes)
        line = _line(row)
        self._file.write(line)
        self.count += 1
        self.bytes += len(line)

    def page(self, first: int, limit: int) -> list[Row]:
        """From the row with this number on, the header being a row too."""
        if first >= self.count:
            return []
        with self._lock:
            self._file.seek(self._starts[first // STRIDE])
            wanted = first % STRIDE + limit
            content = self._file.read(self._end(first // STRIDE, wanted) - self._file.tell())
        rows = list(_parse(content.decode()))
        return rows[first % STRIDE : wanted]

    def _end(self, stride: int, wanted: int) -> int:
        """Where the stride begins that is behind the wanted rows."""
        after = stride + -(-wanted // STRIDE)
        return self._starts[after] if after < len(self._starts) else self.bytes

    def csv(self) -> bytes:
        with self._lock:
            self._file.seek(0)
            return self._file.read()

    def text(self) -> bytes:
        """As `<id>.txt` has it: values by tabs, and no line's end after the last."""
        rows = _parse(self.csv().decode())
        return "\n".join("\t".join(v or "" for v in row) for row in rows).encode()


def _line(row: Row) -> bytes:
    quoted = ("" if v is None else '"' + v.replace('"', '""') + '"' for v in row)
    return (",".join(quoted) + "\n").encode()


def _parse(content: str) -> Iterator[Row]:
    row: list[str | None] = []
    for found in _FIELD.finditer(content):
        row.append(None if found[1] is None else found[1].replace('""', '"'))
        if found[2] == "\n":
            yield row
            row = []
