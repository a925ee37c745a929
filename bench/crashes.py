"""100 random `kill -9` of workers and tick while 300 mixed jobs run: what is lost, doubled, late.

`.venv/bin/python bench/crashes.py` (five minutes); `--jobs 60 --kills 20` for a taste.
"""

import argparse
import json
import random
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.stage import Stage, quantile

ACCOUNT, REGION = "730335512904", "eu-west-1"
VICTIMS: Final = ("data", "interactive", "tick")
FINAL: Final = ("succeeded", "failed", "cancelled", "timed_out")
PATIENCE_S: Final = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    dice = random.Random(options.seed)  # noqa: S311  # a game of chance, no secret
    with Stage(("web", *VICTIMS)) as stage:
        # Calls take long enough to be killed in.
        rule = {"service": "*", "latencyMs": 200, "latencyJitterMs": 300}
        stage.emulator("/faults", [rule], "PUT")
        with ThreadPoolExecutor(4) as pool:
            submitted = pool.map(lambda number: submit(stage, number), range(options.jobs))
            killed = kill(stage, options, dice)
            jobs = list(submitted)
        wait(stage, len(jobs))
        report(stage, options, killed)


def submit(stage: Stage, number: int) -> Any:
    """By turns an Athena query of some seconds and the reading of a log group in many calls."""
    body: dict[str, Any] = {"accountId": ACCOUNT, "region": REGION}
    if number % 2:
        sql = f"-- emulator: queued_s=1 running_s={3 + number % 12}\nSELECT {number} AS number"
        body |= {"operation": "athena.run_sql", "query": {"sql": sql, "workgroup": "analysts"}}
    else:
        query = {"logGroupName": "/aws/lambda/checkout-charge", "limit": 2_000 + number}
        body |= {"accountId": "482011773351", "operation": "cloudwatch_logs.filter_events"}
        body |= {"query": query}
    return stage.api("/jobs", body)


def kill(stage: Stage, options: Any, dice: random.Random) -> list[tuple[float, str, int]]:
    """When, what and which process died."""
    killed = []
    for _ in range(options.kills):
        time.sleep(dice.uniform(0.2, 3.0))
        name = dice.choice(VICTIMS)
        killed.append((time.time(), name, stage.kill(name)))
        if len(killed) % 10 == 0:
            print(f"  {len(killed)} killed; {states(stage)}", flush=True)
    return killed


def wait(stage: Stage, jobs: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while sum(states(stage)[state] for state in FINAL) < jobs and time.monotonic() < deadline:
        time.sleep(2)


def states(stage: Stage) -> Counter[str]:
    return Counter(row[0] for row in rows(stage, "status"))


def rows(stage: Stage, columns: str) -> list[Any]:
    with sqlite3.connect(f"file:{stage.var / 'awsdash.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(f"SELECT {columns} FROM jobs_execution").fetchall()  # noqa: S608


def report(stage: Stage, options: Any, killed: list[tuple[float, str, int]]) -> None:
    ended = states(stage)
    errors = Counter(row[0] for row in rows(stage, "error_message") if row[0])
    late = gaps(stage, killed)
    done = rows(stage, "aws_ended_at, finished_at")
    seen = [_time(end) - _time(aws) for aws, end in done if aws and end]
    print(f"{options.jobs} jobs, {len(killed)} kills: {dict(Counter(k[1] for k in killed))}")
    print(f"  states                     {dict(ended)}; errors {dict(errors)}")
    print(f"  lost                       {options.jobs - sum(ended[s] for s in FINAL)}")
    print(f"  queries begun twice at AWS {begun_twice(stage)}")
    print(f"  interrupted and resumed    {len(late)} times")
    if late:
        print(
            f"  from kill to next claim    p50 {quantile(late, 0.5):.0f} s, most {max(late):.0f} s"
        )
    print(f"  from AWS's end to ours     most {max(seen):.0f} s")
    print(f"  tries of one job           most {max(r[0] for r in rows(stage, 'tries'))}")


def gaps(stage: Stage, killed: list[tuple[float, str, int]]) -> list[float]:
    """For each execution that a process held when it was killed: until another claimed it."""
    told: defaultdict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for line in (stage.var / "awsdash.log").read_text().splitlines():
        entry = json.loads(line)
        if entry["message"] in {"execution claimed", "execution let go"}:
            event = _time(entry["time"]), entry["message"], entry["pid"]
            told[entry["execution"]].append(event)
    found = []
    for moment, _, pid in killed:
        for events in told.values():
            before = [event for event in events if event[0] < moment]
            after = [event for event in events if event[0] > moment]
            if before and before[-1][1:] == ("execution claimed", pid):
                found.append(after[0][0] - moment if after else float("inf"))
    return found


def begun_twice(stage: Stage) -> int:
    """Every query of ours says its number: two of one number at AWS were begun twice."""
    athena = stage.aws(ACCOUNT, REGION).client("athena")
    pages = athena.get_paginator("list_query_executions").paginate(WorkGroup="analysts")
    ids = [each for page in pages for each in page["QueryExecutionIds"]]
    texts: Counter[str] = Counter()
    for start in range(0, len(ids), 50):
        answer = athena.batch_get_query_execution(QueryExecutionIds=ids[start : start + 50])
        texts.update(each["Query"] for each in answer["QueryExecutions"])
    return sum(count - 1 for text, count in texts.items() if "AS number" in text)


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    main()
