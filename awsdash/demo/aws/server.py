"""The emulated AWS as a WSGI application and as a process."""

import argparse
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from wsgiref.types import WSGIApplication

from flask import Flask
from moto.backends import SERVICE_NAMES
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from awsdash.demo.aws import functions, logs, sts
from awsdash.demo.aws.auth import Authenticator
from awsdash.demo.aws.control import Control
from awsdash.demo.aws.faults import Faults
from awsdash.demo.aws.keepalive import KeepAliveHandler
from awsdash.demo.aws.planting import plant
from awsdash.demo.aws.story import Story
from awsdash.demo.aws.translation import Translator

LOOPBACK: Final = "127.0.0.1"
STOP_POLL_S: Final = 0.05


@dataclass(frozen=True)
class Running:
    url: str


def create_app(story: Story, scan_limit: int = logs.SCAN_LIMIT) -> WSGIApplication:
    """The emulator, telling this story; moto keeps one AWS per process, so the last one made."""
    functions.install()
    sts.install()
    logs.install(scan_limit)
    plant(story)
    faults = Faults(Translator(_Dispatcher(_create_service)))
    return Control(Authenticator(faults), faults, f"{story.epoch:%Y-%m-%dT%H:%M:%SZ}")


class _Dispatcher(DomainDispatcherApplication):
    """Remembers which host is which service; moto lists its own folder for every request."""

    def __init__(self, create_service: Callable[[SERVICE_NAMES | None], Flask]) -> None:
        super().__init__(create_service)
        self._services: dict[str | None, SERVICE_NAMES | None] = {}

    def get_backend_for_host(self, host: str | None) -> SERVICE_NAMES | None:
        if host not in self._services:
            self._services[host] = super().get_backend_for_host(host)
        return self._services[host]


def _create_service(service: SERVICE_NAMES | None) -> Flask:
    if service is None:
        raise NotImplementedError  # how moto says that it does not know a service
    return create_backend_app(service)


@contextmanager
def running_server(
    story: Story,
    host: str = LOOPBACK,
    port: int = 0,
    scan_limit: int = logs.SCAN_LIMIT,
) -> Iterator[Running]:
    """Serves in threads of this process; port 0 takes a free one."""
    server = make_server(
        host,
        port,
        create_app(story, scan_limit),
        threaded=True,
        request_handler=KeepAliveHandler,
    )
    thread = threading.Thread(target=server.serve_forever, args=(STOP_POLL_S,), daemon=True)
    thread.start()
    try:
        yield Running(f"http://{host}:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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
