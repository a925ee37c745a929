"""Every component, every page: accessible, and pictured, in light, in dark and on a telephone.

AWSDASH_SCREENSHOTS names a folder that keeps the pictures.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import Faults
from tests.e2e.looks import ALL_RULES, WIDE_PX, Looks, is_blank, verdict

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

ERROR = "charge failed: timeout after 3000 ms calling ledger-api"
VIEWER = "/run/cloudwatch_logs.filter_events/"
CHARGES = f"{VIEWER}?accountId=482011773351&region=eu-west-1&startTime=-3h&limit=20&logGroupName="


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("AWSDASH_SCREENSHOTS")
    path = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture(scope="module")
def signed_in(browser: Browser, demo: dict[str, Any]) -> Iterator[Page]:
    """Alice's page; one sign-in serves all."""
    context = browser.new_context(base_url=demo["url"])
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("demo-alice")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Explorer").wait_for()
    yield page
    context.close()


@pytest.fixture
def page(signed_in: Page) -> Page:
    signed_in.emulate_media(color_scheme="light")
    signed_in.set_viewport_size({"width": WIDE_PX, "height": 800})
    return signed_in


@pytest.fixture
def looks(page: Page, folder: Path) -> Iterator[Looks]:
    """What is wrong with anything that was looked at fails the test at its end."""
    looks = Looks(page, folder)
    yield looks
    assert looks.problems == [], "\n".join(looks.problems)


def test_axe_and_the_pictures_can_tell_bad_from_good(page: Page) -> None:
    page.goto("/javascript/")
    page.evaluate(
        """document.querySelector("#main").innerHTML =
        '<h1>x</h1><h4>y</h4><button></button><input type="checkbox"><input type="checkbox">'"""
    )
    rules = {problem.partition(":")[0] for problem in verdict(page, ALL_RULES)}
    assert {"button-name", "heading-order", "target-size"} <= rules
    assert not is_blank(page.screenshot())
    page.goto("about:blank")
    assert is_blank(page.screenshot())


def test_the_list_of_components(page: Page, looks: Looks) -> None:
    page.goto("/components/")
    sections = page.locator("section[id^=part-]").evaluate_all("all => all.map(e => `#${e.id}`)")
    assert len(sections) >= 16
    looks.at("components", *sections)


def test_every_state_of_every_component(page: Page, looks: Looks) -> None:
    page.goto("/components/")
    links = page.locator(".states a").evaluate_all("all => all.map(e => e.pathname)")
    assert len(links) >= 50
    for address in links:
        page.goto(address)
        looks.at(address.strip("/").removeprefix("components/").replace("/", "-"))


@pytest.mark.parametrize("menu", ["Account: ", "Region: ", "Time: "])
def test_an_open_menu_of_the_bar(page: Page, looks: Looks, menu: str) -> None:
    page.goto("/components/range/local/")
    page.locator("summary").filter(has_text=menu).click()
    looks.at(f"menu-{menu.strip(': ').lower()}")


def test_a_menu_of_many_accounts_and_the_persons_own(page: Page, looks: Looks) -> None:
    page.goto("/components/explorer/many/")
    page.locator("summary").filter(has_text="Account: ").click()
    page.get_by_label("Find an account").fill("prod")
    looks.at("menu-many")
    page.goto("/javascript/")
    page.locator("summary").filter(has_text="Signed in as").click()
    looks.at("menu-person")


def test_the_explorer(page: Page, looks: Looks) -> None:
    page.goto("/explorer/")
    expect(page.get_by_role("link", name="View logs").first).to_be_visible()
    looks.at("explorer")
    page.goto("/explorer/?q=checkout&accountId=482011773351")
    looks.at("explorer-filtered")


def test_the_viewer_with_a_result_and_an_open_row(page: Page, looks: Looks) -> None:
    page.goto(VIEWER)
    looks.at("viewer-empty")
    page.goto(f"{CHARGES}/aws/lambda/checkout-charge")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text(ERROR).first).to_be_visible()
    expect(page.locator("#job")).to_contain_text("succeeded")
    looks.at("viewer-result")
    page.get_by_text(ERROR).first.click()
    expect(page.get_by_role("complementary", name="Row")).to_be_visible()
    looks.at("viewer-row")


def test_the_viewer_with_choices_below_a_field(page: Page, looks: Looks) -> None:
    page.goto(f"{VIEWER}?accountId=482011773351&region=eu-west-1")
    page.get_by_label("Log group").press_sequentially("/aws/")
    expect(page.get_by_role("option").first).to_be_visible()
    looks.at("viewer-choices")


def test_a_failed_job_and_an_outage(page: Page, looks: Looks, faults: Faults) -> None:
    faults([{"operation": "FilterLogEvents", "code": "AccessDeniedException"}])
    page.goto(f"{CHARGES}/aws/lambda/checkout-charge")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_be_visible()
    looks.at("viewer-failed")

    def fail(route: Route) -> None:
        route.abort()

    page.route("**/run/**", fail)
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("The portal did not answer.")).to_be_visible()
    looks.at("viewer-outage")
    page.unroute("**/run/**")


def test_the_dialogs(page: Page, looks: Looks) -> None:
    page.goto("/components/#part-dialogs")
    page.get_by_role("button", name="Open the help").click()
    looks.at("help")
    page.keyboard.press("Escape")
    page.goto("/explorer/")
    page.keyboard.press("Control+k")
    page.keyboard.type("checkout")
    expect(page.get_by_role("option").filter(has_text="checkout").first).to_be_visible()
    looks.at("palette")


def test_the_reference_and_an_address_that_is_none(page: Page, looks: Looks) -> None:
    page.goto("/javascript/")
    looks.at("javascript")
    page.goto("/nowhere/")
    looks.at("nowhere")


def test_the_sign_in(browser: Browser, demo: dict[str, Any], folder: Path) -> None:
    context = browser.new_context(base_url=demo["url"])
    looks = Looks(context.new_page(), folder)
    looks.page.goto("/")
    looks.at("sign-in")
    looks.page.get_by_label("Username").fill("mira")
    looks.page.get_by_label("Password").fill("wrong")
    looks.page.get_by_role("button", name="Sign in").click()
    expect(looks.page.locator(".errorlist")).to_be_visible()
    looks.at("sign-in-refused")
    context.close()
    assert looks.problems == [], "\n".join(looks.problems)
