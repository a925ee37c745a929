"""From a result to SQL over it, in a browser, on the whole demo."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looks import Looks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

LOGS = (
    "/run/cloudwatch_logs.filter_events/?accountId=482011773351&region=eu-west-1&startTime=-3h"
    "&limit=500&logGroupName=/aws/lambda/checkout-charge"
)


def read_logs(page: Page) -> None:
    page.goto(LOGS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#job")).to_contain_text("succeeded")


def run(page: Page, sql: str) -> None:
    page.get_by_label("SQL", exact=True).fill(sql)
    page.keyboard.press("Control+Enter")


def test_alice_counts_what_she_read(sign_in: SignIn) -> None:
    page = sign_in("alice")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    read_logs(page)
    page.get_by_role("link", name="SQL", exact=True).click()
    editor = page.get_by_label("SQL", exact=True)
    expect(editor).to_have_value(re.compile(r"SELECT \*\nFROM job_[0-9a-f]{32}\nLIMIT 100"))
    editor.fill(
        f"SELECT level, count(*) AS events\n{editor.input_value().splitlines()[1]} GROUP BY ALL"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("#job")).to_contain_text("succeeded")
    expect(page.get_by_role("columnheader", name="events")).to_be_visible()
    expect(page.get_by_role("cell", name="error", exact=True)).to_be_visible()
    assert re.search(r"/jobs/[0-9a-f-]{36}/$", page.url)
    page.reload()
    expect(page.get_by_role("columnheader", name="events")).to_be_visible()
    assert complaints == []


def test_names_are_put_where_the_caret_is(sign_in: SignIn) -> None:
    page = sign_in("alice")
    read_logs(page)
    page.goto("/sql/")
    editor = page.get_by_label("SQL", exact=True)
    table = page.locator("[data-insert^=job_]").first
    table.click()
    expect(editor).to_have_value(re.compile(r"^SELECT \*\nFROM job_[0-9a-f]{32}\nLIMIT 100$"))
    editor.fill("SELECT FROM x")
    editor.evaluate("area => area.setSelectionRange(6, 6)")
    page.get_by_role("button", name="logStreamName").first.click()
    expect(editor).to_have_value('SELECT "logStreamName" FROM x')


def test_what_is_wrong_is_told_in_its_place_and_looks_right(
    sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("alice")
    looks = Looks(page, tmp_path)
    page.goto("/sql/")
    looks.at("sql")
    run(page, f"SELECT * FROM job_{'0' * 32}")
    expect(page.locator("#query .errorlist")).to_contain_text("There is no result job_000")
    looks.at("sql-refused")
    run(page, "SELECT 1 AS x,\n nope")
    expect(page.locator("#job")).to_contain_text("Line 2, column 2")
    looks.at("sql-failed")
    run(page, "SELECT i, now() AS at FROM range(20000) r(i)")
    expect(page.locator("#job")).to_contain_text("Cut off after 10,000 rows")
    expect(page.get_by_label("SQL", exact=True)).to_have_count(1)
    looks.at("sql-cut")
    assert looks.problems == [], "\n".join(looks.problems)
