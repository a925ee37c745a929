"""The sweeper: what is overdue, lost or unheard."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from awsdash.jobs import lifecycle, runner
from awsdash.jobs.lifecycle.sweeping import MOST_LOST
from awsdash.jobs.models import Job, Status
from services.base import Page
from services.errors import QueryFailed, Throttled
from tests.jobs.conftest import Count, execution_of, only, rows_page


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


def test_the_sweeper_times_out_what_nobody_finished(job: Job) -> None:
    only(job).update(deadline=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()
    assert execution_of(job).status == Status.TIMED_OUT


def test_the_sweeper_rings_for_what_nobody_heard(rung: list[str], job: Job) -> None:
    rung.clear()
    lifecycle.sweep()
    assert rung == []
    only(job).update(not_before=timezone.now() - timedelta(seconds=2))
    lifecycle.sweep()
    assert rung == ["awsdash.jobs.tasks.work"]


def test_the_sweeper_rings_when_a_retry_is_due(rung: list[str], job: Job, count: Count) -> None:
    def throttled(query: Any, aws: Any) -> Iterator[Page]:
        raise Throttled("Rate exceeded")

    count.make = throttled
    runner.run(job.execution_id)
    rung.clear()
    lifecycle.sweep()
    assert rung == []
    only(job).update(not_before=timezone.now() - timedelta(seconds=2))
    lifecycle.sweep()
    assert rung == ["awsdash.jobs.tasks.work"]


def test_a_query_that_kills_each_worker_ends_failed(job: Job) -> None:
    for _ in range(MOST_LOST):
        assert lifecycle.claim(job.execution_id)
        only(job).update(lease_until=timezone.now() - timedelta(seconds=1))
        lifecycle.sweep()
        only(job).update(not_before=timezone.now())
    execution = execution_of(job)
    assert execution.status == Status.FAILED
    assert execution.error_message == "The worker was lost each time it ran."
