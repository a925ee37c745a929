"""Submitting, claiming, running, trying again."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from awsdash.accounts.models import Account, Grant, User
from awsdash.audit.models import Event
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.lifecycle.ending import MOST_TRIES
from awsdash.jobs.models import Job, Status
from services.base import Page
from services.errors import AccessDenied, InvalidQuery, NotFound, QueryFailed, Throttled, TimedOut
from tests.jobs.conftest import Count, execution_of, only, rows_page


def test_a_job_is_queued_and_rung(
    rung: list[str], count: Count, alice: User, shop: Account
) -> None:
    job = lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": "sheep"})
    assert job.status == Status.QUEUED
    assert rung == ["awsdash.jobs.tasks.work"]
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
        if answers.pop(0):
            raise Throttled("Rate exceeded")
        yield rows_page(0, 4)

    count.make = sometimes
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert execution.status == Status.QUEUED
    assert execution.not_before > timezone.now()
    assert lifecycle.claim(job.execution_id) is None
    only(job).update(not_before=timezone.now())
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert (execution.status, execution.rows) == (Status.SUCCEEDED, 4)


def test_an_error_that_stays_ends_the_job_after_the_last_try(job: Job, count: Count) -> None:
    def broken(query: Any, aws: Any) -> Iterator[Page]:
        raise QueryFailed("The connection to AWS failed.", retryable=True)

    count.make = broken
    for _ in range(MOST_TRIES):
        only(job).update(not_before=timezone.now())
        runner.run(job.execution_id)
    execution = execution_of(job)
    assert execution.status == Status.FAILED
    assert execution.error_hint == "It was tried 5 times. Run it again later."


def test_throttling_is_a_place_in_our_queue_however_often(job: Job, count: Count) -> None:
    def throttled(query: Any, aws: Any) -> Iterator[Page]:
        raise Throttled("Rate exceeded")

    count.make = throttled
    for _ in range(2 * MOST_TRIES):
        only(job).update(not_before=timezone.now())
        runner.run(job.execution_id)
    execution = execution_of(job)
    assert (execution.status, execution.deadline) == (Status.QUEUED, None)
    assert execution.error_message == "Rate exceeded"


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


def test_a_second_try_goes_on_after_the_last_page_of_the_first(job: Job, count: Count) -> None:
    asked = []

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        asked.append((query.next_token, query.limit))
        if query.next_token is None:
            yield rows_page(0, 2, "after two")
            raise QueryFailed("The connection to AWS failed.", retryable=True)
        yield rows_page(2, 5)

    count.make = pages
    runner.run(job.execution_id)
    assert execution_of(job).rows == 2
    only(job).update(not_before=timezone.now())
    runner.run(job.execution_id)
    execution = execution_of(job)
    assert asked == [(None, 100), ("after two", 98)]
    assert (execution.status, execution.rows, execution.error_code) == (Status.SUCCEEDED, 5, "")


def test_a_worker_lost_after_the_last_page_leaves_nothing_to_read(job: Job, count: Count) -> None:
    lease = lifecycle.claim(job.execution_id)
    assert lease
    lifecycle.add_page(lease, rows_page(0, 3), None)
    only(job).update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()

    def never(query: Any, aws: Any) -> Iterator[Page]:
        raise AssertionError("AWS was asked again")

    count.make = never
    runner.run(job.execution_id)
    assert execution_of(job).status == Status.SUCCEEDED


def test_the_engine_stops_at_the_deadline_between_pages(job: Job, count: Count) -> None:
    def slow(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 1, "more")
        raise AssertionError("it was asked for another page")

    count.make = slow
    only(job).update(deadline=timezone.now())
    runner.run(job.execution_id)
    assert execution_of(job).status == Status.TIMED_OUT
    assert execution_of(job).error_code == TimedOut.__name__


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
