"""One query on many targets: all or none, partial failure, trying again, and one merged result."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from awsdash.accounts.models import Account, Grant, Level, Region, User
from awsdash.audit.models import Event
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.batch_pages import BatchPage, page_of
from awsdash.jobs.batches import board_of
from awsdash.jobs.models import Batch, Job, Status
from awsdash.jobs.reading import Lens
from services.base import Page
from services.errors import AccessDenied, InvalidQuery, NotEnabled, NotFound
from tests.jobs.conftest import Count, rows_page

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")


@pytest.fixture
def both(alice: User, shop: Account, bank: Account) -> list[tuple[str, str]]:
    """The targets of two accounts in three regions, in all of which alice may run queries."""
    for account in (shop, bank):
        account.regions.set(Region.objects.filter(pk__in=REGIONS))
    grant(alice, bank, Level.RUN)
    return [(account.pk, region) for account in (shop, bank) for region in REGIONS]


def grant(user: User, account: Account, level: Level) -> None:
    Grant.objects.create(group=user.groups.get(), account=account, level=level)


@pytest.fixture
def batch(count: Count, alice: User, both: list[tuple[str, str]]) -> Batch:
    return lifecycle.submit_batch(alice, count.name, both, {"what": "sheep"})


def run_all(batch: Batch) -> None:
    for job in batch.jobs.filter(execution__status=Status.QUEUED):
        runner.run(job.execution_id)


def only_in(*places: tuple[str, str]) -> Any:
    """What is to be counted is at these places alone; AWS knows nothing of it elsewhere."""

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        if (aws.account_id, aws.region) not in places:
            raise NotFound("There are no sheep here.")
        yield rows_page(0, 2)

    return pages


def page(user: User, batch: Batch, lens: Lens | None = None) -> BatchPage:
    return page_of(user, batch, lens or Lens())


def states(user: User, batch: Batch) -> dict[str, str]:
    cells = board_of(user, batch).cells
    return {f"{cell.account} {cell.region}": cell.status for cell in cells}


def test_each_target_gets_a_job_and_the_audit_trail_names_each(
    batch: Batch, both: list[tuple[str, str]]
) -> None:
    jobs = batch.jobs.select_related("execution")
    assert {(j.execution.account_id, j.execution.region) for j in jobs} == set(both)
    told = Event.objects.filter(action="job.submit")
    assert {(e.fields["account"], e.fields["region"]) for e in told} == set(both)
    assert Event.objects.get(action="batch.submit").target == str(batch.pk)


def test_a_target_that_is_named_twice_is_asked_once(
    count: Count, alice: User, both: list[tuple[str, str]]
) -> None:
    batch = lifecycle.submit_batch(alice, count.name, [*both, *both], {"what": "sheep"})
    assert batch.jobs.count() == len(both)


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        (("333333333333", "eu-west-1"), AccessDenied, "333333333333"),
        (("111111111111", "mars-1"), InvalidQuery, "mars-1 is not enabled for shop"),
        (("nul\x00l", "eu-west-1"), AccessDenied, "nul"),
    ],
)
def test_one_bad_target_refuses_them_all_by_its_name(
    count: Count,
    alice: User,
    both: list[tuple[str, str]],
    wrong: tuple[str, str],
    error: type[Exception],
    told: str,
) -> None:
    with pytest.raises(error, match=told):
        lifecycle.submit_batch(alice, count.name, [*both, wrong], {"what": "sheep"})
    assert not Batch.objects.exists()
    assert not Job.objects.exists()


def test_a_disabled_account_is_named(count: Count, alice: User, both: Any, bank: Account) -> None:
    Account.objects.filter(pk=bank.pk).update(is_enabled=False)
    with pytest.raises(NotEnabled, match="bank"):
        lifecycle.submit_batch(alice, count.name, both, {"what": "sheep"})


def test_no_target_is_none_and_too_many_are_too_many(count: Count, alice: User) -> None:
    for targets in ([], [("111111111111", f"region-{n}") for n in range(1_001)]):
        with pytest.raises(InvalidQuery, match="targets"):
            lifecycle.submit_batch(alice, count.name, targets, {"what": "sheep"})


@pytest.fixture
def hundred(alice: User, shop: Account) -> list[tuple[str, str]]:
    """A hundred targets: 25 accounts in four regions."""
    regions = list(Region.objects.filter(pk__in=[*REGIONS, "eu-north-1"]))
    accounts = [
        Account(pk=f"{400_000_000_000 + n}", name=f"team-{n}", credential=shop.credential)
        for n in range(25)
    ]
    Account.objects.bulk_create(accounts)
    for account in accounts:
        account.regions.set(regions)
        grant(alice, account, Level.RUN)
    return [(account.pk, region.code) for account in accounts for region in regions]


def test_a_hundred_targets_take_few_statements(
    count: Count, alice: User, hundred: list[tuple[str, str]]
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as submitting:
        batch = lifecycle.submit_batch(alice, count.name, hundred, {"what": "sheep"})
    # What is inserted goes in some statements, as many as the database takes values at once.
    inserts = [q for q in submitting if q["sql"].startswith("INSERT")]
    assert len(submitting) - len(inserts) <= 12
    assert len(inserts) <= 12
    Job.objects.filter(batch=batch).update(cancelled_at=batch.created_at)
    with CaptureQueriesContext(connection) as retrying:
        assert lifecycle.retry_failed(alice, batch) == 100
    assert len(retrying) <= 30
    with CaptureQueriesContext(connection) as looking:
        assert len(page(alice, batch).board.cells) == 100
    assert len(looking) == 2
    with CaptureQueriesContext(connection) as cancelling:
        assert lifecycle.cancel_batch(alice, batch) == 100
    assert len(cancelling) <= 12


def test_a_failure_here_and_there_leaves_the_rest_usable(
    count: Count, alice: User, batch: Batch, shop: Account, bank: Account
) -> None:
    count.make = only_in((shop.pk, "eu-west-1"), (bank.pk, "us-east-1"))
    run_all(batch)
    shown = page(alice, batch)
    assert states(alice, batch) == {
        "bank eu-central-1": "failed",
        "bank eu-west-1": "failed",
        "bank us-east-1": "succeeded",
        "shop eu-central-1": "failed",
        "shop eu-west-1": "succeeded",
        "shop us-east-1": "failed",
    }
    assert (shown.status, shown.is_final) == ("failed", True)
    assert (shown.board.done, shown.board.rows, shown.board.retryable) == (6, 4, 4)
    assert shown.reader.total == 4
    (reason,) = shown.board.reasons
    assert (reason.code, len(reason.cells)) == ("NotFound", 4)


def test_rows_are_merged_newest_first_each_with_its_account_and_region(
    count: Count, alice: User, batch: Batch, shop: Account, bank: Account
) -> None:
    count.make = only_in((shop.pk, "eu-west-1"), (bank.pk, "us-east-1"))
    run_all(batch)
    reader = page(alice, batch).reader
    names = [column.name for column in reader.columns if column.in_table]
    assert names == ["account", "region", "n", "at", "word"]
    rows = reader.rows(0, 10)
    assert [(r["n"], r["account"], r["region"]) for r in rows] == [
        (1, "bank", "us-east-1"),
        (1, "shop", "eu-west-1"),
        (0, "bank", "us-east-1"),
        (0, "shop", "eu-west-1"),
    ]
    by_account = page(alice, batch, Lens(sort="-account")).reader.rows(0, 10)
    assert [r["account"] for r in by_account] == ["shop", "shop", "bank", "bank"]
    found = page(alice, batch, Lens(search="shop")).reader
    assert {r["account"] for r in found.rows(0, 10)} == {"shop"}


def test_what_is_there_already_can_be_read_while_others_run(
    count: Count, alice: User, batch: Batch
) -> None:
    first = batch.jobs.all()[0]
    runner.run(first.execution_id)
    shown = page(alice, batch)
    assert (shown.status, shown.is_final, shown.board.done) == ("running", False, 1)
    assert shown.reader.total == 3


def test_every_visible_change_makes_another_etag(count: Count, alice: User, batch: Batch) -> None:
    seen = {page(alice, batch).etag}
    runner.run(batch.jobs.all()[0].execution_id)
    seen.add(page(alice, batch).etag)
    lifecycle.cancel(alice, batch.jobs.all()[1])
    seen.add(page(alice, batch).etag)
    assert page(alice, batch).etag in seen
    lifecycle.retry_failed(alice, batch)
    seen.add(page(alice, batch).etag)
    assert len(seen) == 4


def test_only_what_failed_is_tried_again_with_the_query_as_it_was(
    count: Count, alice: User, batch: Batch, shop: Account
) -> None:
    count.make = only_in((shop.pk, "eu-west-1"))
    run_all(batch)
    succeeded = batch.jobs.get(execution__status=Status.SUCCEEDED)
    assert lifecycle.retry_failed(alice, batch) == 5
    assert page(alice, batch).status == "queued" or page(alice, batch).board.done == 1
    count.make = lambda query, aws: iter([rows_page(0, 1)])
    run_all(batch)
    shown = page(alice, batch)
    assert shown.status == "succeeded"
    assert len(shown.board.cells) == 6
    assert shown.reader.total == 2 + 5
    assert succeeded.pk in {cell.job.pk for cell in shown.board.cells}
    queries = {str(job.execution.query) for job in batch.jobs.select_related("execution")}
    assert len(queries) == 1
    assert lifecycle.retry_failed(alice, batch) == 0


def test_one_cell_is_tried_again_alone(
    count: Count, alice: User, batch: Batch, shop: Account
) -> None:
    count.make = only_in()
    run_all(batch)
    assert lifecycle.retry_failed(alice, batch, [(shop.pk, "eu-west-1")]) == 1
    assert states(alice, batch)["shop eu-west-1"] == "queued"
    assert list(states(alice, batch).values()).count("failed") == 5


def test_where_one_may_not_run_any_more_the_old_job_stays(
    count: Count, alice: User, batch: Batch, bank: Account
) -> None:
    count.make = only_in()
    run_all(batch)
    Grant.objects.filter(account=bank).update(level=Level.VIEW)
    assert lifecycle.retry_failed(alice, batch) == 3
    Grant.objects.all().update(level=Level.VIEW)
    run_all(batch)
    with pytest.raises(AccessDenied):
        lifecycle.retry_failed(alice, batch)


def test_cancel_ends_all_that_has_not_ended(count: Count, alice: User, batch: Batch) -> None:
    runner.run(batch.jobs.all()[0].execution_id)
    assert lifecycle.cancel_batch(alice, batch) == 5
    assert sorted(states(alice, batch).values()) == ["cancelled"] * 5 + ["succeeded"]
    assert not batch.jobs.filter(execution__status=Status.QUEUED).exists()
    assert lifecycle.cancel_batch(alice, batch) == 0
    assert Event.objects.get(action="batch.cancel").fields == {"jobs": 5}


def test_cancel_leaves_the_work_that_somebody_else_waits_for(
    count: Count, alice: User, batch: Batch, root: User, shop: Account
) -> None:
    same = lifecycle.submit(root, count.name, shop.pk, "eu-west-1", {"what": "sheep"})
    lifecycle.cancel_batch(alice, batch)
    same.refresh_from_db()
    assert same.status == "queued"
    assert states(alice, batch)["shop eu-west-1"] == "cancelled"


def test_nobody_but_its_owner_and_an_administrator_changes_a_batch(
    count: Count, alice: User, batch: Batch, bob: User, root: User
) -> None:
    batch.groups.add(bob.groups.get())
    for change in (lifecycle.cancel_batch, lifecycle.retry_failed):
        with pytest.raises(AccessDenied, match="Only its owner"):
            change(bob, batch)
    assert lifecycle.cancel_batch(root, batch) == 6
    assert lifecycle.retry_failed(root, batch) == 6
    # What the administrator tries again in alice's batch is hers to see.
    assert set(states(alice, batch).values()) == {"queued"}


def test_cells_of_an_account_one_may_not_view_are_hidden_and_counted(
    count: Count, alice: User, batch: Batch, bob: User, root: User
) -> None:
    run_all(batch)
    batch.groups.add(bob.groups.get())
    board = board_of(bob, batch)
    assert {str(cell.account) for cell in board.cells} == {"bank"}
    assert board.hidden == 3
    assert {row["account"] for row in page(bob, batch).reader.rows(0, 99)} == {"bank"}
    assert board_of(root, batch).hidden == 0


def test_a_batch_is_shown_to_nobody_else(alice: User, batch: Batch, bob: User, root: User) -> None:
    assert not Batch.objects.visible_to(bob).exists()
    assert Batch.objects.visible_to(root).exists()
    others = Group.objects.create(name="others")
    batch.groups.add(others)
    assert not Batch.objects.visible_to(bob).exists()


def test_the_same_again_is_a_new_batch_on_the_same_targets(
    count: Count, alice: User, batch: Batch, both: list[tuple[str, str]]
) -> None:
    again = lifecycle.submit_batch_again(alice, batch)
    jobs = again.jobs.select_related("execution")
    assert again.pk != batch.pk
    assert {(j.execution.account_id, j.execution.region) for j in jobs} == set(both)
    assert again.asked == batch.asked


def test_forty_cells_are_counted_by_state(
    count: Count, alice: User, hundred: list[tuple[str, str]]
) -> None:
    batch = lifecycle.submit_batch(alice, count.name, hundred[:40], {"what": "sheep"})
    for place, job in enumerate(batch.jobs.all()):
        count.make = only_in() if place < 2 else lambda query, aws: iter([rows_page(0, 10)])
        if place < 37:
            runner.run(job.execution_id)
    board = board_of(alice, batch)
    assert dict(board.counts) == {"queued": 3, "succeeded": 35, "failed": 2}
    assert (board.done, board.rows) == (37, 350)
    assert [(share.state, share.start, share.cells) for share in board.shares] == [
        ("succeeded", 0, 35),
        ("failed", 35, 2),
        ("queued", 37, 3),
    ]
