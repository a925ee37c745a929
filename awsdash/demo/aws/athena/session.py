"""A DuckDB for one query: little memory, one thread, and no files but the query's own."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsdash.demo.aws.athena.errors import QueryError
from awsdash.demo.aws.athena.objects import files
from awsdash.demo.aws.athena.presto import MACROS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = "384MB"
SPILL: Final = "1GB"


class Handle:
    """By which another thread stops a query that runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: DuckDBPyConnection | None = None
        self._is_stopped = False

    def attach(self, connection: DuckDBPyConnection) -> None:
        with self._lock:
            self._connection = connection
        self.check()

    def detach(self) -> None:
        with self._lock:
            self._connection = None

    def check(self) -> None:
        """Raises QueryError when the query is stopped."""
        if self._is_stopped:
            raise QueryError("Query cancelled by user", 0, state="CANCELLED")

    def stop(self) -> None:
        with self._lock:
            self._is_stopped = True
            if self._connection is not None:
                self._connection.interrupt()


@dataclass(frozen=True)
class Session:
    """`folder` holds the query's files and is gone after it."""

    connection: DuckDBPyConnection
    folder: Path
    handle: Handle = field(default_factory=Handle)

    def fetch(self, sql: str, values: list[object] | None = None) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(sql, values).fetchall()
        return rows


_shared = threading.local()


@contextmanager
def open_session(handle: Handle, has_folder: bool) -> Iterator[Session]:
    """Without a folder, the thread's own DuckDB: opening one takes longer than many a query."""
    if not has_folder:
        if not hasattr(_shared, "connection"):
            _shared.connection = _connect(files.root, reads_files=False)
        yield from _attached(Session(_shared.connection, files.root, handle))
        return
    folder = files.query_folder()
    try:
        connection = _connect(folder, reads_files=True)
        try:
            yield from _attached(Session(connection, folder, handle))
        finally:
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _attached(session: Session) -> Iterator[Session]:
    try:
        session.handle.attach(session.connection)
        yield session
    finally:
        session.handle.detach()


def _connect(folder: Path, reads_files: bool) -> DuckDBPyConnection:
    import duckdb  # 40 MB and a fifth of a second, which the start need not wait for

    connection = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY})
    for setting in ("TimeZone='UTC'", "integer_division=true", "enable_progress_bar=false"):
        connection.execute(f"SET {setting}")
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    connection.execute(f"SET temp_directory='{folder}/spill'")
    connection.execute(f"SET max_temp_directory_size='{SPILL}'")
    if reads_files:
        connection.execute(f"SET allowed_directories=['{folder}']")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection
