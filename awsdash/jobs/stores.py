"""Where results lie: a folder or S3, as storages of Django's that can also do much at once."""

import itertools
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import FileSystemStorage, default_storage
from storages.backends.s3 import S3Storage

from services.aws import FAILURES, store_config
from services.errors import QueryFailed

S3_DELETES_AT_ONCE: Final = 1_000
"""As many as one DeleteObjects takes."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it lies there; `name` is a part's."""

    name: str
    size_bytes: int
    written_at: datetime


class FolderStore(FileSystemStorage):
    """A folder that all web and worker processes see; each result is a folder in it."""

    def remove_results(self, folders: Iterable[str], names: Iterable[str]) -> None:
        """Delete whole results: their folders, and whatever is in them."""
        for folder in folders:
            shutil.rmtree(self.path(folder), ignore_errors=True)

    def remove(self, names: Iterable[str]) -> None:
        """Delete files, and the folders that this leaves empty. Those that are gone do no harm."""
        paths = [Path(self.path(name)) for name in names]
        for path in paths:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths}:
            # Not empty: somebody else's files are in it.
            with suppress(OSError):
                folder.rmdir()

    def files(self, after: str = "") -> Iterator[StoredFile]:
        """Every file after the one with this name, by name."""
        first, root = after.partition("/")[0], Path(self.location)
        with suppress(OSError):
            for folder in sorted(path for path in root.iterdir() if path.name >= first):
                yield from (file for file in _files_of(folder) if file.name > after)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self.location)

    @property
    def free_bytes(self) -> int:
        """Room on its disk."""
        # It is made when the first result is stored.
        folder = Path(self.location)
        there = next(path for path in (folder, *folder.parents) if path.exists())
        return shutil.disk_usage(there).free


def _files_of(folder: Path) -> list[StoredFile]:
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            told = entry.stat()
            written_at = datetime.fromtimestamp(told.st_mtime, UTC)
            found.append(StoredFile(f"{folder.name}/{entry.name}", told.st_size, written_at))
    return sorted(found, key=lambda file: file.name)


class S3Store(S3Storage):  # type: ignore[misc]  # django-storages ships no types
    """A bucket, or a prefix in one, by the process's own credentials."""

    def __init__(self, **options: Any) -> None:
        # Other makers' S3 has no host name for each bucket.
        config = store_config(by_path=bool(options.get("endpoint_url")))
        super().__init__(client_config=config, **options)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"s3://{self.bucket_name}/{self.location}"

    @property
    def free_bytes(self) -> None:
        """S3 has no end."""

    def remove_results(self, folders: Iterable[str], names: Iterable[str]) -> None:
        """Delete whole results: the objects with these names."""
        self.remove(names)

    def remove(self, names: Iterable[str]) -> None:
        """Delete objects. Those that are gone do no harm."""
        keys = ({"Key": self._normalize_name(name)} for name in names)
        while some := list(itertools.islice(keys, S3_DELETES_AT_ONCE)):
            answer = self.bucket.delete_objects(Delete={"Objects": some, "Quiet": True})
            for refused in answer.get("Errors", []):
                raise _failed(f"{refused['Code']}: {refused['Message']}")

    def files(self, after: str = "") -> Iterator[StoredFile]:
        """Every object after `after`, by name."""
        prefix = f"{self.location}/" if self.location else ""
        pages = self.bucket.meta.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket_name, Prefix=prefix, StartAfter=prefix + after
        )
        for entry in (entry for page in pages for entry in page.get("Contents", [])):
            name = entry["Key"].removeprefix(prefix)
            yield StoredFile(name, entry["Size"], entry["LastModified"])

    def copy(self, name: str, path: Path) -> None:
        """The object as a file. Raises FileNotFoundError."""
        try:
            self.bucket.download_file(self._normalize_name(name), str(path))
        except FAILURES as error:
            if getattr(error, "response", {}).get("Error", {}).get("Code") == "404":
                raise FileNotFoundError(name) from None
            raise


def store() -> FolderStore | S3Store:
    """The one that the settings name."""
    kept: Any = default_storage
    return kept  # type: ignore[no-any-return]  # a lazy proxy of it


@contextmanager
def failures_told() -> Iterator[None]:
    """Raises QueryFailed, which may be tried again, where the store does not do what it should."""
    try:
        yield
    except FAILURES as error:
        raise _failed(str(error)) from error
    except OSError as error:
        raise _failed(error.strerror or str(error)) from error


def _failed(why: str) -> QueryFailed:
    return QueryFailed(
        f"The result store failed: {why}",
        hint="An administrator checks its disk, or its bucket and the process's permissions.",
        retryable=True,
    )
