"""Local copies of result parts that lie in S3: DuckDB reads files only.

A folder that all threads and processes of a machine share, of bounded size. What was read last
stays. A copy is complete from its first moment: it is made under another name.
"""

import os
import time
import uuid
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

from awsdash.jobs.models import ResultPart
from awsdash.jobs.stores import FolderStore, S3Store, failures_told, store

COPIES_AT_ONCE: Final = 4
# Younger copies may be under a reader's hand: a child that runs SQL has them for minutes.
IN_USE_S: Final = 300.0
# Where retention cannot reach, on another machine, a copy stays this much longer at most.
UNREAD_S: Final = 86_400.0


def paths(parts: Iterable[ResultPart]) -> list[str]:
    """A local file for each part; a part that is gone has a path where nothing is.

    Raises QueryFailed where S3 does not answer, or the disk is full.
    """
    kept, names = store(), [part.name for part in parts]
    if isinstance(kept, FolderStore):
        # The names are our own: none leads out of the folder.
        return [f"{kept.location}/{name}" for name in names]
    found = {name: _path_of(name) for name in names}
    missing = [(name, path) for name, path in found.items() if not _touch(path)]
    if missing:
        _copy(kept, missing)
        _make_room(found.values())
    return [str(found[name]) for name in names]


def forget(names: Iterable[str]) -> None:
    """Remove this machine's copies of what is gone."""
    for name in names:
        _path_of(name).unlink(missing_ok=True)


def used_bytes() -> int:
    """How much room the copies take."""
    return sum(size for _, size, _ in _copies())


def _folder() -> Path:
    folder: Path = settings.RESULT_CACHE_DIR
    return folder


def _path_of(name: str) -> Path:
    return _folder() / name.replace("/", "-")


def _touch(path: Path) -> bool:
    """Whether it is there; as of now it was read last."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _copy(kept: S3Store, missing: Collection[tuple[str, Path]]) -> None:
    _folder().mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(min(len(missing), COPIES_AT_ONCE)) as copiers, failures_told():
        list(copiers.map(lambda pair: _copy_one(kept, *pair), missing))


def _copy_one(kept: S3Store, name: str, path: Path) -> None:
    # Two readers at once both copy: the later one changes nothing.
    partial = path.with_name(f"{uuid.uuid4().hex}.partial")
    try:
        with suppress(FileNotFoundError):
            kept.copy(name, partial)
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _make_room(needed: Collection[Path]) -> None:
    """Remove what was read longest ago. What is needed now stays, however large it is."""
    now_s, spared, copies = time.time(), set(needed), sorted(_copies())
    excess = sum(size for _, size, _ in copies) - settings.RESULT_CACHE_MB * 1024 * 1024
    for read_at_s, size, path in copies:
        enough = excess <= 0 and read_at_s > now_s - UNREAD_S
        if enough or read_at_s > now_s - IN_USE_S:
            break
        if path not in spared:
            path.unlink(missing_ok=True)
            excess -= size


def _copies() -> list[tuple[float, int, Path]]:
    """When each was read last (Unix seconds), its bytes, and where it is."""
    found = []
    with suppress(FileNotFoundError), os.scandir(_folder()) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                told = entry.stat()
                found.append((told.st_mtime, told.st_size, Path(entry.path)))
    return found
