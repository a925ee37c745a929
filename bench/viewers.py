"""200 people who each watch a query that AWS works on, and one web process that answers them.

`.venv/bin/python bench/viewers.py` (two minutes); `--viewers 50 --seconds 20` for a taste. Each is
somebody of their own, with a session and a job, and asks as often as the server says: how the job
is, and how many jobs run (the badge). Beside them, the same web process answers `/healthz` alone.
"""

import argparse
import gzip
import http.client
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path
from typing import Any, Final

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.stage import HOUSE, WORKERS, Stage, quantile

ACCOUNT, REGION = "730335512904", "eu-west-1"
MOST_P95_MS: Final = 50
# Runs inside the portal: makes the people, and asks in their names.
PEOPLE: Final = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from awsdash.accounts.models import User
from awsdash.jobs import lifecycle

group = Group.objects.get(name="data")
told = []
for number in range({viewers}):
    user = User.objects.create_user(f"viewer-{{number}}")
    user.groups.add(group)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    sql = f"-- emulator: queued_s=0 running_s={running_s}\\nSELECT {{number}} AS n"
    query = {{"sql": sql, "workgroup": "analysts"}}
    job = lifecycle.submit(user, "athena.run_sql", "{account}", "{region}", query)
    told.append([session.session_key, str(job.pk)])
print(json.dumps(told))
"""
SETTLE_S: Final = 90


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with Stage(("web", *WORKERS)) as stage:
        people = arrive(stage, options.viewers, options.seconds + SETTLE_S)
        await_waiting(stage, options.viewers)
        bare = [timed(stage, "/healthz", "")[1] for _ in range(200)]
        viewers = [Viewer(stage, session, job) for session, job in people]
        for viewer in viewers:
            viewer.load()
        web = psutil.Process(stage.pid("web")).children()
        began_s = cpu_s(web)
        watch(viewers, options.seconds)
        report(viewers, bare, (cpu_s(web) - began_s) / options.seconds, options.seconds)


def cpu_s(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def arrive(stage: Stage, viewers: int, running_s: int) -> list[tuple[str, str]]:
    """Sessions with their jobs."""
    script = PEOPLE.format(viewers=viewers, running_s=running_s, account=ACCOUNT, region=REGION)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
    done = subprocess.run(command, env=stage.env, cwd=HOUSE, check=True, capture_output=True)
    return [(session, job) for session, job in json.loads(done.stdout.splitlines()[-1])]


def await_waiting(stage: Stage, viewers: int) -> None:
    """Until AWS works on every job."""
    for _ in range(SETTLE_S * 2):
        with sqlite3.connect(stage.var / "awsdash.sqlite3") as database:
            asked = "SELECT count(*) FROM jobs_execution WHERE status = 'waiting'"
            if database.execute(asked).fetchone()[0] >= viewers:
                return
        time.sleep(0.5)
    raise TimeoutError("AWS does not work on all of them")


def timed(stage: Stage, path: str, session: str) -> tuple[Any, float]:
    """The answer to a new connection's request, and how many milliseconds it took."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=30)
    headers = {"Cookie": f"sessionid={session}", "HX-Request": "true", "Accept-Encoding": "gzip"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return (answer.status, answer.headers, body), (time.perf_counter() - began) * 1000


class Viewer(threading.Thread):
    """One page: it polls two fragments as poll.js does."""

    def __init__(self, stage: Stage, session: str, job: str) -> None:
        super().__init__(daemon=True)
        self.stage, self.session, self.until = stage, session, 0.0
        self.paths = {"job": f"/jobs/{job}/poll/?seen=", "badge": "/jobs/badge/?seen="}
        self.took_ms: dict[str, list[float]] = {name: [] for name in self.paths}
        self.answers: Counter[tuple[str, int]] = Counter()
        self.bytes = 0

    def load(self) -> None:
        """What comes with the page itself."""
        for name in self.paths:
            self._ask(name)
            self.took_ms[name].clear()
        self.answers.clear()

    def run(self) -> None:
        due = dict.fromkeys(self.paths, time.monotonic())
        while (name := min(due, key=lambda each: due[each])) and due[name] < self.until:
            time.sleep(max(due[name] - time.monotonic(), 0))
            due[name] = time.monotonic() + self._ask(name) / 1000

    def _ask(self, name: str) -> int:
        (status, headers, body), took_ms = timed(self.stage, self.paths[name], self.session)
        self.took_ms[name].append(took_ms)
        self.answers[name, status] += 1
        if status == 204:
            self.bytes += len(body)
            return int(headers["Poll-Delay-Ms"])
        # A change brings the fragment with its next address.
        is_packed = headers.get("Content-Encoding") == "gzip"
        text = (gzip.decompress(body) if is_packed else body).decode()
        self.paths[name] = unescape(re.findall(r'data-poll="([^"]*)"', text)[0])
        return int(re.findall(r'data-poll-delay-ms="(\d+)"', text)[0])


def watch(viewers: Sequence[Viewer], seconds: int) -> None:
    until = time.monotonic() + seconds
    for viewer in viewers:
        # They came one after the other.
        time.sleep(1 / len(viewers))
        viewer.until = until
        viewer.start()
    for viewer in viewers:
        viewer.join()


def report(viewers: Sequence[Viewer], bare: Sequence[float], cores: float, seconds: int) -> None:
    total: Callable[[str, int], int] = lambda name, status: sum(  # noqa: E731  # short
        viewer.answers[name, status] for viewer in viewers
    )
    print(f"{len(viewers)} viewers for {seconds} s, one web process of 16 threads")
    for name in ("job", "badge"):
        took = [ms for viewer in viewers for ms in viewer.took_ms[name]]
        share = total(name, 204) / len(took)
        p95 = quantile(took, 0.95)
        verdict = "ok" if p95 < MOST_P95_MS else "TOO SLOW"
        print(
            f"  {name:6} {len(took) / seconds:6.1f} polls/s  p50 {quantile(took, 0.5):5.1f} ms  "
            f"p95 {p95:5.1f} ms p99 {quantile(took, 0.99):5.1f} ms  {share:6.1%} are 204: {verdict}"
        )
    other = Counter(status for viewer in viewers for _, status in viewer.answers.elements())
    print(
        f"  answers by status: {dict(other)}; bytes of bodies with 204: "
        f"{sum(viewer.bytes for viewer in viewers)}"
    )
    polls = sum(other.values())
    print(
        f"  web process: {cores:.2f} cores, {cores * seconds / polls * 1000:.2f} ms of CPU a poll"
    )
    print(f"  /healthz alone: p50 {quantile(bare, 0.5):.1f} ms, p95 {quantile(bare, 0.95):.1f} ms")


if __name__ == "__main__":
    main()
