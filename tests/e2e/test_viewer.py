"""The viewer as an operator uses it: pickers, search, rows, histogram, range, reading on."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services import aws
from tests.e2e.conftest import Faults, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

VIEWER = "/run/cloudwatch_logs.filter_events/"
CHARGE = "/aws/lambda/checkout-charge"
PROD = "accountId=482011773351&region=eu-west-1"
MANY = "/load/ten-thousand"


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    return sign_in("alice")


def run(page: Page, **options: str) -> None:
    """Runs a query by its link, as a button of the portal does."""
    query = "&".join(f"{name}={value}" for name, value in options.items())
    # A click, because only links of the portal itself run at once.
    page.evaluate(
        """address => {
          const link = Object.assign(document.createElement("a"), { href: address });
          document.body.append(link);
          link.click();
        }""",
        f"{VIEWER}?{PROD}&run=1&{query}",
    )
    page.wait_for_url("**/jobs/**")
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")


def rows(page: Page) -> Any:
    return page.locator("#rows tr[data-row]")


@pytest.fixture(scope="session")
def ten_thousand(demo: dict[str, Any]) -> str:
    """A log group of 10,000 events: AWS needs more than one page for them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", demo["awsEndpoint"])
        patched.setattr(aws, "_clients", aws._ClientCache())
        keys = aws.Keys("AKIADEMOAWSDASH00001", "emulated/not+a+secret/AWSDASHDEMO0000001")
        issued = (
            aws.Aws("", "us-east-1", keys)
            .client("sts")
            .assume_role(
                RoleArn="arn:aws:iam::482011773351:role/awsdash-reader",
                RoleSessionName="tests",
                ExternalId="demo-external-id",
            )["Credentials"]
        )
        keys = aws.Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
        logs = aws.Aws("482011773351", "eu-west-1", keys).client("logs")
        logs.create_log_group(logGroupName=MANY)
        logs.create_log_stream(logGroupName=MANY, logStreamName="all of them")
        first = int(datetime.now(UTC).timestamp() * 1000) - 10_000 * 1_000
        for start in range(0, 10_000, 2_000):
            events = [
                {"timestamp": first + n * 1_000, "message": f"event {n} says {'x' * 120}"}
                for n in range(start, start + 2_000)
            ]
            logs.put_log_events(logGroupName=MANY, logStreamName="all of them", logEvents=events)
    return MANY


def test_a_log_group_and_its_streams_are_picked_by_keyboard(page: Page) -> None:
    page.goto(f"{VIEWER}?{PROD}")
    group = page.get_by_label("Log group")
    group.press_sequentially("/aws/lambda/checkout-c")
    expect(page.get_by_role("option")).to_contain_text(["checkout-charge"])
    page.keyboard.press("ArrowDown")
    expect(group).to_have_attribute("aria-activedescendant", "choice-1")
    page.keyboard.press("Enter")
    expect(group).to_have_value(CHARGE)
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.get_by_text("more options").click()
    page.get_by_label("Log streams").focus()
    page.keyboard.press("ArrowDown")
    stream = page.get_by_role("option").first
    expect(stream).to_contain_text("[118]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".values input")).to_have_count(2)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/jobs/**")
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")
    streams = set(rows(page).locator("td:nth-child(4)").all_inner_texts())
    assert len(streams) == 1


def test_another_region_offers_other_log_groups(page: Page) -> None:
    page.goto(f"{VIEWER}?{PROD}")
    page.locator("summary").filter(has_text="eu-west-1").click()
    page.get_by_text("eu-central-1").last.click()
    page.get_by_label("Log group").fill("/aws/lambda/s")
    expect(page.get_by_role("option").first).to_contain_text("settlement-export")


def test_search_is_fuzzy_marks_what_it_found_and_is_in_the_address(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="5000")
    page.keyboard.press("/")
    page.keyboard.type("tiemout ledger")
    expect(page.locator("#found")).to_contain_text("these come near: timeout")
    expect(rows(page).first.locator("mark")).to_have_text(["timeout", "ledger"])
    expect(page).to_have_url(re.compile(r"\?search=tiemout\+ledger$"))
    expect(page.locator("#found")).to_contain_text(re.compile(r"of \d+ that match tiemout ledger"))
    found = rows(page).count()
    page.reload()
    expect(rows(page)).to_have_count(found)
    expect(page.get_by_label("Search these rows")).to_have_value("tiemout ledger")


def test_levels_are_coloured_and_filter_the_rows(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="1000")
    assert set(rows(page).locator("td.level").all_inner_texts()) >= {"error", "info", "warning"}
    page.get_by_text("Errors", exact=True).click()
    expect(page.locator("#found")).to_contain_text("at level error")
    assert set(rows(page).locator("td.level").all_inner_texts()) == {"error"}
    page.get_by_text("Warnings", exact=True).click()
    expect(rows(page).first.locator("td.level")).to_have_text("warning")


def test_a_heads_click_turns_newest_into_oldest_first(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="50")
    times = rows(page).locator("td.timestamp").all_inner_texts()
    assert times == sorted(times, reverse=True)
    page.get_by_role("link", name="Time (UTC)").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    assert rows(page).locator("td.timestamp").all_inner_texts() == sorted(times)
    page.get_by_role("link", name="back to AWS's order").click()
    expect(page.locator("th[aria-sort]")).to_have_count(0)


def test_a_row_is_opened_moved_from_and_closed_by_keyboard(page: Page) -> None:
    run(page, logGroupName=CHARGE, filterPattern="charge failed".replace(" ", "%20"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    tree = page.get_by_role("list", name="Message as JSON")
    expect(tree).to_contain_text("charge failed: timeout after 3000 ms calling ledger-api")
    expect(page).to_have_url(re.compile("row=0"))
    expect(rows(page).first).to_have_attribute("aria-current", "true")
    first = tree.inner_text()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("row=1"))
    expect(tree).not_to_have_text(first)
    page.reload()
    expect(page.get_by_role("heading", name="Row 2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#detail")).to_be_hidden()
    assert "row=" not in page.url


def test_a_value_of_the_tree_is_copied_and_filtered_by(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    run(page, logGroupName=CHARGE, filterPattern="charge%20failed", limit="5")
    rows(page).first.click()
    page.get_by_role("button", name="Copy order").click()
    order = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"o-\d+", order)
    page.get_by_role("button", name="Copy as JSON").click()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert json.loads(copied["message"])["order"] == order
    page.get_by_role("link", name="Filter by this order").click()
    page.wait_for_url("**/jobs/**")
    expect(page.get_by_label("Filter pattern")).to_have_value(f'{{ $.order = "{order}" }}')
    expect(rows(page).first).to_contain_text(order)
    assert all(order in text for text in rows(page).all_inner_texts())


def test_a_drag_on_the_histogram_becomes_the_time_range(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="5000", startTime="-1d")
    before = page.url
    box = page.locator("[data-histogram] svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 30, steps=4)
    page.mouse.up()
    expect(page).not_to_have_url(before)
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")
    times = rows(page).locator("td.timestamp").all_inner_texts()
    start, end = (page.locator(f"[name={name}]").input_value() for name in ("startTime", "endTime"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", start)
    assert all(start <= time <= end for time in times)


def test_the_histogram_works_by_keyboard(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="1000")
    before = page.url
    bars = page.locator("[data-histogram] .bar")
    bars.first.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".bar.marked")).to_have_count(3)
    start = bars.nth(1).get_attribute("data-start")
    end = bars.nth(3).get_attribute("data-end")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(before)
    expect(page.locator("[name=startTime]")).to_have_value(str(start))
    expect(page.locator("[name=endTime]")).to_have_value(str(end))


def test_reading_on_appends_older_rows_and_stays_where_one_was(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="60")
    times = rows(page).locator("td.timestamp").all_inner_texts()
    page.locator("#rows").evaluate("box => { box.scrollTop = 500 }")
    page.get_by_role("button", name="Read on").click()
    expect(page.locator("#found")).to_contain_text("of 120")
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")
    later = rows(page).locator("td.timestamp").all_inner_texts()
    assert later[:60] == times
    assert later == sorted(later, reverse=True)
    assert page.locator("#rows").evaluate("box => box.scrollTop") == 500


def test_refresh_asks_again_with_the_same_relative_range(page: Page) -> None:
    run(page, logGroupName=CHARGE, startTime="-3h")
    before = page.url
    page.get_by_role("button", name="Refresh").click()
    expect(page).not_to_have_url(before)
    expect(page.locator("summary").filter(has_text="Last 3 hours")).to_be_visible()


def test_a_preset_runs_the_page_again_and_times_are_local_at_a_click(
    sign_in: SignIn, browser: Any
) -> None:
    page = sign_in("alice")
    run(page, logGroupName=CHARGE)
    before = page.url
    page.locator("summary").filter(has_text="Any time").click()
    page.get_by_role("button", name="Last hour").click()
    expect(page).not_to_have_url(before)
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")
    page.locator("summary").filter(has_text="Last hour").click()
    page.get_by_role("button", name="Local").click()
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.get_by_role("link", name=f"Time ({zone})")).to_be_visible()


def test_the_theme_is_chosen_and_kept(page: Page) -> None:
    def ground() -> str:
        found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return found

    light = ground()
    page.locator("summary").filter(has_text="alice").click()
    page.get_by_role("button", name="Dark").click()
    assert ground() != light
    page.reload()
    assert ground() != light


def test_ten_thousand_events_scroll_in_a_browser_that_holds_few(
    page: Page, ten_thousand: str
) -> None:
    run(page, logGroupName=ten_thousand, limit="10000")
    expect(page.locator("#found")).to_contain_text("of 10,000")
    expect(page.locator("#rows table")).to_have_attribute("aria-rowcount", "10001")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box = page.locator("#rows")
    for share in (0.2, 0.5, 0.8, 1):
        box.evaluate("(box, share) => { box.scrollTop = box.scrollHeight * share }", share)
        # What is in sight is there, not only room for it.
        page.wait_for_function(
            """() => {
              const box = document.querySelector("#rows").getBoundingClientRect();
              const seen = document.elementFromPoint(box.left + 60, box.bottom - 60);
              return Boolean(seen?.closest("tr[data-row]"));
            }"""
        )
    expect(page.get_by_text("event 0 says")).to_be_visible()
    expect(page.locator("[data-window]")).to_contain_text("to 10,000")
    assert rows(page).count() <= 700
    page.get_by_label("Search these rows").fill("event 9999")
    expect(page.locator("#found")).to_contain_text("of 1 that match")


def test_first_rows_are_shown_while_the_job_still_reads(
    page: Page, ten_thousand: str, faults: Faults
) -> None:
    faults([{"operation": "FilterLogEvents", "latencyMs": 1500}])
    page.goto(f"{VIEWER}?{PROD}&logGroupName={ten_thousand}&limit=10000")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("event 9999 says")).to_be_visible()
    expect(page.locator("#progress .tag").first).to_have_text("running")
    rows(page).nth(3).click()
    expect(page.get_by_role("heading", name="Row 4")).to_be_visible()
    page.locator("#rows").evaluate("box => { box.scrollTop = 700 }")
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")
    expect(page.locator("#found")).to_contain_text("of 10,000")
    # What was being read has not moved.
    assert page.locator("#rows").evaluate("box => box.scrollTop") == 700
    expect(page.get_by_role("heading", name="Row 4")).to_be_visible()


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("AccessDeniedException", 400, "Ask an administrator for the missing permission."),
        ("InvalidParameterException", 400, "Correct the named option"),
    ],
)
def test_what_aws_refuses_is_told_with_what_to_do(
    page: Page, faults: Faults, code: str, status: int, told: str
) -> None:
    refusal = {"code": code, "message": "No, says AWS.", "status": status}
    faults([{"operation": "FilterLogEvents", **refusal}])
    page.goto(f"{VIEWER}?{PROD}&logGroupName={CHARGE}")
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).to_contain_text("No, says AWS.")
    expect(alert).to_contain_text(told)


