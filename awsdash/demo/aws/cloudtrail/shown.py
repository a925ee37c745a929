"""How CloudTrail shows the members of a request or a response: what is secret is not shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
_OMITTED: Final = "***OMITTED***"
# "Logging Amazon Athena API calls with AWS CloudTrail": so that no name of a table is told.
_OMITTED_MEMBERS: Final = {"Database", "QueryString"}
_NEVER: Final = {"Plaintext", "ResponseMetadata", "SecretAccessKey"}


def show(shape: Shape | None, value: Any, service: str) -> Any:
    """`service` by botocore's name. Blobs are left out."""
    if shape is not None and shape.metadata.get("sensitive"):
        return HIDDEN
    match shape:
        case StructureShape() if isinstance(value, Mapping):
            return _members(shape, value, service)
        case ListShape() if isinstance(value, list):
            return [show(shape.member, item, service) for item in value]
        case MapShape() if isinstance(value, Mapping):
            return {str(key): show(shape.value, item, service) for key, item in value.items()}
    return _scalar(value)


def _members(shape: StructureShape, value: Mapping[str, Any], service: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, item in value.items():
        member = shape.members.get(name)
        if name in _NEVER or item is None or (member is not None and member.type_name == "blob"):
            continue
        if service == "athena" and name in _OMITTED_MEMBERS and isinstance(item, str):
            shown[_lowered(name)] = _OMITTED
        else:
            shown[_lowered(name)] = show(member, item, service)
    return shown


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%b} {value.day}, {value:%Y}, {value:%I:%M:%S %p}"
    return value.decode(errors="replace") if isinstance(value, bytes) else value
