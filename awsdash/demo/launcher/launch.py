"""The demo from its start to its end."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from awsdash.demo.launcher import ports, state, valkey
from awsdash.demo.launcher.commands import CHECKOUT, Commands, demo_commands
from awsdash.demo.launcher.console import Console
from awsdash.demo.launcher.environment import children_env, log_file
from awsdash.demo.launcher.errors import LaunchError, StopRequested
from awsdash.demo.launcher.leftovers import Ledger, end_leftovers
from awsdash.demo.launcher.processes import Command
from awsdash.demo.launcher.supervisor import Signals, Supervisor

PATIENCE_S = 180.0  # for a slow machine; a step that takes longer hangs


@dataclass(frozen=True)
class Place:
    """Where the portal is found and where it keeps its data."""

    host: str
    port: int
    var: Path

    @property
    def url(self) -> str:
        return f"http://{ports.bracketed(ports.reachable(self.host))}:{self.port}"


def launch(
    place: Place,
    environ: Mapping[str, str],
    make_commands: Callable[..., Commands] = demo_commands,
) -> int:
    """Runs the demo until someone stops it. Returns the exit code."""
    console = Console(sys.stdout)
    signals = Signals()
    signals.install()
    try:
        with state.only_launcher(place.var):
            _Launch(place, environ, make_commands, console, signals).run()
    except StopRequested:
        return 0
    except LaunchError as error:
        console.say(f"\n{error}")
        return 1


class _Launch:
    """One run, with the var folder locked."""

    def __init__(
        self,
        place: Place,
        environ: Mapping[str, str],
        make_commands: Callable[..., Commands],
        console: Console,
        signals: Signals,
    ) -> None:
        self._began = time.monotonic()
        self._place = place
        self._environ = environ
        self._make_commands = make_commands
        self._console = console
        self._ledger = Ledger(place.var / "demo.processes.json")
        self._supervisor = Supervisor(console, self._ledger, signals)
        self._socket = valkey.socket_path(place.var)
        self._aws_port = ports.choose_free()
        self._demo_json = place.var / "demo.json"

    def run(self) -> NoReturn:
        """Returns never: it ends by StopRequested or LaunchError, with everything stopped."""
        self._demo_json.unlink(missing_ok=True)  # whoever waits for it must not find an old one
        if ended := end_leftovers(self._place.var / "demo.processes.json"):
            self._console.say(f"Ended {ended} processes that an earlier run left behind.")
        ports.require_free(self._place.host, self._place.port)
        self._console.say("Starting AWS Dash ...")
        try:
            self._bring_up()
            self._announce()
            while True:
                self._supervisor.pump()
        except LaunchError as error:
            raise LaunchError(f"{error}\nThe full log: {log_file(self._environ)}") from None
        finally:
            self._console.say("\nStopping ...")
            self._demo_json.unlink(missing_ok=True)
            self._supervisor.stop()
            valkey.remove_folder(self._socket)
            self._console.say("Stopped. The data stays for the next start.")

    def _bring_up(self) -> None:
        """AWS, Valkey and the migration side by side; then all services while AWS gets ready."""
        supervisor, var = self._supervisor, self._place.var
        env = self._env()
        commands = self._commands(env)
        supervisor.start(commands.aws, commands.migrate)
        if "REDIS_URL" not in self._environ:
            supervisor.start(_valkey(var, self._socket, env))
            self._wait(lambda: valkey.answers(self._socket), "Valkey did not start")
        self._wait(lambda: supervisor.is_done("migrate"), "The migration did not end")
        supervisor.start(*commands.services)
        self._wait(lambda: supervisor.is_ready("aws"), "The emulated AWS did not start")
        supervisor.start(commands.seed)
        self._wait(lambda: supervisor.is_done("seed"), "The demo's data was not written")
        self._wait(self._answers, f"The portal did not answer on {self._place.url}/healthz")

    def _wait(self, condition: Callable[[], bool], complaint: str) -> None:
        self._supervisor.wait_until(condition, PATIENCE_S, complaint)

    def _answers(self) -> bool:
        return ports.portal_answers(self._place.host, self._place.port)

    @property
    def _aws_url(self) -> str:
        return f"http://127.0.0.1:{self._aws_port}"

    def _env(self) -> dict[str, str]:
        return children_env(
            self._environ,
            var=self._place.var,
            host=self._place.host,
            aws_url=self._aws_url,
            valkey_url=valkey.url(self._socket),
            secrets=state.load_secrets(self._place.var / "secrets.json"),
            run=self._ledger.run,
        )

    def _commands(self, env: Mapping[str, str]) -> Commands:
        epoch, renewed = state.pinned_epoch(self._place.var / "epoch", datetime.now(UTC))
        if renewed:
            self._console.say(
                "The demo's story was getting too old (AWS keeps no log events older than "
                f"14 days): it now ends at {epoch}."
            )
        return self._make_commands(
            env,
            host=self._place.host,
            port=self._place.port,
            aws_port=self._aws_port,
            epoch=epoch,
        )

    def _announce(self) -> None:
        seed = _read_seed(self._place.var / "seed.json")
        facts = {
            "url": self._place.url,
            "token": seed["token"],
            "users": seed["users"],
            "awsEndpoint": self._aws_url,
        }
        state.write_private(self._demo_json, json.dumps(facts, indent=2) + "\n")
        took_s = time.monotonic() - self._began
        self._console.say(_welcome(facts, self._demo_json, log_file(self._environ), took_s))


def _valkey(var: Path, socket: Path, env: Mapping[str, str]) -> Command:
    return Command("valkey", valkey.argv(var, socket), env, CHECKOUT, stops_last=True)


def _read_seed(path: Path) -> dict[str, Any]:
    try:
        seed = json.loads(path.read_text())
        return {"token": seed["token"], "users": list(seed["users"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise LaunchError(f"seed_demo left no sign-ins in {path}: that is a bug.") from None


def _welcome(facts: Mapping[str, Any], demo_json: Path, logs: Path, took_s: float) -> str:
    rows = [{"name": "Name", "password": "Password", "role": "Role"}, *facts["users"]]
    name_width, password_width = (
        max(len(str(row[key])) for row in rows) for key in ("name", "password")
    )
    sign_ins = "\n".join(
        f"    {row['name']:<{name_width}}   {row['password']:<{password_width}}   {row['role']}"
        for row in rows
    )
    return (
        f"\n  AWS Dash is ready at  {facts['url']}   (after {took_s:.1f} s)\n\n{sign_ins}\n\n"
        f"  Logs       {logs}\n"
        f"  API token  in {demo_json}\n\n"
        "  Ctrl-C stops everything.\n"
    )
