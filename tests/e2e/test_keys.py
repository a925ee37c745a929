"""The keys of every page and the command palette, on the whole demo."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

ERROR = "charge failed: timeout after 3000 ms calling ledger-api"
VIEWER = "/run/cloudwatch_logs.filter_events/"
REFERENCE = "/javascript/"
# What htmx writes when a request gives way to a newer one, as it should.
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")


@pytest.fixture
def alice(sign_in: SignIn) -> Iterator[Page]:
    """Alice's page, which must not have complained at the end: of our scripts, or of the CSP."""
    page = sign_in("alice")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [text for text in complaints if not text.startswith(OVERTAKEN)] == []


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Jump to anything")


def open_palette(page: Page) -> Locator:
    page.keyboard.press("Control+k")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    expect(palette(page).get_by_role("option").first).to_be_visible()
    return palette(page)


@pytest.mark.parametrize("address", ["/explorer/", VIEWER, REFERENCE])
def test_the_palette_leads_from_anywhere_to_a_log_groups_logs_by_keyboard(
    alice: Page, address: str
) -> None:
    alice.goto(address)
    opened = open_palette(alice)
    alice.keyboard.type("lambda/checkout-charge")
    logs = opened.get_by_role("option").filter(has_text="View logs")
    logs = logs.filter(has_text="payments-prod")
    expect(logs).to_be_visible()
    while logs.get_attribute("aria-selected") != "true":
        alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Enter")
    expect(alice.get_by_text(ERROR).first).to_be_visible()


def test_the_arrows_go_round_and_are_told_to_screen_readers(alice: Page) -> None:
    opened = open_palette(alice)
    box, options = opened.get_by_role("combobox"), opened.get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-controls", "palette-choices")

    def active() -> Locator:
        return alice.locator(f"#{box.get_attribute('aria-activedescendant')}")

    expect(opened.locator("[aria-selected=true]")).to_have_count(1)
    expect(active()).to_have_text(options.first.inner_text().replace("\n", ""))
    alice.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(opened.locator("[aria-selected=true]")).to_have_count(1)
    assert active().evaluate("(e, other) => e === other", options.last.element_handle())
    alice.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()


def test_enter_before_the_choices_came_waits_for_those_of_what_was_typed(alice: Page) -> None:
    open_palette(alice)
    alice.keyboard.type("javascript ref")
    alice.keyboard.press("Enter")
    alice.wait_for_url(f"**{REFERENCE}")


def test_enter_takes_no_choice_of_what_was_typed_before(alice: Page) -> None:
    alice.clock.install(time=0)
    alice.clock.pause_at(1000)
    alice.goto("/explorer/")
    opened = open_palette(alice)
    late: list[Route] = []
    alice.route("**/palette/**", lambda route: late.append(route), times=1)
    alice.keyboard.type("javascript")
    with alice.expect_request("**/palette/?q=javascript"):
        alice.clock.run_for(120)
    # The question for these has to wait for 120 ms more; the answer for those comes first.
    alice.keyboard.type(" nowhere")
    alice.keyboard.press("Enter")
    late[0].continue_()
    expect(opened.get_by_role("option")).to_have_count(1)
    alice.clock.run_for(120)
    expect(opened.get_by_text("Nothing matches.")).to_be_visible()
    assert alice.url.endswith("/explorer/")


