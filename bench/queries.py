"""1,000 Athena queries of 60 seconds through the portal, 200 at a time, under AWS's quotas.

`.venv/bin/python bench/queries.py` (seven minutes); `--queries 200 --seconds 10` for a taste.
"""

import argparse
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.stage import WORKERS, Stage, quantile

ACCOUNT, REGION = "730335512904", "eu-west-1"
CAP: Final = 200
SUBMITTERS: Final = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with Stage(("web", *WORKERS), {"MALLOC_ARENA_MAX": "2"}) as stage:
        stage.emulator("/quotas", {"enforced": True}, "PUT")
        stage.emulator("/calls", method="DELETE")
        watch = Watch(stage)
        cpu_s = stage.cpu_s(WORKERS)
        began = time.monotonic()
        submit(stage, options.queries, options.seconds)
        print(f"submitted in {time.monotonic() - began:.1f} s")
        watch.until_over(options.queries)
        took_s = time.monotonic() - began
        cpu_s = stage.cpu_s(WORKERS) - cpu_s
        watch.stop()
        report(stage, options, took_s, cpu_s, watch)


def submit(stage: Stage, queries: int, seconds: int) -> None:
    def one(number: int) -> None:
        sql = f"-- emulator: queued_s=0 running_s={seconds}\nSELECT {number} AS n"
        body = {"operation": "athena.run_sql", "accountId": ACCOUNT, "region": REGION}
        stage.api("/jobs", {**body, "query": {"sql": sql, "workgroup": "analysts"}})

    with ThreadPoolExecutor(SUBMITTERS) as pool:
        list(pool.map(one, range(queries)))


class Watch:
    """Looks every second: what runs, how much memory the workers hold."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._over = threading.Event()
        self.most_bytes = 0
        self.calls: list[int] = []
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(1):
            self.most_bytes = max(self.most_bytes, self._stage.memory_bytes(WORKERS))
            self.calls.append(status_calls(self._stage))

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def until_over(self, queries: int) -> None:
        while True:
            states = Counter(row[0] for row in rows(self._stage, "status"))
            ended = sum(states[s] for s in ("succeeded", "failed", "cancelled", "timed_out"))
            print(f"  {dict(states)}", flush=True)
            if ended >= queries:
                return
            time.sleep(10)


def status_calls(stage: Stage) -> int:
    return sum(
        call["count"]
        for call in stage.emulator("/calls")["calls"]
        if call["operation"] == "BatchGetQueryExecution"
    )


def rows(stage: Stage, columns: str) -> list[Any]:
    with sqlite3.connect(f"file:{stage.var / 'awsdash.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(
            f"SELECT {columns} FROM jobs_execution WHERE operation_name = 'athena.run_sql'"  # noqa: S608
        ).fetchall()


def report(stage: Stage, options: Any, took_s: float, cpu_s: float, watch: Watch) -> None:
    done = rows(stage, "status, error_code, intended_at, aws_ended_at, finished_at")
    states = Counter(row[0] for row in done)
    seen = [(_time(end) - _time(aws)) for _, _, _, aws, end in done if aws]
    per_s = [later - earlier for earlier, later in zip(watch.calls, watch.calls[1:], strict=False)]
    floor_s = -(-options.queries // CAP) * options.seconds
    print(f"{options.queries} queries of {options.seconds} s, at most {CAP} at once")
    print(
        f"  states                    {dict(states)}; errors {Counter(r[1] for r in done if r[1])}"
    )
    print(f"  took / least possible     {took_s:.0f} s / {floor_s} s = {took_s / floor_s:.2f}")
    print(f"  most at once at AWS       {most_at_once((r[2], r[3]) for r in done)}")
    if seen:
        print(
            f"  visible after AWS ended   p50 {quantile(seen, 0.5):.1f} s, "
            f"p95 {quantile(seen, 0.95):.1f} s, most {max(seen):.1f} s"
        )
    tens = [sum(per_s[n : n + 10]) / 10 for n in range(max(len(per_s) - 9, 1))]
    print(
        f"  status calls              {watch.calls[-1]}; most in a second {max(per_s, default=0)}, "
        f"most in ten seconds {max(tens, default=0):.1f} a second"
    )
    throttled = Counter(
        (row["operation"], row["count"]) for row in stage.emulator("/quotas")["throttled"]
    )
    print(f"  throttled by AWS          {dict(throttled) or 'never'}")
    most_mb, each_ms = watch.most_bytes / 1e6, cpu_s / options.queries * 1000
    print(f"  workers                   {len(WORKERS)} processes, at most {most_mb:.0f} MB")
    print(f"  workers' CPU              {cpu_s:.0f} s, {each_ms:.0f} ms a query")


def most_at_once(spans: Iterator[tuple[str, str]]) -> int:
    known = [span for span in spans if all(span)]
    events = [(start, 1) for start, _ in known] + [(end, -1) for _, end in known]
    return max(accumulate(step for _, step in sorted(events)), default=0)


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    main()
