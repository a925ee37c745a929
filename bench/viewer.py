"""The viewer in figures: page weight, time to the first row, scrolling and searching 10,000 events.

Needs a running demo and Chromium: `make demo`, then `.venv/bin/python bench/viewer.py`.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from services import aws  # noqa: E402  # found through the line above
from services.cloudwatch_logs import client  # noqa: E402
from services.cloudwatch_logs.types import FilterEventsQuery  # noqa: E402

ACCOUNT, REGION = "482011773351", "eu-west-1"
CHARGE: Final = "/aws/lambda/checkout-charge"
MANY: Final = "/bench/ten-thousand"
EVENTS: Final = 10_000
MOST_KB: Final = 100
REPEATS: Final = 7
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
VIEWER: Final = "/run/cloudwatch_logs.filter_events/"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demo", type=Path, default=HOUSE / "var/demo.json")
    facts = json.loads(options.parse_args().demo.read_text())
    os.environ["AWS_ENDPOINT_URL"] = facts["awsEndpoint"]
    account = reader()
    plant(account)
    path = os.environ.get("AWSDASH_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        state = sign_in(browser, facts)
        weigh(browser, facts, state)
        page = browser.new_context(base_url=facts["url"], storage_state=state).new_page()
        first_row(page, account)
        run(page, MANY, EVENTS)
        search(page)
        scroll(page)
        browser.close()


def reader() -> aws.Aws:
    """The role that the portal assumes too."""
    keys = aws.Keys("AKIADEMOAWSDASH00001", "emulated/not+a+secret/AWSDASHDEMO0000001")
    issued = (
        aws.Aws("", "us-east-1", keys)
        .client("sts")
        .assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/awsdash-reader",
            RoleSessionName="bench",
            ExternalId="demo-external-id",
        )["Credentials"]
    )
    keys = aws.Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    return aws.Aws(ACCOUNT, REGION, keys)


def plant(account: aws.Aws) -> None:
    """A log group of 10,000 events, unless an earlier run made it."""
    logs = account.client("logs")
    if logs.describe_log_groups(logGroupNamePrefix=MANY)["logGroups"]:
        return
    logs.create_log_group(logGroupName=MANY)
    logs.create_log_stream(logGroupName=MANY, logStreamName="all")
    first = int(datetime.now(UTC).timestamp() * 1000) - EVENTS * 1000
    levels = ("INFO", "INFO", "INFO", "WARN", "ERROR")
    for start in range(0, EVENTS, 2_000):
        events = [
            {
                "timestamp": first + n * 1000,
                "message": json.dumps(
                    {"level": levels[n % 5], "msg": f"order o-{n} charged", "tookMs": n % 97}
                ),
            }
            for n in range(start, start + 2_000)
        ]
        logs.put_log_events(logGroupName=MANY, logStreamName="all", logEvents=events)


def sign_in(browser: Browser, facts: dict[str, Any]) -> Any:
    person = facts["users"][0]
    context = browser.new_context(base_url=facts["url"])
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill(person["name"])
    page.get_by_label("Password").fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Explorer").wait_for()
    state = context.storage_state()
    context.close()
    return state


def run(page: Page, log_group: str, limit: int) -> None:
    page.goto(
        f"{VIEWER}?accountId={ACCOUNT}&region={REGION}&logGroupName={log_group}&limit={limit}"
    )
    page.keyboard.press("Control+Enter")
    page.locator("#progress .tag.succeeded").wait_for()


def median_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def weigh(browser: Browser, facts: dict[str, Any], state: Any) -> None:
    """What a browser with an empty cache loads, compressed and not."""
    print(f"\nPage weight of a first load (at most {MOST_KB} kB compressed)")
    run_page = browser.new_context(base_url=facts["url"], storage_state=state).new_page()
    run(run_page, CHARGE, 100)
    for address in ("/explorer/", VIEWER, run_page.url.removeprefix(facts["url"])):
        context = browser.new_context(base_url=facts["url"], storage_state=state)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        sent: list[float] = []
        raw: list[float] = []
        devtools.on("Network.loadingFinished", lambda e, to=sent: to.append(e["encodedDataLength"]))
        devtools.on("Network.dataReceived", lambda e, to=raw: to.append(e["dataLength"]))
        page.goto(address, wait_until="networkidle")
        kb, raw_kb = sum(sent) / 1000, sum(raw) / 1000
        name = "a job's page with 100 rows" if "/jobs/" in address else address
        verdict = "ok" if kb <= MOST_KB else "TOO MUCH"
        print(f"  {name:45} {kb:6.1f} kB of {raw_kb:6.1f} kB in {len(sent)} files  {verdict}")
        context.close()


def first_row(page: Page, account: aws.Aws) -> None:
    """From Ctrl+Enter to the first row in sight, beside the bare AWS call that it needs."""
    query = FilterEventsQuery.parse({"logGroupName": CHARGE})

    def through_the_portal() -> None:
        page.keyboard.press("Control+Enter")
        page.locator(f"#job:not([data-job='{job}']) #rows tr[data-row]").first.wait_for()

    portal, bare = [], []
    run(page, CHARGE, 100)
    for _ in range(REPEATS):
        job = page.locator("#job").get_attribute("data-job")
        portal.append(median_ms(through_the_portal, 1))
        page.locator("#progress .tag.succeeded").wait_for()
        bare.append(median_ms(lambda: list(client.filter_events(query, account)), 1))
    told = statistics.median(portal), statistics.median(bare)
    print("\nTime to the first row (median of 7)")
    print(
        f"  portal {told[0]:.0f} ms, bare AWS call {told[1]:.0f} ms: {told[0] / told[1]:.1f} times"
    )


def search(page: Page) -> None:
    """The server's answer to a search of 10,000 events, beside the same page without one."""
    print("\nSearching 10,000 events (server, median of 7)")
    address = page.url.partition("?")[0] + "look/"
    plain = median_ms(lambda: page.request.get(address))
    print(f"  no search                {plain:6.0f} ms")
    for what, text in (
        ("one word", "charged"),
        ("two words", "o-9999 charged"),
        ("mistyped", "chraged"),
        ("nowhere", "zzzzzzzz"),
    ):
        found = median_ms(partial(page.request.get, f"{address}?{urlencode({'search': text})}"))
        print(f"  {what:24} {found:6.0f} ms: {found / plain:.1f} times")
    typed = median_ms(lambda: look_for(page), 3)
    print(
        f"  typed to marked, in the browser {typed:.0f} ms, of which 200 ms wait for more letters"
    )


