"""The fragment that a job's page polls."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from awsdash.accounts.models import User
from awsdash.jobs import runner
from awsdash.jobs.models import Execution, Job
from services.base import Page
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
    table = fragment[fragment.index("<table>") : fragment.index("</table>")]
    assert table in whole
    assert "<html" not in fragment


def test_rows_are_shown_a_hundred_at_a_time(page: Client, job: Job, count: Count) -> None:
    count.make = lambda query, aws: iter([rows_page(0, 250)])
    runner.run(job.execution_id)
    first = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "1 to 100 of 250" in first
    last = page.get(f"/jobs/{job.pk}/?offset=200").content.decode()
    assert "201 to 250 of 250" in last
    assert "word 249" in last


@pytest.mark.parametrize("offset", ["x", "-5", "9" * 30])
def test_an_offset_that_makes_no_sense_shows_the_first_rows(
    page: Client, job: Job, offset: str
) -> None:
    runner.run(job.execution_id)
    assert "word 0" in page.get(f"/jobs/{job.pk}/?offset={offset}").content.decode()


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
    assert "Rate exceeded: it is tried again by itself" in waiting
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
