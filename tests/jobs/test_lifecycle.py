"""Claims, leases, retries, cancellation and the sweeper."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from awsdash import celery
from awsdash.accounts.models import Account, Grant, User
from awsdash.audit.models import Event
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Execution, Job, Status
from services.base import Page
from services.errors import AccessDenied, InvalidQuery, NotFound, QueryFailed, Throttled, TimedOut
from tests.jobs.conftest import Count, rows_page


def execution_of(job: Job) -> Execution:
    return Execution.objects.get(pk=job.execution_id)


def only(job: Job) -> QuerySet[Execution]:
    return Execution.objects.filter(pk=job.execution_id)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rows whose doorbell was rung."""
    rows: list[str] = []
    monkeypatch.setattr(celery, "ring", lambda task, row, queue: rows.append(row))
    return rows


def test_a_job_is_queued_and_rung(
    rung: list[str], count: Count, alice: User, shop: Account
) -> None:
    job = lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": "sheep"})
    assert job.status == Status.QUEUED
    assert rung == [str(job.execution_id)]
    assert job.execution.query == {"what": "sheep", "limit": 100}


def test_a_submission_is_audited_without_its_query(job: Job, alice: User) -> None:
    event = Event.objects.get(action="job.submit")
    assert event.actor == alice
    assert event.fields["operation"] == "test.count"
    assert "sheep" not in str(event.fields)


def test_nothing_is_queued_for_a_bad_request(
    count: Count, alice: User, bob: User, shop: Account
) -> None:
    bad: list[tuple[User, str, str, dict[str, Any], type[Exception]]] = [
        (alice, "test.counts", "eu-west-1", {"what": "x"}, NotFound),
        (alice, count.name, "eu-west-1", {}, InvalidQuery),
        (alice, count.name, "mars-1", {"what": "x"}, InvalidQuery),
        (bob, count.name, "eu-west-1", {"what": "x"}, AccessDenied),
    ]
    for user, operation, region, query, error in bad:
        with pytest.raises(error):
            lifecycle.submit(user, operation, shop.pk, region, query)
    assert not Job.objects.exists()


def test_a_run_ends_succeeded_with_its_rows_counted(job: Job) -> None:
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert (execution.status, execution.rows, execution.pages) == (Status.SUCCEEDED, 3, 1)
    assert execution.finished_at is not None


def test_running_twice_does_the_work_once(job: Job, count: Count) -> None:
    calls = []

    def once(query: Any, aws: Any) -> Iterator[Page]:
        calls.append(query)
        yield rows_page(0, 3)

    count.make = once
    runner.run(job.execution_id)
    runner.run(job.execution_id)
    assert len(calls) == 1


def test_only_one_of_two_claims_wins(job: Job) -> None:
    assert lifecycle.claim(job.execution_id) is not None
    assert lifecycle.claim(job.execution_id) is None


def test_a_message_for_a_row_that_is_gone_is_ignored(db: None) -> None:
    runner.run(uuid.uuid4())


def test_a_job_whose_service_folder_is_gone_ends_failed(job: Job) -> None:
    only(job).update(operation_name="gone.away")
    runner.run(job.execution_id)
    assert execution_of(job).error_message == "There is no operation gone.away."


def test_a_worker_whose_lease_was_taken_back_writes_nothing(job: Job) -> None:
    stale = lifecycle.claim(job.execution_id)
    assert stale
    only(job).update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()
    fresh = lifecycle.claim(job.execution_id)
    assert fresh
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.add_page(stale, rows_page(0, 3), None)
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.succeed(stale)
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.fail(stale, QueryFailed("late"))
    assert execution_of(job).rows == 0
    lifecycle.succeed(fresh)


def test_a_lease_in_time_is_left_alone(job: Job) -> None:
    lease = lifecycle.claim(job.execution_id)
    assert lease
    lifecycle.sweep()
    lifecycle.succeed(lease)


