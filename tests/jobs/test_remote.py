"""Work that AWS does by itself: begun once, asked about together, fetched, stopped."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.jobs import lifecycle, polling, runner
from awsdash.jobs.lifecycle.remote import MOST_ATTEMPTS, next_poll
from awsdash.jobs.models import Execution, Job, Status
from awsdash.jobs.reading import Reader
from services.base import Page, RemoteState
from services.errors import AccessDenied, QueryFailed, Throttled
from tests.jobs.conftest import execution_of, only
from tests.jobs.remote_work import FULL, RUNNING, Work


def poll(job: Job) -> None:
    """As the tick does once the next poll is due."""
    only(job).update(poll_at=timezone.now())
    polling.poll(job.execution.account_id or "", job.execution.region, "test.work")


def stop(job: Job) -> None:
    only(job).filter(stop_at__isnull=False).update(stop_at=timezone.now())
    polling.stop(job.execution_id)


def test_nobody_holds_a_worker_while_aws_works(remote_job: Job) -> None:
    runner.run(remote_job.execution_id)
    execution = execution_of(remote_job)
    assert (execution.status, execution.token, execution.lease) == (Status.WAITING, "aws-0", None)
    assert lifecycle.claim_next() is None


def test_a_work_goes_from_start_to_its_rows(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    poll(remote_job)
    assert execution_of(remote_job).aws_state == "RUNNING"
    work.aws.end()
    poll(remote_job)
    assert execution_of(remote_job).status == Status.WAITING
    assert runner.run_next()
    execution = execution_of(remote_job)
    assert (execution.status, execution.rows) == (Status.SUCCEEDED, 3)
    assert execution.statistics == {"bytes_scanned": 20}
    assert [row["n"] for row in Reader(execution).rows(0, 9)] == [0, 1, 2]
    assert not execution.is_active


def test_the_intent_is_written_before_aws_is_asked(
    remote_job: Job, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def start(key: str) -> str:
        seen.append(Execution.objects.get(pk=remote_job.execution_id).is_active)
        return "aws-0"

    monkeypatch.setattr(work.aws, "start", start)
    runner.run(remote_job.execution_id)
    assert seen == [True]


def test_a_worker_that_dies_after_the_start_starts_nothing_twice(
    remote_job: Job, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(lifecycle, "started", dies)
        with pytest.raises(SystemExit):
            runner.run(remote_job.execution_id)
    only(remote_job).update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()
    only(remote_job).update(not_before=timezone.now())
    runner.run(remote_job.execution_id)
    assert list(work.aws.token_of.values()) == ["aws-0"]
    assert execution_of(remote_job).token == "aws-0"


def test_a_late_start_is_remembered_by_whoever_decides_now(
    remote_job: Job, work: Work, alice: User
) -> None:
    lease = lifecycle.claim(remote_job.execution_id)
    assert lease
    lifecycle.intend(lease)
    lifecycle.cancel(alice, remote_job)
    work.aws.states["aws-7"] = RUNNING
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.started(lease, "aws-7")
    stop(remote_job)
    assert work.aws.stops == ["aws-7"]


def test_a_fetch_that_was_cut_off_goes_on_where_it_was(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    work.aws.end()
    poll(remote_job)
    lease = lifecycle.claim_next()
    assert lease
    lifecycle.add_page(lease, Page([{"n": 0}], "1"), None)
    only(remote_job).update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()
    assert execution_of(remote_job).status == Status.WAITING
    assert runner.run_next()
    assert execution_of(remote_job).rows == 3


def test_aws_says_why_it_failed(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    work.aws.end(RemoteState("failed", "FAILED", error=QueryFailed("Column x is not there.")))
    poll(remote_job)
    execution = execution_of(remote_job)
    assert (execution.status, execution.error_message) == (Status.FAILED, "Column x is not there.")


def test_a_new_attempt_begins_only_after_aws_is_done_with_the_old(
    remote_job: Job, work: Work
) -> None:
    for attempt in range(1, MOST_ATTEMPTS + 1):
        only(remote_job).update(not_before=timezone.now())
        runner.run(remote_job.execution_id)
        assert execution_of(remote_job).attempt == attempt
        failure = QueryFailed("Exhausted resources.", retryable=True)
        work.aws.end(RemoteState("failed", "FAILED", error=failure))
        poll(remote_job)
    assert len(work.aws.token_of) == MOST_ATTEMPTS
    assert execution_of(remote_job).status == Status.FAILED


def test_somebody_cancels_in_awss_own_console(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    work.aws.end(RemoteState("cancelled", "CANCELLED"))
    poll(remote_job)
    execution = execution_of(remote_job)
    assert (execution.status, execution.error_code) == (Status.CANCELLED, "Cancelled")
    assert execution.stop_at is None


def test_a_query_that_aws_forgot_ends_failed(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    work.aws.states.clear()
    poll(remote_job)
    assert execution_of(remote_job).status == Status.WAITING
    only(remote_job).update(intended_at=timezone.now() - timedelta(minutes=2))
    poll(remote_job)
    assert execution_of(remote_job).status == Status.FAILED


@pytest.mark.parametrize("trouble", [FULL, AccessDenied("No."), QueryFailed("x", retryable=True)])
def test_a_poll_that_fails_fails_no_job(remote_job: Job, work: Work, trouble: Any) -> None:
    runner.run(remote_job.execution_id)
    work.aws.trouble = trouble
    poll(remote_job)
    execution = execution_of(remote_job)
    assert execution.status == Status.WAITING
    assert execution.poll_at
    assert execution.poll_at > timezone.now()


def test_works_of_one_place_are_asked_about_together(
    work: Work, alice: User, shop: Account
) -> None:
    jobs = [
        lifecycle.submit(alice, work.name, shop.pk, "eu-west-1", {"what": f"sheep {n}"})
        for n in range(3)
    ]
    for job in jobs:
        runner.run(job.execution_id)
    Execution.objects.update(poll_at=timezone.now())
    polling.poll(shop.pk, "eu-west-1", work.name)
    assert sorted(map(len, work.aws.polls)) == [1, 2]


def test_two_ticks_ask_once(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    poll(remote_job)
    polling.poll("111111111111", "eu-west-1", "test.work")
    assert len(work.aws.polls) == 1


def test_a_start_that_aws_has_no_room_for_waits_in_our_queue(remote_job: Job, work: Work) -> None:
    work.aws.refusal = Throttled("Too many queries are running.")
    runner.run(remote_job.execution_id)
    execution = execution_of(remote_job)
    assert (execution.status, execution.is_active) == (Status.QUEUED, False)
    only(remote_job).update(not_before=timezone.now())
    runner.run(remote_job.execution_id)
    assert execution_of(remote_job).status == Status.WAITING


def test_a_start_without_an_answer_still_counts_as_active(remote_job: Job, work: Work) -> None:
    work.aws.refusal = QueryFailed("AWS did not answer in time.", retryable=True)
    runner.run(remote_job.execution_id)
    execution = execution_of(remote_job)
    assert (execution.status, execution.is_active) == (Status.QUEUED, True)


def test_a_query_aws_refuses_ends_failed_and_needs_no_stop(remote_job: Job, work: Work) -> None:
    work.aws.refusal = QueryFailed("Syntax error.")
    runner.run(remote_job.execution_id)
    execution = execution_of(remote_job)
    assert (execution.status, execution.stop_at) == (Status.FAILED, None)


def test_cancelling_stops_the_work_on_aws(remote_job: Job, work: Work, alice: User) -> None:
    runner.run(remote_job.execution_id)
    lifecycle.cancel(alice, remote_job)
    assert execution_of(remote_job).status == Status.CANCELLED
    stop(remote_job)
    execution = execution_of(remote_job)
    assert work.aws.stops == ["aws-0"]
    assert (execution.is_active, execution.stop_at) == (False, None)
    # What AWS scanned until then is paid for.
    assert execution.statistics == {"bytes_scanned": 15}


def test_a_stop_is_tried_again_until_aws_agrees(remote_job: Job, work: Work, alice: User) -> None:
    runner.run(remote_job.execution_id)
    lifecycle.cancel(alice, remote_job)
    work.aws.stop_works = False
    stop(remote_job)
    assert execution_of(remote_job).stop_at
    work.aws.trouble = QueryFailed("The connection to AWS failed.", retryable=True)
    stop(remote_job)
    assert execution_of(remote_job).is_active
    work.aws.trouble, work.aws.stop_works = None, True
    stop(remote_job)
    assert not execution_of(remote_job).is_active
    assert work.aws.stops == ["aws-0", "aws-0"]


def test_a_start_nobody_lived_to_write_down_is_stopped_too(
    remote_job: Job, work: Work, alice: User
) -> None:
    lease = lifecycle.claim(remote_job.execution_id)
    assert lease
    lifecycle.intend(lease)
    work.aws.start(f"{remote_job.execution_id}-1")
    lifecycle.cancel(alice, remote_job)
    stop(remote_job)
    assert work.aws.stops == ["aws-0"]
    assert len(work.aws.token_of) == 1


def test_the_first_of_two_readers_who_cancels_stops_nothing(
    remote_job: Job, work: Work, alice: User, bob: User
) -> None:
    Job.objects.create(owner=bob, execution=remote_job.execution)
    runner.run(remote_job.execution_id)
    lifecycle.cancel(alice, remote_job)
    stop(remote_job)
    assert work.aws.stops == []
    assert execution_of(remote_job).status == Status.WAITING


def test_a_timeout_stops_the_work_on_aws(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    only(remote_job).update(deadline=timezone.now() - timedelta(seconds=1))
    lifecycle.sweep()
    assert execution_of(remote_job).status == Status.TIMED_OUT
    stop(remote_job)
    assert work.aws.stops == ["aws-0"]


def test_reading_on_reads_the_same_work_further(remote_job: Job, work: Work, alice: User) -> None:
    only(remote_job).update(query={"what": "sheep", "limit": 2})
    runner.run(remote_job.execution_id)
    work.aws.end()
    poll(remote_job)
    runner.run_next()
    # The made-up AWS does not cut by itself: as if its second page had been the last asked for.
    only(remote_job).update(rows=2, next_token="2")
    remote_job.refresh_from_db()
    further = lifecycle.read_on(alice, remote_job)
    runner.run_next()
    assert len(work.aws.token_of) == 1
    assert execution_of(further).rows == 1


def test_polls_of_one_place_share_their_times() -> None:
    now = timezone.now()
    young, older, old = (now - timedelta(seconds=age) for age in (1, 60, 3600))
    for since, step in ((young, 1), (older, 2), (old, 10)):
        due = next_poll(now, since, 1)
        assert timedelta(0) < due - now <= timedelta(seconds=step)
        assert due.timestamp() % step == 0


def test_a_thousand_works_are_asked_about_less_often() -> None:
    now = timezone.now()
    calls = 20
    assert next_poll(now, now, calls).timestamp() % 5 == 0


def test_the_answer_names_awss_id_of_the_work(remote_job: Job, alice: User, client: Client) -> None:
    runner.run(remote_job.execution_id)
    client.force_login(alice)
    items = client.get(f"/api/v1/jobs/{remote_job.pk}/items").json()
    assert items["awsId"] == "aws-0"
