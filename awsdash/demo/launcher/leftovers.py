"""Ends what a killed launcher left behind, and nothing else.

Linux sends the children SIGTERM when the launcher dies (processes.py); this is for those that
have not obeyed yet, for their own children, and for systems without that service.

A process is ours if its pid *and* its time of creation are on record (a pid alone may have been
given to a stranger since), or if it carries the mark of the recorded run in its environment
(which reaches grandchildren, but not Valkey: it writes its title over its environment).
"""

import json
import os
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from awsdash.demo.launcher.errors import LaunchError
from awsdash.demo.launcher.processes import Child
from awsdash.demo.launcher.state import write_private

MARK = "AWSDASH_DEMO_RUN"
TERM_GRACE_S = 2.0
KILL_GRACE_S = 5.0
# The kernel counts in ticks from a boot time that clock corrections move a little.
CLOCK_TOLERANCE_S = 1.0


class Ledger:
    """var/demo.processes.json: what must not outlive the launcher."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.run = uuid.uuid4().hex

    def write(self, children: Iterable[Child]) -> None:
        rows = [{"name": c.command.name, "pid": c.pid, "created": c.created} for c in children]
        write_private(self._path, json.dumps({"run": self.run, "processes": rows}) + "\n")

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)


def end_leftovers(path: Path) -> int:
    """Ends the processes on record there and forgets them. Returns how many still ran."""
    left = _find(path)
    for process in left:
        with suppress(psutil.Error):
            process.terminate()
    stubborn = _wait(left, TERM_GRACE_S)
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    if immortal := _wait(stubborn, KILL_GRACE_S):
        pids = ", ".join(str(process.pid) for process in immortal)
        raise LaunchError(f"An earlier run of the demo cannot be stopped: end process {pids}.")
    path.unlink(missing_ok=True)
    return len(left)


def _find(path: Path) -> list[psutil.Process]:
    try:
        record = json.loads(path.read_text())
        created = {int(row["pid"]): float(row["created"]) for row in record["processes"]}
        run = str(record["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [p for p in psutil.process_iter() if _is_ours(p, created, run) and _alive(p)]


def _is_ours(process: psutil.Process, created: dict[int, float], run: str) -> bool:
    if process.pid == os.getpid():
        return False
    with suppress(psutil.Error):
        recorded = created.get(process.pid)
        if recorded is not None and abs(process.create_time() - recorded) < CLOCK_TOLERANCE_S:
            return True
    with suppress(psutil.Error, OSError):
        return process.environ().get(MARK) == run
    return False


def _alive(process: psutil.Process) -> bool:
    """A zombie is not: it holds nothing, and some containers never bury theirs."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _wait(processes: list[psutil.Process], grace_s: float) -> list[psutil.Process]:
    """Those that still run at the end of the grace period."""
    deadline = time.monotonic() + grace_s
    while (processes := [p for p in processes if _alive(p)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return processes
