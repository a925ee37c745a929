"""A request's parameters as they are on the wire, to be read, taken out and put in."""

import io
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qs, urlencode
from wsgiref.types import WSGIEnvironment

import orjson
from botocore.model import Shape

from awsdash.demo.aws import protocol

Parameters: TypeAlias = dict[str, Any]
"""By their names on the wire; of forms and of queries lists of texts."""


class Carrier(Protocol):
    def read(self, environ: WSGIEnvironment) -> Parameters: ...

    def write(self, environ: WSGIEnvironment, parameters: Parameters) -> WSGIEnvironment:
        """The request with these parameters instead."""


class QueryString:
    def read(self, environ: WSGIEnvironment) -> Parameters:
        return dict(parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True))

    def write(self, environ: WSGIEnvironment, parameters: Parameters) -> WSGIEnvironment:
        query = urlencode(parameters, doseq=True)
        target = f"{environ['PATH_INFO']}?{query}"
        return {**environ, "QUERY_STRING": query, "REQUEST_URI": target, "RAW_URI": target}


class Form:
    def read(self, environ: WSGIEnvironment) -> Parameters:
        return dict(parse_qs(_body(environ).decode(), keep_blank_values=True))

    def write(self, environ: WSGIEnvironment, parameters: Parameters) -> WSGIEnvironment:
        return _with_body(environ, urlencode(parameters, doseq=True).encode())


class JsonBody:
    def read(self, environ: WSGIEnvironment) -> Parameters:
        try:
            parameters = orjson.loads(_body(environ) or b"{}")
        except orjson.JSONDecodeError:
            parameters = None
        if not isinstance(parameters, dict):
            raise protocol.AwsError("SerializationException", "The body is no JSON object")
        return parameters

    def write(self, environ: WSGIEnvironment, parameters: Parameters) -> WSGIEnvironment:
        return _with_body(environ, orjson.dumps(parameters))


def carrier_of(call: protocol.Call, member: Shape) -> Carrier:
    """Of a member of the request."""
    if member.serialization.get("location") == "querystring":
        return QueryString()
    if call.protocol in (protocol.Protocol.QUERY, protocol.Protocol.EC2):
        return Form()
    return JsonBody()


def wire_name(member: Shape, name: str, is_ec2: bool) -> str:
    on_wire: str = member.serialization.get("name", name)
    if is_ec2:
        return member.serialization.get("queryName") or on_wire[0].upper() + on_wire[1:]
    return on_wire


def first(value: Any) -> Any:
    """A parameter's one value."""
    return value[0] if isinstance(value, list) else value


def _body(environ: WSGIEnvironment) -> bytes:
    """Left in place for the next reader."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _with_body(environ: WSGIEnvironment, body: bytes) -> WSGIEnvironment:
    return {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
