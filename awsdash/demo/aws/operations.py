"""Operations of ours, which stand before moto's: JSON in, JSON out, checked by AWS's own models."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
from botocore.model import OperationModel
from werkzeug.wrappers import Request, Response

from awsdash.demo.aws import chapters
from awsdash.demo.aws.constraints import check, operation_model
from awsdash.demo.aws.protocol import AwsError, Call, current_call
from awsdash.demo.aws.state import Place

Members: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Call, Members], Members]
"""From the request's members, named as on the wire and valid as far as AWS's model can tell, to the
answer's. It may answer aware datetimes; a member that is None is left out. Raises AwsError."""


@dataclass(frozen=True)
class Service:
    """Operations of one service.

    `signed_as` is the name in signatures (`monitoring`), `model` botocore's (`cloudwatch`),
    `invalid` the code with which it refuses a member that breaks a constraint of the model. `seeds`
    put there what AWS has no write operation for: from the rows to how many there were.
    """

    signed_as: str
    model: str
    invalid: str
    operations: Mapping[str, Handler]
    seeds: Mapping[str, Callable[[Place, list[Members]], int]] = field(default_factory=dict)
    check: Callable[[OperationModel, Members, str], None] = check
    """Of a request by its operation's model, raising `invalid` or a code of the service's own."""


class Operations:
    """Answers the calls that one of the services has, and leaves the others to moto."""

    def __init__(self, services: Iterable[Service], moto: WSGIApplication) -> None:
        self._moto = moto
        self._operations = dict(_by_name(services))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        chapters.tell(call.service)
        found = self._operations.get((call.service, call.operation))
        if found is None:
            return self._moto(environ, start_response)
        service, handler = found
        asked = _read(Request(environ))
        service.check(operation_model(service.model, call.operation), asked, service.invalid)
        answer = handler(call, asked)
        kind = environ.get("CONTENT_TYPE") or "application/json"
        return Response(_write(answer), content_type=kind)(environ, start_response)


def _by_name(
    services: Iterable[Service],
) -> Iterator[tuple[tuple[str, str], tuple[Service, Handler]]]:
    for service in services:
        for name, handler in service.operations.items():
            yield (service.signed_as, name), (service, handler)


def _read(request: Request) -> Members:
    body = request.get_data()
    try:
        if request.headers.get("Content-Encoding") == "gzip":  # boto3's large PutMetricData
            body = gzip.decompress(body)
        asked = orjson.loads(body or b"{}")
    except (orjson.JSONDecodeError, zlib.error, OSError, EOFError):
        raise AwsError("SerializationException", "The body is no JSON") from None
    if not isinstance(asked, dict):
        raise AwsError(
            "SerializationException", "Start of structure or map found where not expected."
        )
    return asked


def _write(answer: Members) -> bytes:
    known = {name: value for name, value in answer.items() if value is not None}
    return orjson.dumps(known, default=_epoch_seconds, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _epoch_seconds(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} has no place in AWS's JSON")
