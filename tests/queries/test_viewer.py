"""The generic viewer: the form made of a Query, and what it does when posted."""

import re

import pytest
from django.test import Client

from awsdash.accounts.models import User
from awsdash.jobs.models import Job

VIEWER = "/run/cloudwatch_logs.filter_events/"
TARGET = {"accountId": "111111111111", "region": "eu-west-1"}


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_an_address_prefills_the_form(page: Client) -> None:
    shown = page.get(
        VIEWER,
        {**TARGET, "logGroupName": "/aws/lambda/f", "logStreamNames": ["a b", "c"], "limit": "7"},
    ).content.decode()
    assert 'value="/aws/lambda/f"' in shown
    assert 'value="a b"' in shown
    assert 'value="c"' in shown
    assert 'value="7"' in shown
    assert "data-autorun" not in shown


@pytest.mark.parametrize(
    ("site", "runs"), [("same-origin", True), ("cross-site", False), ("none", False), (None, False)]
)
def test_only_a_link_of_our_own_runs_at_once(page: Client, site: str | None, runs: bool) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    shown = page.get(VIEWER, {**TARGET, "run": "1"}, headers=headers).content
    assert (b"data-autorun" in shown) is runs


def test_a_text_option_that_reads_like_a_boolean_stays_text(page: Client) -> None:
    shown = page.get(VIEWER, {**TARGET, "filterPattern": "false", "startFromHead": "false"})
    assert b'name="filterPattern" value="false"' in shown.content
    box = re.search(r'<input[^>]*name="startFromHead"[^>]*>', shown.content.decode())
    assert box
    assert "checked" not in box[0]


def test_opening_a_link_starts_no_job(page: Client) -> None:
    page.get(VIEWER, {**TARGET, "logGroupName": "/a", "run": "1"})
    assert not Job.objects.exists()


def test_a_posted_form_becomes_a_job_with_its_own_address(page: Client) -> None:
    posted = {**TARGET, "logGroupName": "/a", "limit": "50", "logStreamNames": [" x  y ", "z", ""]}
    answer = page.post(VIEWER, posted, headers={"HX-Request": "true"})
    job = Job.objects.get()
    assert answer["HX-Push-Url"] == f"/jobs/{job.pk}/"
    assert job.execution.query["logStreamNames"] == ["x  y", "z"]
    assert job.execution.query["limit"] == 50
    assert job.execution.query["startFromHead"] is False
    assert "queued" in answer.content.decode()


def test_without_javascript_the_form_leads_to_the_job(page: Client) -> None:
    answer = page.post(VIEWER, {**TARGET, "logGroupName": "/a"})
    assert answer["Location"] == f"/jobs/{Job.objects.get().pk}/"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"logGroupName": ""}, "Field required"),
        ({"limit": "many"}, "valid integer"),
        ({"logGroupName": "nul\x00l"}, "NUL is not allowed"),
        ({"startTime": "1969-01-01"}, "no time before 1970"),
        ({"limit": "99999"}, "less than or equal to 10000"),
        ({"startTime": "yesterdayish"}, "write an ISO time"),
        ({"startTime": "now", "endTime": "-1h"}, "startTime must not be after endTime"),
        ({"region": "mars-1"}, "Not enabled for this account"),
    ],
)
def test_a_bad_option_is_told_beside_it_and_keeps_what_was_typed(
    page: Client, change: dict[str, str], told: str
) -> None:
    posted = {**TARGET, "logGroupName": "/a", "filterPattern": "?KEEP ?ME", **change}
    answer = page.post(VIEWER, posted, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#query"
    assert told in answer.content.decode()
    assert "?KEEP ?ME" in answer.content.decode()
    assert not Job.objects.exists()


def test_without_javascript_a_bad_option_is_told_on_the_whole_page(page: Client) -> None:
    answer = page.post(VIEWER, TARGET)
    assert answer.status_code == 422
    assert b"<html" in answer.content
    assert b"Field required" in answer.content


def test_bob_cannot_run_in_alices_account(client: Client, bob: User, alice: User) -> None:
    client.force_login(bob)
    answer = client.post(VIEWER, {**TARGET, "logGroupName": "/a"})
    assert answer.status_code == 403
    assert b"Ask an administrator" in answer.content
    assert b"shop" not in client.get(VIEWER).content


def test_a_viewer_is_offered_no_account_to_run_in(client: Client, carol: User) -> None:
    client.force_login(carol)
    shown = client.get(VIEWER).content
    assert b"111111111111" not in shown
    assert b"You may not run queries in any account" in shown


def test_a_jobs_page_shows_its_query_in_the_form(page: Client) -> None:
    page.post(VIEWER, {**TARGET, "logGroupName": "/a", "startTime": "2026-11-22"})
    shown = page.get(f"/jobs/{Job.objects.get().pk}/").content.decode()
    assert 'value="/a"' in shown
    assert 'value="2026-11-22 00:00:00"' in shown


def test_an_unknown_operation_is_a_page_that_names_the_near_one(page: Client) -> None:
    answer = page.get("/run/cloudwatch_logs.filter_event/")
    assert answer.status_code == 404
    assert b"Did you mean cloudwatch_logs.filter_events?" in answer.content


def test_a_relative_time_stays_relative_in_the_form_and_is_fixed_in_the_query(
    page: Client,
) -> None:
    page.post(VIEWER, {**TARGET, "logGroupName": "/a", "startTime": "-3h"})
    job = Job.objects.get()
    assert job.asked["startTime"] == "-3h"
    assert re.fullmatch(r"2\d{3}-.*Z", job.execution.query["startTime"])
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert 'name="startTime" form="query" value="-3h"' in shown
    assert "<b data-shown>Last 3 hours</b>" in shown


def test_a_time_without_a_zone_is_meant_in_the_readers(page: Client) -> None:
    page.cookies["zone"] = "Asia/Kolkata"
    page.post(VIEWER, {**TARGET, "logGroupName": "/a", "startTime": "2026-11-22 10:30"})
    job = Job.objects.get()
    assert job.execution.query["startTime"] == "2026-11-22T05:00:00Z"
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert 'value="2026-11-22 10:30:00"' in shown


def test_a_bad_folded_option_is_unfolded(page: Client) -> None:
    answer = page.post(VIEWER, {**TARGET, "logGroupName": "/a", "limit": "0"})
    assert '<details class="folded" open>' in answer.content.decode()
    answer = page.post(VIEWER, {**TARGET, "logGroupName": ""})
    assert '<details class="folded" >' in answer.content.decode()


def test_what_has_several_lines_is_written_in_an_area(page: Client) -> None:
    sql = "SELECT 1\nFROM t\n"
    shown = page.get("/run/athena.run_sql/", {**TARGET, "sql": sql}).content.decode()
    area = re.search(r'<textarea name="sql"[^>]*>\n(.*?)</textarea>', shown, re.S)
    assert area
    assert area[1] == sql


def test_an_operations_own_limit_is_in_its_form(page: Client) -> None:
    shown = page.get("/run/athena.run_sql/", TARGET).content.decode()
    assert re.search(r'<input type="number" name="limit" value="100000"', shown)


def test_what_athena_would_refuse_is_told_beside_its_field(page: Client) -> None:
    posted = {**TARGET, "sql": "DROP TABLE t"}
    answer = page.post("/run/athena.run_sql/", posted)
    assert answer.status_code == 422
    assert "only one statement that reads" in answer.content.decode()
