"""SQL over results in figures: cold start, a million rows, 20 at once, memory, the deadline.

Needs nothing but this checkout: `.venv/bin/python bench/sql.py`. Each query runs in a child of its
own, beside the same SQL in a DuckDB of this process, where it would be if it could be trusted.
"""

import logging
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402  # after the settings are named

django.setup()

from django.conf import settings  # noqa: E402  # after the settings are there

from awsdash.sandbox import process, sql  # noqa: E402  # they need the settings
from awsdash.sandbox.child.tables import Cell, Table  # noqa: E402  # as above
from services.errors import TimedOut  # noqa: E402  # found through the path above

ROWS: Final = 1_000_000
FILES: Final = 20
STARTS: Final = 40
REPEATS: Final = 5
AT_ONCE: Final = 20
KILLS: Final = 10
FIRST_MS: Final = 1_795_348_800_000
COLUMNS: Final = [
    ("timestamp", "timestamp"),
    ("status", "integer"),
    ("level", "level"),
    ("message", "text"),
    ("duration", "number"),
]
SHORT: Final = "SELECT count(*) AS c FROM (FROM t LIMIT 100)"
AGGREGATE: Final = """
    SELECT level, date_trunc('minute', timestamp) AS minute, count(*) AS c, avg(duration) AS d,
           count(DISTINCT status) AS s
    FROM t GROUP BY ALL ORDER BY c DESC
"""
SEARCH: Final = "SELECT * FROM t WHERE message LIKE '%7 7%' ORDER BY duration DESC LIMIT 1000"
ENDLESS: Final = "SELECT sum(hash(i)) AS s FROM range(1000000000000) r(i)"
MIB: Final = 2**20


def main() -> None:
    settings.SQL_AT_ONCE = AT_ONCE
    # Each query that is killed below would be told of.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="awsdash-bench-") as folder:
        Path(folder).chmod(0o755)
        table = planted(Path(folder))
        layers(table)
        starts(table)
        compare(f"aggregate of {ROWS:,} rows", AGGREGATE, table)
        compare(f"search and sort of {ROWS:,} rows", SEARCH, table)
        compare(f"all {ROWS:,} rows out again", "FROM t", table, ROWS)
        together(table)
        deadlines(table)


def planted(folder: Path) -> Table:
    """A million log events in twenty files, as the result store writes them."""
    paths = []
    each = ROWS // FILES
    for first in range(0, ROWS, each):
        numbers = range(first, first + each)
        rows = {
            "timestamp": pa.array([FIRST_MS + n * 7 for n in numbers], pa.timestamp("ms", "UTC")),
            "status": pa.array([200 + n % 7 * 50 for n in numbers], pa.int64()),
            "level": pa.array(["error" if n % 50 == 0 else "info" for n in numbers]),
            "message": pa.array(
                [f"GET /orders/{n * 7919 % 100_000} {n % 977} ms" for n in numbers]
            ),
            "duration": pa.array([n * 31 % 9_973 / 10 for n in numbers]),
        }
        paths.append(str(folder / f"{first}.parquet"))
        pq.write_table(pa.table(rows), paths[-1], compression="zstd", row_group_size=10_000)
    size_bytes = sum(Path(path).stat().st_size for path in paths)
    print(f"{ROWS:,} rows in {FILES} files of {size_bytes / MIB:.0f} MB; {os.cpu_count()} cores")
    return Table("t", COLUMNS, [Cell(paths, {})])


def layers(table: Table) -> None:
    with process.Child(*_child(SHORT, table)) as child:
        list(child.frames())
    for name, state in child.layers.items():
        print(f"  layer {name:13} {state}")


def _child(text: str, table: Table) -> tuple[Any, ...]:
    """What `sql.run` starts, for looking at the process itself."""
    job = {
        "sql": text,
        "tables": [
            {"name": "t", "columns": table.columns, "cells": [{"paths": table.paths, "says": {}}]}
        ],
        "memory_bytes": settings.SQL_MEMORY_MB * MIB,
        "most_rows": ROWS,
        "most_bytes": sql.MOST_RESULT_BYTES,
    }
    limits = sql.limits_of(len(table.paths))
    return "awsdash.sandbox.child.sql", job, limits, ("duckdb", "pyarrow")


def starts(table: Table) -> None:
    """A short query from nothing to its last row."""
    before_s = _childrens_processor_s()
    sandboxed = [timed(lambda: ask(SHORT, table)) for _ in range(STARTS)]
    each_s = (_childrens_processor_s() - before_s) / STARTS
    bare = timed_best(lambda: in_process(SHORT, table))
    ranked = sorted(sandboxed)
    print(
        f"cold start, short query: p50 {statistics.median(ranked) * 1e3:.0f} ms, "
        f"p95 {ranked[int(len(ranked) * 0.95)] * 1e3:.0f} ms, {each_s * 1e3:.0f} ms of processor; "
        f"in this process {bare * 1e3:.0f} ms"
    )


def _childrens_processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(name: str, text: str, table: Table, limit: int = 10_000) -> None:
    """The same SQL in a child and in this process, in turns."""
    sandboxed, one = [], []
    for _ in range(REPEATS):
        sandboxed.append(timed(lambda: ask(text, table, limit)))
        one.append(timed(lambda: in_process(text, table)))
    with process.Child(*_child(text, table)) as child:
        list(child.frames())
    print(
        f"{name}: {min(sandboxed) * 1e3:.0f} ms in a child, its start included, "
        f"{min(one) * 1e3:.0f} ms in this process on one thread: "
        f"{min(sandboxed) / min(one):.2f}; child at most "
        f"{child.most_resident_bytes / MIB:.0f} MB"
    )


def together(table: Table) -> None:
    """Twenty people press Run at once, against one after the other."""
    one = timed_best(lambda: ask(AGGREGATE, table))
    with ThreadPoolExecutor(AT_ONCE) as people:
        began = time.perf_counter()
        times = list(people.map(lambda _: timed(lambda: ask(AGGREGATE, table)), range(AT_ONCE)))
        took = time.perf_counter() - began
    print(
        f"{AT_ONCE} at once: {took:.1f} s, the slowest {max(times):.1f} s; one alone {one:.2f} s: "
        f"{took / (AT_ONCE * one):.2f} of one after the other"
    )


def deadlines(table: Table) -> None:
    """How long after its deadline an endless query is gone, child and all."""
    limits = replace(sql.limits_of(len(table.paths)), deadline_s=1.0)
    late = []
    for _ in range(KILLS):
        began = time.monotonic()
        try:
            list(sql.run(ENDLESS, [table], 10, limits))
        except TimedOut:
            late.append(time.monotonic() - began - limits.deadline_s)
    print(
        f"dead after the deadline: median {statistics.median(late) * 1e3:.1f} ms, "
        f"worst {max(late) * 1e3:.1f} ms of {len(late)}"
    )


def ask(text: str, table: Table, limit: int = 10_000) -> int:
    return sum(len(page.rows) for page in sql.run(text, [table], limit))


def in_process(text: str, table: Table) -> int:
    """The same SQL in a new DuckDB here, on one thread as in a child."""
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute(table.view)
        rows = database.sql(text).to_arrow_reader(10_000)
        return sum(batch.num_rows for batch in rows)


def timed(work: Callable[[], Any]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def timed_best(work: Callable[[], Any]) -> float:
    return min(timed(work) for _ in range(REPEATS))


if __name__ == "__main__":
    main()
