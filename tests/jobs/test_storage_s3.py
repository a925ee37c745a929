"""Results in S3: written, read through the local cache, deleted. S3 is the emulated AWS."""

import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from awsdash import env
from awsdash.jobs import cache, lifecycle, retention, runner
from awsdash.jobs.models import Execution, Job, ResultPart
from awsdash.jobs.reading import Reader
from awsdash.jobs.stores import S3Store, store
from services.base import Page
from services.errors import NotFound, QueryFailed
from tests.demo.emulated_aws import EmulatedAws, Keys
from tests.jobs.conftest import Count, rows_page

MB = 1024 * 1024


@pytest.fixture
def s3(emulated_aws: str, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Any:
    """The bucket's boto3 client; the portal is configured by environment, as in production."""
    keys = Keys(f"AKIA{uuid.uuid4().hex[:16].upper()}", "store+secret")
    account = {"accountId": "600000000001", "name": "store", "user": keys.key_id}
    account |= {"accessKeyId": keys.key_id, "secretAccessKey": keys.secret}
    emulator = EmulatedAws(emulated_aws)
    assert emulator.control("POST", "seed/accounts", [account])[0] == 200
    client = emulator.client("s3", keys)
    bucket = f"results-{uuid.uuid4().hex}"
    client.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret)
    monkeypatch.setenv("AWSDASH_RESULTS", f"s3://{bucket}/team/dash")
    monkeypatch.setenv("AWSDASH_RESULTS_REGION", "eu-west-1")
    settings.STORAGES = settings.STORAGES | {"default": env.store("AWSDASH_RESULTS", tmp_path)}
    settings.RESULT_CACHE_DIR = tmp_path / "cache"
    settings.RESULT_CACHE_MB = 10
    client.bucket = bucket
    return client


def keys_in(s3: Any) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=s3.bucket).get("Contents", [])]


def read(job: Job) -> list[int]:
    return [row["n"] for row in Reader(Execution.objects.get(pk=job.execution_id)).rows(0, 100)]


def copies(settings: Any) -> list[str]:
    return sorted(path.name for path in settings.RESULT_CACHE_DIR.iterdir())


@pytest.fixture
def done(s3: Any, job: Job, count: Count) -> Job:
    count.make = lambda query, aws: iter([rows_page(0, 4, "more"), rows_page(4, 6)])
    runner.run(job.execution_id)
    return job


def test_a_result_is_written_to_the_bucket_and_read_from_it(s3: Any, done: Job) -> None:
    assert isinstance(store(), S3Store)
    names = [part.name for part in done.execution.parts.all()]
    assert keys_in(s3) == [f"team/dash/{name}" for name in names]
    assert read(done) == [0, 1, 2, 3, 4, 5]


def test_the_first_rows_are_readable_while_the_job_runs(s3: Any, job: Job, count: Count) -> None:
    seen = []

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 2, "more")
        seen.extend(read(job))
        yield rows_page(2, 4)

    count.make = pages
    runner.run(job.execution_id)
    assert seen == [0, 1]
    assert read(job) == [0, 1, 2, 3]


def test_a_part_is_fetched_once(s3: Any, done: Job) -> None:
    assert read(done) == [0, 1, 2, 3, 4, 5]
    for key in keys_in(s3):
        s3.delete_object(Bucket=s3.bucket, Key=key)
    assert read(done) == [0, 1, 2, 3, 4, 5]


def test_only_the_parts_of_a_page_are_fetched(s3: Any, done: Job, settings: Any) -> None:
    reader = Reader(Execution.objects.get(pk=done.execution_id))
    assert [row["n"] for row in reader.rows(4, 2)] == [4, 5]
    assert len(copies(settings)) == 1


def test_a_reader_copes_when_a_copy_goes_while_it_reads(s3: Any, done: Job, settings: Any) -> None:
    reader = Reader(Execution.objects.get(pk=done.execution_id))
    assert [row["n"] for row in reader.rows(0, 2)] == [0, 1]
    for path in settings.RESULT_CACHE_DIR.iterdir():
        path.unlink()
    assert [row["n"] for row in reader.rows(2, 9)] == [2, 3, 4, 5]


def test_a_result_that_left_the_bucket_is_told_so(s3: Any, done: Job) -> None:
    for key in keys_in(s3):
        s3.delete_object(Bucket=s3.bucket, Key=key)
    with pytest.raises(NotFound, match="The result expired or was removed"):
        read(done)


def test_many_readers_at_once_all_read(s3: Any, done: Job, settings: Any) -> None:
    parts = list(done.execution.parts.all())
    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(lambda _: cache.paths(parts), range(16)))
    assert all(paths == found[0] for paths in found)
    assert [Path(path).stat().st_size for path in found[0]] == [part.size_bytes for part in parts]
    # Nothing half done is left.
    assert copies(settings) == sorted(Path(path).name for path in found[0])


