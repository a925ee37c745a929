"""The list of jobs in a browser, on the whole demo: live, filtered, picked, shared."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looks import Looks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

DATA_PROD = "730335512904"
# What htmx writes when a request gives way to a newer one, as it should.
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")


@pytest.fixture
def bob(sign_in: SignIn) -> Iterator[Page]:
    """Bob's page, which must not have complained at the end: of our scripts, or of the CSP."""
    page = sign_in("bob")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [text for text in complaints if not text.startswith(OVERTAKEN)] == []


def ask(page: Page, name: str, running_s: float = 0) -> str:
    """Runs SQL that AWS takes so long for, beside the page; its id."""
    sql = f"-- {name}\n-- emulator: queued_s=0 running_s={running_s}\nSELECT 1 AS n"
    body = {"operation": "athena.run_sql", "accountId": DATA_PROD, "region": "eu-west-1"}
    job: dict[str, Any] = page.evaluate(
        """async (body) => {
          const token = JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
          const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
          const request = { method: "POST", headers, body: JSON.stringify(body) };
          return (await fetch("/api/v1/jobs", request)).json();
        }""",
        {**body, "query": {"sql": sql, "workgroup": "analysts"}},
    )
    return str(job["id"])


def row(page: Page, job_id: str) -> Locator:
    return page.locator(f"tr[data-entry='{job_id}']")


def test_a_job_appears_runs_and_ends_before_ones_eyes(bob: Page) -> None:
    bob.goto("/jobs/?q=before+ones+eyes")
    expect(bob.get_by_text("No job matches.")).to_be_visible()
    job = ask(bob, "before ones eyes", running_s=25)
    expect(row(bob, job)).to_contain_text("-- before ones eyes")
    expect(row(bob, job).locator(".tag")).to_have_text("waiting")
    expect(row(bob, job).locator("[data-elapsed-ms]")).to_be_visible()
    expect(row(bob, job).locator(".tag")).to_have_text("succeeded", timeout=60_000)
    # Nothing is left to be cancelled.
    expect(bob.locator(f"#cancel-{job}")).to_have_count(0)


def test_the_filters_are_the_address_and_the_way_back(bob: Page) -> None:
    ask(bob, "sheep")
    bob.goto("/jobs/")
    bob.keyboard.press("/")
    bob.keyboard.type("no such thing")
    expect(bob.get_by_text("No job matches.")).to_be_visible()
    expect(bob).to_have_url(re.compile(r"/jobs/\?q=no\+such\+thing$"))
    bob.get_by_role("searchbox", name="What it is about").fill("sheep")
    bob.get_by_label("State", exact=True).select_option("succeeded")
    expect(bob.locator("tr[data-entry]").first).to_contain_text("sheep")
    bob.reload()
    expect(bob.get_by_role("searchbox", name="What it is about")).to_have_value("sheep")
    expect(bob.get_by_label("State", exact=True)).to_have_value("succeeded")
    bob.locator("summary").filter(has_text="Any time").click()
    bob.get_by_role("button", name="Last hour").click()
    expect(bob).to_have_url(re.compile("startTime=-1h"))
    expect(bob.locator("tr[data-entry]").first).to_contain_text("sheep")
    bob.go_back()
    expect(bob).to_have_url(re.compile(r"^((?!startTime).)*$"))


def test_picked_ones_stay_picked_and_are_cancelled_together(bob: Page) -> None:
    bob.goto("/jobs/?state=active&q=wolves")
    jobs = [ask(bob, f"wolves {n}", running_s=1200) for n in range(3)]
    for job in jobs:
        expect(row(bob, job).locator(".tag")).to_have_text("waiting")
    for job in jobs[:2]:
        row(bob, job).get_by_role("checkbox").check()
    # The list is brought up to date meanwhile.
    newer = ask(bob, "wolves 3", running_s=1200)
    expect(row(bob, newer)).to_be_visible()
    expect(row(bob, jobs[0]).get_by_role("checkbox")).to_be_checked()
    bob.get_by_role("button", name="Cancel 2").click()
    expect(row(bob, jobs[0])).to_have_count(0)
    expect(row(bob, jobs[2]).locator(".tag")).to_have_text("waiting")
    # One row's own button, then all that is left.
    bob.locator(f"#cancel-{jobs[2]}").click()
    expect(row(bob, jobs[2])).to_have_count(0)
    bob.get_by_label("All on this page").check()
    bob.get_by_role("button", name="Cancel 1").click()
    expect(bob.get_by_text("No job matches.")).to_be_visible()


