"""DuckDB: one in memory for a process, of bounded memory; every reader has its own cursor."""

import os
import re
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import duckdb
from django.conf import settings

MEMORY: Final = "64MB"
THREADS: Final = 2
_PARAMETER: Final = re.compile(r"\$([a-z]\w*)")

# More at once would only wait for each other's memory and processors.
AT_ONCE: Final = 3

_room = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None


def run(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT. `values` may have more than it names. Raises duckdb's errors."""
    with _room, _cursor() as cursor:
        return cursor.execute(sql, _named(sql, values)).fetchall()


def arrow(sql: str, values: Mapping[str, Any]) -> Any:
    """The same as an Arrow table."""
    with _room, _cursor() as cursor:
        return cursor.sql(sql, params=_named(sql, values)).to_arrow_table()


def _named(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in set(_PARAMETER.findall(sql))}


def _cursor() -> duckdb.DuckDBPyConnection:
    global _connection  # a process-wide pool of one
    with _lock:
        if _connection is None:
            _connection = _connect()
        return _connection.cursor()


def _connect() -> duckdb.DuckDBPyConnection:
    scratch = Path(settings.VAR_DIR) / "scratch"
    _remove_what_the_dead_left(scratch)
    return duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": THREADS,
            # What does not fit goes here. DuckDB makes the folder when it needs it.
            "temp_directory": str(scratch / str(os.getpid())),
            # The operating system caches files.
            "enable_external_file_cache": False,
        }
    )


def _remove_what_the_dead_left(scratch: Path) -> None:
    for folder in scratch.glob("[0-9]*"):
        try:
            os.kill(int(folder.name), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (PermissionError, ValueError):
            continue
    with suppress(OSError):
        scratch.mkdir(parents=True, exist_ok=True)
