"""What goes when its time is over, and what never does."""

import os
import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.celery import app
from awsdash.jobs import lifecycle, retention, runner, tasks
from awsdash.jobs.models import Batch, Execution, Job, ResultPart, Retention, Status
from awsdash.jobs.reading import Reader
from services.errors import AccessDenied
from tests.jobs.conftest import Count, rows_page

DAY = timedelta(days=1)


@pytest.fixture
def submit(count: Count, alice: User, shop: Account) -> Any:
    """Submits and runs a job of alice's that ended so many days ago."""

    def make(days_ago: float = 0, what: str = "sheep", **options: Any) -> Job:
        job = lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": what}, **options)
        runner.run(job.execution_id)
        then = timezone.now() - days_ago * DAY
        Job.objects.filter(pk=job.pk).update(created_at=then)
        Execution.objects.filter(pk=job.execution_id).update(finished_at=then)
        return Job.objects.get(pk=job.pk)

    return make


def is_kept(job: Job) -> bool:
    """Rows and files are both there; or both are gone, and the execution says so."""
    execution = Execution.objects.get(pk=job.execution_id)
    names = [part.name for part in execution.parts.all()]
    folder = Path(default_storage.path(str(execution.pk)))
    if execution.purged_at is None:
        assert names
        assert {path.name for path in folder.iterdir()} == {name.split("/")[1] for name in names}
        return True
    assert names == []
    assert not folder.exists()
    return False


def test_a_result_goes_after_thirty_days(submit: Any) -> None:
    young, old = submit(29), submit(31)
    assert retention.purge() is False
    assert (is_kept(young), is_kept(old)) == (True, False)


def test_what_was_read_stays_told(submit: Any) -> None:
    job = submit(31)
    version = job.execution.version
    retention.purge()
    execution = Execution.objects.get(pk=job.execution_id)
    assert (execution.rows, execution.status) == (3, Status.SUCCEEDED)
    assert execution.version == version + 1


def test_the_settings_say_how_long(submit: Any, settings: Any) -> None:
    job = submit(8)
    settings.RESULT_DAYS = 7
    retention.purge()
    assert not is_kept(job)


def test_an_operation_says_otherwise_and_an_administrator_has_the_last_word(
    submit: Any, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Count, "retention_days", 60)
    job = submit(40)
    retention.purge()
    assert is_kept(job)
    Retention.objects.create(operation_name=count.name, days=39)
    retention.purge()
    assert not is_kept(job)


def test_results_of_a_service_that_was_taken_away_go_too(submit: Any) -> None:
    young, old = submit(29), submit(31)
    Execution.objects.update(operation_name="gone.forever")
    retention.purge()
    assert (is_kept(young), is_kept(old)) == (True, False)


def test_keep_until_wins_when_it_is_later(submit: Any) -> None:
    kept, past = submit(31, keep_days=60), submit(31, "goats")
    Execution.objects.filter(pk=past.execution_id).update(keep_until=timezone.now() - DAY)
    retention.purge()
    assert (is_kept(kept), is_kept(past)) == (True, False)
    Execution.objects.filter(pk=kept.execution_id).update(keep_until=timezone.now() - DAY)
    retention.purge()
    assert not is_kept(kept)


def test_keep_until_shortens_nothing(submit: Any) -> None:
    job = submit(5, keep_days=1)
    Execution.objects.filter(pk=job.execution_id).update(keep_until=timezone.now() - 3 * DAY)
    retention.purge()
    assert is_kept(job)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.WAITING])
def test_what_is_open_stays(submit: Any, status: str) -> None:
    job = submit(400)
    Execution.objects.filter(pk=job.execution_id).update(status=status)
    retention.purge()
    assert is_kept(job)
    assert Job.objects.filter(pk=job.pk).exists()


def test_who_reads_on_keeps_what_it_reads_on_from(submit: Any) -> None:
    first, second = submit(31), submit(1, "goats")
    Execution.objects.filter(pk=second.execution_id).update(follows=first.execution_id)
    retention.purge()
    assert is_kept(first)
    assert Reader(Execution.objects.get(pk=second.execution_id)).total == 6
    Execution.objects.filter(pk=second.execution_id).update(finished_at=timezone.now() - 31 * DAY)
    retention.purge()
    assert (is_kept(first), is_kept(second)) == (False, False)


