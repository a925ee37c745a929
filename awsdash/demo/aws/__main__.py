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
    with running_server(Story(options.epoch), options.host, options.port) as server:
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
    return parser.parse_args(arguments)


def _epoch(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
