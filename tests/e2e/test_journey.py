"""The first journey: from the explorer to the error, in a browser, on the whole demo."""

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Faults, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

ERROR = "charge failed: timeout after 3000 ms calling ledger-api"
VIEWER = "/run/cloudwatch_logs.filter_events/"


def view_logs(page: Page) -> None:
    """Clicks the button of payments-prod's checkout-charge function."""
    row = page.get_by_role("row").filter(has_text="checkout-charge")
    row = row.filter(has_text="payments-prod").filter(has_text="Lambda function")
    row.get_by_role("link", name="View logs").click()


def test_alice_goes_from_the_explorer_to_the_error_in_one_click(sign_in: SignIn) -> None:
    page = sign_in("alice")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    view_logs(page)
    expect(page.get_by_text(ERROR).first).to_be_visible()
    expect(page.locator("#job")).to_contain_text("succeeded")
    assert re.search(r"/jobs/[0-9a-f-]{36}/$", page.url)
    assert complaints == []


def test_a_jobs_address_shows_the_same_result_again(sign_in: SignIn) -> None:
    page = sign_in("alice")
    view_logs(page)
    page.wait_for_url("**/jobs/**")
    expect(page.get_by_text(ERROR).first).to_be_visible()
    page.reload()
    expect(page.get_by_text(ERROR).first).to_be_visible()
    expect(page.get_by_label("Log group")).to_have_value("/aws/lambda/checkout-charge")


def test_bob_gets_nothing_by_page_or_guess_of_ids(sign_in: SignIn) -> None:
    alice = sign_in("alice")
    view_logs(alice)
    alice.wait_for_url("**/jobs/**")
    job = alice.url.rstrip("/").rpartition("/")[2]

    bob = sign_in("bob")
    expect(bob.get_by_role("row").filter(has_text="report-nightly").first).to_be_visible()
    assert "payments-prod" not in bob.content()
    for address in (f"/jobs/{job}/", f"/jobs/{job}/poll/", f"/api/v1/jobs/{job}/items"):
        answer = bob.request.get(address)
        assert answer.status == 404
        assert "checkout" not in answer.text()
    bob.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1&logGroupName=/aws/lambda/x")
    bob.get_by_role("button", name="Run").click()
    expect(bob.get_by_role("alert").or_(bob.locator(".errorlist")).first).to_be_visible()
    assert ERROR not in bob.content()


def test_bob_gets_nothing_by_api(sign_in: SignIn, demo: dict[str, Any]) -> None:
    bob = sign_in("bob")
    token = bob.context.cookies()
    csrf = next(cookie["value"] for cookie in token if cookie["name"] == "csrftoken")
    answer = bob.request.post(
        "/api/v1/jobs",
        data={
            "operation": "cloudwatch_logs.filter_events",
            "accountId": "482011773351",
            "region": "eu-west-1",
            "query": {"logGroupName": "/aws/lambda/checkout-charge"},
        },
        headers={"X-CSRFToken": csrf, "Referer": demo["url"]},
    )
    assert answer.status == 403
    assert answer.json()["code"] == "AccessDenied"


def test_the_demos_token_reads_the_error_by_api(demo: dict[str, Any]) -> None:
    def call(path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {
            "Authorization": f"Bearer {demo['token']}",
            "Content-Type": "application/json",
        }
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"{demo['url']}/api/v1{path}", data, headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    job = call(
        "/jobs",
        {
            "operation": "cloudwatch_logs.filter_events",
            "accountId": "482011773351",
            "region": "eu-west-1",
            "query": {
                "resourceId": "/aws/lambda/checkout-charge",
                "filterPattern": '{ $.level = "ERROR" }',
                "limit": 20,
            },
        },
    )
    for _ in range(200):
        job = call(f"/jobs/{job['id']}")
        if job["status"] not in {"queued", "running"}:
            break
    assert job["status"] == "succeeded"
    items = call(f"/jobs/{job['id']}/items")["items"]
    assert len(items) == 20
    assert all(ERROR in item["message"] == item["data"] for item in items)
    with pytest.raises(urllib.error.HTTPError, match="422"):
        call("/jobs", {**job_body(), "query": {"logGroupNam": "/x"}})


def job_body() -> dict[str, Any]:
    return {
        "operation": "cloudwatch_logs.filter_events",
        "accountId": "482011773351",
        "region": "eu-west-1",
    }


def test_keys_run_the_query_and_reach_the_filter(sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.keyboard.press("/")
    page.keyboard.type("settlement")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="checkout-charge")).to_have_count(0)
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1")
    page.get_by_label("Log group").fill("/aws/lambda/checkout-charge")
    page.get_by_text("more options").click()
    page.get_by_label("Limit").fill("7")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#rows tr[data-row]")).to_have_count(7)


