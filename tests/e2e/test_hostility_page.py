"""An administrator makes AWS hostile by hand, and sees what the portal makes of it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Faults, SignIn
from tests.e2e.looks import WIDE_PX, Looks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

CHARGES = (
    "/run/cloudwatch_logs.filter_events/?accountId=482011773351&region=eu-west-1&startTime=-3h"
    "&limit=20&logGroupName=/aws/lambda/checkout-charge"
)


@pytest.fixture
def page(sign_in: SignIn, faults: Faults) -> Page:
    faults([])
    page = sign_in("admin")
    page.set_viewport_size({"width": WIDE_PX, "height": 800})
    page.get_by_role("link", name="Make AWS hostile").click()
    page.get_by_role("heading", name="Make AWS hostile").wait_for()
    return page


@pytest.fixture
def looks(page: Page, tmp_path: Path) -> Looks:
    named = os.environ.get("AWSDASH_SCREENSHOTS")
    return Looks(page, Path(named) if named else tmp_path)


def test_it_looks_well_in_every_state(page: Page, looks: Looks) -> None:
    looks.at("hostility-calm")
    page.get_by_role("button", name="Access denied").click()
    expect(page.get_by_text("Choose the account that denies access.")).to_be_visible()
    looks.at("hostility-refused")
    page.get_by_label("Account", exact=True).select_option("payments-prod")
    for count, name in enumerate(("Access denied", "Slow", "Athena failing"), start=1):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("row").filter(has_text="payments-prod")).to_have_count(count)
    page.get_by_role("button", name="Enforce quotas").click()
    expect(page.get_by_role("button", name="Stop enforcing")).to_be_visible()
    looks.at("hostility-in-force")
    page.get_by_role("button", name="Calm down").click()
    expect(page.get_by_text("AWS is calm")).to_be_visible()
    assert looks.problems == [], "\n".join(looks.problems)


def test_a_hostility_reaches_the_viewer_and_ends(page: Page) -> None:
    page.get_by_label("Account", exact=True).select_option("payments-prod")
    page.get_by_label("Service").select_option("CloudWatch Logs")
    page.get_by_role("button", name="Access denied").click()
    expect(page.get_by_text("1 rule", exact=True)).to_be_visible()
    page.goto(CHARGES)
    page.get_by_role("button", name="Run").click()
    failure = page.get_by_role("alert").filter(visible=True)
    expect(failure).to_contain_text("is not authorized to perform: logs:FilterLogEvents")
    page.goto("/emulator/")
    row = page.get_by_role("row").filter(has_text="access denied")
    expect(row).not_to_contain_text("0")
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("AWS is calm")).to_be_visible()


def test_it_works_by_keyboard_and_keeps_what_was_chosen(page: Page) -> None:
    region = page.get_by_label("Region", exact=True)
    region.select_option(label="eu-central-1 Europe (Frankfurt)")
    slow = page.get_by_role("button", name="Slow", exact=True)
    slow.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="slower by 2 to 4 s")).to_be_visible()
    expect(region).to_have_value("eu-central-1")
    expect(slow).to_be_focused()
    page.get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("AWS is calm")).to_be_visible()


def test_strikes_are_kept_up_to_date(page: Page) -> None:
    page.get_by_label("Service").select_option("CloudWatch Logs")
    page.get_by_role("button", name="Throttled").click()
    row = page.get_by_role("row").filter(has_text="throttled")
    expect(row).to_contain_text("0")
    other = page.context.new_page()
    other.goto(CHARGES)
    other.get_by_role("button", name="Run").click()
    page.bring_to_front()
    expect(row.get_by_role("cell").nth(2)).not_to_have_text("0", timeout=20_000)
    page.get_by_role("button", name="Calm down").click()
    expect(page.get_by_text("AWS is calm")).to_be_visible()


def test_others_do_not_find_it(sign_in: SignIn) -> None:
    page = sign_in("alice")
    expect(page.get_by_role("link", name="Make AWS hostile")).to_have_count(0)
    answer = page.goto("/emulator/")
    assert answer is not None
    assert answer.status == 403
