"""Records the calls to the emulator in the event history of the account that makes them."""

import io
import re
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from awsdash.demo.aws import clock
from awsdash.demo.aws.cloudtrail.event import Event
from awsdash.demo.aws.cloudtrail.exchange import MAX_BODY_BYTES, Exchange
from awsdash.demo.aws.cloudtrail.names import event_name, event_region, event_source, is_recorded
from awsdash.demo.aws.cloudtrail.store import history
from awsdash.demo.aws.identity.auth import current_caller
from awsdash.demo.aws.protocol import current_call
from awsdash.demo.aws.state import Place

_KEPT: Final[tuple[str, ...]] = (
    *("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_HOST", "HTTP_USER_AGENT", "PATH_INFO"),
    *("QUERY_STRING", "REMOTE_ADDR", "REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT"),
    "wsgi.url_scheme",
)
_ROLE_ACCOUNT: Final = re.compile(rb"RoleArn=arn%3Aaws%3Aiam%3A%3A(\d{12})%3A", re.IGNORECASE)


class Recorder:
    """Of management events; whatever happens to a call further down is its outcome."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not is_recorded(current_call(environ)):
            return self._app(environ, start_response)
        exchange = _begin(environ)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            exchange.status, exchange.headers = int(status[:3]), headers
            return start_response(status, headers, *more)

        answer = self._app(environ, start)
        exchange.time = clock.now()
        if exchange.status >= HTTPStatus.BAD_REQUEST or exchange.tells_response:
            # Before it is recorded, so that whoever finds the event finds it whole.
            answer = exchange.answer = _whole(answer)
        _record(exchange)
        return answer


def _begin(environ: WSGIEnvironment) -> Exchange:
    kept = {name: environ[name] for name in _KEPT if name in environ}
    return Exchange(
        current_call(environ), current_caller(environ), kept, _body(environ), clock.now()
    )


def _body(environ: WSGIEnvironment) -> bytes | None:
    """Left in place for the next reader; None where it is too large to be kept."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > MAX_BODY_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(size) if size else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    try:
        return list(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()


def _record(exchange: Exchange) -> None:
    caller, region = exchange.caller, event_region(exchange.call)
    role_account = _role_account(exchange)
    if role_account not in (None, caller.account):
        exchange.shared_id = str(uuid4())
    name = caller.session.name if caller.role and caller.session else caller.principal.name
    own = _event(exchange, exchange.event_id, caller.access_key, name)
    own.tell = exchange.tell
    history(Place(caller.account, region)).record(own)
    if role_account is not None and exchange.shared_id is not None:
        other = _event(exchange, str(uuid4()), None, None)
        other.tell = partial(exchange.tell_to, role_account, other.id)
        history(Place(role_account, region)).record(other)


def _event(
    exchange: Exchange, event_id: str, access_key: str | None, username: str | None
) -> Event:
    call = exchange.call
    return Event(
        event_id,
        event_name(call),
        event_source(call.service),
        int(exchange.time.timestamp()),
        "true" if exchange.read_only else "false",
        access_key,
        username,
    )


def _role_account(exchange: Exchange) -> str | None:
    """Of a role that was assumed: AWS tells its account too."""
    is_assumed = exchange.call.operation == "AssumeRole" and exchange.status == HTTPStatus.OK
    found = _ROLE_ACCOUNT.search(exchange.body or b"") if is_assumed else None
    return found[1].decode() if found else None
