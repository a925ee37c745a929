"""A service that lists rows of our making, all of them at once, behind the pages."""

import io
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from boto3.session import Session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.config import Config
from botocore.model import ListShape, Shape, StructureShape
from werkzeug.wrappers import Response

from awsdash.demo.aws.discovery import answer
from awsdash.demo.aws.discovery.pages import Pages
from awsdash.demo.aws.discovery.paging import Paging
from awsdash.demo.aws.protocol import AwsError, answer_error, current_call, read_call, remember_call

ACCOUNT: Final = "111122223333"

_session = Session()


class ListedRows:
    """A client of the operation, of which `rows` are listed."""

    def __init__(self, key: tuple[str, str], paging: Paging, rows: int) -> None:
        self.key = key
        self.paging = paging
        self._rows = rows
        self._pages = Pages({key: paging}, self._list_all)
        self.client: Any = _session.client(  # type: ignore[call-overload]
            paging.model,
            region_name="eu-west-1",
            aws_access_key_id="AKIAEXAMPLE",
            aws_secret_access_key="none",
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        self.client.meta.events.register("before-send", self._answer)

    def _list_all(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        shape = self.paging.operation.output_shape
        assert shape is not None
        members = {
            name: [self._row(shape.members[name], number) for number in range(self._rows)]
            for name in self.paging.results
        }
        response = answer.write(self.paging, current_call(environ), members)
        return response(environ, start_response)

    def _row(self, rows: Shape, number: int) -> Any:
        assert isinstance(rows, ListShape)
        if self.paging.within is None:
            return _numbered(rows.member, number)
        assert isinstance(rows.member, StructureShape)
        inner = rows.member.members[self.paging.within]
        assert isinstance(inner, ListShape)
        return {self.paging.within: [_numbered(inner.member, number)]}

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        environ = _environ(request)
        call = read_call(environ)
        remember_call(environ, call.__class__(**{**vars(call), "account": ACCOUNT}))
        try:
            response = Response.from_app(self._pages, environ, buffered=True)
        except AwsError as error:
            failed = error
            response = Response.from_app(lambda *wsgi: answer_error(failed, *wsgi), environ)
        headers: Any = HeadersDict(dict(response.headers))
        return AWSResponse(request.url, response.status_code, headers, _Raw(response.data))


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterable[bytes]:
        yield self.read()


def _numbered(shape: Shape, number: int) -> Any:
    """The smallest row of this shape that is like no other."""
    if not isinstance(shape, StructureShape):
        return f"row-{number}"
    texts = (
        name
        for name, member in shape.members.items()
        if member.type_name == "string" and not member.metadata.get("enum")
    )
    return {next(texts): f"row-{number}"}


def _environ(request: AWSPreparedRequest) -> WSGIEnvironment:
    url = urlsplit(request.url)
    sent: Any = request.body or b""
    body: bytes = sent.encode() if isinstance(sent, str) else sent
    headers: dict[str, Any] = {
        f"HTTP_{name.upper().replace('-', '_')}": value.decode()
        if isinstance(value, bytes)
        else value
        for name, value in request.headers.items()
    }
    return {
        **headers,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": url.path or "/",
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.netloc,
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": headers.get("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(body)),
    }
