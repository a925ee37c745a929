"""Log events through the portal beside a bare boto3 script, on the same endpoint, in one run.

Starts all it needs: an AWS with one answer (log_stub.py), Valkey and one data worker of 32 threads.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from awsdash.demo.launcher import state, valkey  # noqa: E402  # found through the line above
from awsdash.demo.launcher.environment import children_env  # noqa: E402

EVENTS: Final = 10_000
ACCOUNTS: Final = 100
THREADS: Final = 32
REGION: Final = "eu-west-1"
OPERATION: Final = "cloudwatch_logs.filter_events"
ROUNDS: Final = {1: 15, ACCOUNTS: 5}
ALLOWED_S: Final = 0.3
WORKER: Final = (
    *("-m", "celery", "--quiet", "-A", "awsdash", "worker", "-P", "threads", "-c", str(THREADS)),
    *("-Q", "data", "-n", "data@%h", "--without-gossip", "--without-mingle"),
)


@dataclass(frozen=True)
class Took:
    wall_s: float
    cpu_s: float
    # What others on this machine took meanwhile: figures are only as good as this is small.
    others_s: float = 0.0


def main() -> None:
    if sys.argv[1:2] == ["bare"]:
        bare(sys.argv[2])
        return
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="awsdash-bench-")))
        stub = stack.enter_context(running("bench/log_stub.py"))
        url = told(stub)
        enter_portal(var, url)
        stack.enter_context(running_valkey(var))
        script = stack.enter_context(running(__file__, "bare", url))
        worker = stack.enter_context(running(*WORKER, output=subprocess.DEVNULL))
        portal = Portal(psutil.Process(worker.pid), [stub, script, worker])
        for _ in range(2):
            ask(script, ACCOUNTS)
            portal.run(ACCOUNTS)
        for accounts, rounds in ROUNDS.items():
            pairs = [(ask(script, accounts), portal.run(accounts)) for _ in range(rounds)]
            report(accounts, pairs)
        print(f"memory    {portal.peak_mb:.0f} MB at most in the worker, {portal.idle_mb:.0f} idle")


def report(accounts: int, pairs: Sequence[tuple[Took, Took]]) -> None:
    boto3 = [took for took, _ in pairs]
    ours = [took for _, took in pairs]
    wall_s, bare_s = median(took.wall_s for took in ours), median(took.wall_s for took in boto3)
    cpu = median(one.cpu_s / bare.cpu_s for bare, one in pairs)
    wall = median(one.wall_s / bare.wall_s for bare, one in pairs)
    beyond = median(max(one.wall_s - ALLOWED_S, 0) / bare.wall_s for bare, one in pairs)
    print(f"\n{accounts} x {EVENTS} events, {len(pairs)} times in turn")
    print(f"boto3     {bare_s:.2f} s, {median(took.cpu_s for took in boto3):.2f} s of CPU")
    print(f"portal    {wall_s:.2f} s, {median(took.cpu_s for took in ours):.2f} s of CPU")
    print(f"ratio     {cpu:.2f} in CPU, {wall:.2f} in time, {beyond:.2f} beyond {ALLOWED_S} s")
    print(
        f"fastest   {min(t.wall_s for t in ours):.2f} s, boto3 {min(t.wall_s for t in boto3):.2f} s"
    )
    print(f"others    took {median(took.others_s for took in ours):.2f} s of CPU meanwhile")


def median(values: Iterator[float]) -> float:
    return statistics.median(values)


# --- a bare script --------------------------------------------------------------------------------


def bare(url: str) -> None:
    """Reads from its input how many accounts to read, and does, with everything warm."""
    from boto3.session import Session
    from botocore.config import Config

    session = Session(aws_access_key_id="a", aws_secret_access_key="b", region_name=REGION)
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=THREADS)
    clients = [session.client("logs", endpoint_url=url, config=config) for _ in range(ACCOUNTS)]

    def read(client: Any) -> int:
        pages = client.get_paginator("filter_log_events").paginate(logGroupName="a", limit=EVENTS)
        return len([event for page in pages for event in page["events"]])

    with ThreadPoolExecutor(THREADS) as threads:
        for line in sys.stdin:
            began, cpu = time.perf_counter(), time.process_time()
            found = list(threads.map(read, clients[: int(line)]))
            took = Took(time.perf_counter() - began, time.process_time() - cpu)
            assert found == [EVENTS] * int(line)  # noqa: S101  # it is a benchmark's own check
            print(json.dumps([took.wall_s, took.cpu_s]), flush=True)


def ask(script: "subprocess.Popen[str]", accounts: int) -> Took:
    assert script.stdin is not None  # noqa: S101  # it is a pipe
    script.stdin.write(f"{accounts}\n")
    script.stdin.flush()
    return Took(*json.loads(told(script)))


# --- the portal -----------------------------------------------------------------------------------


def enter_portal(var: Path, aws_url: str) -> None:
    """This process becomes one of the portal's, on an empty database with accounts of its own."""
    socket = valkey.socket_path(var)
    env = children_env(
        os.environ,
        var=var,
        host="127.0.0.1",
        aws_url=aws_url,
        valkey_url=valkey.url(socket),
        secrets=state.load_secrets(var / "secrets.json"),
        run="bench",
    )
    os.environ.update(env, AWSDASH_LOG_FILE=str(var / "awsdash.log"), AWSDASH_LOG_LEVEL="WARNING")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from awsdash.accounts.models import Account, Credential, Region, User

    User.objects.create_superuser("bench", password=secrets.token_hex())
    for number in range(ACCOUNTS):
        kind = Credential.Kind.STATIC
        credential = Credential(name=f"bench {number}", kind=kind, access_key_id=f"key{number}")
        credential.set_secret("secret")
        credential.save()
        account = Account.objects.create(
            pk=f"{number:012}", name=f"bench {number}", credential=credential
        )
        account.regions.set(Region.objects.filter(pk=REGION))


