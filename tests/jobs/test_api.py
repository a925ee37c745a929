"""Jobs over REST."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awsdash.accounts.lifecycle import create_token
from awsdash.accounts.models import Account, Grant, User
from awsdash.jobs import runner
from awsdash.jobs.models import Job
from awsdash.jobs.reading import NUMBER
from services.base import Page
from services.errors import AccessDenied
from tests.jobs.conftest import Count, rows_page


@pytest.fixture
def api(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def submit(client: Client, **change: Any) -> Any:
    body = {
        "operation": "test.count",
        "accountId": "111111111111",
        "region": "eu-west-1",
        "query": {"resourceId": "sheep"},
        **change,
    }
    return client.post("/api/v1/jobs", body, content_type="application/json")


def test_a_job_goes_from_post_to_items(api: Client, count: Count, alice: User) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 5, "aws-token")])
    created = submit(api)
    assert created.status_code == 202
    job = created.json()
    assert job["status"] == "queued"
    assert job["query"] == {"what": "sheep", "limit": 100}

    runner.run(Job.objects.get().execution_id)

    assert api.get(f"/api/v1/jobs/{job['id']}").json()["status"] == "succeeded"
    items = api.get(f"/api/v1/jobs/{job['id']}/items?limit=2").json()
    assert items["items"][0] == {
        "n": 0,
        "at": 1_795_348_800_000,
        "word": "word 0",
        "same": "word 0",
    }
    assert items["totalItems"] == 5
    assert items["nextToken"] == "aws-token"
    assert items["statistics"] == {
        "recordsMatched": None,
        "recordsScanned": None,
        "bytesScanned": None,
    }
    assert [column["name"] for column in items["columnInfo"]] == ["n", "at", "word", "same"]


def test_the_cursor_walks_through_every_row_once(api: Client, job: Job, count: Count) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 5)])
    runner.run(job.execution_id)
    seen: list[int] = []
    wanted = {"limit": "2"}
    for _ in range(3):
        page = api.get(f"/api/v1/jobs/{job.pk}/items", wanted).json()
        seen += [item["n"] for item in page["items"]]
        wanted["cursor"] = page["cursor"]
    assert page["cursor"] is None
    assert seen == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("change", "status", "code", "told"),
    [
        ({"operation": "test.cuont"}, 404, "NotFound", "Did you mean test.count?"),
        ({"query": {"whta": "x"}}, 422, "InvalidQuery", "did you mean what?"),
        ({"query": {"what": "x", "limit": 0}}, 422, "InvalidQuery", "limit"),
        ({"region": "mars-1"}, 422, "InvalidQuery", "eu-west-1"),
        ({"accountId": "222222222222"}, 403, "AccessDenied", "Ask an administrator"),
        ({"surprise": 1}, 422, "InvalidRequest", "surprise"),
    ],
)
def test_a_bad_request_is_told_what_to_do(
    api: Client, count: Count, change: dict[str, Any], status: int, code: str, told: str
) -> None:
    answer = submit(api, **change)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert told in problem["message"] + problem["hint"]
    assert not Job.objects.exists()


def test_a_running_jobs_last_page_has_a_cursor_to_come_back_with(
    api: Client, job: Job, count: Count
) -> None:
    seen = []

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        yield rows_page(0, 2, "more")
        seen.append(api.get(f"/api/v1/jobs/{job.pk}/items").json()["cursor"])
        yield rows_page(2, 3)

    count.make = pages
    runner.run(job.execution_id)
    assert seen == ["2"]
    rest = api.get(f"/api/v1/jobs/{job.pk}/items?cursor=2").json()
    assert ([item["n"] for item in rest["items"]], rest["cursor"]) == ([2], None)


def test_a_disabled_account_is_a_conflict_not_awss_fault(
    api: Client, count: Count, shop: Account
) -> None:
    Account.objects.update(is_enabled=False)
    assert submit(api).status_code == 409


def test_a_body_that_is_no_json_is_refused(api: Client) -> None:
    answer = api.post("/api/v1/jobs", "{not json", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "BadRequest"


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "9" * 30])
def test_a_cursor_that_is_not_ours_is_refused(api: Client, job: Job, cursor: str) -> None:
    assert api.get(f"/api/v1/jobs/{job.pk}/items?cursor={cursor}").status_code == 422


def test_a_failed_job_tells_code_message_and_hint(api: Client, job: Job, count: Count) -> None:
    def denied(query: Any, aws: Any) -> Iterator[Page]:
        raise AccessDenied("No.", hint="Ask.")

    count.make = denied
    runner.run(job.execution_id)
    told = api.get(f"/api/v1/jobs/{job.pk}").json()
    assert told["status"] == "failed"
    assert told["error"] == {"code": "AccessDenied", "message": "No.", "hint": "Ask."}


def test_a_job_can_be_cancelled(api: Client, job: Job) -> None:
    assert api.post(f"/api/v1/jobs/{job.pk}/cancel").json()["status"] == "cancelled"


def test_bob_cannot_read_or_cancel_alices_job(client: Client, job: Job, bob: User) -> None:
    client.force_login(bob)
    for answer in (
        client.get(f"/api/v1/jobs/{job.pk}"),
        client.get(f"/api/v1/jobs/{job.pk}/items"),
        client.post(f"/api/v1/jobs/{job.pk}/cancel"),
    ):
        assert answer.status_code == 404
    job.refresh_from_db()
    assert job.status == "queued"


def test_a_colleague_with_the_same_grant_does_not_see_the_job(
    client: Client, job: Job, carol: User
) -> None:
    client.force_login(carol)
    assert client.get(f"/api/v1/jobs/{job.pk}").status_code == 404


def test_alice_loses_her_result_with_her_grant(api: Client, job: Job, shop: Account) -> None:
    Grant.objects.filter(account=shop).delete()
    assert api.get(f"/api/v1/jobs/{job.pk}/items").status_code == 404


def test_a_bearer_token_speaks_for_its_person(client: Client, job: Job, alice: User) -> None:
    token = create_token(alice, "script")
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"/api/v1/jobs/{job.pk}", headers=headers).status_code == 200


@pytest.mark.parametrize("fate", ["unknown", "expired", "deactivated"])
def test_a_token_that_is_not_valid_is_refused(client: Client, alice: User, fate: str) -> None:
    expires = timezone.now() - timedelta(seconds=1) if fate == "expired" else None
    token = create_token(alice, "script", expires) if fate != "unknown" else "awsdash_guess"
    if fate == "deactivated":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    answer = client.get("/api/v1/accounts", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "NotAuthenticated"


def test_a_session_cannot_post_without_its_csrf_token(alice: User, count: Count) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert submit(client).status_code == 403


def test_items_come_through_a_lens(api: Client, job: Job, count: Count) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 20)])
    runner.run(job.execution_id)
    found = api.get(f"/api/v1/jobs/{job.pk}/items?search=word+1&sort=-n&limit=3").json()
    assert [item["n"] for item in found["items"]] == [19, 18, 17]
    assert NUMBER not in found["items"][0]
    assert found["totalItems"] == 11
    refused = api.get(f"/api/v1/jobs/{job.pk}/items?sort=nope")
    assert refused.status_code == 422
    assert refused.json()["hint"] == "Sort by a column's head."
    assert api.get(f"/api/v1/jobs/{job.pk}/items?level=loud").status_code == 422


def test_what_was_asked_is_kept_as_it_was_written(api: Client) -> None:
    body = {
        "operation": "cloudwatch_logs.filter_events",
        "accountId": "111111111111",
        "region": "eu-west-1",
        "query": {"resourceId": "/a", "start_time": "-3h"},
    }
    api.post("/api/v1/jobs", body, content_type="application/json")
    assert Job.objects.get().asked == {"logGroupName": "/a", "startTime": "-3h"}
