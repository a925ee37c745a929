"""The emulated AWS as a process, telling the demo's story."""

import argparse
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime

from awsdash.demo.aws.server import LOOPBACK, running_server
from awsdash.demo.story.story import Story


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parse(arguments)
    # A stop asked for by signal is awaited below; threads started later inherit the mask.
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    # moto reads the caller's AWS configuration, and fails over a profile that is not there.
    os.environ.pop("AWS_PROFILE", None)
    story = Story(options.epoch, options.seed, options.events, options.athena_rows)
    with running_server(story, options.host, options.port) as server:
        print(f"ready {server.url}", flush=True)
        signal.sigwait(stop)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m awsdash.demo.aws", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument(
        "--epoch",
        type=_epoch,
        default=datetime.now(UTC).replace(second=0, microsecond=0),
        help="the moment the story ends at, such as 2026-11-23T09:00:00Z (default: now)",
    )
    for flag, default, meaning in (
        ("--seed", Story.seed, "another one makes other details"),
        ("--events", Story.events, "about so many log events of functions"),
        ("--athena-rows", Story.athena_rows, "so many rows of the edge's access log"),
    ):
        parser.add_argument(
            flag, type=_whole, default=default, help=f"{meaning} (default: {default})"
        )
    return parser.parse_args(arguments)


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("it must be 0 or more")
    return number


def _epoch(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
