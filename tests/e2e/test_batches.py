"""One query on many targets, in a browser, on the whole demo."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Faults, SignIn
from tests.e2e.looks import Looks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

VIEWER = "/run/cloudwatch_logs.filter_events/"
# It exists in three of the twelve targets.
API = "/aws/lambda/checkout-api"
EVERYWHERE = "&".join(
    [
        *(f"accountId={a}" for a in ("482011773351", "482011773352", "730335512904")),
        *(f"region={r}" for r in ("eu-west-1", "eu-central-1", "us-east-1")),
    ]
)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console of a page says must be nothing."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def page(sign_in: SignIn, complaints: list[str]) -> Page:
    page = sign_in("admin")
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def run(page: Page, *, wait: bool = True, group: str = API) -> None:
    """Asks nine targets."""
    page.goto(f"{VIEWER}?{EVERYWHERE}&startTime=-1d&limit=50&logGroupName={group}")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/batches/**")
    if wait:
        expect(page.locator("#progress:not([data-poll])")).to_be_visible()


def cell(page: Page, account: str, region: str) -> Any:
    return page.locator(".cell").filter(has_text=f"{account} {region}")


def rows(page: Page) -> Any:
    return page.locator("#rows tr[data-row]")


def test_several_are_chosen_by_keyboard_and_each_target_gets_its_cell(page: Page) -> None:
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1&startTime=-1d&logGroupName={API}")
    targets = page.locator("[data-targets]")
    expect(targets).to_be_hidden()
    page.locator("summary").filter(has_text="Account: ").focus()
    page.keyboard.press("Enter")
    menu = page.locator(".menu[open]")
    menu.get_by_role("switch", name="Several").focus()
    page.keyboard.press("Space")
    menu.get_by_role("checkbox", name="payments-dev").focus()
    page.keyboard.press("Space")
    expect(targets).to_have_text("2 targets")
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("checkbox", name="data-prod")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary").filter(has_text="Account: ")).to_contain_text("2 accounts")
    page.locator("summary").filter(has_text="Region: ").click()
    menu.get_by_role("switch", name="Several").check()
    menu.get_by_role("button", name="All of these").click()
    expect(targets).to_have_text("6 targets")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/batches/**")
    expect(page.locator(".cell")).to_have_count(6)
    expect(page.locator("#progress:not([data-poll])")).to_be_visible()
    expect(page.locator(".cell.succeeded")).to_have_count(3)
    expect(page.locator(".cell.failed")).to_have_count(3)
    # What was chosen is chosen still, also after a reload.
    page.reload()
    expect(targets).to_have_text("6 targets")
    expect(page.get_by_label("Log group")).to_have_value(API)


def test_back_to_one_it_is_a_job_as_ever(page: Page) -> None:
    page.goto(f"{VIEWER}?{EVERYWHERE}&startTime=-1d&logGroupName={API}")
    targets = page.locator("[data-targets]")
    expect(targets).to_have_text("9 targets")
    menu = page.locator(".menu[open]")
    for name in ("Account: ", "Region: "):
        page.locator("summary").filter(has_text=name).click()
        menu.get_by_role("switch", name="Several").uncheck()
        expect(menu.get_by_role("radio", checked=True)).to_have_count(1)
    expect(targets).to_be_hidden()
    menu.get_by_role("radio", name="eu-west-1").check(force=True)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/jobs/**")


def test_none_is_no_target_and_is_refused_in_place(page: Page, complaints: list[str]) -> None:
    page.goto(f"{VIEWER}?{EVERYWHERE}&logGroupName={API}")
    page.locator("summary").filter(has_text="Region: ").click()
    page.locator(".menu[open]").get_by_role("button", name="None").click()
    expect(page.locator("[data-targets]")).to_have_text("0 targets")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".errorlist")).to_contain_text("Region: Choose at least one.")
    # The browser tells of the 422.
    complaints.clear()


def test_a_cell_tells_its_state_its_reason_and_leads_to_its_job(page: Page) -> None:
    run(page)
    expect(page.locator("#progress")).to_contain_text("9 of 9 done")
    expect(page.locator(".reasons")).to_contain_text("The specified log group does not exist.")
    failed = cell(page, "data-prod", "us-east-1")
    expect(failed).to_contain_text("failed NotFound")
    failed.get_by_role("link").focus()
    expect(page.locator("#tip")).to_contain_text("Check the name, the account and the region.")
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/**")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("does not exist")
    page.go_back()
    expect(cell(page, "payments-prod", "eu-west-1")).to_contain_text("50+ rows")


def test_the_rows_of_all_are_one_table_that_narrows_to_an_account(page: Page) -> None:
    run(page)
    times = rows(page).locator("td.timestamp").all_inner_texts()
    assert times == sorted(times, reverse=True)
    accounts = set(rows(page).locator("td:first-child").all_inner_texts())
    assert accounts == {"payments-prod", "payments-dev"}
    page.locator("#board").get_by_role("link", name="payments-dev", exact=True).click()
    expect(page.locator("#found")).to_contain_text("Account is payments-dev")
    expect(page).to_have_url(re.compile(r"\?f=account%3Aeq%3Apayments-dev$"))
    assert set(rows(page).locator("td:first-child").all_inner_texts()) == {"payments-dev"}
    page.reload()
    expect(page.locator("#found")).to_contain_text("Account is payments-dev")
    page.get_by_label("Search these rows").fill("checkout")
    expect(page).to_have_url(re.compile("search=checkout&f=account"))
    with page.expect_download() as download:
        page.get_by_text("Download", exact=True).click()
        page.get_by_role("link", name="JSON Lines, what is shown").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines
    assert all('"payments-dev"' in line and "checkout" in line.lower() for line in lines)
    page.locator("#found").get_by_role("link", name="Account is payments-dev").click()
    expect(page.locator("#found")).not_to_contain_text("Account is")


def test_an_open_row_leads_to_its_job_and_filters_the_whole_batch(page: Page) -> None:
    run(page)
    rows(page).filter(has_text="POST /checkout").first.click()
    pane = page.get_by_role("complementary", name="Row")
    expect(pane.get_by_role("link", name="Its job")).to_be_visible()
    expect(page).to_have_url(re.compile(r"row=\d+"))
    page.reload()
    expect(pane.get_by_role("link", name="Its job")).to_be_visible()
    pane.get_by_role("link", name="Only this").first.click()
    page.wait_for_url("**/batches/**")
    expect(page.locator(".cell")).to_have_count(9)


def test_what_is_there_is_shown_while_others_run_and_all_is_cancelled(
    page: Page, faults: Faults
) -> None:
    slow = {"operation": "FilterLogEvents", "latencyMs": 60_000, "region": "us-east-1"}
    faults([slow])
    run(page, wait=False)
    expect(page.locator(".cell.running")).to_have_count(3)
    expect(page.locator(".cell.succeeded")).to_have_count(3)
    expect(rows(page).first).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("6 of 9 done")
    page.get_by_label("Search these rows").fill("checkout")
    expect(page.locator("#found")).to_contain_text("that match checkout")
    page.get_by_role("button", name="Cancel all").click()
    expect(page.locator(".cell.cancelled")).to_have_count(3)
    expect(page.locator("#progress:not([data-poll])")).to_be_visible()
    expect(page.locator("#found")).to_contain_text("that match checkout")


def test_only_what_failed_is_tried_again(page: Page, faults: Faults) -> None:
    broken = {"operation": "FilterLogEvents", "code": "AccessDeniedException", "status": 400}
    faults([{**broken, "account": "482011773351", "region": "eu-*"}])
    run(page)
    expect(page.locator(".reasons")).to_contain_text("2 AccessDenied")
    untouched = cell(page, "payments-dev", "eu-west-1").get_by_role("link").get_attribute("href")
    faults([])
    page.get_by_role("button", name="Try payments-prod eu-central-1 again").click()
    expect(cell(page, "payments-prod", "eu-central-1")).to_contain_text("succeeded")
    expect(cell(page, "payments-prod", "eu-west-1")).to_contain_text("failed AccessDenied")
    expect(page.locator("#progress:not([data-poll])")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Try \d+ again$")).click()
    expect(cell(page, "payments-prod", "eu-west-1")).to_contain_text("succeeded")
    expect(page.locator("#progress:not([data-poll])")).to_be_visible()
    kept = cell(page, "payments-dev", "eu-west-1").get_by_role("link").get_attribute("href")
    assert kept == untouched


def test_it_is_shared_as_far_as_one_may_view_its_accounts(page: Page, sign_in: SignIn) -> None:
    run(page)
    page.locator("summary").filter(has_text="Share").click()
    page.get_by_role("button", name="data", exact=True).click()
    expect(page.locator(".shares")).to_contain_text("seen by bob")
    bob = sign_in("bob")
    bob.goto(page.url)
    expect(bob.locator(".cell")).to_have_count(3)
    expect(bob.locator("#progress")).to_contain_text("6 more targets you may not view")
    expect(bob.locator("#progress")).to_contain_text("asked by admin")
    assert "payments-prod" not in bob.content()
    expect(bob.get_by_role("button", name="again")).to_have_count(0)


def test_its_page_and_picker_are_accessible_in_every_width_and_colour(
    page: Page, tmp_path: Path
) -> None:
    run(page)
    looks = Looks(page, tmp_path)
    looks.at("batch")
    rows(page).first.click()
    expect(page.get_by_role("complementary", name="Row")).to_be_visible()
    looks.at("batch-row")
    page.locator("summary").filter(has_text="Account: ").click()
    looks.at("batch-accounts")
    assert looks.problems == [], "\n".join(looks.problems)
