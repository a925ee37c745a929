"""Makes .venv in this checkout: `python3 tools/setup.py demo|dev`.

Runs under the system's Python, with nothing installed. A stamp in .venv says what is in there;
while it holds true there is nothing to do. It is removed before anything changes and written last,
so an interrupted installation is seen and done over.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

MINIMUM = (3, 11)
# Checked before the first annotation is read; nothing in this file is newer than Python 3.6's
# grammar, so that an old Python gets as far as here.
if sys.version_info[:2] < MINIMUM:
    newer = [f"python3.{minor}" for minor in range(20, 10, -1) if shutil.which(f"python3.{minor}")]
    sys.exit(
        f"AWS Dash needs Python 3.11 or newer, and this is {sys.version.split()[0]}.\n"
        f"{'Use' if newer else 'Install'} a newer one, then: "
        f"make PYTHON={newer[0] if newer else 'python3.11'} ..."
    )

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
STAMP = VENV / "awsdash-stamp.json"
PYTHON_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
CONTAINS = {"demo": ["demo"], "dev": ["dev", "demo"]}

HINTS = (
    (
        "DO NOT MATCH THE HASHES",
        "A package is not the one that was pinned: the index or a proxy on the way altered it.\n"
        "Try without the proxy; if the pins are wrong, renew them: make lock",
    ),
    (
        r"No space left on device",
        "The disk is full: free about 1.5 GB (in the checkout and in the temporary folder).",
    ),
    (
        r"NewConnectionError|name resolution|ConnectTimeout|ReadTimeout|ProxyError|SSLError|"
        r"Max retries exceeded|\(from versions: none\)|Connection refused",
        "The package index cannot be reached. Check the network; behind a proxy set HTTPS_PROXY,\n"
        "with an index of your own PIP_INDEX_URL. Then run the same command again.",
    ),
    (
        r"No matching distribution found",
        "A package has no build for this machine and Python. Try another Python, such as\n"
        "make PYTHON=python3.12 ...",
    ),
)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in CONTAINS:
        fail("Usage: python3 tools/setup.py demo|dev")
    name = arguments[0]
    if is_current(name):
        return 0
    with one_at_a_time():
        if not is_current(name):  # someone else may have done it meanwhile
            make(name)
    return 0


def make(name: str) -> None:
    trouble = find_trouble()
    if trouble:
        say(f"Rebuilding .venv from scratch: {trouble}.")
        shutil.rmtree(VENV)
    STAMP.unlink(missing_ok=True)
    count = len(set(re.findall(r"^([\w.-]+)(?:\[.*?\])?==", pins(name), re.MULTILINE)))
    if VENV.exists():
        say(f"Updating .venv: {count} packages to check.")
    else:
        say(f"Installing {count} packages into .venv (first time only, about a minute) ...")
        create_venv()
    install(requirements_file(name))
    write_stamp(name)


def is_current(name: str) -> bool:
    return find_trouble() is None and read_stamp()["requirements"].get(name) == digest(name)


def find_trouble() -> str | None:
    """Why what is there cannot be used or updated; "" when nothing is there."""
    if not VENV.exists() and not VENV.is_symlink():
        return ""
    stamp = read_stamp()
    if not stamp:
        return "its installation did not finish"
    if stamp["venv"] != str(VENV):
        return f"it was made in {Path(stamp['venv']).parent}"
    if stamp["python"] != PYTHON_VERSION:
        return f"it was made by Python {stamp['python']}, this is {PYTHON_VERSION}"
    if not (VENV / "bin" / "python").exists():
        return "its Python has gone"
    if not set(stamp["packages"]) <= set(installed()):
        return "packages are missing from it"
    return None


def read_stamp() -> dict[str, Any]:
    try:
        stamp = json.loads(STAMP.read_text())
        return stamp if {"venv", "python", "requirements", "packages"} <= set(stamp) else {}
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(name: str) -> None:
    stamp = {
        "venv": str(VENV),  # the scripts in it begin with this path
        "python": PYTHON_VERSION,
        "requirements": {part: digest(part) for part in CONTAINS[name]},
        "packages": installed(),
    }
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(stamp))
    draft.replace(STAMP)


def installed() -> list[str]:
    """The names in site-packages: what a quick look can tell about being complete."""
    folder = VENV / "lib" / f"python{PYTHON_VERSION}" / "site-packages"
    try:
        return sorted(path.name for path in folder.iterdir() if path.name != "__pycache__")
    except OSError:
        return []


def requirements_file(name: str) -> Path:
    return CHECKOUT / "requirements" / f"{name}.txt"


def digest(name: str) -> str:
    return hashlib.sha256(pins(name).encode()).hexdigest()


def pins(name: str) -> str:
    """The file's text and, since `-r base.txt` includes one, that of the files below it."""
    text = requirements_file(name).read_text()
    below = re.findall(r"^-r (\w+)\.txt$", text, re.MULTILINE)
    return "".join([text, *map(pins, below)])


def create_venv() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        fail(
            f"This Python ({sys.executable}) cannot make virtual environments: "
            "it lacks ensurepip.\n"
            "On Debian and Ubuntu install python3-venv; or use another Python: make PYTHON=..."
        )
    import venv

    try:
        venv.create(VENV, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        show_end_of((error.output or b"").decode(errors="replace"))
        fail(f"Python {PYTHON_VERSION} ({sys.executable}) could not put pip into .venv.")


def install(requirements: Path) -> None:
    env = {**os.environ, "PIP_USER": "0"}  # a personal pip.conf must not lead out of .venv
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        env.pop(name, None)
    pip = [str(VENV / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", "--no-input"]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(requirements)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        show_end_of(done.stdout)
        hints = (hint for pattern, hint in HINTS if re.search(pattern, done.stdout))
        fail(next(hints, "pip could not install the packages: its last lines are above."))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The second `make` waits for the first one's installation."""
    with (CHECKOUT / ".venv.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another installation into .venv to end ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def show_end_of(output: str) -> None:
    say("\n".join(output.strip().splitlines()[-15:]))


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def fail(text: str) -> NoReturn:
    say(f"\n{text}")
    sys.exit(1)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("\nInterrupted. The next run starts over.")
        sys.exit(130)
    except OSError as error:
        fail(f"Cannot set up {VENV}: {error.strerror or error} ({error.filename}).")
