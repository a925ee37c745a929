"""People who ask the same share the work, not the access."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from awsdash.accounts.models import Account, Credential, Grant, Level, Region, User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Execution, Job, Status
from conftest import MakeUser
from services.errors import AccessDenied
from tests.jobs.conftest import Count


@pytest.fixture
def dan(make_user: MakeUser, shop: Account) -> User:
    """May run queries in the shop, as Alice may."""
    return make_user("dan", {shop: Level.RUN})


def submit(user: User, count: Count, shop: Account, max_age_s: float = 0) -> Job:
    query = {"what": "sheep"}
    return lifecycle.submit(user, count.name, shop.pk, "eu-west-1", query, max_age_s=max_age_s)


def test_a_second_job_reads_the_one_in_flight(
    count: Count, alice: User, dan: User, shop: Account
) -> None:
    first, second = submit(alice, count, shop), submit(dan, count, shop)
    assert first.execution_id == second.execution_id
    runner.run(first.execution_id)
    assert {job.status for job in Job.objects.all()} == {Status.SUCCEEDED}


def test_a_fresh_result_is_read_again_and_an_old_one_is_not(
    count: Count, alice: User, dan: User, shop: Account
) -> None:
    first = submit(alice, count, shop)
    runner.run(first.execution_id)
    assert submit(dan, count, shop).execution_id != first.execution_id
    Job.objects.exclude(pk=first.pk).delete()
    Execution.objects.exclude(pk=first.execution_id).delete()
    assert submit(dan, count, shop, max_age_s=60).execution_id == first.execution_id
    Execution.objects.update(finished_at=timezone.now() - timedelta(seconds=61))
    assert submit(dan, count, shop, max_age_s=60).execution_id != first.execution_id


@pytest.mark.parametrize("change", ["query", "region", "credential"])
def test_another_request_is_another_execution(
    count: Count, alice: User, shop: Account, change: str
) -> None:
    first = submit(alice, count, shop)
    match change:
        case "query":
            query = {"what": "goats"}
            second = lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", query)
        case "region":
            shop.regions.add(Region.objects.get(pk="eu-central-1"))
            query = {"what": "sheep"}
            second = lifecycle.submit(alice, count.name, shop.pk, "eu-central-1", query)
        case _:
            # Another role may see other things.
            Credential.objects.update(role_arn="arn:aws:iam::111111111111:role/other")
            second = submit(alice, count, shop)
    assert first.execution_id != second.execution_id


def test_what_changes_something_is_nobody_elses(
    count: Count, alice: User, dan: User, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count, "may_share", lambda query: False, raising=False)
    assert submit(alice, count, shop).execution_id != submit(dan, count, shop).execution_id


def test_a_cancelled_or_failed_execution_is_not_shared(
    count: Count, alice: User, shop: Account
) -> None:
    first = submit(alice, count, shop)
    lifecycle.cancel(alice, first)
    assert submit(alice, count, shop, max_age_s=60).execution_id != first.execution_id


def test_a_purged_result_is_not_shared(count: Count, alice: User, shop: Account) -> None:
    first = submit(alice, count, shop)
    runner.run(first.execution_id)
    Execution.objects.update(purged_at=timezone.now())
    assert submit(alice, count, shop, max_age_s=60).execution_id != first.execution_id


def test_sharing_gives_nobody_access(count: Count, alice: User, bob: User, shop: Account) -> None:
    submit(alice, count, shop)
    with pytest.raises(AccessDenied):
        submit(bob, count, shop)


def test_the_work_goes_on_for_those_who_still_may(
    count: Count, alice: User, dan: User, shop: Account
) -> None:
    first = submit(alice, count, shop)
    submit(dan, count, shop)
    Grant.objects.filter(group__in=alice.groups.all()).delete()
    runner.run(first.execution_id)
    execution = Execution.objects.get()
    assert execution.status == Status.SUCCEEDED
    assert [job.owner for job in Job.objects.visible_to(alice)] == []
    assert [job.owner for job in Job.objects.visible_to(dan)] == [dan]


@pytest.mark.django_db(transaction=True)
def test_fifty_identical_submits_are_one_execution(
    count: Count, alice: User, shop: Account
) -> None:
    together = Barrier(10)

    def ask(_: int) -> None:
        together.wait()
        for _ in range(5):
            submit(alice, count, shop)
        connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(ask, range(10)))
    assert Execution.objects.count() == 1
    assert Job.objects.count() == 50
