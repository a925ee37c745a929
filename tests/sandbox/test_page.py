"""The page of SQL over results, and its REST route."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from awsdash.accounts.models import Account, Grant, Level, User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Execution, Job
from tests.jobs.conftest import Count

HTMX = {"HX-Request": "true"}


@pytest.fixture
def result(count: Count, alice: User, shop: Account) -> Job:
    job = lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": "sheep"})
    runner.run(job.execution_id)
    return job


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def newest() -> Job:
    return Job.objects.latest("created_at")


def test_the_page_offers_own_results_as_tables_with_their_columns(
    page: Client, result: Job
) -> None:
    shown = page.get("/sql/").content.decode()
    assert f'data-insert="job_{result.pk.hex}"' in shown
    for column in ("n", "at", "word"):
        assert f'data-insert="{column}"' in shown
    assert "Count <b>sheep</b>" in shown
    assert "shop eu-west-1" in shown
    assert "3 rows" in shown


def test_without_a_result_the_page_says_what_to_do(page: Client) -> None:
    assert b"Run a query first" in page.get("/sql/").content


def test_a_batch_is_offered_with_its_targets(
    page: Client, count: Count, alice: User, shop: Account, bank: Account
) -> None:
    Grant.objects.create(group=alice.groups.get(), account=bank, level=Level.RUN)
    targets = [(shop.pk, "eu-west-1"), (bank.pk, "eu-west-1")]
    batch = lifecycle.submit_batch(alice, count.name, targets, {"what": "sheep"})
    for job in batch.jobs.all():
        runner.run(job.execution_id)
    shown = page.get("/sql/").content.decode()
    assert f'data-insert="batch_{batch.pk.hex}"' in shown
    assert "2 targets" in shown
    assert 'data-insert="accountId"' in shown
    given = page.get("/sql/", {"batch": str(batch.pk)}).content.decode()
    assert f"FROM batch_{batch.pk.hex}" in given


def test_a_jobs_page_leads_to_sql_over_it(page: Client, result: Job) -> None:
    shown = page.get(f"/jobs/{result.pk}/").content.decode()
    assert f'href="/sql/?job={result.pk}"' in shown
    given = page.get("/sql/", {"job": str(result.pk)}).content.decode()
    assert f"SELECT *\nFROM job_{result.pk.hex}\nLIMIT 100" in given


def test_bob_is_offered_nothing_of_alices(client: Client, bob: User, result: Job) -> None:
    client.force_login(bob)
    assert result.pk.hex not in client.get("/sql/").content.decode()
    assert client.get("/sql/", {"job": str(result.pk)}).status_code == 404
    answer = client.post("/sql/", {"sql": f"FROM job_{result.pk.hex}"})
    assert answer.status_code == 422
    assert b"There is no result" in answer.content
    assert not Job.objects.filter(owner=bob).exists()


@pytest.mark.parametrize("given", [{"job": "x"}, {"batch": "0"}, {"job": "../../etc"}])
def test_an_address_that_names_nothing_is_a_page_that_says_so(
    page: Client, given: dict[str, str]
) -> None:
    assert page.get("/sql/", given).status_code == 404


def test_posted_sql_becomes_a_job_with_its_own_address(page: Client, result: Job) -> None:
    text = f"SELECT word, n\nFROM job_{result.pk.hex}\nORDER BY n DESC"
    answer = page.post("/sql/", {"sql": text, "limit": "2"}, headers=HTMX)
    job = newest()
    assert answer["HX-Push-Url"] == f"/jobs/{job.pk}/"
    assert job.execution.query["limit"] == 2
    assert "queued" in answer.content.decode()
    runner.run(job.execution_id)
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "SELECT word, n" in shown
    assert "word 2" in shown
    assert "Cut off after 2 rows" in shown
    assert "call" not in shown.partition('data-announce="succeeded')[2].partition("</div>")[0]


def test_a_whole_answer_is_not_called_cut_off(page: Client, result: Job) -> None:
    page.post("/sql/", {"sql": f"SELECT n FROM job_{result.pk.hex}", "limit": "3"})
    runner.run(newest().execution_id)
    assert b"Cut off" not in page.get(f"/jobs/{newest().pk}/").content


def test_without_javascript_the_form_leads_to_the_job(page: Client) -> None:
    answer = page.post("/sql/", {"sql": "SELECT 1 AS x"})
    assert answer["Location"] == f"/jobs/{newest().pk}/"


def test_no_rows_are_not_blamed_on_aws(page: Client, result: Job) -> None:
    page.post("/sql/", {"sql": f"SELECT n FROM job_{result.pk.hex} WHERE false"})
    runner.run(newest().execution_id)
    shown = page.get(f"/jobs/{newest().pk}/").content
    assert b"The query found no rows" in shown
    assert b"AWS found no rows" not in shown


def test_an_error_is_shown_with_its_place(page: Client, result: Job) -> None:
    page.post("/sql/", {"sql": f"SELECT nope FROM job_{result.pk.hex}"})
    runner.run(newest().execution_id)
    shown = page.get(f"/jobs/{newest().pk}/").content.decode()
    assert "Line 1, column 8: Referenced column" in shown


@pytest.mark.parametrize(
    ("posted", "told"),
    [
        ({"sql": ""}, "at least 1 character"),
        ({"sql": "SELECT 1", "limit": "many"}, "valid integer"),
        ({"sql": "SELECT 1", "limit": "0"}, "greater than or equal to 1"),
        ({"sql": "SELECT '\x00'"}, "NUL is not allowed"),
        ({"sql": "SELECT 1", "tables": "{"}, "no JSON"),
        ({"sql": "SELECT 1", "tables": "[" * 100_000}, "no JSON"),
        ({"sql": "SELECT 1", "tables": '["x"]'}, "valid dictionary"),
        ({"sql": f"FROM job_{'0' * 32}"}, "There is no result"),
    ],
)
def test_a_bad_request_is_told_in_the_form_and_keeps_what_was_typed(
    page: Client, posted: dict[str, str], told: str
) -> None:
    answer = page.post("/sql/", posted, headers=HTMX)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#query"
    assert told in answer.content.decode()
    if "\x00" not in posted["sql"]:
        assert posted["sql"] in answer.content.decode()
    assert not Job.objects.exists()


def test_names_of_ones_own_survive_asking_again(page: Client, result: Job) -> None:
    asked = {"sql": "SELECT count(*) AS c FROM sheep", "tables": {"sheep": str(result.pk)}}
    page.post("/api/v1/sql", asked, content_type="application/json")
    first = newest()
    shown = page.get(f"/jobs/{first.pk}/").content.decode()
    assert f"{{&quot;sheep&quot;: &quot;{result.pk}&quot;}}" in shown
    page.post(f"/jobs/{first.pk}/again/")
    assert newest() != first
    assert newest().execution.query == first.execution.query


def test_every_fragment_of_an_answer_is_served(page: Client, result: Job) -> None:
    page.post("/sql/", {"sql": f"SELECT word, n FROM job_{result.pk.hex} ORDER BY n"})
    job = newest()
    runner.run(job.execution_id)
    for part in ("poll/", "look/?search=word&sort=-n", "rows/?offset=0", "row/1/", "download/"):
        assert page.get(f"/jobs/{job.pk}/{part}").status_code == 200, part
    assert b"word,n" in b"".join(page.get(f"/jobs/{job.pk}/download/"))
    assert b"results" in page.get("/jobs/").content


def test_the_api_runs_sql_and_shows_its_items(page: Client, result: Job) -> None:
    body = {
        "sql": "SELECT s.word, s.n * 2 AS twice FROM s ORDER BY n",
        "tables": {"s": str(result.pk)},
        "limit": 2,
    }
    answer = page.post("/api/v1/sql", body, content_type="application/json")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["operation"], told["accountId"], told["status"]) == ("results.sql", None, "queued")
    runner.run(Execution.objects.latest("created_at").pk)
    done = page.get(f"/api/v1/jobs/{told['id']}").json()
    assert done["statistics"]["recordsMatched"] is None
    assert done["statistics"]["recordsScanned"] == 3
    items = page.get(f"/api/v1/jobs/{told['id']}/items").json()
    assert items["items"] == [{"word": "word 0", "twice": 0}, {"word": "word 1", "twice": 2}]
    assert [column["kind"] for column in items["columnInfo"]] == ["text", "integer"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 422, "sql"),
        ({"sql": "SELECT 1", "limit": 2_000_000}, 422, "1000000"),
        ({"sql": "SELECT 1", "nope": 1}, 422, "nope"),
        ({"sql": f"FROM batch_{'0' * 32}"}, 404, "There is no result"),
    ],
)
def test_the_api_tells_what_is_wrong(
    page: Client, body: dict[str, Any], status: int, told: str
) -> None:
    answer = page.post("/api/v1/sql", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert told in json.dumps(answer.json())


def test_a_deep_link_prefills_the_editor(page: Client) -> None:
    shown = page.get(f"/sql/?{urlencode({'sql': 'SELECT 1 -- <b>'})}").content.decode()
    assert "SELECT 1 -- &lt;b&gt;" in shown
