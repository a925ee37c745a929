"""What the launcher keeps between runs, ends, and hands to its processes."""

import json
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import yaml

from awsdash.demo.launcher import leftovers, state
from awsdash.demo.launcher.commands import CHECKOUT, demo_commands
from awsdash.demo.launcher.environment import children_env
from awsdash.demo.launcher.errors import LaunchError
from tests.demo.waiting import alive, until


@pytest.fixture
def sleeper() -> Iterator[Callable[..., psutil.Process]]:
    """Processes of nobody's in particular, as a killed launcher leaves them."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**env: str) -> psutil.Process:
        started.append(subprocess.Popen(["sleep", "600"], env={**os.environ, **env}))
        return psutil.Process(started[-1].pid)

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def test_an_orphan_is_ended_but_a_recycled_pid_is_not(
    tmp_path: Path, sleeper: Callable[..., psutil.Process]
) -> None:
    orphan, stranger = sleeper(), sleeper()
    rows = [
        {"name": "web", "pid": orphan.pid, "created": orphan.create_time()},
        {"name": "data", "pid": stranger.pid, "created": stranger.create_time() - 3600},
    ]
    record = tmp_path / "demo.processes.json"
    record.write_text(json.dumps({"run": "r1", "processes": rows}))

    assert leftovers.end_leftovers(record) == 1
    assert not alive(orphan)
    assert alive(stranger)
    assert not record.exists()


def test_what_an_orphan_started_is_known_by_its_mark(
    tmp_path: Path, sleeper: Callable[..., psutil.Process]
) -> None:
    grandchild = sleeper(**{leftovers.MARK: "r1"})
    other_demo = sleeper(**{leftovers.MARK: "r2"})
    record = tmp_path / "demo.processes.json"
    record.write_text(json.dumps({"run": "r1", "processes": []}))
    until(lambda: leftovers.MARK in grandchild.environ())  # its exec has happened
    until(lambda: leftovers.MARK in other_demo.environ())

    assert leftovers.end_leftovers(record) == 1
    assert not alive(grandchild)
    assert alive(other_demo)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"run": 1, "processes": [{}]}'])
def test_a_damaged_record_of_processes_is_no_obstacle(tmp_path: Path, text: str) -> None:
    record = tmp_path / "demo.processes.json"
    record.write_text(text)

    assert leftovers.end_leftovers(record) == 0


def test_the_processes_cannot_reach_a_real_account() -> None:
    inherited = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_ENDPOINT_URL_LOGS": "https://logs.example.com",
        "AWSDASH_SECRET_KEY_FILE": "/run/secrets/production",
        "HTTPS_PROXY": "http://proxy.example.com:3128",
    }
    env = children_env(
        inherited,
        var=Path("/v"),
        host="127.0.0.1",
        aws_url="http://127.0.0.1:5000",
        valkey_url="redis+socket:///s",
        secrets=state.Secrets("s", "c"),
        run="r1",
    )
    aws = {name: value for name, value in env.items() if name.startswith("AWS_")}

    assert aws == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    assert "AWSDASH_SECRET_KEY_FILE" not in env
    assert "127.0.0.1" in env["NO_PROXY"].split(",")
    assert env["PATH"] == "/bin"


def test_the_story_keeps_its_epoch_until_aws_would_refuse_it(tmp_path: Path) -> None:
    file, now = tmp_path / "epoch", datetime(2026, 3, 1, 12, 30, 45, tzinfo=UTC)

    assert state.pinned_epoch(file, now) == ("2026-03-01T12:30:00+00:00", False)
    later = now + timedelta(days=11)
    assert state.pinned_epoch(file, later) == ("2026-03-01T12:30:00+00:00", False)
    too_late = now + timedelta(days=12)
    assert state.pinned_epoch(file, too_late) == ("2026-03-13T12:30:00+00:00", True)


def test_the_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    made = state.load_secrets(file)

    assert state.load_secrets(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("{")
    with pytest.raises(LaunchError, match="damaged"):
        state.load_secrets(file)


def test_docker_compose_runs_the_same_processes() -> None:
    composed = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
    launched = demo_commands({}, host="127.0.0.1", port=8000, aws_port=1, epoch="now")
    workers = [command for command in launched.services if command.name != "web"]

    assert {c.name: ["python", *c.argv[1:]] for c in workers} == {
        c.name: composed[c.name]["command"].split() for c in workers
    }
