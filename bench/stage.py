"""A portal of its own for a benchmark: emulated AWS, Valkey, web and workers in a temporary folder.

The same commands as the demo's, but each process may be killed: it is started again at once.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import psutil

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from awsdash.demo.launcher import ports, state, valkey  # noqa: E402  # found through the line above
from awsdash.demo.launcher.commands import demo_commands  # noqa: E402
from awsdash.demo.launcher.environment import children_env  # noqa: E402
from awsdash.demo.launcher.processes import Command  # noqa: E402
from awsdash.demo.story import cast  # noqa: E402
from services.aws import Aws, Keys  # noqa: E402

WORKERS: Final = ("data", "interactive", "script", "tick")
PATIENCE_S: Final = 180


class Stage:
    """Everything runs inside the `with` block; `services` leaves out what is not needed."""

    def __init__(
        self, services: Sequence[str] = ("web", *WORKERS), env: Mapping[str, str] | None = None
    ) -> None:
        self._names = services
        self._more = dict(env or {})
        self._folder = tempfile.TemporaryDirectory(prefix="awsdash-bench-")
        self.var = Path(self._folder.name)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, Command] = {}
        self._lock = threading.Lock()
        self.port, self._aws_port = ports.choose_free(), ports.choose_free()
        self.url = f"http://127.0.0.1:{self.port}"
        self.aws_url = f"http://127.0.0.1:{self._aws_port}"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            for process in reversed(self._running.values()):
                process.terminate()
            for process in self._running.values():
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
        valkey.remove_folder(self._socket)
        self._folder.cleanup()

    def _start(self) -> None:
        self._socket = valkey.socket_path(self.var)
        self.env = children_env(
            os.environ,
            var=self.var,
            host="127.0.0.1",
            aws_url=self.aws_url,
            valkey_url=valkey.url(self._socket),
            secrets=state.load_secrets(self.var / "secrets.json"),
            run="bench",
        )
        self.env |= {"AWSDASH_LOG_FILE": str(self.var / "awsdash.log"), **self._more}
        epoch = datetime.now(UTC).isoformat(timespec="seconds")
        demo = demo_commands(
            self.env, host="127.0.0.1", port=self.port, aws_port=self._aws_port, epoch=epoch
        )
        argv = valkey.argv(self.var, self._socket)
        self._run(Command("valkey", tuple(argv), self.env, HOUSE))
        self._run(demo.aws)
        self._await(lambda: valkey.answers(self._socket))
        self._once(demo.migrate)
        self._await(lambda: _answers(f"{self.aws_url}/_emulator/health"))
        self._once(demo.seed)
        for command in demo.services:
            if command.name in self._names:
                self._run(command)
        if "web" in self._names:
            self._await(lambda: _answers(f"{self.url}/healthz"))
        self._await(self._is_calm)
        self.token = json.loads((self.var / "seed.json").read_text())["token"]

    def _is_calm(self) -> bool:
        """The first reading of the explorer is over."""
        with sqlite3.connect(self.var / "awsdash.sqlite3") as database:
            left = "SELECT count(*) FROM explorer_scancell WHERE state IN ('queued', 'running')"
            return "data" not in self._names or not database.execute(left).fetchone()[0]

    def _run(self, command: Command) -> None:
        with (self.var / f"{command.name}.log").open("ab") as log:
            self._commands[command.name] = command
            self._running[command.name] = subprocess.Popen(
                command.argv, env=command.env, cwd=command.cwd, stdout=log, stderr=log
            )

    def _once(self, command: Command) -> None:
        subprocess.run(command.argv, env=command.env, cwd=command.cwd, check=True)

    def _await(self, condition: Any) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"see the logs in {self.var}")
            time.sleep(0.1)

    def aws(self, account: str, region: str) -> Aws:
        """An account of the story, by the role that the portal assumes too."""
        os.environ |= {"AWS_ENDPOINT_URL": self.aws_url, "AWS_EC2_METADATA_DISABLED": "true"}
        base = Keys(cast.BASE_ACCESS_KEY_ID, cast.BASE_SECRET_ACCESS_KEY)
        issued = (
            Aws("", "us-east-1", base)
            .client("sts")
            .assume_role(
                RoleArn=cast.role_arn(account),
                RoleSessionName="bench",
                ExternalId=cast.EXTERNAL_ID,
            )["Credentials"]
        )
        keys = Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
        return Aws(account, region, keys)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> int:
        """End one without a word and start it again; the pid of the dead."""
        with self._lock:
            process = self._running[name]
            process.send_signal(signal.SIGKILL)
            process.wait()
            self._run(self._commands[name])
        return process.pid

    def memory_bytes(self, names: Sequence[str]) -> int:
        """What these processes hold of memory, what they share counted once (PSS)."""
        return sum(psutil.Process(self._running[name].pid).memory_full_info().pss for name in names)

    def cpu_s(self, names: Sequence[str]) -> float:
        times = [psutil.Process(self._running[name].pid).cpu_times() for name in names]
        return sum(each.user + each.system for each in times)

    def api(self, path: str, body: Any = None) -> Any:
        """The portal's answer to an administrator."""
        return self._ask(
            f"{self.url}/api/v1{path}", body, {"Authorization": f"Bearer {self.token}"}
        )

    def emulator(self, path: str, body: Any = None, method: str | None = None) -> Any:
        return self._ask(f"{self.aws_url}/_emulator{path}", body, {}, method)

    def _ask(self, url: str, body: Any, headers: dict[str, str], method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            url, data, {"Content-Type": "application/json", **headers}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return b'"ready": false' not in answer.read().replace(b":f", b": f")
    except OSError:
        return False


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
