"""What AWS checks of every request: the constraints that botocore's model puts on its members.

SDKs check only some of it (required members, types, lower bounds) before they send.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from awsdash.demo.aws.protocol import AwsError

_loader = Loader()


@cache
def operation_model(service: str, operation: str) -> OperationModel:
    """By botocore's name of the service."""
    return service_model(service).operation_model(operation)


@cache
def service_model(service: str) -> ServiceModel:
    return ServiceModel(_loader.load_service_model(service, "service-2"), service)


def check(model: OperationModel, asked: dict[str, Any], code: str) -> None:
    """Raises AwsError, with all violations in AWS's wording, or SerializationException."""
    if model.input_shape is not None:
        check_structure(model.input_shape, asked, code)


def check_structure(shape: StructureShape, value: dict[str, Any], code: str) -> None:
    """As `check`, of a structure that is no request."""
    violations = list(_structure(shape, value, ""))
    if violations:
        count = len(violations)
        found = f"{count} validation error{'s' if count > 1 else ''} detected"
        raise AwsError(code, f"{found}: {'; '.join(violations)}")


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    match shape:
        case StructureShape():
            yield from _structure(shape, _typed(value, dict, path), path)
        case ListShape():
            yield from _length(shape, _typed(value, list, path), path)
            for number, item in enumerate(value, start=1):
                yield from _violations(shape.member, item, f"{path}.{number}.member")
        case MapShape():
            yield from _length(shape, _typed(value, dict, path), path)
            for key, item in value.items():
                yield from _violations(shape.value, item, f"{path}.{key}.member")
        case _:
            yield from _scalar(shape, value, path)


def _structure(shape: StructureShape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failed(None, _join(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _violations(member, value[name], _join(path, name))


_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
}
# As JSON spells them; the operation decides whether it takes them.
_SPECIAL_NUMBERS = ("NaN", "Infinity", "-Infinity")


def _scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    kind = _TYPES.get(shape.type_name)
    if kind is None or (shape.type_name in {"float", "double"} and value in _SPECIAL_NUMBERS):
        return
    _typed(value, kind, path)
    if shape.type_name == "string":
        yield from _length(shape, value, path)
        yield from _text(shape, value, path)
    elif shape.type_name not in {"boolean", "timestamp"}:
        yield from _bounds(shape, value, value, path, "value")


def _length(shape: Shape, value: Any, path: str) -> Iterator[str]:
    yield from _bounds(shape, value, len(value), path, "length")


def _bounds(shape: Shape, value: Any, size: float, path: str, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _failed(value, path, f"Member must have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield _failed(value, path, f"Member must have {what} less than or equal to {high}")


def _text(shape: Shape, value: str, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.ASCII) is not None  # as Java takes \w and \d
    except (
        re.error
    ):  # the models speak Java's dialect; the few that Python cannot read check nothing
        return True


def _typed(value: Any, kind: type | tuple[type, ...], path: str) -> Any:
    is_number = kind in (int, (int, float))
    if not isinstance(value, kind) or (is_number and isinstance(value, bool)):
        raise AwsError("SerializationException", f"{path} has the wrong type")
    return value


def _join(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _failed(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"
