"""The small files that the launcher keeps in the var folder between runs."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from awsdash.demo.launcher.errors import LaunchError

# AWS refuses log events older than 14 days; two days are left for the demo to be looked at.
EPOCH_MAX_AGE = timedelta(days=12)


@dataclass(frozen=True)
class Secrets:
    """Made once: the database holds data that only this credential key can read."""

    secret_key: str
    credential_key: str


def write_private(path: Path, text: str) -> None:
    """All or nothing, and readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def only_launcher(var: Path) -> Iterator[None]:
    """Holds the lock of this var folder. The kernel drops it however the launcher ends."""
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (var / "demo.lock").open("a+")
    except OSError as error:
        raise LaunchError(f"Cannot write in {var}: {error.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LaunchError(_already_running(var, pid=file.read().strip())) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _already_running(var: Path, pid: str) -> str:
    try:
        url = json.loads((var / "demo.json").read_text())["url"]
    except (OSError, ValueError, KeyError):
        where = "It is still starting"
    else:
        where = f"It is at {url}"
    return (
        f"The demo of this checkout is already running. {where}.\n"
        f"To stop it press Ctrl-C in its terminal, or: kill {pid}"
    )


def load_secrets(path: Path) -> Secrets:
    try:
        return Secrets(**json.loads(path.read_text()))
    except FileNotFoundError:
        pass
    except (ValueError, TypeError):
        raise LaunchError(
            f"{path} is damaged. Restore it, or start afresh by removing the folder {path.parent}: "
            "what the old keys encrypted cannot be read without them."
        ) from None
    from cryptography.fernet import Fernet  # here: 50 ms that a second start can do without

    made = Secrets(secrets.token_urlsafe(50), Fernet.generate_key().decode())
    write_private(path, json.dumps(vars(made)) + "\n")
    return made


def pinned_epoch(path: Path, now: datetime) -> tuple[str, bool]:
    """The moment at which the demo's story ends, and whether an old one had to be replaced.

    It is kept so that a restart tells the same story.
    """
    found = _read_epoch(path)
    if found is not None and timedelta(0) <= now - found < EPOCH_MAX_AGE:
        return found.isoformat(), False
    epoch = now.astimezone(UTC).replace(second=0, microsecond=0).isoformat()
    write_private(path, epoch + "\n")
    return epoch, found is not None


def _read_epoch(path: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(path.read_text().strip()).astimezone(UTC)
    except (FileNotFoundError, ValueError):
        return None
