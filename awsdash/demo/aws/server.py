"""The emulated AWS as a WSGI application and as a process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from wsgiref.types import WSGIApplication

from flask import Flask
from moto.backends import SERVICE_NAMES
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from awsdash.demo.aws import chapters, clock, functions, stage
from awsdash.demo.aws.cloudtrail.recorder import Recorder
from awsdash.demo.aws.discovery.pages import Pages
from awsdash.demo.aws.discovery.pagings import PAGINGS
from awsdash.demo.aws.hostility.faults import Faults
from awsdash.demo.aws.hostility.quotas import Quotas
from awsdash.demo.aws.identity import sts
from awsdash.demo.aws.identity.auth import Authenticator
from awsdash.demo.aws.identity.authorization import Authorizer
from awsdash.demo.aws.interface.control import Control
from awsdash.demo.aws.keepalive import KeepAliveHandler
from awsdash.demo.aws.logs import filtering
from awsdash.demo.aws.operations import Operations
from awsdash.demo.aws.services import SERVICES
from awsdash.demo.aws.stage import Story
from awsdash.demo.aws.translation import Translator

LOOPBACK: Final = "127.0.0.1"
STOP_POLL_S: Final = 0.05


@dataclass(frozen=True)
class Running:
    url: str


def create_app(story: Story, scan_limit: int = filtering.SCAN_LIMIT) -> WSGIApplication:
    """The emulator, telling this story; moto keeps one AWS per process, so the last one made."""
    chapters.install()
    functions.install()
    sts.install()
    filtering.install(scan_limit)
    stage.tell(story)
    moto = Pages(PAGINGS, _Dispatcher(_create_service))
    quotas = Quotas(Translator(Operations(SERVICES, moto)))
    faults = Faults(quotas)
    return Control(Authenticator(Recorder(Authorizer(faults))), faults, quotas, story)


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
    now: datetime | None = None,
    scan_limit: int = filtering.SCAN_LIMIT,
) -> Iterator[Running]:
    """Serves in threads of this process; port 0 takes a free one, `now` None is the real time."""
    clock.set_now(now)
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
        clock.set_now(None)
