"""The child that runs one SELECT over Parquet files and sends what it answers, batch by batch."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb
import pyarrow as pa

from awsdash.sandbox.child import answer, harden, seccomp, statement
from awsdash.sandbox.child.frames import MOST_BYTES, Channel, Op
from awsdash.sandbox.child.refusal import Refusal, cleaned, place_in, told_of
from awsdash.sandbox.child.tables import Table, literal

BATCH_ROWS: Final = 4_096
# Larger batches are halved.
LARGE_BYTES: Final = 8 * 2**20
MOST_COLUMNS: Final = 1_000
_CONFIG: Final[dict[str, Any]] = {
    # Not one thread of DuckDB's own: this process may make none.
    "threads": 1,
    "async_threads": 0,
    "temp_directory": "",
    "errors_as_json": True,
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
}
_SETTINGS: Final = (
    "SET TimeZone = 'UTC'",
    # A table is looked at when it is named, described and read.
    "SET parquet_metadata_cache = true",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def main() -> None:
    """Run the parent's one job and end, whatever happens."""
    channel = Channel()
    job = channel.receive()
    hardening = harden.Hardening(harden.Limits(**job["limits"]))
    tables = [Table.of(told) for told in job["tables"]]
    paths = sorted({path for table in tables for path in table.paths})
    try:
        hardening.limit()
        database = _database(job["memory_bytes"], paths)
        hardening.enclose(paths)
        hardening.seal(seccomp.READING)
    finally:
        channel.tell(Op.READY, {"layers": hardening.layers})
    query = Query(database, channel, tables, job)
    channel.tell(Op.RESULT, query.outcome())
    # No clean-up: it may want what it can no longer have.
    os._exit(0)


def _database(memory_bytes: int, paths: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """An empty DuckDB that reads `paths` only, used once, so that nothing is imported later."""
    database = duckdb.connect(config={**_CONFIG, "memory_limit": f"{memory_bytes}B"})
    database.sql("SELECT 1").to_arrow_reader(1).read_next_batch().serialize()
    database.execute("SELECT json_serialize_sql(?::VARCHAR)", ["SELECT 1"]).fetchall()
    database.execute(f"SET allowed_paths = [{', '.join(map(literal, paths))}]")
    for setting in _SETTINGS:
        database.execute(setting)
    return database


class Query:
    """One SELECT on its way: parsed, checked, described, and read to the end or the limit."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        channel: Channel,
        tables: Sequence[Table],
        job: Mapping[str, Any],
    ) -> None:
        self._database = database
        self._channel = channel
        self._tables = tables
        self._sql: str = job["sql"]
        self._most_rows: int = job["most_rows"]
        self._most_bytes: int = job["most_bytes"]
        # So many bytes of the text that runs are ours, before the person's own.
        self._before = 0

    def outcome(self) -> dict[str, Any]:
        """What the parent is told at the end: `rows` and whether that is all, or an `error`."""
        try:
            columns = self._columns()
            told = [{"name": c.name, "kind": c.kind, "type": c.type} for c in columns]
            self._channel.tell(Op.COLUMNS, {"columns": told})
            rows, is_whole = self._send(columns)
        except Refusal as error:
            place = error.position
            return self._failed("Refused", error.message, error.hint, place)
        except RecursionError:
            return self._failed("Refused", "The query nests too deep.", "", None)
        except (duckdb.Error, pa.ArrowException, OSError, MemoryError) as error:
            told_error = told_of(error)
            return self._failed(told_error.kind, told_error.message, "", told_error.position)
        return {"rows": rows, "is_whole": is_whole}

    def _columns(self) -> list[answer.AnswerColumn]:
        """The columns of the answer. Raises Refusal for what is no SELECT from the tables."""
        for table in self._tables:
            # DuckDB would look for a folder of that name, and be refused that.
            if not all(map(os.path.exists, table.paths)):
                raise FileNotFoundError(table.name)
            self._database.execute(table.view)
        self._sql = statement.one_select(self._database, self._sql)
        checked = self._wrapped("SELECT * FROM (\n", "\n)")
        statement.check(self._database, checked, [table.name for table in self._tables])
        described = self._database.execute(self._wrapped("DESCRIBE SELECT * FROM (\n", "\n)"))
        columns = answer.columns_of(row[:2] for row in described.fetchall())
        if len(columns) > MOST_COLUMNS:
            raise Refusal(f"It has {len(columns)} columns.", f"Select at most {MOST_COLUMNS}.")
        return columns

    def _send(self, columns: Sequence[answer.AnswerColumn]) -> tuple[int, bool]:
        names = [f"c{number}" for number in range(len(columns))]
        selected = ", ".join(
            f"{column.expression(name)} AS {name}"
            for column, name in zip(columns, names, strict=True)
        )
        before, after = f"SELECT {selected} FROM (\n", f"\n) AS answer({', '.join(names)})"  # noqa: S608  # names of our own
        rows = size_bytes = 0
        for batch in self._batches(self._wrapped(before, after)):
            if rows == self._most_rows or size_bytes >= self._most_bytes:
                return rows, False
            kept = batch.slice(0, self._most_rows - rows)
            self._send_batch(kept)
            rows += kept.num_rows
            size_bytes += kept.nbytes
            if kept.num_rows < batch.num_rows:
                return rows, False
        return rows, True

    def _batches(self, text: str) -> Iterator[pa.RecordBatch]:
        """What `text` answers, a few megabytes at a time unless a row is larger; none is empty."""
        for batch in self._database.sql(text).to_arrow_reader(BATCH_ROWS):
            left = [batch] if batch.num_rows else []
            while left:
                some = left.pop()
                if some.nbytes <= LARGE_BYTES or some.num_rows == 1:
                    yield some
                    continue
                half = some.num_rows // 2
                left += [some.slice(half), some.slice(0, half)]

    def _send_batch(self, batch: pa.RecordBatch) -> None:
        body = batch.serialize()
        if body.size > MOST_BYTES:
            raise Refusal("A single row has more than 32 MB.", "Select less of it.")
        self._channel.send(Op.ROWS, body)

    def _wrapped(self, before: str, after: str) -> str:
        self._before = len(before.encode())
        return f"{before}{self._sql}{after}"

    def _failed(self, kind: str, message: str, hint: str, position: int | None) -> dict[str, Any]:
        place = place_in(self._sql, None if position is None else position - self._before)
        names = {path: table.name for table in self._tables for path in table.paths}
        line, column = place or (None, None)
        error = {"kind": kind, "message": cleaned(message, names), "hint": hint}
        return {"error": {**error, "line": line, "column": column}}
