"""The objects of moto's S3 that a table has, as files that DuckDB can read.

An object is written to disk once, however many queries read it; the files go with the process.
"""

import atexit
import shutil
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from uuid import uuid4

from awsdash.demo.aws import chapters
from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.state import Place

CACHE_BYTES: Final = 1 << 30


@dataclass(frozen=True)
class StoredObject:
    bucket: str
    key: str
    size: int
    _stored: Any

    @property
    def suffix(self) -> str:
        """`.csv.gz` or the like, by which DuckDB knows what it has to decompress."""
        return "".join(PurePosixPath(self.key).suffixes[-2:])

    @property
    def version(self) -> str:
        return str(self._stored.etag).strip('"')

    def read(self) -> bytes:
        value: bytes = self._stored.value
        return value


def backend_of(place: Place) -> Any:
    from moto.s3.models import s3_backends  # as in catalog.py

    chapters.tell("s3")
    return s3_backends[place.account]["aws"]


def bucket_and_prefix(location: str) -> tuple[str, str]:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return bucket, prefix


def folder(location: str) -> str:
    """A location is a folder, whether or not it is written as one."""
    return location if location.endswith("/") else f"{location}/"


def has_bucket(place: Place, bucket: str) -> bool:
    return bucket in backend_of(place).buckets


def has_object(place: Place, bucket: str, key: str) -> bool:
    found = backend_of(place).buckets.get(bucket)
    return found is not None and key in found.keys


def objects_at(place: Place, location: str) -> list[StoredObject]:
    """Those that Athena reads: neither folders nor hidden ones, nor empty ones. Sorted by key."""
    from moto.s3.models import FakeKey

    bucket, prefix = bucket_and_prefix(folder(location))
    stored = backend_of(place).buckets.get(bucket)
    if stored is None:
        raise engine_error(f"HIVE_METASTORE_ERROR: The specified bucket does not exist: {bucket}")
    found = [
        StoredObject(bucket, str(key.name), int(key.size), key)
        for key in list(stored.keys.values())
        if isinstance(key, FakeKey) and key.name.startswith(prefix)
    ]
    return sorted((one for one in found if _is_read(one)), key=lambda one: one.key)


def _is_read(stored: StoredObject) -> bool:
    return stored.size > 0 and PurePosixPath(stored.key).name[:1] not in ("_", ".")


def put_object(place: Place, location: str, content: bytes, content_type: str) -> None:
    """Raises QueryError when the bucket is not there any more."""
    bucket, key = bucket_and_prefix(location)
    backend = backend_of(place)
    if bucket not in backend.buckets:
        raise engine_error(f"NOT_FOUND: The specified bucket does not exist: {bucket}")
    stored = backend.put_object(bucket, key, content)
    stored.set_metadata({"Content-Type": content_type}, replace=True)


class ObjectFiles:
    """Files by their content, the longest unused ones given up when there are too many bytes."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0
        self._root: Path | None = None

    @property
    def root(self) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="awsdash-athena-"))
            atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        return self._root

    def link(self, stored: StoredObject, target: Path) -> None:
        """Puts the object there as a file, which stays when this forgets it."""
        with self._lock:
            self._keep(stored)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(self.root / stored.version)

    def query_folder(self) -> Path:
        """A new folder for one query's files, on the same disk."""
        with self._lock:
            path = self.root / f"query-{uuid4()}"
            path.mkdir()
        return path

    def _keep(self, stored: StoredObject) -> None:
        version = stored.version
        if version not in self._sizes:
            (self.root / version).write_bytes(stored.read())
            self._sizes[version] = stored.size
            self._bytes += stored.size
        self._sizes.move_to_end(version)
        while self._bytes > self._limit_bytes and len(self._sizes) > 1:
            oldest, size = self._sizes.popitem(last=False)
            self._bytes -= size
            (self.root / oldest).unlink()


files: Final = ObjectFiles()
