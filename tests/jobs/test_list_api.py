"""Listing, sharing and reusing jobs over REST."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from awsdash.accounts.models import Account, User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Execution, Job
from tests.jobs.conftest import Ask, Count


@pytest.fixture
def api(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def post(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def test_jobs_are_listed_a_page_at_a_time(api: Client, ask: Ask, alice: User) -> None:
    jobs = [ask(alice, f"w{n}", ago_s=n) for n in range(3)]
    first = api.get("/api/v1/jobs?limit=2").json()
    assert [item["id"] for item in first["items"]] == [str(job.pk) for job in jobs[:2]]
    last = api.get(f"/api/v1/jobs?limit=2&cursor={first['cursor']}").json()
    assert [item["id"] for item in last["items"]] == [str(jobs[2].pk)]
    assert last["cursor"] is None


def test_filters_narrow_and_what_they_do_not_know_is_refused(
    api: Client, ask: Ask, alice: User
) -> None:
    ask(alice, "wolves")
    job = ask(alice, "sheep", status="failed")
    found = api.get("/api/v1/jobs?state=failed&q=SHE&accountId=111111111111").json()["items"]
    assert [item["id"] for item in found] == [str(job.pk)]
    assert api.get("/api/v1/jobs?state=loud").status_code == 422
    assert api.get("/api/v1/jobs?tab=all").status_code == 403
    assert api.get("/api/v1/jobs?cursor=x").status_code == 422


def test_the_cells_of_a_batch_name_it(
    api: Client, count: Count, alice: User, shop: Account
) -> None:
    batch = lifecycle.submit_batch(alice, count.name, [(shop.pk, "eu-west-1")], {"what": "x"})
    (item,) = api.get("/api/v1/jobs").json()["items"]
    assert item["batchId"] == str(batch.pk)
    assert item["owner"] == "alice"


def test_a_job_is_shared_by_its_owner_and_taken_back(
    api: Client, job: Job, carol: User, alice: User
) -> None:
    team = Group.objects.create(name="team")
    team.user_set.add(alice, carol)
    address = f"jobs/{job.pk}/share"
    assert post(api, address, {"group": "team"}).json()["sharedWith"] == ["team"]
    reader = Client()
    reader.force_login(carol)
    (item,) = reader.get("/api/v1/jobs?tab=shared").json()["items"]
    assert item["id"] == str(job.pk)
    assert post(reader, address, {"group": "team", "shared": False}).status_code == 404
    assert post(reader, f"jobs/{job.pk}/cancel", {}).status_code == 404
    assert post(api, address, {"group": "strangers"}).status_code == 422
    assert post(api, address, {"group": "team", "shared": False}).json()["sharedWith"] == []


def test_a_result_as_old_as_one_says_is_taken(api: Client, job: Job) -> None:
    runner.run(job.execution_id)
    body = {
        "operation": "test.count",
        "accountId": "111111111111",
        "region": "eu-west-1",
        "query": {"what": "sheep"},
    }
    reused = post(api, "jobs", {**body, "maxAgeS": 60}).json()
    assert reused["status"] == "succeeded"
    assert Execution.objects.count() == 1
    assert post(api, "jobs", body).json()["status"] == "queued"
    assert post(api, "jobs", {**body, "maxAgeS": -1}).status_code == 422