def stored_part(size_bytes: int) -> ResultPart:
    """A file of this size in the bucket, and in no result."""
    name = f"{uuid.uuid4()}/1-0-abcdef01.parquet"
    store().bucket.put_object(Key=f"team/dash/{name}", Body=b"x" * size_bytes)  # type: ignore[union-attr]  # S3
    return ResultPart(name=name, size_bytes=size_bytes)


def age(path: str, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_what_was_read_longest_ago_makes_room(s3: Any, settings: Any) -> None:
    old, recent, new = [cache.paths([stored_part(4 * MB)])[0] for _ in range(2)] + [""]
    age(old, 900)
    age(recent, 600)
    (new,) = cache.paths([stored_part(4 * MB)])
    assert copies(settings) == sorted(Path(path).name for path in (recent, new))
    assert cache.used_bytes() == 8 * MB


def test_reading_again_keeps_a_copy(s3: Any, settings: Any) -> None:
    first, second = stored_part(4 * MB), stored_part(4 * MB)
    for part, seconds in ((first, 900), (second, 600)):
        age(cache.paths([part])[0], seconds)
    (kept,) = cache.paths([first])
    cache.paths([stored_part(4 * MB)])
    assert Path(kept).exists()
    assert len(copies(settings)) == 2


def test_a_result_larger_than_the_cache_is_read_whole(s3: Any) -> None:
    parts = [stored_part(4 * MB) for _ in range(4)]
    assert [Path(path).stat().st_size for path in cache.paths(parts)] == [4 * MB] * 4


def test_what_may_be_under_a_readers_hand_stays(s3: Any) -> None:
    paths = [cache.paths([stored_part(4 * MB)])[0] for _ in range(4)]
    assert all(Path(path).exists() for path in paths)


def test_a_copy_that_nobody_reads_for_a_day_goes_with_the_next(s3: Any, settings: Any) -> None:
    age(cache.paths([stored_part(10)])[0], 90_000)
    (new,) = cache.paths([stored_part(10)])
    assert copies(settings) == [Path(new).name]


def test_a_store_that_refuses_is_told_in_words(s3: Any, job: Job, count: Count) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 1)])
    s3.delete_bucket(Bucket=s3.bucket)
    runner.run(job.execution_id)
    execution = Execution.objects.get(pk=job.execution_id)
    assert execution.status == "queued"
    assert "The result store failed" in execution.error_message
    assert "NoSuchBucket" in execution.error_message
    assert "its bucket and the process's permissions" in execution.error_hint


def test_reading_from_a_store_that_is_away_is_told_in_words(
    s3: Any, done: Job, settings: Any
) -> None:
    away = settings.STORAGES["default"]["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": away}
    }
    with pytest.raises(QueryFailed, match="The result store failed"):
        read(done)


def test_a_page_that_came_after_the_cancel_leaves_no_file(
    s3: Any, job: Job, count: Count, alice: Any
) -> None:
    def pages(query: Any, aws: Any) -> Iterator[Page]:
        lifecycle.cancel(alice, job)
        yield rows_page(0, 5)

    count.make = pages
    runner.run(job.execution_id)
    assert keys_in(s3) == []


def test_an_expired_result_leaves_bucket_and_cache(s3: Any, done: Job, settings: Any) -> None:
    read(done)
    Execution.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert retention.purge() is False
    assert keys_in(s3) == []
    assert copies(settings) == []


def test_deleting_takes_a_thousand_at_a_time(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("awsdash.jobs.stores.S3_DELETES_AT_ONCE", 3)
    names = [stored_part(1).name for _ in range(7)]
    store().remove([*names[1:], "gone/already.parquet"])
    assert keys_in(s3) == [f"team/dash/{names[0]}"]


def test_files_that_no_result_knows_are_removed_from_the_bucket(
    s3: Any, done: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_part(1)
    s3.put_object(Bucket=s3.bucket, Key="team/dash/notes/of-somebody.txt", Body=b"ours not")
    s3.put_object(Bucket=s3.bucket, Key="elsewhere/1.txt", Body=b"ours not")
    known = [f"team/dash/{part.name}" for part in done.execution.parts.all()]
    assert retention.remove_orphans() is None
    assert len(keys_in(s3)) == 5
    monkeypatch.setattr(retention, "ORPHANED", -timedelta(seconds=5))
    assert retention.remove_orphans() is None
    assert sorted(keys_in(s3)) == sorted(
        [*known, "team/dash/notes/of-somebody.txt", "elsewhere/1.txt"]
    )


def test_files_come_by_name_from_any_of_them_on(s3: Any) -> None:
    names = sorted(stored_part(2).name for _ in range(4))
    files = list(store().files(after=names[1]))
    assert [(file.name, file.size_bytes) for file in files] == [(names[2], 2), (names[3], 2)]