class Portal:
    def __init__(self, worker: psutil.Process, known: "Sequence[subprocess.Popen[str]]") -> None:
        self._worker = worker
        self._known = [psutil.Process(process.pid) for process in known] + [psutil.Process()]
        self.idle_mb = self.peak_mb = 0.0

    def run(self, accounts: int) -> Took:
        """From the request to the end of the last job; the CPU is the worker's."""
        from awsdash.accounts.models import User
        from awsdash.jobs import lifecycle
        from awsdash.jobs.models import FINAL, Execution, ResultPart

        user = User.objects.get()
        targets = [(f"{number:012}", REGION) for number in range(accounts)]
        self.idle_mb = self.idle_mb or self._worker.memory_info().rss / 1e6
        cpu, machine, began = self._cpu_s(), self._others_s(), time.time()
        batch = lifecycle.submit_batch(
            user, OPERATION, targets, {"logGroupName": "a", "limit": EVENTS}
        )
        mine = Execution.objects.filter(jobs__batch=batch)
        while mine.exclude(status__in=FINAL).exists():
            time.sleep(0.02)
            self.peak_mb = max(self.peak_mb, self._worker.memory_info().rss / 1e6)
        ended = [execution.finished_at.timestamp() for execution in mine if execution.finished_at]
        parts = ResultPart.objects.filter(execution__in=mine).values_list("rows", flat=True)
        assert sum(parts) == accounts * EVENTS  # noqa: S101  # it is a benchmark's own check
        time.sleep(0.2)  # what the worker does after the last row's end is its work too
        return Took(max(ended) - began, self._cpu_s() - cpu, self._others_s() - machine)

    def _cpu_s(self) -> float:
        times = self._worker.cpu_times()
        return float(times.user + times.system)

    def _others_s(self) -> float:
        times = psutil.cpu_times()
        busy = sum(times) - times.idle - times.iowait - times.guest - times.guest_nice
        ours = [process.cpu_times() for process in self._known]
        return float(busy - sum(each.user + each.system for each in ours))


# --- processes ------------------------------------------------------------------------------------


@contextmanager
def running(*argv: str, output: int = subprocess.PIPE) -> "Iterator[subprocess.Popen[str]]":
    with subprocess.Popen(
        (sys.executable, *argv), cwd=HOUSE, text=True, stdin=subprocess.PIPE, stdout=output
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def running_valkey(var: Path) -> Iterator[None]:
    socket = valkey.socket_path(var)
    with subprocess.Popen(valkey.argv(var, socket)) as process:
        while not valkey.answers(socket):
            time.sleep(0.05)
        try:
            yield
        finally:
            process.terminate()
            process.wait()
            valkey.remove_folder(socket)


def told(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None  # noqa: S101  # it is a pipe
    return process.stdout.readline().strip()


if __name__ == "__main__":
    main()
