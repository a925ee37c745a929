"""The whole demo, as `make demo` starts it, and a real browser in front."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

HOUSE: Final = Path(__file__).resolve().parents[2]
READY_WITHIN_S: Final = 120
# Two cores run browsers, portals and the other tests: what is right may be late.
expect.set_options(timeout=20_000)
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
# A browser in a closed network must not look for its maker; root may not have its sandbox.
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What var/demo.json says of a demo of this run's own."""
    var = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"AWSDASH_LOG_FILE": str(var / "log"), "HOME": str(var)}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWSDASH_", "DJANGO_"))}
    output = (var / "output").open("w+")
    command = [
        sys.executable,
        "-m",
        "awsdash.demo.launcher",
        "--port",
        str(port),
        "--var",
        str(var),
    ]
    launcher = subprocess.Popen(
        command, cwd=HOUSE, env={**kept, **own}, stdout=output, stderr=subprocess.STDOUT
    )
    try:
        yield _wait_for(var / "demo.json", launcher, var / "output")
    finally:
        launcher.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            launcher.wait(30)
        launcher.kill()
        output.close()


def _wait_for(facts: Path, launcher: subprocess.Popen[bytes], output: Path) -> dict[str, Any]:
    for _ in range(READY_WITHIN_S * 10):
        if facts.exists():
            found: dict[str, Any] = json.loads(facts.read_text())
            return found
        if launcher.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"The demo did not start:\n{output.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("AWSDASH_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


SignIn = Callable[[str], Page]
Faults = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def faults(demo: dict[str, Any]) -> Iterator[Faults]:
    """Makes the emulated AWS misbehave until the test ends."""

    def put(rules: list[dict[str, Any]]) -> None:
        address = f"{demo['awsEndpoint']}/_emulator/faults"
        headers = {"Content-Type": "application/json"}
        body = json.dumps(rules).encode()
        request = urllib.request.Request(address, body, headers, method="PUT")
        urllib.request.urlopen(request).close()

    yield put
    put([])


@pytest.fixture(scope="session")
def sessions(browser: Browser, demo: dict[str, Any]) -> Callable[[str], StorageState]:
    """The cookies of a signed-in person; each person signs in once."""

    @cache
    def of(name: str) -> StorageState:
        context = browser.new_context(base_url=demo["url"])
        page = context.new_page()
        password = next(u["password"] for u in demo["users"] if u["name"] == name)
        page.goto("/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Explorer").wait_for()
        state = context.storage_state()
        context.close()
        return state

    return of


@pytest.fixture
def sign_in(
    browser: Browser, demo: dict[str, Any], sessions: Callable[[str], StorageState]
) -> Iterator[SignIn]:
    """Opens the explorer as one of the demo's people, each in a browser of their own."""
    with contextlib.ExitStack() as stack:

        def as_person(name: str) -> Page:
            context = browser.new_context(base_url=demo["url"], storage_state=sessions(name))
            stack.callback(context.close)
            context.set_default_timeout(15_000)
            page = context.new_page()
            page.goto("/")
            page.get_by_role("heading", name="Explorer").wait_for()
            return page

        yield as_person
