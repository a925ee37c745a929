"""SQL over results as a job: whose results it reads, what it leaves, who may see it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from awsdash.accounts.models import Account, Grant, Level, User
from awsdash.audit.models import Event
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Batch, Execution, Job
from awsdash.jobs.reading import NUMBER, Reader
from awsdash.sandbox.lifecycle import submit_sql
from services.base import Column, Page
from services.errors import InvalidQuery, NotFound
from tests.jobs.conftest import Count, rows_page


def counted(user: User, account: Account, what: str = "sheep") -> Job:
    """A job whose result has the rows 0 to 2."""
    job = lifecycle.submit(user, "test.count", account.pk, "eu-west-1", {"what": what})
    runner.run(job.execution_id)
    return job


def ran(job: Job) -> Execution:
    runner.run(job.execution_id)
    return Execution.objects.get(pk=job.execution_id)


def rows_of(execution: Execution) -> list[dict[str, Any]]:
    assert (execution.error_message, execution.status) == ("", "succeeded")
    return [
        {name: value for name, value in row.items() if name != NUMBER}
        for row in Reader(execution).rows(0, 100)
    ]


@pytest.fixture
def result(count: Count, alice: User, shop: Account) -> Job:
    return counted(alice, shop)


def test_a_result_is_a_table_by_the_name_of_its_job(result: Job, alice: User) -> None:
    text = f"SELECT word, n * 2 AS twice FROM job_{result.pk.hex} ORDER BY n DESC"
    job = submit_sql(alice, {"sql": text})
    assert rows_of(ran(job)) == [
        {"word": "word 2", "twice": 4},
        {"word": "word 1", "twice": 2},
        {"word": "word 0", "twice": 0},
    ]


@pytest.mark.parametrize("reference", ["{0}", "{0.hex}", "job_{0.hex}", "JOB_{0.hex}"])
def test_a_table_may_have_a_name_of_its_own(result: Job, alice: User, reference: str) -> None:
    tables = {"Sheep": reference.format(result.pk)}
    job = submit_sql(alice, {"sql": "SELECT count(*) AS c FROM sheep", "tables": tables})
    assert rows_of(ran(job)) == [{"c": 3}]
    assert job.execution.query["tables"] == {"Sheep": f"job_{result.pk.hex}"}


def test_times_are_times_and_come_back_as_such(result: Job, alice: User) -> None:
    text = f"""SELECT date_trunc('hour', "at") AS hour, count(*) AS c FROM job_{result.pk.hex}
               GROUP BY ALL"""
    execution = ran(submit_sql(alice, {"sql": text}))
    assert [(c.name, c.kind) for c in execution.columns] == [
        ("hour", "timestamp"),
        ("c", "integer"),
    ]
    assert rows_of(execution) == [{"hour": 1_795_348_800_000 // 3_600_000 * 3_600_000, "c": 3}]


def test_the_job_is_like_any_other(result: Job, alice: User, shop: Account) -> None:
    job = submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}", "limit": 2})
    assert Event.objects.get(action="job.submit", target=str(job.pk)).actor == alice
    execution = ran(job)
    assert execution.account is None
    assert list(execution.touches.all()) == [shop]
    assert (execution.rows, execution.statistics) == (2, {"records_scanned": 3})


def test_what_was_not_cut_off_is_counted(result: Job, alice: User) -> None:
    execution = ran(submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"}))
    assert execution.statistics == {"records_matched": 3, "records_scanned": 3}
    assert execution.next_token is None


def test_an_answer_is_a_table_too(result: Job, alice: User) -> None:
    first = submit_sql(alice, {"sql": f'SELECT n AS "a b" FROM job_{result.pk.hex}'})
    ran(first)
    second = submit_sql(alice, {"sql": f'SELECT sum("a b") AS s FROM job_{first.pk.hex}'})
    assert rows_of(ran(second)) == [{"s": 3}]
    assert second.execution.touches.count() == 1


def test_all_parts_of_a_result_that_was_read_on_are_there(
    count: Count, alice: User, shop: Account
) -> None:
    def pages(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(3, 5) if query.next_token else rows_page(0, 3, "more")

    count.make = pages
    job = lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": "x", "limit": 3})
    runner.run(job.execution_id)
    Execution.objects.filter(pk=job.execution_id).update(next_token="more", status="succeeded")
    job.execution.refresh_from_db()
    further = lifecycle.read_on(alice, job)
    runner.run(further.execution_id)
    asked = submit_sql(alice, {"sql": f"SELECT n FROM job_{further.pk.hex} ORDER BY n"})
    assert [row["n"] for row in rows_of(ran(asked))] == [0, 1, 2, 3, 4]


@pytest.fixture
def two_cells(count: Count, alice: User, shop: Account, bank: Account) -> Batch:
    """One query in the shop and in the bank, both done."""
    Grant.objects.create(group=alice.groups.get(), account=bank, level=Level.RUN)
    targets = [(shop.pk, "eu-west-1"), (bank.pk, "eu-west-1")]
    batch = lifecycle.submit_batch(alice, count.name, targets, {"what": "sheep"})
    for job in batch.jobs.all():
        runner.run(job.execution_id)
    return batch


def test_a_batch_is_one_table_that_tells_account_and_region(two_cells: Batch, alice: User) -> None:
    text = f"""SELECT account, "accountId" AS id, region, count(*) AS c
               FROM batch_{two_cells.pk.hex}
               GROUP BY ALL ORDER BY id"""
    job = submit_sql(alice, {"sql": text})
    assert rows_of(ran(job)) == [
        {"account": "shop", "id": "111111111111", "region": "eu-west-1", "c": 3},
        {"account": "bank", "id": "222222222222", "region": "eu-west-1", "c": 3},
    ]
    assert job.execution.touches.count() == 2


def test_a_target_that_was_tried_again_counts_once(
    two_cells: Batch, alice: User, bank: Account
) -> None:
    cells = Execution.objects.filter(jobs__batch=two_cells, account=bank)
    cells.update(status="failed")
    lifecycle.retry_failed(alice, two_cells)
    for job in two_cells.jobs.filter(execution__status="queued"):
        runner.run(job.execution_id)
    job = submit_sql(alice, {"sql": f"SELECT count(*) AS c FROM batch_{two_cells.pk.hex}"})
    assert rows_of(ran(job)) == [{"c": 6}]


def test_a_batch_with_a_column_that_duckdb_keeps_for_itself_is_told_so(
    count: Count, alice: User, shop: Account
) -> None:
    columns = (Column("file_index", "file_index", "integer", ""),)
    count.make = lambda query, aws: iter([Page([{"file_index": 7}], columns=columns)])
    batch = lifecycle.submit_batch(alice, count.name, [(shop.pk, "eu-west-1")], {"what": "x"})
    job = batch.jobs.get()
    runner.run(job.execution_id)
    execution = ran(submit_sql(alice, {"sql": f"FROM batch_{batch.pk.hex}"}))
    assert "cannot be a table" in execution.error_message
    assert rows_of(ran(submit_sql(alice, {"sql": f"FROM job_{job.pk.hex}"}))) == [{"file_index": 7}]


def test_cells_out_of_sight_are_no_rows(two_cells: Batch, alice: User, bank: Account) -> None:
    Grant.objects.filter(account=bank, group__in=alice.groups.all()).delete()
    job = submit_sql(alice, {"sql": f"SELECT DISTINCT account FROM batch_{two_cells.pk.hex}"})
    assert rows_of(ran(job)) == [{"account": "shop"}]


def test_an_account_that_came_into_sight_since_is_not_read(
    two_cells: Batch, alice: User, bank: Account
) -> None:
    """Who sees the answer was judged by the accounts that were asked for."""
    grants = Grant.objects.filter(account=bank, group__in=alice.groups.all())
    grants.delete()
    job = submit_sql(alice, {"sql": f"SELECT DISTINCT account FROM batch_{two_cells.pk.hex}"})
    Grant.objects.create(group=alice.groups.get(), account=bank, level=Level.RUN)
    assert rows_of(ran(job)) == [{"account": "shop"}]


def test_bob_cannot_ask_alices_result(result: Job, bob: User, carol: User) -> None:
    for person in (bob, carol):
        with pytest.raises(NotFound, match="There is no result"):
            submit_sql(person, {"sql": f"FROM job_{result.pk.hex}"})
        with pytest.raises(NotFound, match="There is no result"):
            submit_sql(person, {"sql": "FROM x", "tables": {"x": str(result.pk)}})
    assert not Job.objects.filter(owner__in=[bob, carol]).exists()


def test_bob_cannot_name_alices_file(result: Job, count: Count, bob: User, bank: Account) -> None:
    own = counted(bob, bank)
    path = default_storage.path(result.execution.parts.get().name)
    for text in (
        f"FROM '{path}'",
        f"FROM read_parquet('{path}')",
        f"FROM parquet_scan(['{path}'])",
    ):
        execution = ran(submit_sql(bob, {"sql": f"SELECT * FROM job_{own.pk.hex}, ({text})"}))
        assert (execution.status, execution.error_code) == ("failed", "InvalidQuery")
        assert execution.rows == 0


def test_an_answer_is_seen_by_its_owner_while_they_may_see_its_accounts(
    result: Job, alice: User, bob: User
) -> None:
    job = submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"})
    assert Job.objects.visible_to(alice).filter(pk=job.pk).exists()
    assert not Job.objects.visible_to(bob).filter(pk=job.pk).exists()
    alice.groups.clear()
    assert not Job.objects.visible_to(alice).filter(pk=job.pk).exists()


def test_who_lost_the_account_while_it_waited_gets_nothing(result: Job, alice: User) -> None:
    job = submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"})
    alice.groups.clear()
    execution = ran(job)
    assert (execution.status, execution.error_code, execution.rows) == ("failed", "AccessDenied", 0)


def test_a_result_that_is_no_longer_shared_is_not_read(
    result: Job, carol: User, alice: User, count: Count
) -> None:
    result.groups.add(carol.groups.get())
    job = submit_sql(carol, {"sql": f"FROM job_{result.pk.hex}"})
    result.groups.clear()
    execution = ran(job)
    assert (execution.status, execution.error_code) == ("failed", "NotFound")


def test_a_result_shared_with_a_group_is_a_table_to_it(result: Job, carol: User) -> None:
    result.groups.add(carol.groups.get())
    assert len(rows_of(ran(submit_sql(carol, {"sql": f"FROM job_{result.pk.hex}"})))) == 3


def test_a_deleted_result_is_told_so(result: Job, alice: User) -> None:
    job = submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"})
    Execution.objects.filter(pk=result.execution_id).update(
        purged_at=timezone.now() - timedelta(days=1)
    )
    execution = ran(job)
    assert execution.error_code == "NotFound"
    assert "was deleted" in execution.error_message


def test_a_result_whose_files_are_gone_is_told_so(result: Job, alice: User) -> None:
    default_storage.delete(result.execution.parts.get().name)
    execution = ran(submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"}))
    assert execution.error_code == "NotFound"
    assert "is gone" in execution.error_message


def test_a_result_without_rows_is_an_empty_table(count: Count, alice: User, shop: Account) -> None:
    count.make = lambda query, aws: iter([Page([])])
    empty = counted(alice, shop)
    execution = ran(submit_sql(alice, {"sql": f"SELECT n, word FROM job_{empty.pk.hex}"}))
    assert rows_of(execution) == []
    assert [column.name for column in execution.columns] == ["n", "word"]


def test_sql_without_a_table_is_fine(alice: User) -> None:
    assert rows_of(ran(submit_sql(alice, {"sql": "SELECT 6 * 7 AS answer"}))) == [{"answer": 42}]


def test_a_wrong_query_fails_as_a_job_with_its_place(result: Job, alice: User) -> None:
    execution = ran(submit_sql(alice, {"sql": f"SELECT nope\nFROM job_{result.pk.hex}"}))
    assert (execution.status, execution.error_code) == ("failed", "InvalidQuery")
    assert execution.error_message.startswith("Line 1, column 8: ")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({}, "sql: Field required"),
        ({"sql": ""}, "at least 1 character"),
        ({"sql": " \n"}, "write a SELECT"),
        ({"sql": "x" * 100_001}, "at most 100000 characters"),
        ({"sql": "SELECT '\ud800'"}, "sql"),
        ({"sql": "SELECT '\x00'"}, "NUL is not allowed"),
        ({"sql": "SELECT 1", "limit": 0}, "greater than or equal to 1"),
        ({"sql": "SELECT 1", "limit": 1_000_001}, "less than or equal to 1000000"),
        ({"sql": "SELECT 1", "nextToken": "x"}, "SQL has no nextToken"),
        ({"sql": "SELECT 1", "tabels": {}}, "did you mean tables"),
        ({"sql": "SELECT 1", "tables": {"a b": str(uuid4())}}, "is no name"),
        ({"sql": "SELECT 1", "tables": {"a": "nonsense"}}, "nonsense is no result"),
        ({"sql": "SELECT 1", "tables": {"a": "/etc/passwd"}}, "is no result"),
        ({"sql": "SELECT 1", "tables": {"a": str(uuid4()), "A": str(uuid4())}}, "capitals"),
        ({"sql": "SELECT 1", "tables": {f"t{n}": str(uuid4()) for n in range(21)}}, "there are 21"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_why(
    alice: User, raw: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidQuery, match=told):
        submit_sql(alice, raw)
    assert not Job.objects.exists()


def test_a_persons_third_query_waits(result: Job, alice: User, root: User) -> None:
    for _ in range(3):
        submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"})
    others = submit_sql(root, {"sql": f"FROM job_{result.pk.hex}"})
    leases = [lifecycle.claim_next() for _ in range(4)]
    claimed = [lease.execution_id for lease in leases if lease]
    assert len(claimed) == 3
    assert others.execution_id in claimed
    assert leases[-1] is None


def test_a_query_that_was_interrupted_begins_anew(result: Job, alice: User) -> None:
    job = submit_sql(alice, {"sql": f"FROM job_{result.pk.hex}"})
    ran(job)
    Execution.objects.filter(pk=job.execution_id).update(status="queued", finished_at=None)
    assert len(rows_of(ran(job))) == 3
