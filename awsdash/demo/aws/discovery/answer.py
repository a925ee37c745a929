"""An answer of moto's: read by botocore's parser, cut, and written by moto's serializer.

Both go by AWS's model of the operation, so that it is cut alike in all protocols.
"""

from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from moto.core.serialize import get_serializer_class
from werkzeug.wrappers import Response

from awsdash.demo.aws.discovery.paging import Paging
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call, Protocol

_PROTOCOLS = {Protocol.JSON: "json", Protocol.QUERY: "query", Protocol.EC2: "ec2"}


def read(paging: Paging, call: Call, response: Response) -> Members:
    answered = {
        "headers": HeadersDict(dict(response.headers)),
        "body": response.data,
        "status_code": response.status_code,
    }
    parser: Any = create_parser(_protocol(paging, call))
    members: Members = parser.parse(answered, paging.operation.output_shape)
    members.pop("ResponseMetadata", None)
    return members


def write(paging: Paging, call: Call, members: Members) -> Response:
    write_as = get_serializer_class(paging.model, _protocol(paging, call))
    written = write_as(paging.operation).serialize(members)
    return Response(written["body"], written["status_code"], dict(written["headers"]))


def _protocol(paging: Paging, call: Call) -> str:
    rest = paging.operation.service_model.protocol
    return _PROTOCOLS.get(call.protocol, str(rest))


def count(paging: Paging, members: Members) -> int:
    groups = members.get(paging.results[0], [])
    if paging.within is None:
        return len(groups)
    return sum(len(group[paging.within]) for group in groups)


def cut(paging: Paging, members: Members, start: int, end: int) -> None:
    """Leaves the rows from `start` to before `end`."""
    for name in paging.results:
        rows = members.get(name, [])
        if paging.within is None:
            members[name] = rows[start:end]
        else:
            members[name] = list(_within(rows, paging.within, start, end))


def _within(groups: list[Members], name: str, start: int, end: int) -> Iterator[Members]:
    """The groups that have rows of the page, with those rows."""
    before = 0
    for group in groups:
        rows = group[name]
        kept = rows[max(0, start - before) : max(0, end - before)]
        before += len(rows)
        if kept:
            yield {**group, name: kept}