def look_for(page: Page) -> None:
    box = page.get_by_label("Search these rows")
    box.fill("")
    page.locator("#rows mark").first.wait_for(state="detached")
    box.fill("o-77")
    page.locator("#rows mark").first.wait_for()


SCROLL: Final = """async (selector) => {
  const box = document.querySelector(selector);
  const frames = [];
  let last = performance.now();
  for (let step = 0; step <= 300; step++) {
    box.scrollTop = (box.scrollHeight * step) / 300;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  frames.sort((a, b) => a - b);
  return {
    median: frames[Math.floor(frames.length / 2)],
    p95: frames[Math.floor(frames.length * 0.95)],
    rows: box.querySelectorAll("tr[data-row]").length,
  };
}"""
# The table as it would be without blocks: all rows in the page at once.
WHOLE: Final = """async () => {
  const box = document.querySelector("#rows");
  const whole = box.cloneNode(true);
  whole.id = "whole";
  for (const body of whole.querySelectorAll("tbody")) {
    const answer = await fetch(`${box.dataset.blocks}&offset=${body.dataset.offset}`);
    const template = document.createElement("template");
    template.innerHTML = `<table>${await answer.text()}</table>`;
    body.replaceWith(template.content.querySelector("tbody"));
  }
  const began = performance.now();
  box.replaceWith(whole);
  whole.getBoundingClientRect();
  await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""


def scroll(page: Page) -> None:
    """Frames while the whole table is scrolled through, beside a table that holds every row."""
    page.get_by_label("Search these rows").fill("")
    page.locator("#rows mark").first.wait_for(state="detached")
    page.wait_for_timeout(1_000)
    blocks = page.evaluate(SCROLL, "#rows")
    laid_out_ms = page.evaluate(WHOLE)
    whole = page.evaluate(SCROLL, "#whole")
    print("\nScrolling through 10,000 events in 300 frames")
    for name, told in (("blocks, as built", blocks), ("every row in the page", whole)):
        print(
            f"  {name:24} median frame {told['median']:5.1f} ms, p95 {told['p95']:5.1f} ms, "
            f"{told['rows']:,} rows held"
        )
    print(f"  laying out every row takes {laid_out_ms:.0f} ms before the first is seen")
    print(f"  rows held: {whole['rows'] / blocks['rows']:.1f} times fewer")


if __name__ == "__main__":
    main()
