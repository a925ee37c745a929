"""How CloudTrail shows the members of a request or a response: what is secret is not shown."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
_HIDDEN: Final = {"ec2": "<sensitiveDataRemoved>", "rds": "****", "redshift": "****"}
_OMITTED: Final = "***OMITTED***"
# "Logging Amazon Athena API calls with AWS CloudTrail": so that no name of a table is told.
_OMITTED_MEMBERS: Final = {"Database", "QueryString"}
_NEVER: Final = {"Plaintext", "ResponseMetadata", "SecretAccessKey"}
# What the models do not mark, by the name of a member or of a map's key, or by its structure too.
_SECRET: Final = re.compile(r"(?i).*(password|authtoken|privatekey|credential)")
_SECRET_MEMBERS: Final = {("ApiKey", "value"), ("CreateApiKeyRequest", "value")}


def show(shape: Shape | None, value: Any, service: str) -> Any:
    """`service` by botocore's name. Blobs are left out."""
    if shape is not None and shape.metadata.get("sensitive"):
        return _HIDDEN.get(service, HIDDEN)
    match shape:
        case StructureShape() if isinstance(value, Mapping):
            return _members(shape, value, service)
        case ListShape() if isinstance(value, list):
            return [show(shape.member, item, service) for item in value]
        case MapShape() if isinstance(value, Mapping):
            return {
                str(key): HIDDEN if _is_secret(key, item) else show(shape.value, item, service)
                for key, item in value.items()
            }
    return _scalar(value)


def _members(shape: StructureShape, value: Mapping[str, Any], service: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, item in value.items():
        member = shape.members.get(name)
        if _is_left_out(name, member, item, service):
            continue
        if service == "athena" and name in _OMITTED_MEMBERS and isinstance(item, str):
            shown[_lowered(name)] = _OMITTED
        elif _is_secret(name, item) or (shape.name, name) in _SECRET_MEMBERS:
            shown[_lowered(name)] = _HIDDEN.get(service, HIDDEN)
        else:
            shown[_lowered(name)] = show(member, item, service)
    return shown


def _is_left_out(name: str, member: Shape | None, item: Any, service: str) -> bool:
    """CloudFormation's parameters are told by their keys only."""
    is_blob = member is not None and member.type_name == "blob"
    is_parameter = (service, name) == ("cloudformation", "ParameterValue")
    return name in _NEVER or item is None or is_blob or is_parameter


def _is_secret(name: str, value: Any) -> bool:
    return isinstance(value, str) and _SECRET.fullmatch(name) is not None


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%b} {value.day}, {value:%Y}, {value:%I:%M:%S %p}"
    return value.decode(errors="replace") if isinstance(value, bytes) else value
