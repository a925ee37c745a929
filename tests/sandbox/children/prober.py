"""A child that gives everything up as the real one does, and then tries to get it back."""

import mmap
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from awsdash.sandbox.child import harden, kernel, seccomp
from awsdash.sandbox.child.frames import Channel, Op


def main() -> None:
    channel = Channel()
    job = channel.receive()
    hardening = harden.Hardening(harden.Limits(**job["limits"]))
    try:
        hardening.limit()
        hardening.enclose(job["readable"])
        hardening.seal(getattr(seccomp, job["profile"]))
    finally:
        channel.tell(Op.READY, {"layers": hardening.layers})
    if job["lethal"]:
        os.execv("/bin/true", ["true"])
    told = {name: _told(attempt) for name, attempt in _attempts(job).items()}
    channel.tell(Op.RESULT, told)
    os._exit(0)


def _told(attempt: Callable[[], Any]) -> str:
    try:
        return f"done: {attempt()}"
    except MemoryError:
        return "MemoryError"
    except (OSError, RuntimeError, ValueError) as error:
        return f"{type(error).__name__} {getattr(error, 'errno', None)}"


def _attempts(job: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    readable, other = job["readable"][0], job["other"]
    return {
        "read its file": lambda: Path(readable).read_bytes().decode(),
        "write its file": lambda: Path(readable).write_text("x"),
        "read another file": lambda: Path(other).read_bytes(),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "read its environment": lambda: Path("/proc/self/environ").read_bytes(),
        "read its parent's": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "list /": lambda: list(Path("/").iterdir()),
        "make a file": lambda: Path("/tmp/awsdash-made").write_text("x"),
        "make a folder": lambda: Path("/tmp/awsdash-made").mkdir(),
        "remove its file": lambda: Path(readable).unlink(),
        "move its file": lambda: Path(readable).rename(readable + "2"),
        "link its file": lambda: os.link(readable, "/tmp/awsdash-made"),
        "change its mode": lambda: Path(readable).chmod(0o777),
        "open a socket": socket.socket,
        "open a unix socket": lambda: socket.socket(socket.AF_UNIX),
        "make a pipe": os.pipe,
        "fork": os.fork,
        "start a thread": lambda: threading.Thread(target=int).start(),
        "signal its parent": lambda: os.kill(os.getppid(), signal.SIGTERM),
        "signal everybody": lambda: os.kill(-1, signal.SIGTERM),
        "become root": lambda: os.setuid(0),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)),
        "change folder": lambda: os.chdir("/"),
        "be first": lambda: os.nice(-5),
        "be dumpable": lambda: kernel.prctl(kernel.PR_SET_DUMPABLE, 1),
        "leave a namespace": lambda: kernel.unshare(0x10000000),
        "run what it wrote": lambda: mmap.mmap(-1, 4096, prot=7),
        "take 2 GB": lambda: bytearray(2 * 2**30),
    }