def test_a_bad_option_is_told_in_place_and_can_be_corrected(sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1")
    page.get_by_label("Log group").fill("/aws/lambda/checkout-charge")
    page.locator("summary").filter(has_text="Any time").click()
    page.get_by_label("From", exact=True).fill("yesterdayish")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".errorlist")).to_contain_text("From: write an ISO time")
    page.locator("summary").filter(has_text="yesterdayish").click()
    page.get_by_label("From", exact=True).fill("-3d")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#job")).to_contain_text("succeeded")
    expect(page.locator(".errorlist")).to_have_count(0)


def test_a_log_group_that_does_not_exist_is_told_with_a_hint(sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1&logGroupName=/nobody")
    page.get_by_role("button", name="Run").click()
    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).to_contain_text("The specified log group does not exist.")
    expect(alert).to_contain_text("Check the name, the account and the region.")


@pytest.fixture
def slow_aws(faults: Faults) -> None:
    """Every page of log events takes a second."""
    faults([{"operation": "FilterLogEvents", "latencyMs": 1000}])


@pytest.mark.usefixtures("slow_aws")
@pytest.mark.parametrize("failure", ["network", "500", "204"])
def test_polling_goes_on_through_a_failure_and_an_unchanged_answer(
    sign_in: SignIn, failure: str
) -> None:
    page = sign_in("alice")
    polls: list[str] = []

    def fail_once(route: Route) -> None:
        polls.append(route.request.url)
        if len(polls) > 1:
            route.continue_()
        elif failure == "network":
            route.abort()
        else:
            route.fulfill(status=int(failure), headers={"Poll-Delay-Ms": "50"}, body="")

    page.route("**/poll/**", fail_once)
    view_logs(page)
    expect(page.get_by_text(ERROR).first).to_be_visible()
    assert len(polls) > 1


def test_a_running_job_shows_its_progress_and_can_be_cancelled(
    sign_in: SignIn, faults: Faults
) -> None:
    # Time enough to find the button, on a busy machine too.
    faults([{"operation": "FilterLogEvents", "latencyMs": 8000}])
    page = sign_in("alice")
    view_logs(page)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#job")).to_contain_text("It was cancelled.")
    expect(page.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.usefixtures("slow_aws")
def test_polling_ends_with_the_job(sign_in: SignIn) -> None:
    page = sign_in("alice")
    polls: list[str] = []
    page.on(
        "request", lambda request: polls.append(request.url) if "/poll/" in request.url else None
    )
    view_logs(page)
    expect(page.get_by_text(ERROR).first).to_be_visible()
    asked = len(polls)
    assert asked > 0
    page.wait_for_timeout(1500)
    assert len(polls) == asked


def test_a_session_that_ended_leads_to_the_sign_in_and_back(sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1&logGroupName=/aws/lambda/x")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "next=" in page.url


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(sign_in: SignIn, width: int) -> None:
    page = sign_in("alice")
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/explorer/", VIEWER, "/javascript/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_run_works_again_after_a_refusal_and_after_an_outage(sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1")
    page.get_by_label("Log group").fill("/aws/lambda/checkout-charge")
    run = page.get_by_role("button", name="Run")
    # The account is not hers: what a forged or outdated form sends.
    chosen = page.locator("input[name=accountId]:checked")
    chosen.evaluate("e => { e.value = '730335512904' }")
    run.click()
    expect(page.get_by_role("alert")).to_contain_text("Ask an administrator")
    page.route(f"**{VIEWER}", lambda route: route.abort(), times=1)
    run.click()
    expect(page.get_by_text("The portal did not answer.")).to_be_visible()
    chosen.evaluate("e => { e.value = '482011773351' }")
    run.click()
    expect(page.get_by_text(ERROR).first).to_be_visible()
