"""AWS's answers read fast, and none that was cut off taken for a whole one.

botocore reads JSON with Python's own parser and then walks through every value: 25 ms for 10,000
log events. Most large answers hold nothing that needs the walk. Errors stay botocore's to read.
"""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.json as arrow_json
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from services.errors import QueryFailed

Answer = dict[str, Any]
_BODILESS: Final = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_CUT_OFF: Final = "The answer of AWS was cut off."
# What botocore hands on just as the JSON has it, and what Arrow makes of it.
_PLAIN: Final[Mapping[str, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "long": pa.int64(),
    "float": pa.float64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}
_known: Final[dict[tuple[str, str], bool]] = {}
# A quotation mark inside of a text has a backslash before it.
_NULL: Final = re.compile(rb'(?<!\\)"\s*:\s*null')


def reader(tables: Mapping[str, str]) -> Callable[..., None]:
    """Reads what botocore is about to parse: a handler of its event `before-parse`.

    `tables`: the list in an operation's answer that is to be an Arrow table, by operation. The
    handler raises QueryFailed, retryable, for an answer that was cut off or is none.
    """

    def read(
        operation_model: OperationModel,
        response_dict: Answer,
        customized_response_dict: Answer,
        **_: Any,
    ) -> None:
        body = response_dict["body"]
        if not isinstance(body, bytes):
            return  # a stream: whoever reads it checks it
        _require_whole(operation_model, response_dict)
        if response_dict["status_code"] >= 300:
            return
        found = _read(operation_model, body, tables.get(operation_model.name))
        if found is not None:
            customized_response_dict.update(found)
            response_dict["body"] = b"{}"  # what is left for botocore

    return read


def _require_whole(operation: OperationModel, answer: Answer) -> None:
    """botocore does not notice a connection that was closed in order, but too early."""
    headers, body = answer["headers"], answer["body"]
    told = headers.get("content-length", "")
    if operation.http.get("method") == "HEAD" or answer["status_code"] in _BODILESS:
        return
    if told.isdecimal():
        cut_off = len(body) < int(told)
    else:
        # Its headers may have been cut off as well.
        cut_off = not body and "transfer-encoding" not in headers
    if cut_off:
        raise QueryFailed(_CUT_OFF, retryable=True)


def _json_shape(operation: OperationModel, body: bytes) -> StructureShape | None:
    """What the body is the JSON of; None: it is something else, or need not be."""
    shape = operation.output_shape
    match operation.service_model.resolved_protocol:
        case "json":
            return shape
        case "rest-json" if body and shape and "payload" not in shape.serialization:
            return shape
    return None


def _read(operation: OperationModel, body: bytes, table: str | None) -> Answer | None:
    """The answer as botocore would give it; None: it is botocore's to parse."""
    shape = _json_shape(operation, body)
    if shape is None:
        return None
    if table is not None:
        return _with_table(body, shape, table)
    # Also where botocore parses it once more: it takes what is no JSON for an empty answer.
    document = _parsed(body)
    # botocore leaves out what is null.
    as_it_is = _is_plain(operation, shape) and not (b"null" in body and _NULL.search(body))
    return document if as_it_is else None


def _is_plain(operation: OperationModel, shape: Shape) -> bool:
    service = operation.service_model
    key = (service.service_name, operation.name)
    if key not in _known:
        # Where JSON is only one of a protocol's ways, botocore makes numbers of texts.
        _known[key] = service.resolved_protocol == "json" and is_plain(shape)
    return _known[key]


def is_plain(shape: Shape, above: frozenset[str] = frozenset()) -> bool:
    """Whether botocore would hand a value of this shape on just as the JSON has it."""
    match shape:
        case StructureShape():
            return (
                shape.name not in above
                and not (shape.is_tagged_union or shape.event_stream_name)
                and all(
                    member.serialization.get("name", name) == name
                    and is_plain(member, above | {shape.name})
                    for name, member in shape.members.items()
                )
            )
        case ListShape():
            return is_plain(shape.member, above)
        case MapShape():
            return is_plain(shape.key, above) and is_plain(shape.value, above)
    return shape.type_name in _PLAIN


# --- tables ---------------------------------------------------------------------------------------


def _with_table(body: bytes, shape: StructureShape, name: str) -> Answer:
    """The answer's plain members, and the list `name` as a table with the model's columns.

    It is read without the interpreter's lock, so that threads do it side by side.
    """
    members = plain_members(shape)
    row = plain_members(shape.members[name].member)  # type: ignore[attr-defined]  # a list's
    schema = pa.schema({**members, name: pa.list_(pa.struct(row))})
    try:
        body.decode()  # Arrow looks at no letter
        found = _arrow(body, schema)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        found = _arrow(orjson.dumps(_parsed(body)), schema)
    columns = found[name].combine_chunks().flatten().flatten()
    told = {key: found[key][0].as_py() for key in members}
    return {
        name: pa.Table.from_arrays(columns, names=list(row)),
        **{key: value for key, value in told.items() if value is not None},
    }


def plain_members(shape: Any) -> dict[str, pa.DataType]:
    named = {name: member.type_name for name, member in shape.members.items()}
    return {name: _PLAIN[type_name] for name, type_name in named.items() if type_name in _PLAIN}


def _arrow(body: bytes, schema: pa.Schema) -> pa.Table:
    if not body.lstrip().startswith(b"{"):
        # Where "null" comes first, Arrow 26 crashes, and the process with it.
        raise pa.ArrowInvalid("It is no JSON object.")
    found = arrow_json.read_json(
        pa.BufferReader(body),
        arrow_json.ReadOptions(use_threads=False, block_size=len(body) + 1),
        arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    if found.num_rows != 1:
        raise pa.ArrowInvalid("It is no single JSON document.")
    return found


def _parsed(body: bytes) -> Answer:
    try:
        document = orjson.loads(body)
    except ValueError:
        document = _parsed_leniently(body)
    if not isinstance(document, dict):
        raise QueryFailed("The answer of AWS is not what it should be.", retryable=True)
    return document


def _parsed_leniently(body: bytes) -> Any:
    """Also what is no Unicode, such as half a surrogate pair: U+FFFD stands for it."""
    try:
        text = json.dumps(json.loads(body.decode("utf-8", "replace")), ensure_ascii=False)
        return orjson.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        raise QueryFailed(_CUT_OFF, retryable=True) from None
