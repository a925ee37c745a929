"""An administrator watches the engine, sets a rule and a limit, and sees both obeyed."""

import os
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looks import WIDE_PX, Looks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

CHARGES: Final = (
    "/run/cloudwatch_logs.filter_events/?accountId=482011773351&region=eu-west-1&startTime=-3h"
    "&limit=20&logGroupName=/aws/lambda/checkout-charge"
)


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    page = sign_in("admin")
    page.set_viewport_size({"width": WIDE_PX, "height": 800})
    page.get_by_role("link", name="Engine", exact=True).click()
    page.get_by_role("heading", name="Engine").wait_for()
    return page


@pytest.fixture
def looks(page: Page, tmp_path: Path) -> Looks:
    named = os.environ.get("AWSDASH_SCREENSHOTS")
    return Looks(page, Path(named) if named else tmp_path)


def set_limit(page: Page, calls_a_second: str, calls_at_once: str = "") -> None:
    page.get_by_label("Account", exact=True).select_option("payments-prod")
    page.get_by_label("API", exact=True).select_option(value="logs:FilterLogEvents")
    page.get_by_label("Calls a second").fill(calls_a_second)
    page.get_by_label("Calls at once").fill(calls_at_once)
    page.get_by_role("button", name="Set", exact=True).click()


def test_rules_and_limits_are_set_where_they_are_shown(page: Page, looks: Looks) -> None:
    looks.at("engine-at-rest")
    set_limit(page, "")
    expect(page.get_by_text("Give at least one limit")).to_be_visible()
    looks.at("engine-refused")
    set_limit(page, "0.5")
    limit = page.get_by_role("row").filter(has_text="0.5 a second")
    expect(limit).to_be_visible()
    days = page.get_by_label("Days that results of Log events stay")
    days.fill("7")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    expect(days).to_have_value("7")
    looks.at("engine-changed")
    page.get_by_role("link", name="Change: logs:FilterLogEvents").click()
    expect(page.get_by_label("Calls a second")).to_have_value("0.5")
    limit.get_by_role("button", name="Remove").click()
    expect(limit).to_have_count(0)
    days.fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    assert looks.problems == [], "\n".join(looks.problems)


def test_what_waits_is_shown_as_it_comes_and_goes(
    page: Page, sign_in: SignIn, looks: Looks
) -> None:
    set_limit(page, "0.1", "1")
    lane = page.locator("#engine-queue").get_by_role("row").filter(has_text="FilterLogEvents")
    alice = sign_in("alice")
    for limit in range(21, 24):
        alice.goto(f"{CHARGES}&limit={limit}")
        alice.get_by_role("button", name="Run").click()
        alice.get_by_role("button", name="Copy link").wait_for()
    expect(lane).to_be_visible()
    expect(lane.get_by_text("changed")).to_be_visible()
    looks.at("engine-busy")
    page.get_by_role("button", name="Remove: logs:FilterLogEvents").click()
    expect(lane).to_have_count(0)
    assert looks.problems == [], "\n".join(looks.problems)
