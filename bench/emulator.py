"""The emulated AWS in figures: its start, a page of 10,000 events, 1,000 queries, 1,000,000 rows.

Starts emulators of its own; needs nothing that runs: `.venv/bin/python bench/emulator.py`.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psutil
from boto3.session import Session
from botocore.config import Config

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from awsdash.demo.story.cast import (  # noqa: E402  # found through the line above
    BASE_ACCESS_KEY_ID,
    BASE_SECRET_ACCESS_KEY,
    CULPRIT,
    DATA_PROD,
    EXTERNAL_ID,
    role_arn,
)

BARE: Final = "import moto.moto_server.werkzeug_app, moto.logs.models, moto.awslambda.models"
GOALS: Final = {"start_s": 3.0, "page_s": 0.3}
STARTS: Final = 5
PAGES: Final = 7
QUERIES: Final = 1000
SERVICES: Final = (
    ("logs", "describe_log_groups"),
    ("lambda", "list_functions"),
    ("cloudwatch", "list_metrics"),
    ("cloudtrail", "lookup_events"),
    ("config", "get_discovered_resource_counts"),
    ("athena", "list_work_groups"),
    ("ec2", "describe_instances"),
    ("apigateway", "get_rest_apis"),
)


@dataclass(frozen=True)
class Emulator:
    url: str
    process: psutil.Process

    def client(self, service: str, account: str, region: str = "eu-west-1") -> Any:
        session: Any = Session()
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=8)
        about = {"endpoint_url": self.url, "region_name": region, "config": config}
        issued = session.client(
            "sts",
            aws_access_key_id=BASE_ACCESS_KEY_ID,
            aws_secret_access_key=BASE_SECRET_ACCESS_KEY,
            **about,
        ).assume_role(RoleArn=role_arn(account), RoleSessionName="bench", ExternalId=EXTERNAL_ID)[
            "Credentials"
        ]
        return session.client(
            service,
            aws_access_key_id=issued["AccessKeyId"],
            aws_secret_access_key=issued["SecretAccessKey"],
            aws_session_token=issued["SessionToken"],
            **about,
        )

    @property
    def cpu_s(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory_mb(self) -> float:
        return float(self.process.memory_info().rss / 1e6)


@contextmanager
def emulator(*flags: str) -> Iterator[Emulator]:
    command = [sys.executable, "-m", "awsdash.demo.aws", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOUSE) as process:
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        url = process.stdout.readline().split()[1]
        try:
            yield Emulator(url, psutil.Process(process.pid))
        finally:
            process.terminate()


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def start() -> None:
    """Until it serves the demo's story, beside what importing moto alone takes."""

    def up() -> float:
        began = time.perf_counter()
        with emulator():
            return time.perf_counter() - began

    def bare() -> None:
        subprocess.run([sys.executable, "-c", BARE], check=True)

    pairs = [(up(), seconds(bare)) for _ in range(STARTS)]
    up_s = statistics.median(ours for ours, _ in pairs)
    ratio = statistics.median(ours / moto for ours, moto in pairs)
    print(f"start     {up_s:.2f} s until it serves (goal: under {GOALS['start_s']:.0f} s),")
    print(f"          {ratio:.2f} times what importing moto alone takes")


def first_calls(aws: Emulator) -> None:
    """The first call to a service tells its chapters; the second one does not."""
    for service, operation in SERVICES:
        call = getattr(aws.client(service, CULPRIT.account), operation)
        first, second = seconds(call), seconds(call)
        name = f"{service}.{operation}"
        print(f"first     {name:<40} {first * 1000:6.0f} ms, then {second * 1000:4.0f} ms")
    print(f"memory    {aws.memory_mb:.0f} MB after that")


def pages(aws: Emulator) -> None:
    """10,000 events beside 100, in turn, parsed by boto3 as the portal does."""
    logs = aws.client("logs", CULPRIT.account)

    def page(limit: int) -> int:
        answer = logs.filter_log_events(logGroupName=CULPRIT.log_group, limit=limit)
        return len(answer["events"])

    if page(10_000) != 10_000:
        sys.exit("The story has fewer than 10,000 events of the culprit.")
    pairs = [(seconds(lambda: page(10_000)), seconds(lambda: page(100))) for _ in range(PAGES)]
    large_ms = statistics.median(large for large, _ in pairs) * 1000
    ratio = statistics.median(large / small for large, small in pairs)
    print(
        f"page      10,000 events in {large_ms:.0f} ms (goal: under {GOALS['page_s'] * 1000:.0f})"
    )
    print(f"          {ratio:.1f} times a page of 100")


def queries(aws: Emulator) -> None:
    """1,000 queries told to take 20 s, in flight at once, and what polling them costs."""
    athena = aws.client("athena", DATA_PROD)
    text = "SELECT 1 -- emulator: running_s=20"
    before = aws.cpu_s
    began = time.perf_counter()
    ids = [
        athena.start_query_execution(QueryString=text, WorkGroup="analysts")["QueryExecutionId"]
        for _ in range(QUERIES)
    ]
    started_s, started_cpu_s = time.perf_counter() - began, aws.cpu_s - before
    in_flight = states(athena, ids).count("RUNNING")
    print(f"queries   {QUERIES} started in {started_s:.1f} s ({started_cpu_s:.1f} s of CPU),")
    before, began = aws.cpu_s, time.perf_counter()
    polls_s = seconds(lambda: states(athena, ids))
    while states(athena, ids).count("SUCCEEDED") < QUERIES:
        time.sleep(2)
    ended_s, ended_cpu_s = time.perf_counter() - began, aws.cpu_s - before
    print(f"          {in_flight} of them running at once; all polled in {polls_s * 1000:.0f} ms;")
    print(f"          until all ended {ended_s:.1f} s, {ended_cpu_s:.1f} s of CPU")


def states(athena: Any, ids: list[str]) -> list[str]:
    batches = [ids[start : start + 50] for start in range(0, len(ids), 50)]
    return [
        execution["Status"]["State"]
        for batch in batches
        for execution in athena.batch_get_query_execution(QueryExecutionIds=batch)[
            "QueryExecutions"
        ]
    ]


def rows(aws: Emulator) -> None:
    """An aggregate over 1,000,000 rows beside one over a single day's."""
    athena = aws.client("athena", DATA_PROD)
    day = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    whole = "SELECT status, count(*) FROM edge.access_logs GROUP BY 1"
    part = f"SELECT status, count(*) FROM edge.access_logs WHERE dt = '{day}' GROUP BY 1"  # noqa: S608

    run = _in_workgroup(athena, "analysts")
    run(whole)  # the first reads the objects
    all_rows, one_day = run(whole), run(part)
    scanned = [e["Statistics"]["DataScannedInBytes"] for e in (all_rows, one_day)]
    took = [e["Statistics"]["TotalExecutionTimeInMillis"] for e in (all_rows, one_day)]
    print(f"rows      1,000,000 aggregated in {took[0]} ms, {took[0] / took[1]:.1f} times one day,")
    print(f"          {scanned[0] / scanned[1]:.1f} times its bytes scanned")


def _in_workgroup(athena: Any, workgroup: str) -> Callable[[str], dict[str, Any]]:
    def run(text: str) -> dict[str, Any]:
        started = athena.start_query_execution(QueryString=text, WorkGroup=workgroup)
        while True:
            found = athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])
            execution: dict[str, Any] = found["QueryExecution"]
            if execution["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                return execution
            time.sleep(0.05)

    return run


def main() -> None:
    start()
    with emulator() as aws:
        first_calls(aws)
        queries(aws)
    with emulator("--events", "100000", "--athena-rows", "1000000") as aws:
        pages(aws)
        rows(aws)
        print(f"memory    {aws.memory_mb:.0f} MB after that")


if __name__ == "__main__":
    main()