def test_the_keyboard_goes_from_anywhere_through_the_list_into_a_job(bob: Page) -> None:
    ask(bob, "by keyboard")
    bob.goto("/javascript/")
    bob.keyboard.press("g")
    bob.keyboard.press("q")
    expect(bob.get_by_role("heading", name="Jobs")).to_be_visible()
    expect(bob.locator("tr[data-entry]").first).to_contain_text("by keyboard")
    bob.keyboard.press("ArrowDown")
    expect(bob.locator("tr[data-entry] .what").first).to_be_focused()
    bob.keyboard.press("j")
    bob.keyboard.press("k")
    bob.keyboard.press("Enter")
    bob.wait_for_url("**/jobs/*-*/")
    expect(bob.locator("#progress")).to_be_visible()


def test_a_job_is_run_again_from_its_row(bob: Page) -> None:
    job = ask(bob, "once more")
    bob.goto("/jobs/?q=once+more")
    bob.locator(f"#again-{job}").click()
    bob.wait_for_url("**/jobs/*-*/")
    assert job not in bob.url


def test_what_is_shared_is_seen_by_the_group_and_ruled_by_its_owner(
    bob: Page, sign_in: SignIn
) -> None:
    job = ask(bob, "to be shared", running_s=1200)
    bob.goto("/jobs/?q=to+be+shared")
    bob.locator(f"#share-{job}").click()
    dialog = bob.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("button", name="data")).to_have_attribute("aria-pressed", "false")
    expect(dialog).to_contain_text("would be seen by nobody else")
    dialog.get_by_role("button", name="data").click()
    expect(dialog.get_by_role("button", name="data")).to_have_attribute("aria-pressed", "true")
    bob.keyboard.press("Escape")
    bob.goto(f"/jobs/{job}/")
    expect(bob.locator("#progress")).to_contain_text("shared with data")
    bob.locator("summary").filter(has_text="Share").click()
    bob.get_by_role("button", name="data").click()
    expect(bob.get_by_role("button", name="data")).to_have_attribute("aria-pressed", "false")
    admin = sign_in("admin")
    admin.goto(f"/jobs/{job}/")
    admin.locator("summary").filter(has_text="Share").click()
    admin.get_by_role("button", name="auditors").click()
    expect(admin.get_by_text("seen by carol")).to_be_visible()
    carol = sign_in("carol")
    carol.goto("/jobs/?tab=shared")
    expect(row(carol, job)).to_contain_text("bob")
    expect(row(carol, job).get_by_role("button")).to_have_count(0)
    carol.locator(f"#entry-{job}").click()
    expect(carol.locator("#progress")).to_contain_text("asked by bob")
    expect(carol.get_by_role("button", name="Cancel")).to_have_count(0)
    bob.goto(f"/jobs/{job}/")
    bob.get_by_role("button", name="Cancel").click()
    expect(bob.locator("#progress .status .tag")).to_have_text("cancelled")
    expect(bob.locator("#progress:not([data-poll])")).to_be_visible()


def test_the_badge_tells_of_a_job_at_once(bob: Page) -> None:
    bob.goto(f"/run/athena.run_sql/?accountId={DATA_PROD}&region=eu-west-1&workgroup=analysts")
    sql = "-- emulator: queued_s=0 running_s=1200\nSELECT 7 AS n"
    bob.get_by_label("SQL", exact=True).fill(sql)
    before = bob.locator(".rail .badge").inner_text()
    bob.get_by_role("button", name="Run").click()
    expect(bob.locator(".rail .badge b")).to_be_visible()
    expect(bob.locator(".rail .badge")).not_to_have_text(before)
    bob.get_by_role("button", name="Cancel").click()
    expect(bob.locator("#progress .status .tag")).to_have_text("cancelled")


def test_the_list_looks_right(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("admin")
    ask(page, "seen by axe")
    folder = Path(os.environ.get("AWSDASH_SCREENSHOTS") or tmp_path)
    looks = Looks(page, folder)
    page.goto("/jobs/?tab=all")
    expect(page.locator("tr[data-entry]").first).to_be_visible()
    looks.at("jobs-all")
    page.locator("[id^=share-][data-opens]").first.click()
    expect(
        page.get_by_role("dialog", name="Share").get_by_role("button", name="data")
    ).to_be_visible()
    looks.at("jobs-share")
    page.goto("/jobs/?tab=shared")
    looks.at("jobs-shared")
    assert looks.problems == [], "\n".join(looks.problems)
