"""Reads a request and its response by botocore's model, whatever the protocol."""

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from botocore.awsrequest import HeadersDict
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, OperationNotFoundError
from botocore.parsers import ResponseParserError, create_parser
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from awsdash.demo.aws.constraints import operation_model
from awsdash.demo.aws.models import model_names
from awsdash.demo.aws.protocol import Call, Protocol

# The arguments of a presigned URL that say who it is from.
_SIGNS: Final = re.compile(r"x-amz-|(AWSAccessKeyId|Signature|Expires)$", re.IGNORECASE)
# What a request may hold that its operation's model knows nothing of.
UNREADABLE: Final = (
    AttributeError,
    HTTPException,
    KeyError,
    RequestParserError,
    ResponseParserError,
    TypeError,
    ValueError,
)


def model_name(call: Call) -> str:
    return call.model or model_names(call.service)[0]


def find_model(call: Call) -> OperationModel | None:
    """None for operations that are none."""
    try:
        return operation_model(model_name(call), call.operation)
    except (UnknownServiceError, OperationNotFoundError):
        return None


def read_request(call: Call, request: Request) -> dict[str, Any]:
    """Its members. Raises one of UNREADABLE."""
    match call.protocol:
        case Protocol.JSON:
            asked = orjson.loads(request.get_data() or b"{}")
        case Protocol.S3:
            return _s3_parameters(request)
        case _:
            asked = _parsed(call, request)
    if not isinstance(asked, dict):
        raise ValueError("The request has no members")
    return asked


def _s3_parameters(request: Request) -> dict[str, Any]:
    """As CloudTrail writes them: the bucket, the key, and the query's arguments."""
    bucket, _, key = request.path.strip("/").partition("/")
    named = {"bucketName": bucket, "key": key}
    known = {name: value for name, value in named.items() if value}
    arguments = parse_qsl(request.query_string.decode(), keep_blank_values=True)
    return known | {name: value for name, value in arguments if not _SIGNS.match(name)}


def _parsed(call: Call, request: Request) -> Any:
    name = model_name(call)
    model = get_service_model(name).operation_model(call.operation)
    protocol = "ec2" if call.protocol is Protocol.EC2 else model.service_model.protocol
    parameters: dict[str, Any] = {}
    if call.protocol in (Protocol.REST_JSON, Protocol.REST_XML):
        parameters = dict(get_service_router(name).match(request)[1])
    return PROTOCOL_PARSERS[protocol](model, map_type=dict).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.get_data(),
            "url_path": request.path,
            "url_params": parameters,
        }
    )


def read_response(
    call: Call, status: int, headers: Iterable[tuple[str, str]], body: bytes
) -> dict[str, Any]:
    """Its members, an error's under `Error`. Raises one of UNREADABLE."""
    model = find_model(call)
    protocol = model.service_model.resolved_protocol if model else _PARSED_AS[call.protocol]
    raw = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    shape = model.output_shape if model else None
    parsed: dict[str, Any] = create_parser(protocol).parse(raw, shape)  # type: ignore[arg-type]  # it takes None
    return parsed


_PARSED_AS: Final = {
    Protocol.JSON: "json",
    Protocol.REST_JSON: "rest-json",
    Protocol.REST_XML: "rest-xml",
    Protocol.QUERY: "query",
    Protocol.EC2: "ec2",
    Protocol.S3: "rest-xml",
}
