"""How a page keeps a fragment up to date: poll.js and elapsed.js in a page of their own.

The scripts and htmx come from the demo, the answers from the test, and the browser's clock moves
only when the test moves it.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

POLLED: Final = '<div id="part" data-poll="/fake/poll/?seen=1" data-poll-delay-ms="400">first</div>'
ENDED: Final = '<div id="part">ended</div>'
PAGE: Final = """<!doctype html>
<html lang="en">
  <head>
    <meta name="htmx-config" content='{{"includeIndicatorStyles":false,"allowEval":false}}'>
    <title>{title}</title>
    <script src="/static/django_htmx/htmx-2.min.js" defer></script>
    <script type="module" src="/static/js/poll.js"></script>
    <script type="module" src="/static/js/elapsed.js"></script>
  </head>
  <body>
    <p id="trouble" hidden>The portal did not answer.</p>
    <p id="elsewhere">before</p>
    {body}
  </body>
</html>"""
HIDE_AT_WILL: Final = """
window.hide = (isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  const value = isHidden ? "hidden" : "visible";
  Object.defineProperty(document, "visibilityState", { value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
};
"""
Answer = Callable[[Route], None]


def unchanged(delay_ms: int) -> Answer:
    return lambda route: route.fulfill(status=204, headers={"Poll-Delay-Ms": str(delay_ms)})


def fragment(html: str) -> Answer:
    return lambda route: route.fulfill(body=html, content_type="text/html")


def failure(status: int) -> Answer:
    return lambda route: route.fulfill(status=status, body="")


def no_network(route: Route) -> None:
    route.abort()


def hangs(route: Route) -> None:
    """Never answered."""


class Polled:
    """A page with one polled part, what it asked, and what it is told next."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[dict[str, str]] = []
        self.answer: Answer = unchanged(400)
        self.body = POLLED
        self.opened = 0
        page.route("**/fake/page", self._open)
        page.route("**/fake/poll/**", self._poll)
        page.route("**/fake/barrier", lambda route: route.fulfill(body="through"))
        page.add_init_script(HIDE_AT_WILL)
        page.clock.install(time=0)
        page.clock.pause_at(1000)

    def _open(self, route: Route) -> None:
        self.opened += 1
        html = PAGE.format(title="Polled", body=self.body)
        route.fulfill(body=html, content_type="text/html")

    def _poll(self, route: Route) -> None:
        self.asked.append(route.request.headers)
        self.answer(route)

    def open(self, body: str = POLLED) -> None:
        self.body = body
        self.page.goto("/fake/page")
        self._settle()

    def after(self, ms: int) -> int:
        """How often it has asked when the clock is `ms` further."""
        self.page.clock.run_for(ms)
        self._settle()
        return len(self.asked)

    def hide(self, is_hidden: bool) -> int:
        self.page.evaluate(f"window.hide({json.dumps(is_hidden)})")
        self._settle()
        return len(self.asked)

    def _settle(self) -> None:
        # Requests and answers come in order: after these, the page has dealt with those before.
        for _ in range(3):
            self.page.evaluate("fetch('/fake/barrier').then((answer) => answer.text())")


@pytest.fixture
def polled(browser: Browser, demo: dict[str, Any]) -> Iterator[Polled]:
    context = browser.new_context(base_url=demo["url"])
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Polled(page)
    context.close()
    assert complaints == []


def test_an_unchanged_part_is_asked_again_after_the_delay_that_the_server_states(
    polled: Polled,
) -> None:
    polled.open()
    assert polled.after(399) == 0
    polled.answer = unchanged(2_000)
    assert polled.after(1) == 1
    assert polled.after(1_999) == 1
    assert polled.after(1) == 2
    assert polled.asked[0]["hx-request"] == "true"
    assert polled.asked[0]["hx-current-url"].endswith("/fake/page")
    expect(polled.page.locator("#part")).to_have_text("first")


def test_a_changed_part_replaces_itself_and_parts_elsewhere_and_is_polled_on(
    polled: Polled,
) -> None:
    polled.open()
    second = POLLED.replace("first", "second").replace("400", "1000")
    polled.answer = fragment(f'{second}<p id="elsewhere" hx-swap-oob="true">after</p>')
    assert polled.after(400) == 1
    expect(polled.page.locator("#part")).to_have_text("second")
    expect(polled.page.locator("#elsewhere")).to_have_text("after")
    assert polled.after(999) == 1
    assert polled.after(1) == 2


def test_a_part_in_which_something_is_being_done_keeps_its_place(polled: Polled) -> None:
    acts: list[Route] = []
    polled.page.route("**/fake/act", lambda route: acts.append(route))
    act = 'hx-post="/fake/act" hx-target="#part" hx-swap="outerHTML"'
    form = f"<form {act}><button>Act</button></form>"
    polled.open(POLLED.replace("first", form))
    polled.page.get_by_role("button").click()
    polled.answer = fragment(POLLED.replace("first", "polled"))
    assert polled.after(400) == 1
    expect(polled.page.get_by_role("button")).to_be_visible()
    acts[0].fulfill(body=ENDED, content_type="text/html")
    expect(polled.page.locator("#part")).to_have_text("ended")
    assert polled.after(60_000) == 1


def test_a_part_that_ended_is_asked_no_more(polled: Polled) -> None:
    polled.open()
    polled.answer = fragment(ENDED)
    polled.after(400)
    expect(polled.page.locator("#part")).to_have_text("ended")
    assert polled.after(120_000) == 1


def test_a_slow_answer_is_waited_for_before_it_is_asked_again(polled: Polled) -> None:
    waiting: list[Route] = []
    polled.answer = waiting.append
    polled.open()
    polled.after(400)
    assert polled.after(19_000) == 1
    polled.answer = unchanged(400)
    unchanged(400)(waiting[0])
    assert polled.after(399) == 1
    assert polled.after(1) == 2


def test_a_request_that_hangs_is_given_up_after_20_seconds_and_asked_again(polled: Polled) -> None:
    polled.answer = hangs
    polled.open()
    polled.after(400)
    assert polled.after(19_999) == 1
    polled.after(1)
    assert polled.after(2_999) == 1
    polled.answer = fragment(ENDED)
    assert polled.after(1) == 2
    expect(polled.page.locator("#part")).to_have_text("ended")


def test_a_part_may_state_when_to_give_up(polled: Polled) -> None:
    polled.answer = hangs
    polled.open(POLLED.replace("data-poll-delay", 'data-poll-timeout-ms="50" data-poll-delay'))
    polled.after(400)
    polled.after(50)
    assert polled.after(3_000) == 2


@pytest.mark.parametrize("fails", [no_network, failure(500), failure(503), failure(429)])
def test_a_failed_request_is_asked_again_less_and_less_often(polled: Polled, fails: Answer) -> None:
    polled.answer = fails
    polled.open()
    polled.after(400)
    for failures in range(1, 13):
        delay_ms = min(failures * 3_000, 30_000)
        assert polled.after(delay_ms - 1) == failures
        assert polled.after(1) == failures + 1


def test_the_trouble_is_told_after_the_second_failure_until_an_answer_comes(polled: Polled) -> None:
    trouble = polled.page.locator("#trouble")
    polled.answer = failure(500)
    polled.open()
    polled.after(400)
    expect(trouble).to_be_hidden()
    polled.after(3_000)
    expect(trouble).to_be_visible()
    polled.answer = unchanged(400)
    assert polled.after(6_000) == 3
    expect(trouble).to_be_hidden()
    # The next failure is the first one again.
    polled.answer = failure(500)
    polled.after(400)
    expect(trouble).to_be_hidden()
    assert polled.after(3_000) == 5
    expect(trouble).to_be_visible()


def test_trouble_leaves_with_the_part_that_had_it(polled: Polled) -> None:
    polled.answer = failure(500)
    polled.open()
    polled.after(400)
    polled.after(3_000)
    expect(polled.page.locator("#trouble")).to_be_visible()
    polled.page.evaluate("document.querySelector('#part').remove()")
    expect(polled.page.locator("#trouble")).to_be_hidden()


def test_a_tab_that_nobody_sees_asks_nothing_and_asks_at_once_when_it_is_seen(
    polled: Polled,
) -> None:
    polled.open()
    assert polled.hide(True) == 0
    assert polled.after(600_000) == 0
    assert polled.hide(False) == 1
    assert polled.after(399) == 1
    assert polled.after(1) == 2


def test_a_short_look_away_leads_to_one_question_not_two(polled: Polled) -> None:
    polled.open()
    polled.after(200)
    polled.hide(True)
    assert polled.hide(False) == 1
    # The question that was due is the one that was asked.
    assert polled.after(399) == 1
    assert polled.after(1) == 2


def test_a_request_under_way_is_not_doubled_by_looking_away_and_back(polled: Polled) -> None:
    polled.answer = hangs
    polled.open()
    assert polled.after(400) == 1
    polled.hide(True)
    assert polled.hide(False) == 1


def test_the_focus_stays_on_the_element_of_the_same_id(polled: Polled) -> None:
    body = POLLED.replace("first", 'first <input id="word" value="abcdef"><button id="other">x')
    polled.open(body)
    polled.page.focus("#word")
    polled.page.evaluate("document.querySelector('#word').setSelectionRange(2, 4)")
    polled.answer = fragment(body.replace("first", "second"))
    assert polled.after(400) == 1
    expect(polled.page.locator("#part")).to_contain_text("second")
    expect(polled.page.locator("#word")).to_be_focused()
    selection = "(({selectionStart, selectionEnd}) => [selectionStart, selectionEnd])"
    assert polled.page.evaluate(f"{selection}(document.querySelector('#word'))") == [2, 4]


def test_a_part_that_leaves_the_page_is_asked_no_more(polled: Polled) -> None:
    polled.open()
    assert polled.after(400) == 1
    polled.page.evaluate("document.querySelector('#part').remove()")
    assert polled.after(120_000) == 1


def test_a_part_that_leaves_the_page_takes_its_request_along(polled: Polled) -> None:
    given_up: list[str] = []
    polled.page.on("requestfailed", lambda request: given_up.append(request.url))
    polled.answer = hangs
    polled.open()
    assert polled.after(400) == 1
    polled.page.evaluate("document.querySelector('#part').remove()")
    # Long before it would be given up.
    assert polled.after(1_000) == 1
    assert [url.rpartition("/fake")[2] for url in given_up] == ["/poll/?seen=1"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_part_that_is_gone_lets_the_page_say_so(polled: Polled, status: int) -> None:
    polled.answer = failure(status)
    polled.open()
    polled.body = "<p>There is nothing here</p>"
    polled.page.clock.run_for(400)
    expect(polled.page.get_by_text("There is nothing here")).to_be_visible()
    assert polled.opened == 2


def test_an_ended_session_leads_where_the_server_says(polled: Polled) -> None:
    polled.page.route("**/fake/sign-in", lambda route: route.fulfill(body="Who are you?"))
    polled.answer = lambda route: route.fulfill(headers={"HX-Redirect": "/fake/sign-in"}, body="")
    polled.open()
    polled.page.clock.run_for(400)
    expect(polled.page.get_by_text("Who are you?")).to_be_visible()


def test_two_parts_are_polled_each_on_its_own(polled: Polled) -> None:
    other = POLLED.replace("part", "other").replace("400", "1000").replace("poll/", "poll/other/")
    polled.open(POLLED + other)
    assert polled.after(400) == 1
    polled.answer = unchanged(10_000)
    assert polled.after(400) == 2
    assert polled.after(200) == 3
    assert polled.after(9_000) == 3


def test_what_the_server_says_has_elapsed_is_counted_up(polled: Polled) -> None:
    polled.open('<span id="took" data-elapsed-ms="1234">1.2 s</span>')
    took = polled.page.locator("#took")
    expect(took).to_have_text("1.2 s")
    polled.after(1_000)
    expect(took).to_have_text("2.2 s")
    polled.after(9_000)
    expect(took).to_have_text("11 s")
    polled.after(112_000)
    expect(took).to_have_text("2 min 3 s")


def test_a_swapped_duration_begins_where_the_server_says(polled: Polled) -> None:
    polled.answer = fragment('<span id="part" data-elapsed-ms="5000">5.0 s</span>')
    polled.open()
    polled.after(400)
    expect(polled.page.locator("#part")).to_have_text("5.0 s")
    # It is shown anew once a second, together with all others.
    polled.after(600)
    expect(polled.page.locator("#part")).to_have_text("5.6 s")
