"""How the list of jobs scales: a matter of the plan, never of a clock."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.jobs import lifecycle
from awsdash.jobs.filters import ACTIVE, ALL, SHARED, Filters, jobs_for
from awsdash.jobs.glancing import active_count
from awsdash.jobs.listing import PER_PAGE, Place, after, sheet_of
from awsdash.jobs.models import Job
from tests.jobs.conftest import Ask, Count

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plans")
BEFORE = Place(timezone.now(), Job().pk)


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def plan_of(found: Any) -> str:
    sql, parameters = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        return "\n".join(row[3] for row in cursor.fetchall())


@on_sqlite
@pytest.mark.parametrize("before", [None, BEFORE])
def test_a_page_is_read_from_the_index_of_its_owners_jobs(
    alice: User, before: Place | None
) -> None:
    plan = plan_of(after(jobs_for(alice, Filters()), before)[:51])
    assert "SEARCH jobs_job USING INDEX jobs_of_owner" in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


@on_sqlite
@pytest.mark.parametrize("before", [None, BEFORE])
def test_everybodys_are_read_from_the_index_of_their_time(root: User, before: Place | None) -> None:
    plan = plan_of(after(jobs_for(root, Filters(tab=ALL)), before)[:51])
    assert "jobs_job USING INDEX jobs_job_created_at" in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


@on_sqlite
def test_what_is_shared_is_found_by_its_groups_and_what_runs_by_its_state(
    alice: User, root: User
) -> None:
    shared = plan_of(after(jobs_for(alice, Filters(tab=SHARED)), None)[:51])
    assert "SEARCH jobs_job USING INDEX sqlite_autoindex_jobs_job_1 (id=?)" in shared
    active = plan_of(after(jobs_for(root, Filters(tab=ALL, state=ACTIVE)), None)[:51])
    assert "SEARCH jobs_job USING INDEX jobs_job_execution_id" in active
    assert "USING INDEX queued_in_turn" in active


@on_sqlite
def test_the_badge_looks_at_open_executions_only(alice: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        active_count(alice)
    (query,) = queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
        plan = "\n".join(row[3] for row in cursor.fetchall())
    assert "jobs_of_owner" not in plan
    assert plan.count("SEARCH jobs_job USING INDEX jobs_job_execution_id") == 3


def test_a_poll_takes_as_many_queries_for_many_as_for_few(
    page: Client, ask: Ask, alice: User, count: Count, shop: Account
) -> None:
    def queries() -> int:
        seen = sheet_of(alice, Filters(), None).etag
        with CaptureQueriesContext(connection) as captured:
            assert page.get(f"/jobs/poll/?seen={seen}").status_code == 204
        return len(captured)

    lifecycle.submit_batch(alice, count.name, [(shop.pk, "eu-west-1")], {"what": "x"})
    few = queries()
    for n in range(PER_PAGE + 5):
        ask(alice, f"w{n}")
    for n in range(3):
        lifecycle.submit_batch(alice, count.name, [(shop.pk, "eu-west-1")], {"what": f"x{n}"})
    assert queries() == few == 5  # session, person, jobs, batches, their cells
