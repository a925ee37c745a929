"""A worker or its database that goes away at any statement: every job still ends, once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.jobs import heartbeat, lifecycle, polling, runner
from awsdash.jobs.models import FINAL, Execution, Job, Status
from awsdash.jobs.reading import Reader
from services.base import Page
from tests.jobs.conftest import Count, execution_of, rows_page
from tests.jobs.remote_work import Work

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STATEMENTS = 200
each_death = pytest.mark.parametrize("how", ["killed before", "killed after", "database gone"])


class Killed(BaseException):
    """As `kill -9` does it: no code of ours catches it."""


class Death:
    """Strikes at the statement with this number, before or after the database has seen it."""

    def __init__(self, at: int, how: str) -> None:
        self.at, self.how, self.seen = at, how, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen != self.at:
            return execute(sql, params, many, context)
        if self.how == "database gone":
            raise OperationalError("the connection was lost")
        if self.how == "killed after":
            execute(sql, params, many, context)
        raise Killed


def survive(job: Job, one_round: Callable[[], None]) -> Execution:
    """What the sweeper and other workers make of it, with clocks that run fast."""
    for _ in range(20):
        execution = execution_of(job)
        if execution.status in FINAL:
            return execution
        past = timezone.now() - timedelta(seconds=1)
        Execution.objects.filter(status=Status.RUNNING).update(lease_until=past)
        lifecycle.sweep()
        Execution.objects.update(not_before=past)
        Execution.objects.exclude(poll_at=None).update(poll_at=past)
        one_round()
    raise AssertionError(f"still {execution.status}")


def deaths_of(work: Callable[[], None], how: str) -> Iterator[int]:
    """Dies at the first statement, then (with another job of the caller's) at the second, ..."""
    for at in range(1, MOST_STATEMENTS):
        death = Death(at, how)
        try:
            with connection.execute_wrapper(death):
                work()
        except (Killed, OperationalError):
            heartbeat._held.clear()
            # The dead hold no transaction.
            connection.close()
            yield at
        else:
            return
    raise AssertionError("it never came to an end")


@each_death
def test_reading_pages_survives_a_death_anywhere(
    count: Count, alice: User, shop: Account, how: str
) -> None:
    def pages(query: Any, aws: Any) -> Iterator[Page]:
        first = int(query.next_token or 0)
        for n in range(first, 3):
            yield rows_page(n, n + 1, str(n + 1) if n < 2 else None)

    count.make = pages

    def submit(number: int) -> Job:
        query = {"what": f"sheep {number}"}
        return lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", query)

    def live() -> None:
        runner.run_next()

    deaths, job = 0, submit(0)
    for deaths in deaths_of(live, how):
        execution = survive(job, live)
        assert execution.status == Status.SUCCEEDED
        assert [row["n"] for row in Reader(execution).rows(0, 9)] == [0, 1, 2]
        job = submit(deaths)
    assert deaths > 8


@each_death
def test_work_on_aws_survives_a_death_anywhere(
    work: Work, alice: User, shop: Account, how: str
) -> None:
    def live() -> None:
        runner.run_next()
        Execution.objects.exclude(poll_at=None).update(poll_at=timezone.now())
        work.aws.end()
        polling.poll(shop.pk, "eu-west-1", work.name)
        runner.run_next()

    def submit(number: int) -> Job:
        query = {"what": f"sheep {number}"}
        return lifecycle.submit(alice, work.name, shop.pk, "eu-west-1", query)

    deaths, job = 0, submit(0)
    for deaths in deaths_of(live, how):
        execution = survive(job, live)
        assert (execution.status, execution.rows) == (Status.SUCCEEDED, 3)
        assert not execution.is_active
        assert len(work.aws.token_of) == deaths, "it was begun twice"
        job = submit(deaths)
    assert deaths > 15


@each_death
def test_a_stop_survives_a_death_anywhere(work: Work, alice: User, shop: Account, how: str) -> None:
    def begun(number: int) -> Job:
        query = {"what": f"sheep {number}"}
        job = lifecycle.submit(alice, work.name, shop.pk, "eu-west-1", query)
        runner.run(job.execution_id)
        lifecycle.cancel(alice, job)
        return job

    def stop() -> None:
        for execution in Execution.objects.exclude(stop_at=None):
            polling.stop(execution.pk)

    deaths, job = 0, begun(0)
    for deaths in deaths_of(stop, how):
        Execution.objects.exclude(stop_at=None).update(stop_at=timezone.now())
        stop()
        execution = execution_of(job)
        assert (execution.status, execution.is_active) == (Status.CANCELLED, False)
        job = begun(deaths)
    assert deaths >= 3
