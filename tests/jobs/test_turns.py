"""Who is next: AWS's limits, and people taking turns."""

import pytest
from django.utils import timezone

from awsdash.accounts.models import Account, Grant, Level, User
from awsdash.jobs import buckets, lifecycle, quotas, runner
from awsdash.jobs.models import Execution, Job, QuotaOverride, Status
from conftest import MakeUser
from services.base import Rate
from tests.jobs.conftest import Count, rows_page
from tests.jobs.remote_work import Work


@pytest.fixture
def dan(make_user: MakeUser, shop: Account) -> User:
    """May run queries in the shop, as Alice may."""
    return make_user("dan", {shop: Level.RUN})


def submit(user: User, operation: str, shop: Account, what: str) -> Job:
    return lifecycle.submit(user, operation, shop.pk, "eu-west-1", {"what": what})


def claimed() -> Execution:
    lease = lifecycle.claim_next()
    assert lease
    return Execution.objects.get(pk=lease.execution_id)


def test_with_one_persons_500_queued_anothers_first_is_among_the_next_two(
    count: Count, alice: User, dan: User, shop: Account
) -> None:
    jobs = [submit(alice, count.name, shop, f"sheep {n}") for n in range(500)]
    for _ in range(20):
        assert claimed().person == "alice"
    first = submit(dan, count.name, shop, "one goat")
    assert first.execution_id in {claimed().pk, claimed().pk}
    assert len(jobs) == 500


def test_two_people_with_many_jobs_take_turns(
    count: Count, alice: User, dan: User, shop: Account
) -> None:
    for n in range(10):
        submit(alice, count.name, shop, f"sheep {n}")
    for n in range(10):
        submit(dan, count.name, shop, f"goat {n}")
    people = [claimed().person for _ in range(8)]
    assert people.count("alice") == people.count("dan") == 4


def test_a_persons_own_jobs_stay_in_their_order(count: Count, alice: User, shop: Account) -> None:
    jobs = [submit(alice, count.name, shop, f"sheep {n}") for n in range(5)]
    assert [claimed().pk for _ in range(5)] == [job.execution_id for job in jobs]


def test_another_accounts_jobs_do_not_wait_behind_a_full_lane(
    work: Work, alice: User, shop: Account, bank: Account
) -> None:
    Grant.objects.create(group=alice.groups.get(), account=bank, level=Level.RUN)
    for n in range(4):
        submit(alice, work.name, shop, f"sheep {n}")
    other = submit(alice, work.name, bank, "a goat")
    for _ in range(3):
        assert runner.run_next()
    other.execution.refresh_from_db()
    assert other.execution.status == Status.WAITING
    assert not runner.run_next()


def test_aws_never_works_on_more_at_once_than_it_allows(
    work: Work, alice: User, shop: Account
) -> None:
    for n in range(5):
        submit(alice, work.name, shop, f"sheep {n}")
    while runner.run_next():
        pass
    assert len(work.aws.token_of) == work.most_active
    assert Execution.objects.filter(status=Status.QUEUED).count() == 3


def test_a_work_that_is_being_stopped_still_takes_its_place(
    work: Work, alice: User, shop: Account
) -> None:
    first = submit(alice, work.name, shop, "sheep 0")
    for n in range(1, 4):
        submit(alice, work.name, shop, f"sheep {n}")
    while runner.run_next():
        pass
    lifecycle.cancel(alice, first)
    assert not runner.run_next()


def test_an_administrator_may_know_better_than_the_defaults(
    work: Work, alice: User, shop: Account
) -> None:
    QuotaOverride.objects.create(account=shop, api="test:Start", most_active=4)
    quotas.forget()
    for n in range(5):
        submit(alice, work.name, shop, f"sheep {n}")
    while runner.run_next():
        pass
    quotas.forget()
    assert len(work.aws.token_of) == 4


def test_a_rate_that_is_used_up_keeps_jobs_queued_without_an_error(
    count: Count, alice: User, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count, "rate", Rate("test:Count", per_s=0.001, burst=2), raising=False)
    jobs = [submit(alice, count.name, shop, f"sheep {n}") for n in range(3)]
    while runner.run_next():
        pass
    states = [Job.objects.get(pk=job.pk).status for job in jobs]
    assert states == [Status.SUCCEEDED, Status.SUCCEEDED, Status.QUEUED]
    assert not Execution.objects.exclude(error_code="").exists()


def test_a_lookup_that_must_wait_for_its_next_call_lets_its_worker_go(
    count: Count, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count, "rate", Rate("test:Slow", per_s=0.001, burst=1), raising=False)
    Execution.objects.update(lane="111111111111/eu-west-1/test:Slow")
    count.make = lambda query, aws: iter([rows_page(0, 2, "more"), rows_page(2, 4)])
    assert runner.run_next()
    execution = Execution.objects.get()
    assert (execution.status, execution.rows, execution.error_code) == (Status.QUEUED, 2, "")
    assert execution.not_before > timezone.now()


def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait() -> None:
    rate = Rate("test:Bucket", per_s=2, burst=3)
    own = buckets._Own()
    taken = [own.take("x", 1 / rate.per_s, rate.burst) for _ in range(4)]
    assert taken[:3] == [0.0, 0.0, 0.0]
    assert 0.4 < taken[3] <= 0.5