def test_many_go_in_steps(submit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    jobs = [submit(31) for _ in range(5)]
    assert retention.purge(budget_s=0) is True
    assert sum(is_kept(job) for job in jobs) == 3
    assert retention.purge() is False
    assert not any(is_kept(job) for job in jobs)


def test_a_task_calls_itself_again_while_something_is_left(
    submit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings: list[tuple[Any, ...]] = []
    monkeypatch.setattr("awsdash.celery.ring", lambda *told, **how: rings.append((*told, how)))
    left = iter([True, False])
    monkeypatch.setattr(retention, "purge", lambda: next(left))
    tasks.purge()
    tasks.purge()
    assert rings == [("awsdash.jobs.tasks.purge", {"queue": "data"})]


@pytest.mark.django_db(transaction=True)
def test_two_purges_at_once_do_no_harm(submit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    jobs = [submit(31) for _ in range(9)]
    troubles: list[BaseException] = []

    def purge() -> None:
        try:
            retention.purge(budget_s=60)
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=purge) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert not any(is_kept(job) for job in jobs)


def test_old_jobs_go_with_their_executions_and_batches(
    submit: Any, alice: User, count: Count
) -> None:
    young, old = submit(89), submit(91)
    batch = Batch.objects.create(owner=alice, operation_name=count.name)
    Job.objects.update(batch=batch)
    retention.purge()
    assert list(Job.objects.all()) == [young]
    assert list(Execution.objects.all()) == [young.execution]
    assert Batch.objects.filter(pk=batch.pk).exists()
    Job.objects.update(created_at=old.created_at)
    retention.purge()
    assert not Job.objects.exists()
    assert not Execution.objects.exists()
    assert not Batch.objects.exists()


def test_a_job_stays_while_its_result_does(submit: Any) -> None:
    job = submit(200, keep_days=300)
    retention.purge()
    assert is_kept(job)
    assert Job.objects.filter(pk=job.pk).exists()


def test_an_execution_stays_while_a_younger_job_reads_it(submit: Any, alice: User) -> None:
    job = submit(91)
    younger = Job.objects.create(owner=alice, execution=job.execution)
    retention.purge()
    assert list(Job.objects.all()) == [younger]
    assert Execution.objects.filter(pk=job.execution_id).exists()


def test_what_another_execution_follows_goes_after_it(submit: Any) -> None:
    first, second = submit(91), submit(91, "goats")
    Execution.objects.filter(pk=second.execution_id).update(follows=first.execution_id)
    # The second's result, then the first's; and the jobs in the same order.
    retention.purge()
    assert not Execution.objects.exists()
    assert not Job.objects.exists()


def test_a_failed_job_is_forgotten_like_any_other(submit: Any, count: Count) -> None:
    def breaks(query: Any, aws: Any) -> Any:
        raise RuntimeError

    count.make = breaks
    job = submit(91)
    assert Execution.objects.get(pk=job.execution_id).status == Status.FAILED
    retention.purge()
    assert not Job.objects.exists()


def orphan(name: str, days_ago: float) -> str:
    default_storage.save(name, ContentFile(b"rows"))
    path = default_storage.path(name)
    then = (timezone.now() - days_ago * DAY).timestamp()
    os.utime(path, (then, then))
    return path


def test_files_that_no_result_knows_go_after_a_day(submit: Any) -> None:
    job = submit()
    young = orphan(f"{uuid.uuid4()}/1-0-aaaaaaaa.parquet", 0.9)
    old = orphan(f"{uuid.uuid4()}/1-0-aaaaaaaa.parquet", 1.1)
    beside = orphan(f"{job.execution_id}/1-0-aaaaaaaa.parquet", 1.1)
    somebodys = orphan("notes/of-somebody.txt", 400)
    (part,) = ResultPart.objects.filter(execution=job.execution_id)
    orphan(f"{uuid.uuid4()}/half", 0)
    known = default_storage.path(part.name)
    os.utime(known, (0, 0))
    assert retention.remove_orphans() is None
    assert [Path(path).exists() for path in (young, old, beside, somebodys, known)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert not Path(old).parent.exists()


def test_the_search_for_orphans_goes_on_where_it_stopped(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    paths = [orphan(f"{uuid.uuid4()}/1-0-aaaaaaaa.parquet", 2) for _ in range(5)]
    after: str | None = ""
    slices = 0
    while after is not None:
        after = retention.remove_orphans(after, budget_s=0)
        slices += 1
    assert not any(Path(path).exists() for path in paths)
    assert slices >= 3


def test_a_store_that_is_empty_has_no_orphans(db: None, settings: Any, tmp_path: Path) -> None:
    entry = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path / "nothing-yet"}}
    settings.STORAGES = settings.STORAGES | {"default": entry}
    assert retention.remove_orphans() is None


def test_a_lost_worker_leaves_a_file_that_is_found(job: Job, count: Count) -> None:
    def pages(query: Any, aws: Any) -> Any:
        yield rows_page(0, 3, "more")
        yield rows_page(3, 5)

    count.make = pages
    runner.run(job.execution_id)
    first, second = job.execution.parts.all()
    # As if the worker had died between the file and its row.
    second.delete()
    for part in (first, second):
        os.utime(default_storage.path(part.name), (0, 0))
    retention.remove_orphans()
    assert default_storage.exists(first.name)
    assert not default_storage.exists(second.name)


@pytest.fixture
def expired(submit: Any) -> Job:
    job: Job = submit(31)
    retention.purge()
    return job


def test_an_expired_result_is_told_on_its_page(expired: Job, client: Client, alice: User) -> None:
    client.force_login(alice)
    for address in ("", "?search=word", "?sort=n&row=1"):
        answer = client.get(f"/jobs/{expired.pk}/{address}")
        assert answer.status_code == 200
        page = answer.content.decode()
        today = f"{timezone.now():%-d %B %Y}"
        assert f"The result expired on {today}." in page
        assert f'action="/jobs/{expired.pk}/again/"' in page
        assert "3 rows read" in page
        assert "data-poll" not in page.partition('id="job"')[2]


def test_an_expired_failure_still_says_why(
    submit: Any, count: Count, client: Client, alice: User
) -> None:
    def refuses(query: Any, aws: Any) -> Any:
        raise AccessDenied("You may not count sheep.")

    count.make = refuses
    job = submit(31)
    retention.purge()
    client.force_login(alice)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "You may not count sheep." in page
    assert "No row was read." in page


@pytest.mark.parametrize("part", ["rows/", "row/0/", "look/?search=word", "download/?format=csv"])
def test_what_is_asked_of_an_expired_result_is_answered_in_words(
    expired: Job, client: Client, alice: User, part: str
) -> None:
    client.force_login(alice)
    answer = client.get(f"/jobs/{expired.pk}/{part}")
    assert answer.status_code == 404
    assert "expired" in answer.content.decode()


def test_the_beat_knows_its_tasks(settings: Any) -> None:
    app.loader.import_default_modules()
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"awsdash.jobs.tasks.purge", "awsdash.jobs.tasks.remove_orphans"} <= asked
    assert asked <= set(app.tasks)