def test_what_was_typed_last_is_what_is_shown(alice: Page) -> None:
    opened = open_palette(alice)
    alice.keyboard.type("nowhere at all")
    expect(opened.get_by_text("Nothing matches.")).to_be_visible()
    expect(opened.get_by_role("status")).to_have_text("0 choices")
    expect(opened.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")
    alice.keyboard.press("Enter")
    expect(opened).to_be_visible()
    alice.keyboard.press("Escape")
    open_palette(alice)
    expect(opened.get_by_role("combobox")).to_have_value("")
    expect(opened.get_by_role("option").first).to_contain_text("Explorer")
    # The same words again, all at once.
    alice.keyboard.insert_text("nowhere at all")
    expect(opened.get_by_text("Nothing matches.")).to_be_visible()


def test_ctrl_enter_opens_a_tab_and_leaves_the_page(alice: Page) -> None:
    alice.goto(VIEWER)
    open_palette(alice)
    alice.keyboard.type("javascript ref")
    expect(palette(alice).get_by_role("option")).to_have_count(1)
    with alice.context.expect_page() as opened:
        alice.keyboard.press("Control+Enter")
    opened.value.wait_for_url(f"**{REFERENCE}")
    expect(palette(alice)).to_be_hidden()
    expect(alice.get_by_text("Nothing has run yet.")).to_be_visible()


def test_the_palette_works_by_mouse(alice: Page) -> None:
    alice.get_by_role("button", name="Jump to anything").click()
    place = palette(alice).get_by_role("option").filter(has_text="JavaScript reference")
    place.hover()
    expect(place).to_have_attribute("aria-selected", "true")
    place.click()
    alice.wait_for_url(f"**{REFERENCE}")


def test_escape_or_a_click_beside_closes_and_gives_the_focus_back(alice: Page) -> None:
    button = alice.get_by_role("button", name="Jump to anything")
    button.focus()
    alice.keyboard.press("Enter")
    expect(palette(alice).get_by_role("combobox")).to_be_focused()
    alice.keyboard.press("Escape")
    expect(palette(alice)).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    expect(palette(alice)).to_be_visible()
    alice.mouse.click(5, 5)
    expect(palette(alice)).to_be_hidden()
    expect(button).to_be_focused()


def test_keys_work_the_moment_a_dialog_is_closed(alice: Page) -> None:
    open_palette(alice)
    # In one go: before the browser has taken the focus from the input that is not seen any more.
    alice.evaluate("""() => {
      const input = document.activeElement;
      document.querySelector("#palette").close();
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
    }""")
    expect(alice.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_palette_opens_while_typing_and_returns_to_the_field(alice: Page) -> None:
    field = alice.locator("[data-find]")
    field.fill("check")
    open_palette(alice)
    alice.keyboard.press("Escape")
    expect(field).to_be_focused()
    expect(field).to_have_value("check")


def test_enter_asks_again_when_the_portal_did_not_answer(sign_in: SignIn) -> None:
    page = sign_in("alice")
    opened = open_palette(page)
    page.route("**/palette/**", lambda route: route.abort())
    page.keyboard.type("javascript ref")
    expect(opened.get_by_role("status")).to_have_text("The portal did not answer.")
    page.unroute("**/palette/**")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{REFERENCE}")


def test_an_answer_that_is_overtaken_is_not_shown(alice: Page) -> None:
    late: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if route.request.url.endswith("q=javascript"):
            late.append(route)
        else:
            route.continue_()

    opened = open_palette(alice)
    alice.route("**/palette/**", hold_the_first)
    with alice.expect_request("**/palette/?q=javascript"):
        alice.keyboard.type("javascript")
    alice.keyboard.type(" nowhere")
    expect(opened.get_by_text("Nothing matches.")).to_be_visible()
    late[0].continue_()
    # A later answer of the portal comes after it.
    alice.evaluate("fetch('/palette/').then((answer) => answer.text())")
    expect(opened.get_by_text("Nothing matches.")).to_be_visible()


def test_slash_reaches_the_filter(alice: Page) -> None:
    alice.keyboard.press("/")
    expect(alice.locator("[data-find]")).to_be_focused()
    expect(alice.locator("[data-find]")).to_have_value("")


@pytest.mark.parametrize(
    ("letter", "address"), [("e", "/explorer/"), ("j", REFERENCE), ("l", VIEWER)]
)
def test_g_and_a_letter_go_to_a_place(alice: Page, letter: str, address: str) -> None:
    alice.goto(VIEWER if letter != "l" else REFERENCE)
    alice.keyboard.press("g")
    alice.keyboard.press(letter)
    alice.wait_for_url(f"**{address}")


def test_g_alone_tells_the_letters_for_a_while(alice: Page) -> None:
    alice.clock.install(time=0)
    alice.clock.pause_at(1000)
    alice.goto(REFERENCE)
    hint = alice.locator("#goto")
    alice.keyboard.press("g")
    alice.clock.run_for(399)
    expect(hint).to_be_empty()
    alice.clock.run_for(1)
    expect(hint).to_contain_text("e Explorer")
    expect(hint).to_contain_text("j JavaScript reference")
    expect(hint).to_have_attribute("role", "status")
    alice.clock.run_for(1_100)
    expect(hint).to_be_empty()
    # Too late: the letter is only a letter.
    alice.keyboard.press("e")
    alice.keyboard.press("?")
    expect(alice.get_by_role("dialog", name="Keys")).to_be_visible()
    assert alice.url.endswith(REFERENCE)


def test_a_letter_that_leads_nowhere_ends_the_journey(alice: Page) -> None:
    alice.goto(REFERENCE)
    alice.keyboard.press("g")
    alice.keyboard.press("0")
    alice.keyboard.press("e")
    alice.keyboard.press("?")
    expect(alice.get_by_role("dialog", name="Keys")).to_be_visible()
    assert alice.url.endswith(REFERENCE)


def test_the_question_mark_tells_the_keys_and_every_letter(alice: Page) -> None:
    alice.keyboard.press("?")
    keys = alice.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Jump to anything")
    letters = keys.locator("[data-goto]").evaluate_all("all => all.map(e => e.dataset.goto)")
    assert {"e", "j", "l"} <= set(letters)
    assert len(letters) == len(set(letters))
    alice.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    alice.keyboard.press("?")
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()


def test_keys_are_letters_while_somebody_types(alice: Page) -> None:
    field = alice.locator("[data-find]")
    field.focus()
    alice.keyboard.type("g e/?g j")
    expect(field).to_have_value("g e/?g j")
    expect(alice.get_by_role("dialog")).to_have_count(0)
    assert alice.url.endswith("/explorer/")


def test_keys_do_nothing_behind_a_dialog(alice: Page) -> None:
    alice.goto(REFERENCE)
    alice.keyboard.press("?")
    keys = alice.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    for key in ("g", "e", "Control+k"):
        alice.keyboard.press(key)
    expect(keys).to_be_visible()
    expect(palette(alice)).to_be_hidden()
    alice.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    assert alice.url.endswith(REFERENCE)


def test_keys_leave_the_browsers_combinations_alone(alice: Page) -> None:
    alice.goto(REFERENCE)
    for key in ("Control+g", "Alt+g"):
        alice.keyboard.press(key)
        alice.keyboard.press("e")
    for key in ("Alt+?", "Control+?"):
        alice.keyboard.press(key)
    open_palette(alice)
    expect(alice.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert alice.url.endswith(REFERENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_palette_fits_the_screen(alice: Page, scheme: str, width: int) -> None:
    alice.set_viewport_size({"width": width, "height": 700})
    alice.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened = open_palette(alice)
    alice.keyboard.type("checkout")
    expect(opened.get_by_text("View logs").first).to_be_visible()
    box = opened.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 700
    assert alice.evaluate("document.documentElement.scrollWidth") <= width