def test_aws_errors_end_the_job_with_code_message_and_hint(job: Job, count: Count) -> None:
    def denied(query: Any, aws: Any) -> Iterator[Page]:
        raise AccessDenied("You need logs:FilterLogEvents.", hint="Ask Dana.")

    count.make = denied
    runner.run(job.execution_id)
    execution = execution_of(job)
    told = (execution.status, execution.error_code, execution.error_message, execution.error_hint)
    assert told == ("failed", "AccessDenied", "You need logs:FilterLogEvents.", "Ask Dana.")


def test_a_bug_of_ours_is_told_without_its_inside(
    job: Job, count: Count, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(query: Any, aws: Any) -> Iterator[Page]:
        raise RuntimeError("secret inside")

    count.make = broken
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert execution.status == Status.FAILED
    assert "secret inside" not in execution.error_message + execution.error_hint
    assert str(execution.pk) in execution.error_hint
    assert "execution broke" in caplog.text


def test_a_throttled_try_is_put_back_and_succeeds_later(job: Job, count: Count) -> None:
    answers = [True, False]

    def sometimes(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 2)
        if answers.pop(0):
            raise Throttled("Rate exceeded")
        yield rows_page(2, 4)

    count.make = sometimes
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert execution.status == Status.QUEUED
    assert execution.not_before > timezone.now()
    assert lifecycle.claim(job.execution_id) is None
    only(job).update(not_before=timezone.now())
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert (execution.status, execution.rows, execution.attempt) == (Status.SUCCEEDED, 4, 2)


def test_an_error_that_stays_ends_the_job_after_the_last_attempt(job: Job, count: Count) -> None:
    def throttled(query: Any, aws: Any) -> Iterator[Page]:
        raise Throttled("Rate exceeded")

    count.make = throttled
    for _ in range(lifecycle.MAX_ATTEMPTS):
        only(job).update(not_before=timezone.now())
        runner.run(job.execution_id)
    assert execution_of(job).status == Status.FAILED


def test_waiting_in_our_queue_is_not_the_querys_time(job: Job, count: Count) -> None:
    only(job).update(created_at=timezone.now() - timedelta(hours=1))
    lifecycle.sweep()
    assert execution_of(job).status == Status.QUEUED
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert execution.deadline
    left = execution.deadline - timezone.now()
    assert timedelta(0) < left <= timedelta(seconds=count.timeout_s)


def test_a_job_that_no_worker_took_for_a_day_says_so(job: Job) -> None:
    only(job).update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    lifecycle.sweep()
    execution = execution_of(job)
    assert execution.status == Status.TIMED_OUT
    assert "workers" in execution.error_hint


@pytest.mark.parametrize("change", ["grant", "account", "person"])
def test_access_is_checked_again_before_aws_is_called(
    job: Job, count: Count, alice: User, shop: Account, change: str
) -> None:
    def never(query: Any, aws: Any) -> Iterator[Page]:
        raise AssertionError("AWS was called")

    count.make = never
    match change:
        case "grant":
            Grant.objects.all().delete()
        case "account":
            Account.objects.update(is_enabled=False)
        case _:
            User.objects.update(is_active=False)
    runner.run(job.execution_id)
    assert execution_of(job).error_code in {"AccessDenied", "NotEnabled"}


def test_a_failed_second_try_does_not_keep_the_token_of_the_first(job: Job, count: Count) -> None:
    def throttled_after_a_page(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 2, "token")
        raise Throttled("Rate exceeded")

    count.make = throttled_after_a_page
    runner.run(job.execution_id)
    only(job).update(not_before=timezone.now(), attempt=lifecycle.MAX_ATTEMPTS - 1)

    def throttled(query: Any, aws: Any) -> Iterator[Page]:
        raise Throttled("Rate exceeded")

    count.make = throttled
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert (execution.status, execution.next_token) == (Status.FAILED, None)
    assert execution.error_hint == "It was tried 5 times. Run it again later."


def test_the_longer_a_job_waits_the_rarer_it_is_rung(rung: list[str], job: Job) -> None:
    now = timezone.now()
    rung.clear()
    only(job).update(not_before=now - timedelta(seconds=60), rung_at=now - timedelta(seconds=20))
    lifecycle.sweep()
    assert rung == []
    only(job).update(rung_at=now - timedelta(seconds=31))
    lifecycle.sweep()
    assert rung == [str(job.execution_id)]


def test_the_engine_stops_at_the_deadline_between_pages(job: Job, count: Count) -> None:
    def slow(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 1, "more")
        raise AssertionError("it was asked for another page")

    count.make = slow
    only(job).update(deadline=timezone.now())
    runner.run(job.execution_id)
    assert execution_of(job).status == Status.TIMED_OUT
    assert execution_of(job).error_code == TimedOut.__name__


def test_the_sweeper_times_out_what_nobody_finished(job: Job) -> None:
    only(job).update(deadline=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()
    assert execution_of(job).status == Status.TIMED_OUT


def test_the_sweeper_rings_again_for_a_lost_message(rung: list[str], job: Job) -> None:
    rung.clear()
    lifecycle.sweep()
    assert rung == []
    only(job).update(rung_at=timezone.now() - timedelta(minutes=1))
    lifecycle.sweep()
    lifecycle.sweep()
    assert rung == [str(job.execution_id)]


def test_the_sweeper_rings_when_a_retry_is_due(rung: list[str], job: Job, count: Count) -> None:
    def throttled(query: Any, aws: Any) -> Iterator[Page]:
        raise Throttled("Rate exceeded")

    count.make = throttled
    runner.run(job.execution_id)
    rung.clear()
    lifecycle.sweep()
    assert rung == []
    before = timezone.now() - timedelta(minutes=1)
    only(job).update(not_before=before, rung_at=before)
    lifecycle.sweep()
    assert rung == [str(job.execution_id)]


def test_a_queued_job_can_be_cancelled(job: Job, alice: User) -> None:
    lifecycle.cancel(alice, job)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert lifecycle.claim(job.execution_id) is None


def test_a_running_job_stops_at_the_next_page_when_cancelled(
    job: Job, count: Count, alice: User
) -> None:
    asked = []

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        for number in range(3):
            asked.append(number)
            if number == 1:
                lifecycle.cancel(alice, job)
            yield rows_page(number, number + 1, "more")

    count.make = pages
    runner.run(job.execution_id)
    assert asked == [0, 1]
    assert execution_of(job).status == Status.CANCELLED


def test_cancelling_what_is_over_changes_nothing_of_the_result(job: Job, alice: User) -> None:
    runner.run(job.execution_id)
    lifecycle.cancel(alice, job)
    job.refresh_from_db()
    assert execution_of(job).status == Status.SUCCEEDED
    assert job.status == Status.SUCCEEDED


def test_cancelling_a_failed_job_leaves_its_error(job: Job, count: Count, alice: User) -> None:
    def denied(query: Any, aws: Any) -> Iterator[Page]:
        raise AccessDenied("No.")

    count.make = denied
    runner.run(job.execution_id)
    lifecycle.cancel(alice, job)
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert not Event.objects.filter(action="job.cancel").exists()


def test_one_readers_cancel_leaves_the_others_work_alone(job: Job, alice: User, bob: User) -> None:
    other = Job.objects.create(owner=bob, execution=job.execution)
    lifecycle.cancel(alice, job)
    job.refresh_from_db()
    assert (job.status, execution_of(job).status) == (Status.CANCELLED, Status.QUEUED)
    lifecycle.cancel(bob, other)
    assert execution_of(job).status == Status.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_two_readers_who_cancel_at_once_end_the_work(job: Job, alice: User, bob: User) -> None:
    other = Job.objects.create(owner=bob, execution=job.execution)
    together = Barrier(2)

    def cancel(user: User, one: Job) -> None:
        together.wait()
        lifecycle.cancel(user, one)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(cancel, [alice, bob], [job, other]))
    assert execution_of(job).status == Status.CANCELLED


def test_every_visible_change_gives_the_job_another_etag(job: Job) -> None:
    def etag() -> str:
        return Job.objects.get(pk=job.pk).etag

    tags = [etag()]
    lease = lifecycle.claim(job.execution_id)
    assert lease
    tags.append(etag())
    lifecycle.add_page(lease, rows_page(0, 1), None)
    tags.append(etag())
    lifecycle.succeed(lease)
    tags.append(etag())
    assert len(set(tags)) == 4
