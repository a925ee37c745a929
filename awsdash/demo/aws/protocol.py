"""Who calls what, and how to answer an error so that an SDK understands it.

The service names here are the names requests are signed with: `logs`, `lambda`, `sts`,
`monitoring` (CloudWatch), `states` (Step Functions), ...
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIEnvironment
from xml.sax.saxutils import escape

import orjson
from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from awsdash.demo.aws.models import model_names
from awsdash.demo.aws.state import Place

_SCOPE = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
_CALL = "awsdash.call"


class Protocol(Enum):
    JSON = "json"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"
    QUERY = "query"
    EC2 = "ec2"
    S3 = "s3"


_REST: Final = {
    "cloudfront": Protocol.REST_XML,
    "route53": Protocol.REST_XML,
    "s3": Protocol.S3,
}


class AwsError(Exception):
    """An error AWS would answer; raised anywhere below `translation.Translator`.

    `members` is what it tells beyond its message, in protocols of JSON.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members or {}


@dataclass(frozen=True)
class Call:
    """One request to AWS, as far as its signature and its form tell."""

    service: str
    operation: str
    region: str
    protocol: Protocol
    access_key: str | None
    account: str | None = None
    conduct: Mapping[str, Any] | None = None
    """What a fault rule has told a query that takes time to do: see hostility/."""
    model: str | None = None
    """Botocore's name of the service, where the request's path tells it."""

    @property
    def place(self) -> Place:
        """For operations, which only authenticated calls reach."""
        if self.account is None:
            raise AwsError("UnrecognizedClientException", "The call has no known caller")
        return Place(self.account, self.region)


def read_call(environ: WSGIEnvironment) -> Call:
    """Reads the signature's scope from the header or, in a presigned URL, from the query; that of
    the signatures of S3's old version is not told."""
    query = parse_qs(environ.get("QUERY_STRING", ""))
    presigned = f"Credential={query.get('X-Amz-Credential', [''])[0]}"
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", presigned))
    unscoped = query.get("AWSAccessKeyId", [None])[0], "us-east-1", "s3"
    key, region, service = scope.groups() if scope else unscoped
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return Call(service, target.rpartition(".")[2], region, Protocol.JSON, key)
    if action := _form(environ).get("Action") or (service != "s3" and query.get("Action")):
        protocol = Protocol.EC2 if service == "ec2" else Protocol.QUERY
        return Call(service, action[0], region, protocol, key)
    return _rest_call(
        Call(service, "", region, _REST.get(service, Protocol.REST_JSON), key), environ
    )


def _rest_call(call: Call, environ: WSGIEnvironment) -> Call:
    """With the operation's name; where no operation fits, the request's method and path."""
    for model in model_names(call.service):
        try:
            operation, _ = get_service_router(model).match(Request(environ))
        except (HTTPException, NotImplementedError, UnknownServiceError):
            continue
        return replace(call, operation=str(operation.name), model=model)
    return replace(call, operation=f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")


def remember_call(environ: WSGIEnvironment, call: Call) -> None:
    environ[_CALL] = call


def current_call(environ: WSGIEnvironment) -> Call:
    call: Call = environ[_CALL]
    return call


def _form(environ: WSGIEnvironment) -> dict[str, list[str]]:
    """The form in the body (left in place for the next reader), if there is one."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return {}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode(errors="replace"))


def answer_error(
    error: AwsError, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answers in the protocol of the request, as its service would."""
    protocol = current_call(environ).protocol
    request_id = str(uuid4())
    response = Response(status=error.status, headers={"x-amzn-RequestId": request_id})
    match protocol:
        case Protocol.JSON | Protocol.REST_JSON:
            kind = "x-amz-json-1.1" if protocol is Protocol.JSON else "json"
            response.content_type = f"application/{kind}"
            response.headers["x-amzn-ErrorType"] = error.code
            if environ.get("HTTP_X_AMZN_QUERY_MODE") == "true":
                # Services that once spoke the query protocol tell its error codes, too.
                response.headers["x-amzn-query-error"] = f"{error.code};{_fault(error)}"
            answer = {"__type": error.code, "message": error.message, **error.members}
            response.data = orjson.dumps(answer)
        case _:
            response.content_type = "text/xml"
            response.data = _xml(error, protocol, request_id).encode()
    return response(environ, start_response)


def _fault(error: AwsError) -> str:
    return "Sender" if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else "Receiver"


def _xml(error: AwsError, protocol: Protocol, request_id: str) -> str:
    detail = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    match protocol:
        case Protocol.S3:
            return f"<Error>{detail}<RequestId>{request_id}</RequestId></Error>"
        case Protocol.EC2:
            errors = f"<Errors><Error>{detail}</Error></Errors>"
            return f"<Response>{errors}<RequestID>{request_id}</RequestID></Response>"
        case _:
            detail = f"<Error><Type>{_fault(error)}</Type>{detail}</Error>"
            return f"<ErrorResponse>{detail}<RequestId>{request_id}</RequestId></ErrorResponse>"
