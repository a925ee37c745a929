"""Retention in figures: 100,000 expired results with their files, and who waits meanwhile.

Starts nothing and needs nothing that runs; all of it lies in a temporary folder:
`.venv/bin/python bench/purge.py`, or with PostgreSQL `.venv/bin/python tools/on_postgres.py
bench/purge.py`. `--results 10000` is quicker.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

GOAL_S: Final = 300.0
AT_ONCE: Final = 1_000
BARE_FILES: Final = 10_000


def main(folder: Path, results: int) -> None:
    _set_up(folder)
    from django.db import connection

    from awsdash.jobs.models import Execution, ResultPart

    content = _parquet()
    began_s = time.perf_counter()
    _plant(results, content)
    took_s = time.perf_counter() - began_s
    print(f"planted   {results:,} expired results, {len(content):,} bytes each, in {took_s:.0f} s,")
    print(f"          on {connection.vendor}")
    bare_s = _bare(folder / "bare", content) / BARE_FILES
    slices_s, waits_s = _purge()
    total_s = sum(slices_s)
    left = Execution.objects.filter(purged_at=None).count(), ResultPart.objects.count()
    files = sum(1 for _ in (folder / "results").iterdir())
    assert (*left, files) == (0, 0, 0), (left, files)  # noqa: S101  # a figure of what was not done is none
    print(f"purged    in {total_s:.0f} s ({results / total_s:,.0f} a second), goal {GOAL_S:.0f} s")
    print(f"          {total_s / results / bare_s:.1f} times deleting the bare files")
    print(f"slices    {len(slices_s)}, the longest {max(slices_s):.1f} s of a worker's thread")
    _tell_waits(waits_s)
    _remove_jobs()


def _tell_waits(waits_s: Sequence[float]) -> None:
    waits = sorted(waits_s)
    p95, longest = waits[int(len(waits) * 0.95)] * 1000, waits[-1] * 1000
    print(f"others    {len(waits):,} writes meanwhile: p95 {p95:.0f} ms, longest {longest:.0f} ms")


def _set_up(folder: Path) -> None:
    from cryptography.fernet import Fernet

    os.environ |= {
        "AWSDASH_SECRET_KEY": secrets.token_urlsafe(50),
        "AWSDASH_CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "AWSDASH_VAR_DIR": str(folder),
        "AWSDASH_LOG_FILE": str(folder / "awsdash.log"),
        "AWSDASH_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "awsdash.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _parquet() -> bytes:
    """A small part: 100 rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"at": range(100), "message": [f"event {n} " * 8 for n in range(100)]})
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    return bytes(buffer.getvalue())


def _plant(results: int, content: bytes) -> None:
    """Jobs of one person that ended a hundred days ago, each with a file and its row."""
    from django.core.files.storage import default_storage
    from django.db import transaction
    from django.utils import timezone

    from awsdash.accounts.models import Account, Credential, User
    from awsdash.jobs.models import Execution, Job, ResultPart, Status

    person = User.objects.create_user("alice")
    credential = Credential.objects.create(name="the process", kind=Credential.Kind.CHAIN)
    account = Account.objects.create(pk="111111111111", name="shop", credential=credential)
    then = timezone.now() - timedelta(days=100)
    for _ in range(0, results, AT_ONCE):
        with transaction.atomic():
            executions = [
                Execution(
                    operation_name="cloudwatch_logs.filter_events",
                    query={"logGroupName": "/a"},
                    account=account,
                    region="eu-west-1",
                    person="alice",
                    status=Status.SUCCEEDED,
                    not_before=then,
                    finished_at=then,
                    rows=100,
                )
                for _ in range(AT_ONCE)
            ]
            Execution.objects.bulk_create(executions)
            parts = [_part(execution, len(content)) for execution in executions]
            ResultPart.objects.bulk_create(parts)
            Job.objects.bulk_create([Job(owner=person, execution=e) for e in executions])
        for part in parts:
            path = Path(default_storage.path(part.name))
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
    Job.objects.update(created_at=then)


def _part(execution: Any, size_bytes: int) -> Any:
    from awsdash.jobs.models import ResultPart

    name = f"{execution.pk}/1-0-{uuid.uuid4().hex[:8]}.parquet"
    return ResultPart(
        execution=execution, attempt=1, number=0, name=name, rows=100, size_bytes=size_bytes
    )


def _bare(folder: Path, content: bytes) -> float:
    """How long it takes to delete as many folders with a file each, and nothing else (s)."""
    paths = [folder / uuid.uuid4().hex for _ in range(BARE_FILES)]
    for path in paths:
        path.mkdir(parents=True)
        (path / "part").write_bytes(content)
    began_s = time.perf_counter()
    for path in paths:
        shutil.rmtree(path)
    return time.perf_counter() - began_s


def _purge() -> tuple[list[float], list[float]]:
    """Each slice's length, and how long others waited to write (s). Jobs stay for now."""
    from django.conf import settings

    from awsdash.jobs import retention

    settings.JOB_DAYS = 10_000
    with _somebody_writes() as waits_s:
        slices_s = []
        is_left = True
        while is_left:
            began_s = time.perf_counter()
            is_left = retention.purge()
            slices_s.append(time.perf_counter() - began_s)
    return slices_s, waits_s


def _remove_jobs() -> None:
    from django.conf import settings

    from awsdash.jobs import retention
    from awsdash.jobs.models import Execution, Job

    settings.JOB_DAYS = 90
    jobs = Job.objects.count()
    with _somebody_writes() as waits_s:
        began_s = time.perf_counter()
        while retention.purge():
            pass
        took_s = time.perf_counter() - began_s
    assert not Execution.objects.exists()  # noqa: S101  # as above
    print(f"jobs      {jobs:,} with their executions in {took_s:.0f} s")
    _tell_waits(waits_s)


@contextmanager
def _somebody_writes() -> Iterator[list[float]]:
    """A short transaction every few milliseconds, as pages and workers have them."""
    from django.db import connection, transaction

    from awsdash.jobs.models import Retention

    waits_s: list[float] = []
    is_over = threading.Event()

    def write() -> None:
        while not is_over.wait(0.02):
            began_s = time.perf_counter()
            with transaction.atomic():
                Retention.objects.update_or_create(operation_name="bench", defaults={"days": 1})
            waits_s.append(time.perf_counter() - began_s)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits_s
    finally:
        is_over.set()
        thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=int, default=100_000)
    with tempfile.TemporaryDirectory(prefix="awsdash-purge-") as name:
        main(Path(name), parser.parse_args().results)
