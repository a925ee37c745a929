"""Holds answers to botocore's models: its parsers pass over unknown members and missing ones.

Only what is JSON on the wire is held: XML is as the parser reads it.
"""

from typing import Any, Final

import orjson
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

_SCALARS: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": str,
}


def hold(client: Any) -> None:
    """Every answer of this client that is not an error must fit its operation's model."""
    client.meta.events.register("before-parse", _check)


def _check(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    shape = operation_model.output_shape
    protocol = operation_model.service_model.resolved_protocol
    if shape is None or response_dict["status_code"] >= 300 or "json" not in protocol:
        return
    answer = orjson.loads(response_dict["body"] or b"{}")
    misfits = _misfits(shape, answer, operation_model.name)
    assert not misfits, "\n".join(misfits)


def _misfits(shape: Shape, value: Any, path: str) -> list[str]:
    match shape:
        case StructureShape():
            return _structure_misfits(shape, value, path)
        case ListShape():
            if not isinstance(value, list):
                return [f"{path} is no list: {value!r}"]
            return [
                found
                for number, row in enumerate(value)
                for found in _misfits(shape.member, row, f"{path}[{number}]")
            ]
        case MapShape():
            if not isinstance(value, dict):
                return [f"{path} is no map: {value!r}"]
            return [
                found
                for key, item in value.items()
                for found in _misfits(shape.value, item, f"{path}[{key}]")
            ]
    return _scalar_misfits(shape, value, path)


def _structure_misfits(shape: StructureShape, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is no structure: {value!r}"]
    value = {name: member for name, member in value.items() if member is not None}  # as parsers do
    members = {m.serialization.get("name", name): m for name, m in shape.members.items()}
    found = [f"{path}.{name} is not in AWS's model" for name in value.keys() - members.keys()]
    found += [f"{path}.{name} is required" for name in shape.required_members if name not in value]
    for name in value.keys() & members.keys():
        found += _misfits(members[name], value[name], f"{path}.{name}")
    return found


def _scalar_misfits(shape: Shape, value: Any, path: str) -> list[str]:
    kind = _SCALARS[shape.type_name]
    is_flag_as_number = isinstance(value, bool) and shape.type_name != "boolean"
    if not isinstance(value, kind) or is_flag_as_number:
        return [f"{path} is no {shape.type_name}: {value!r}"]
    allowed = shape.metadata.get("enum")
    # AWS Config records types of third parties too, which no model can list.
    is_open = shape.name == "ResourceType" and not str(value).startswith("AWS::")
    if allowed and value not in allowed and not is_open:
        return [f"{path} is none of {allowed}: {value!r}"]
    return []
