"""The demo's launcher, with real processes: small stand-ins take the place of the portal's."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from awsdash.demo.launcher import leftovers, ports, valkey
from awsdash.demo.launcher.commands import CHECKOUT
from tests.demo.waiting import alive, until

Popen = subprocess.Popen[str]
Demo = Callable[..., Popen]


@pytest.fixture
def port() -> int:
    return ports.choose_free()


@pytest.fixture
def demo(tmp_path: Path, port: int) -> Iterator[Demo]:
    """Starts the launcher on `tmp_path`; whatever happens, nothing survives the test."""
    started: list[Popen] = []

    def start(at: int = port, **env: str) -> Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.demo.fake_demo", str(tmp_path), str(at)],
            cwd=CHECKOUT,
            env={**os.environ, "AWSDASH_LOG_FILE": str(tmp_path / "awsdash.log"), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        end(process)
    leftovers.end_leftovers(tmp_path / "demo.processes.json")
    valkey.remove_folder(valkey.socket_path(tmp_path))


def end(process: Popen) -> None:
    """As a person in a hurry does: Ctrl-C twice."""
    for _ in range(2):
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=1)
    process.kill()
    process.communicate()


def wait_until_ready(var: Path) -> None:
    until((var / "demo.json").exists)


def pids(var: Path) -> dict[str, int]:
    rows = json.loads((var / "demo.processes.json").read_text())["processes"]
    return {row["name"]: row["pid"] for row in rows}


def family(var: Path) -> list[psutil.Process]:
    """The recorded processes and everything that they have started."""
    leaders = [psutil.Process(pid) for pid in pids(var).values()]
    return leaders + [child for leader in leaders for child in leader.children(recursive=True)]


def test_it_says_where_the_portal_is_and_who_can_sign_in(
    demo: Demo, tmp_path: Path, port: int
) -> None:
    process = demo()
    wait_until_ready(tmp_path)
    found = json.loads((tmp_path / "demo.json").read_text())
    process.send_signal(signal.SIGTERM)
    shown, _ = process.communicate(timeout=30)

    assert found["url"] == f"http://127.0.0.1:{port}"
    assert found["token"] == "t0ken"
    assert found["users"] == [{"name": "alice", "password": "wonder", "role": "admin"}]
    assert found["awsEndpoint"].startswith("http://127.0.0.1:")
    assert found["url"] in shown
    assert "wonder" in shown


def test_ctrl_c_ends_everything_and_leaves_no_traceback(demo: Demo, tmp_path: Path) -> None:
    process = demo()
    wait_until_ready(tmp_path)
    started = family(tmp_path)
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert len(started) >= 5, "the data worker's own child counts too"
    assert not [p for p in started if alive(p)]
    assert "Traceback" not in shown
    assert not (tmp_path / "demo.json").exists()


def test_a_second_ctrl_c_kills_what_does_not_stop(demo: Demo, tmp_path: Path) -> None:
    process = demo(FAKE_DATA="stubborn")
    wait_until_ready(tmp_path)
    started = family(tmp_path)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=8)

    assert "data        | does not stop: killed" in shown
    assert not [p for p in started if alive(p)]


def test_a_taken_port_is_named_and_nothing_is_started(
    demo: Demo, tmp_path: Path, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = demo()
        shown, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in shown
    assert f"make demo PORT={port + 1}" in shown
    assert not (tmp_path / "demo.processes.json").exists()


def test_a_second_launcher_is_refused_and_harms_nothing(
    demo: Demo, tmp_path: Path, port: int
) -> None:
    first = demo()
    wait_until_ready(tmp_path)
    before = pids(tmp_path)
    second = demo(at=ports.choose_free())
    shown, _ = second.communicate(timeout=30)

    assert second.returncode == 1
    assert f"already running. It is at http://127.0.0.1:{port}" in shown
    assert f"kill {first.pid}" in shown
    assert pids(tmp_path) == before
    assert ports.portal_answers("127.0.0.1", port)


def test_a_killed_run_heals_on_the_next_start(demo: Demo, tmp_path: Path) -> None:
    first = demo(FAKE_DATA="stubborn")  # it outlives even the kernel's SIGTERM
    wait_until_ready(tmp_path)
    orphans = family(tmp_path)
    first.kill()
    first.wait()
    (tmp_path / "demo.json").unlink()
    demo()
    wait_until_ready(tmp_path)

    assert not [p for p in orphans if alive(p)]


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_the_processes_end_with_a_killed_launcher(demo: Demo, tmp_path: Path) -> None:
    process = demo()
    wait_until_ready(tmp_path)
    leaders = [psutil.Process(pid) for pid in pids(tmp_path).values()]
    process.kill()

    until(lambda: not [p for p in leaders if alive(p)])


def test_a_process_that_dies_is_started_again(demo: Demo, tmp_path: Path, port: int) -> None:
    demo()
    wait_until_ready(tmp_path)
    before = pids(tmp_path)["web"]
    os.kill(before, signal.SIGKILL)

    until(lambda: pids(tmp_path).get("web", before) != before)
    until(lambda: ports.portal_answers("127.0.0.1", port))


def test_a_failed_migration_stops_the_start_and_says_so(demo: Demo, tmp_path: Path) -> None:
    process = demo(FAKE_MIGRATE="fail")
    shown, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "migrate failed (exit code 3)" in shown
    assert str(tmp_path / "awsdash.log") in shown
    assert not (tmp_path / "demo.processes.json").exists()


# The launcher has one thread; a test worker has another, which Python 3.12 warns of.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_process_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    """In a process without other threads, as the launcher starts children from."""
    program = """
import io, sys
from pathlib import Path
from awsdash.demo.launcher import leftovers, supervisor
from awsdash.demo.launcher.console import Console
from awsdash.demo.launcher.errors import LaunchError
from awsdash.demo.launcher.processes import Command

supervisor.FIRST_BACKOFF_S = 0.001
place = Path(sys.argv[1])
watched = supervisor.Supervisor(
    Console(sys.stdout), leftovers.Ledger(place / "processes.json"), supervisor.Signals()
)
watched.start(Command("web", ("sh", "-c", "echo no luck; exit 7"), {}, place))
try:
    watched.wait_until(lambda: False, 10, "never")
except LaunchError as error:
    print(error)
watched.stop()
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT).stdout
    assert "web keeps ending (exit code 7, 6 times in a minute" in told
    assert told.count("web         | no luck") == 6
