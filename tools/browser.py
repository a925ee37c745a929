"""Finds a Chromium for the browser tests, or installs one: `python3 tools/browser.py`.

Prints its path, or an empty line when none can be had; it never fails. Why one could not be
installed goes to stderr. Needs nothing installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PATIENCE_S = 600
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as s\n"
    "with s() as p: print(p.chromium.executable_path)"
)


def ensure() -> str:
    """The path of a browser that starts, or "" when there is none and none can be installed."""
    return find() or _install()


def find() -> str:
    """AWSDASH_CHROMIUM, the system's, or one that Playwright has installed."""
    if chosen := os.environ.get("AWSDASH_CHROMIUM"):
        if _starts(chosen):
            return chosen
        _say(f"AWSDASH_CHROMIUM={chosen} does not start; looking for another browser.")
    on_path = (shutil.which(name) for name in NAMES)
    candidates = [path for path in (*on_path, *MAC_PLACES) if path]
    return next((path for path in candidates if _starts(path)), "") or _playwrights()


def _starts(path: str) -> bool:
    """Ubuntu's `chromium` may be a stub that only says to install a snap."""
    return bool(_output([path, "--version"], patience_s=30))


def _playwrights() -> str:
    path = _output([_python(), "-c", ASK_PLAYWRIGHT], patience_s=30)
    return path if path and _starts(path) else ""


def _install() -> str:
    if root := _root_prefix():
        _say("Installing Chromium for the browser tests (apt-get) ...")
        _run([*root, "apt-get", "update", "-qq"])
        _run([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
        if found := find():
            return found
    _say("Installing Chromium for the browser tests (playwright install) ...")
    _run([_python(), "-m", "playwright", "install", "chromium"])
    return find()


def _root_prefix() -> list[str] | None:
    """What to write before a command to run apt-get as root; None where that is impossible."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    may = _output(["sudo", "-n", "echo", "yes"], patience_s=10) == "yes"
    return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"] if may else None


def _python() -> str:
    return str(CHECKOUT / ".venv" / "bin" / "python")


def _output(command: list[str], patience_s: float) -> str:
    """What it prints, or "" when it fails."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=patience_s
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _run(command: list[str]) -> None:
    """Shows what it says only if it fails."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        _say(f"{' '.join(command)}: {error}")
        return
    if done.returncode != 0:
        _say(f"{' '.join(command)} failed:")
        _say("\n".join(done.stdout.strip().splitlines()[-8:]))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.stdout.write(f"{ensure()}\n")
