"""Cancelling: each reader for themselves, the work with the last."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from awsdash.accounts.models import User
from awsdash.audit.models import Event
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Job, Status
from services.base import Page
from services.errors import AccessDenied
from tests.jobs.conftest import Count, execution_of, rows_page


def test_a_queued_job_can_be_cancelled(job: Job, alice: User) -> None:
    lifecycle.cancel(alice, job)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert lifecycle.claim(job.execution_id) is None


def test_a_running_job_stops_at_the_next_page_when_cancelled(
    job: Job, count: Count, alice: User, each_page_alone: None
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
