"""The fragment that a job's page polls."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from awsdash.accounts.models import User
from awsdash.jobs import runner
from awsdash.jobs.models import Execution, Job
from services.base import Page, Row
from services.errors import NotFound, Throttled
from tests.jobs.conftest import Count, rows_page


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_an_unchanged_poll_has_no_body_and_says_when_to_ask_again(page: Client, job: Job) -> None:
    answer = page.get(f"/jobs/{job.pk}/poll/?seen={job.etag}")
    assert answer.status_code == 204
    assert answer.content == b""
    assert int(answer["Poll-Delay-Ms"]) > 0


def test_a_changed_job_comes_as_a_fragment_that_polls_no_more_once_it_ended(
    page: Client, job: Job
) -> None:
    running = page.get(f"/jobs/{job.pk}/poll/?seen=other").content.decode()
    assert f"/jobs/{job.pk}/poll/?seen={job.etag}" in running
    runner.run(job.execution_id)
    ended = page.get(f"/jobs/{job.pk}/poll/?seen={job.etag}").content.decode()
    assert "data-poll" not in ended
    assert "word 2" in ended


def test_the_page_contains_the_very_fragment_that_polling_returns(page: Client, job: Job) -> None:
    runner.run(job.execution_id)
    fragment = page.get(f"/jobs/{job.pk}/poll/").content.decode()
    whole = page.get(f"/jobs/{job.pk}/").content.decode()
    table = fragment[fragment.index("<table") : fragment.index("</table>")]
    assert table in whole
    assert "<html" not in fragment


def test_rows_come_a_hundred_at_a_time_and_the_rest_in_sight(
    page: Client, job: Job, count: Count
) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 250)])
    runner.run(job.execution_id)
    whole = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "word 99<" in whole
    assert "word 100<" not in whole
    assert 'class="gap" data-offset="200" data-rows="50"' in whole
    last = page.get(f"/jobs/{job.pk}/rows/?offset=200").content.decode()
    assert last.count("<tr") == 50
    assert 'data-row="249" aria-rowindex="251"' in last


@pytest.mark.parametrize("offset", ["x", "-5", "9" * 30])
def test_an_offset_that_makes_no_sense_shows_the_first_rows(
    page: Client, job: Job, offset: str
) -> None:
    runner.run(job.execution_id)
    assert "word 0" in page.get(f"/jobs/{job.pk}/rows/?offset={offset}").content.decode()


def test_the_address_says_what_is_looked_for(page: Client, job: Job, count: Count) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 20)])
    runner.run(job.execution_id)
    answer = page.get(f"/jobs/{job.pk}/look/?search=ORD+7&sort=-n&level=")
    assert answer["HX-Replace-Url"] == f"/jobs/{job.pk}/?search=ORD+7&sort=-n"
    found = answer.content.decode()
    assert "w<mark>ord</mark> 1<mark>7</mark>" in found
    assert "of <b>2</b> that match <b>ORD 7</b>, 20 read" in found
    assert found.index("1<mark>7</mark>") < found.index(" <mark>7</mark>")
    whole = page.get(answer["HX-Replace-Url"]).content.decode()
    assert found[found.index("<table") : found.index("</table>")] in whole
    assert 'value="ORD 7"' in whole


def test_a_search_that_finds_nothing_offers_all_rows(page: Client, job: Job) -> None:
    runner.run(job.execution_id)
    shown = page.get(f"/jobs/{job.pk}/look/?search=zzz").content.decode()
    assert "None of 3 rows matches <b>zzz</b>" in shown
    assert "Show all rows" in shown


@pytest.mark.parametrize("lens", ["level=loud", "sort=nope"])
def test_a_lens_that_cannot_be_is_told(page: Client, job: Job, lens: str) -> None:
    runner.run(job.execution_id)
    answer = page.get(f"/jobs/{job.pk}/?{lens}")
    assert answer.status_code == 422
    assert lens.partition("=")[2] in answer.content.decode()


def test_a_running_jobs_poll_keeps_the_search(page: Client, job: Job) -> None:
    shown = page.get(f"/jobs/{job.pk}/?search=two+words").content.decode()
    assert f"poll/?seen={job.etag}&amp;search=two+words" in shown


def test_a_row_is_shown_whole_with_what_narrows_the_query_to_it(
    page: Client, job: Job, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = '{"order": {"id": "o-1", "tags": ["<b>", null]}}'
    count.make = lambda query, aws: iter([Page([{"n": 1, "at": 0, "word": word}])])
    monkeypatch.setattr(Count, "document", lambda self, row: ("word", json.loads(row["word"])))

    def narrow(self: Any, query: Any, row: Any, path: Any) -> Any:
        return {"what": row["word"]} if path == ("word", "order", "id") else None

    monkeypatch.setattr(Count, "narrow", narrow)
    runner.run(job.execution_id)
    shown = page.get(f"/jobs/{job.pk}/row/0/").content.decode()
    assert '<span class="text">o-1</span>' in shown
    assert "&lt;b&gt;" in shown
    assert '<span class="number">null</span>' in shown
    assert shown.count("Filter by this") == 2  # as a title, and for who listens
    assert "/run/test.count/?what=%7B%22order" in shown
    assert page.get(f"/jobs/{job.pk}/row/1/").status_code == 404


def test_what_is_nested_without_end_is_cut_and_said_so(
    page: Client, job: Job, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = [deep]
    document = {"deep": deep, "wide": list(range(1000))}
    monkeypatch.setattr(Count, "document", lambda self, row: ("word", document))
    runner.run(job.execution_id)
    shown = page.get(f"/jobs/{job.pk}/row/0/").content.decode()
    assert "The rest is in the text." in shown
    assert shown.count("<li>") <= 400


def read_all(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_a_download_has_what_is_shown(page: Client, job: Job, count: Count) -> None:
    rows: list[Row] = [
        {"n": 1, "at": 5, "word": 'a "quoted", word'},
        {"n": 2, "at": None, "word": None},
    ]
    count.make = lambda query, aws: iter([Page(rows)])
    runner.run(job.execution_id)
    address = f"/jobs/{job.pk}/download/"
    assert read_all(page.get(address)) == (
        'n,at,word\r\n1,1970-01-01T00:00:00.005Z,"a ""quoted"", word"\r\n2,,\r\n'
    )
    lines = read_all(page.get(f"{address}?format=jsonl&search=quoted")).splitlines()
    assert [json.loads(line) for line in lines] == [rows[0]]
    refused = page.get(f"{address}?format=exe")
    assert refused.status_code == 422
    assert "Offered are csv, jsonl" in refused.content.decode()


def test_refresh_asks_the_same_anew(page: Client, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(asked={"what": "wolves", "limit": 5})
    answer = page.post(f"/jobs/{job.pk}/again/", headers={"HX-Request": "true"})
    newest = Job.objects.first()
    assert newest
    assert newest.pk != job.pk
    assert newest.execution.query["what"] == "wolves"
    assert answer["HX-Push-Url"] == f"/jobs/{newest.pk}/"


def test_reading_on_shows_the_rows_of_both(page: Client, job: Job, count: Count) -> None:
    def pages(query: Any, aws: Any) -> Iterator[Page]:
        first = 2 if query.next_token else 0
        yield rows_page(first, first + 2, None if first else "onward")

    count.make = pages
    runner.run(job.execution_id)
    assert "Read on" in page.get(f"/jobs/{job.pk}/").content.decode()
    page.post(f"/jobs/{job.pk}/further/")
    further = Job.objects.first()
    assert further
    runner.run(further.execution_id)
    shown = page.get(f"/jobs/{further.pk}/").content.decode()
    assert all(f"word {n}<" in shown for n in range(4))
    assert "Read on" not in shown


def test_the_cost_is_told_as_far_as_it_is_known(
    page: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.run(job.execution_id)
    assert "free of charge" not in page.get(f"/jobs/{job.pk}/").content.decode()
    monkeypatch.setattr(Count, "price", lambda self, statistics: Decimal(0))
    assert "free of charge" in page.get(f"/jobs/{job.pk}/").content.decode()
    monkeypatch.setattr(Count, "price", lambda self, statistics: Decimal("0.005"))
    assert "$0.0050" in page.get(f"/jobs/{job.pk}/").content.decode()


def test_times_are_in_the_zone_of_the_cookie(page: Client, job: Job) -> None:
    runner.run(job.execution_id)
    page.cookies["zone"] = "Asia/Kolkata"
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "At (Asia/Kolkata)" in shown
    page.cookies["zone"] = "../../etc/passwd"
    assert "At (UTC)" in page.get(f"/jobs/{job.pk}/").content.decode()


def test_rows_are_text_never_markup(page: Client, job: Job, count: Count) -> None:
    row = {"n": 1, "at": 0, "word": "<script>alert(1)</script>"}
    count.make = lambda query, aws: iter([Page([row])])
    runner.run(job.execution_id)
    assert b"&lt;script&gt;alert(1)" in page.get(f"/jobs/{job.pk}/").content


def test_an_error_is_shown_with_its_hint(page: Client, job: Job, count: Count) -> None:
    def missing(query: Any, aws: Any) -> Iterator[Page]:
        raise NotFound("The log group does not exist.", hint="Check the name.")

    count.make = missing
    runner.run(job.execution_id)
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "The log group does not exist." in shown
    assert "Check the name." in shown


def test_a_job_that_is_tried_again_says_why_and_forgets_it_when_it_succeeds(
    page: Client, job: Job, count: Count
) -> None:
    def throttled(query: Any, aws: Any) -> Iterator[Page]:
        raise Throttled("Rate exceeded")

    count.make = throttled
    runner.run(job.execution_id)
    waiting = page.get(f"/jobs/{job.pk}/poll/").content.decode()
    assert "Rate exceeded It is tried again by itself" in waiting
    assert 'role="alert"' not in waiting
    Execution.objects.update(not_before=job.created_at)
    count.make = lambda query, aws: iter([rows_page(0, 1)])
    runner.run(job.execution_id)
    assert "Rate exceeded" not in page.get(f"/jobs/{job.pk}/poll/").content.decode()


def test_what_a_signed_in_person_saw_is_not_cached(page: Client, job: Job) -> None:
    assert "no-store" in page.get(f"/jobs/{job.pk}/")["Cache-Control"]


def test_a_truncated_result_says_so(page: Client, job: Job, count: Count) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 3, "more")])
    runner.run(job.execution_id)
    assert "there is more in AWS" in page.get(f"/jobs/{job.pk}/").content.decode()


def test_cancel_works_with_and_without_javascript(page: Client, job: Job) -> None:
    fragment = page.post(f"/jobs/{job.pk}/cancel/", headers={"HX-Request": "true"})
    assert "cancelled" in fragment.content.decode()
    assert page.post(f"/jobs/{job.pk}/cancel/")["Location"] == f"/jobs/{job.pk}/"


def test_an_expired_session_sends_the_whole_page_to_the_sign_in(client: Client, job: Job) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/jobs/{job.pk}/"}
    answer = client.get(f"/jobs/{job.pk}/poll/", headers=headers)
    assert answer["HX-Redirect"] == f"/sign-in/?next=%2Fjobs%2F{job.pk}%2F"


@pytest.mark.parametrize("number", ["9" * 12, "9" * 30])
def test_a_row_beyond_all_rows_is_not_there(page: Client, job: Job, number: str) -> None:
    runner.run(job.execution_id)
    assert page.get(f"/jobs/{job.pk}/row/{number}/").status_code == 404


@pytest.mark.parametrize("search", ["x" * 5000, "nul\x00l", "ü%_'\"", " ".join("abcdefghijklmnop")])
def test_a_strange_search_finds_nothing_and_breaks_nothing(
    page: Client, job: Job, search: str
) -> None:
    runner.run(job.execution_id)
    assert page.get(f"/jobs/{job.pk}/look/", {"search": search}).status_code == 200
