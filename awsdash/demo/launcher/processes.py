"""One child process: how it is described, started, read and ended."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
LONGEST_LINE = 64 * 1024

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Command:
    """What to run. One that is not `once` is started again when it ends.

    `stops_last` is for what the others still need while they shut down. A line that begins with
    `ready_line` says that the process is ready.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)  # it holds secrets
    cwd: Path
    once: bool = False
    stops_last: bool = False
    ready_line: str = ""


class Child:
    """A running command, leader of its own session: Ctrl-C in the terminal reaches us alone."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.at_end = False
        self._rest = b""
        self._popen = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command.argv,
            env=command.env,
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_before_exec(),
        )
        assert self._popen.stdout is not None  # noqa: S101 - for mypy: PIPE was asked for
        self.output = self._popen.stdout
        os.set_blocking(self.output.fileno(), False)
        self.pid = self._popen.pid
        self.created = _created(self.pid)

    def exit_code(self) -> int | None:
        """Negative: the signal that ended it. None: it runs."""
        return self._popen.poll()

    def read_lines(self) -> list[str]:
        """What it has written since the last call, as whole lines. Never waits.

        Sets `at_end` when nothing can follow.
        """
        try:
            chunk = os.read(self.output.fileno(), LONGEST_LINE)
        except BlockingIOError:
            return []
        self.at_end = not chunk
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (self.at_end or len(self._rest) > LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        return [line.decode(errors="replace").rstrip("\r") for line in lines]

    def descendants(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.Error:
            return []

    def terminate(self) -> None:
        self._popen.terminate()

    def kill(self, descendants: list[psutil.Process]) -> None:
        """Ends it and whatever it started: its group, and those that left the group.

        The group's number cannot belong to strangers: while a member lives no new process gets
        it, and without a member there is nothing to signal. psutil signals no recycled pid.
        """
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        for process in descendants:
            with suppress(psutil.Error):
                process.kill()
        self._popen.wait()


def describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"ended by {signal.Signals(-code).name}"
    return f"ended by signal {-code}"


def _created(pid: int) -> float:
    """With the pid it names one process for ever; 0 when it has ended already."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def _before_exec() -> Callable[[], None] | None:
    return partial(_die_with_launcher, os.getpid()) if _libc is not None else None


def _die_with_launcher(launcher: int) -> None:
    """Linux ends the child when the launcher is killed, even by SIGKILL.

    SIGTERM, so that Valkey writes its data out and gunicorn takes its workers along. A process
    that is slow to obey, and other systems, are left to the next start (leftovers.py).
    """
    assert _libc is not None  # noqa: S101 - for mypy
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != launcher:  # it died before the line above
        os._exit(1)
