"""What a job's page says of its state, and what a poll of it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awsdash.accounts.models import Account, Grant, User
from awsdash.jobs import lifecycle, polling, runner
from awsdash.jobs.glancing import glance
from awsdash.jobs.models import Execution, Job, Status
from awsdash.jobs.standing import Standing
from tests.jobs.conftest import Ask, Count, execution_of, only
from tests.jobs.remote_work import Work

Told = Callable[[Job], list[str]]


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def team(alice: User, bob: User, carol: User) -> Group:
    group = Group.objects.create(name="team")
    group.user_set.add(alice, bob, carol)
    return group


def told(job: Job) -> list[str]:
    return Standing(Job.objects.select_related("execution__account").get(pk=job.pk)).sentences


def submit(user: User, operation: Any, account: Account, *whats: str) -> list[Job]:
    return [
        lifecycle.submit(user, operation.name, account.pk, "eu-west-1", {"what": what})
        for what in whats
    ]


def test_a_queued_job_waits_for_a_worker(job: Job) -> None:
    assert told(job) == ["waiting for a free worker"]


def test_a_queued_job_tells_its_place(ask: Ask, alice: User) -> None:
    first, second = ask(alice, "a"), ask(alice, "b")
    assert told(first) == ["waiting for a free worker"]
    assert told(second) == ["waiting for a free worker; 1 before this one"]


def test_a_job_that_aws_has_no_room_for_says_so(work: Work, alice: User, shop: Account) -> None:
    jobs = submit(alice, work, shop, "a", "b", "c", "d")
    assert told(jobs[1]) == ["AWS takes 1000 a second here; 1 before this one"]
    for job in jobs[:2]:
        runner.run(job.execution_id)
    assert told(jobs[2]) == ["at most 2 run at once here; this one is next"]
    assert told(jobs[3]) == ["at most 2 run at once here; 1 before this one"]


def test_a_waiting_job_tells_awss_own_word(remote_job: Job, work: Work) -> None:
    runner.run(remote_job.execution_id)
    assert told(remote_job) == ["AWS works on it"]
    only(remote_job).update(aws_state="IN_QUEUE")
    assert told(remote_job) == ["AWS says: in queue"]
    only(remote_job).update(ready_at=timezone.now())
    assert told(remote_job) == ["AWS is done; its result comes"]


def test_what_is_tried_again_tells_why(job: Job) -> None:
    later = timezone.now() + timedelta(minutes=1)
    only(job).update(error_code="Throttled", error_message="Rate exceeded.", not_before=later)
    assert told(job) == ["Rate exceeded. It is tried again by itself."]
    only(job).update(attempt=2)
    assert "attempt 2" in told(job)


def test_a_result_that_was_there_already_tells_its_age(
    count: Count, alice: User, shop: Account
) -> None:
    (first,) = submit(alice, count, shop, "a")
    runner.run(first.execution_id)
    only(first).update(finished_at=timezone.now() - timedelta(minutes=7))
    second = lifecycle.submit(
        alice, count.name, shop.pk, "eu-west-1", {"what": "a"}, max_age_s=3_600
    )
    assert second.execution_id == first.execution_id
    assert told(second) == ["read from a result that was 7 min old"]


def test_a_cancelled_job_is_polled_until_aws_is_told(
    page: Client, remote_job: Job, work: Work, alice: User
) -> None:
    runner.run(remote_job.execution_id)
    lifecycle.cancel(alice, remote_job)
    shown = page.get(f"/jobs/{remote_job.pk}/").content.decode()
    assert "AWS is being told to stop" in shown
    address = shown.split('id="progress"')[1].split('data-poll="')[1].split('"')[0]
    assert page.get(address).status_code == 204
    only(remote_job).update(stop_at=timezone.now())
    polling.stop(remote_job.execution_id)
    stopped = page.get(address).content.decode()
    assert "data-poll" not in stopped
    assert "AWS is being told" not in stopped


def test_one_reader_who_cancels_waits_for_nothing_more(
    page: Client, count: Count, alice: User, root: User, shop: Account
) -> None:
    (mine,) = submit(alice, count, shop, "a")
    (others,) = submit(root, count, shop, "a")
    assert mine.execution_id == others.execution_id
    lifecycle.cancel(alice, mine)
    shown = page.get(f"/jobs/{mine.pk}/").content.decode()
    assert 'id="progress" class="sheet" data-poll' not in shown
    assert execution_of(others).status == Status.QUEUED


def test_a_place_that_changes_is_a_change(page: Client, ask: Ask, alice: User) -> None:
    first, second = ask(alice, "a"), ask(alice, "b")
    seen = Standing(second).etag
    assert page.get(f"/jobs/{second.pk}/poll/?seen={seen}").status_code == 204
    lifecycle.cancel(alice, first)
    assert page.get(f"/jobs/{second.pk}/poll/?seen={seen}").status_code == 200


def test_an_unchanged_poll_takes_three_queries(page: Client, remote_job: Job) -> None:
    runner.run(remote_job.execution_id)
    seen = Standing(Job.objects.get(pk=remote_job.pk)).etag
    with CaptureQueriesContext(connection) as queries:
        assert page.get(f"/jobs/{remote_job.pk}/poll/?seen={seen}").status_code == 204
    tables = [query["sql"].partition("FROM ")[2].split()[0] for query in queries]
    assert tables == ['"django_session"', '"accounts_user"', '"jobs_job"']
    assert '"jobs_execution"."query"' not in queries[-1]["sql"]


def test_a_glance_finds_what_is_visible_and_nothing_else(
    job: Job, alice: User, bob: User, carol: User, root: User, shop: Account, team: Group
) -> None:
    def agree(*seeing: User) -> None:
        for person in (alice, bob, carol, root):
            found = Job.objects.visible_to(person).filter(pk=job.pk).exists()
            assert (glance(person, job.pk) is not None) == found == (person in seeing), person

    agree(alice, root)
    lifecycle.share(alice, job, team, shared=True)
    agree(alice, carol, root)
    only(job).update(account=None, region="")
    agree(alice, bob, carol, root)
    job.execution.touches.add(shop)
    agree(alice, carol, root)
    Grant.objects.filter(account=shop).delete()
    agree(root)
    assert glance(root, uuid4()) is None


def test_a_glance_tells_what_a_standing_needs(remote_job: Job, alice: User) -> None:
    runner.run(remote_job.execution_id)
    only(remote_job).update(stop_at=timezone.now())
    Job.objects.filter(pk=remote_job.pk).update(cancelled_at=timezone.now())
    whole, seen = Job.objects.get(pk=remote_job.pk), glance(alice, remote_job.pk)
    assert seen is not None
    assert (seen.created_at, seen.cancelled_at) == (whole.created_at, whole.cancelled_at)
    assert seen.execution.stop_at == whole.execution.stop_at
    assert Standing(seen).etag == Standing(whole).etag


def test_a_waiting_page_asks_no_more_often_than_aws_is_asked(
    page: Client, remote_job: Job, job: Job
) -> None:
    runner.run(remote_job.execution_id)
    seen = Standing(Job.objects.get(pk=remote_job.pk)).etag
    waiting = page.get(f"/jobs/{remote_job.pk}/poll/?seen={seen}")
    queued = page.get(f"/jobs/{job.pk}/poll/?seen={Standing(job).etag}")
    assert int(waiting["Poll-Delay-Ms"]) >= 1_000 > int(queued["Poll-Delay-Ms"])
    for age, most in ((timedelta(minutes=4), 2_000), (timedelta(hours=1), 5_000)):
        Job.objects.filter(pk=remote_job.pk).update(created_at=timezone.now() - age)
        answer = page.get(f"/jobs/{remote_job.pk}/poll/?seen={seen}")
        assert int(answer["Poll-Delay-Ms"]) == most


def test_a_job_nobody_sees_is_not_there_for_a_poll(page: Client, root: User, count: Count) -> None:
    (theirs,) = submit(root, count, Account.objects.get(pk="111111111111"), "a")
    assert page.get(f"/jobs/{theirs.pk}/poll/?seen={theirs.etag}").status_code == 404


def test_work_on_stored_results_shows_its_page(page: Client, job: Job, shop: Account) -> None:
    only(job).update(account=None, region="")
    Execution.objects.get(pk=job.execution_id).touches.add(shop)
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "from stored results" in shown


@pytest.mark.parametrize(("age", "expected"), [("0", 2), ("3600", 1)])
def test_refresh_takes_a_result_as_old_as_one_says(
    page: Client, job: Job, age: str, expected: int
) -> None:
    runner.run(job.execution_id)
    page.post(f"/jobs/{job.pk}/again/", {"maxAgeS": age})
    assert Execution.objects.count() == expected
    assert page.post(f"/jobs/{job.pk}/again/", {"maxAgeS": "x"}).status_code == 422
