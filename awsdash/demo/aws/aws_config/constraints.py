"""What AWS Config checks of requests otherwise than by its model."""

import re
from typing import Any, Final

from botocore.model import OperationModel

from awsdash.demo.aws import constraints
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError

_CUSTOM_TYPE = re.compile(r"(?!AWS::)\w+::\w+::\w+")
_SOME_TYPE: Final = "AWS::EC2::Instance"
_LIMITS: Final = ("limit", "Limit", "MaxResults")


def check(model: OperationModel, asked: Members, code: str) -> None:
    """Limits have a code of their own, and resource types may be those of third parties."""
    shape = model.input_shape
    for name in _LIMITS:
        limit = asked.get(name)
        if shape is None or name not in shape.members or not isinstance(limit, int):
            continue
        _check_limit(limit, shape.members[name].metadata["max"])
    constraints.check(model, _with_known_types(asked), code)


def _check_limit(limit: int, largest: int) -> None:
    if limit > largest:
        raise AwsError(
            "InvalidLimitException",
            f"Value '{limit}' at 'limit' failed to satisfy constraint:"
            f" Member must have value less than or equal to {largest}",
        )


def _with_known_types(value: Any) -> Any:
    """The request with a type that the model lists in the place of each custom one."""
    match value:
        case dict():
            return {
                name: _SOME_TYPE if _is_custom(name, member) else _with_known_types(member)
                for name, member in value.items()
            }
        case list():
            return [_with_known_types(row) for row in value]
    return value


def _is_custom(name: str, value: Any) -> bool:
    is_type = name.lower() == "resourcetype" and isinstance(value, str)
    return is_type and _CUSTOM_TYPE.fullmatch(value) is not None


def invalid_token() -> AwsError:
    return AwsError("InvalidNextTokenException", "The nextToken provided is invalid")