def test_a_throttled_job_says_that_it_is_tried_again(page: Page, faults: Faults) -> None:
    faults(
        [
            {
                "operation": "FilterLogEvents",
                "code": "ThrottlingException",
                "message": "Rate exceeded",
                "status": 400,
                "times": 1,
            }
        ]
    )
    page.goto(f"{VIEWER}?{PROD}&logGroupName={CHARGE}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#progress")).to_contain_text("It is tried again by itself.")
    expect(page.locator("#progress .tag").first).to_have_text("succeeded")


def test_what_is_shown_is_downloaded(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="200")
    page.get_by_text("Errors", exact=True).click()
    expect(page.locator("#found")).to_contain_text("at level error")
    shown = rows(page).count()
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as caught:
        page.get_by_role("link", name="JSON Lines, what is shown").click()
    lines = caught.value.path().read_text().splitlines()
    assert len(lines) == shown
    assert {json.loads(line)["level"] for line in lines} == {"error"}


def test_what_changes_is_announced_to_who_listens(page: Page) -> None:
    run(page, logGroupName=CHARGE, limit="20")
    said = page.get_by_role("status").and_(page.locator("#said"))
    expect(said).to_contain_text("succeeded, 20 rows")
    page.get_by_label("Search these rows").fill("zzzz")
    expect(said).to_contain_text("no row matches")


def test_without_a_console_message_from_form_to_row(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    run(page, logGroupName=CHARGE, limit="300")
    rows(page).nth(2).click()
    expect(page.get_by_role("heading", name="Row 3")).to_be_visible()
    page.get_by_label("Search these rows").press_sequentially("timeout", delay=60)
    expect(page.locator("#found")).to_contain_text("that match timeout")
    page.get_by_text("Errors", exact=True).click()
    expect(page.locator("#found")).to_contain_text("at level error")
    page.get_by_role("link", name="Time (UTC)").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    assert complaints == []
