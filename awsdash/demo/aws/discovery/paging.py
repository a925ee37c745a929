"""How one operation pages: botocore's paginator says by which members, AWS's documents how many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.model import Shape
from moto.core.model import OperationModel
from moto.core.utils import get_pagination_model, get_service_model

from awsdash.demo.aws.discovery.parameters import Parameters, wire_name
from awsdash.demo.aws.discovery.refusals import Refusals
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call

Finish = Callable[[Call, Parameters, Members], None]
"""Mends what moto answered, all pages of it."""


@dataclass(frozen=True)
class Size:
    """Of a page, in rows. `default`: of who names none; None: all rows.

    More than `cap` is allowed to be asked for, and not given. `moto` is the size that moto is asked
    for, where it would otherwise drop rows.
    """

    default: int | None
    least: int = 1
    most: int = 1_000
    cap: int | None = None
    moto: int | None = None


@dataclass(frozen=True)
class Paging:
    """`within`: the rows are not those of the result, but what each of them has under this name.

    `excluded`: the parameter, and its name in messages, that goes with no page size.
    """

    model: str
    name: str
    size: Size
    refusals: Refusals
    within: str | None = None
    excluded: tuple[str, str] | None = None
    finish: Finish | None = None
    paginator: Mapping[str, Any] | None = None
    """Where botocore has none for the operation, though it has pages."""

    @cached_property
    def operation(self) -> OperationModel:
        operation: OperationModel = get_service_model(self.model).operation_model(self.name)
        return operation

    @cached_property
    def _members(self) -> Mapping[str, Any]:
        if self.paginator is not None:
            return self.paginator
        members: Mapping[str, Any] = get_pagination_model(self.model)[self.name]
        return members

    @property
    def input_token(self) -> str:
        return str(self._members["input_token"])

    @property
    def output_token(self) -> str:
        return str(self._members["output_token"])

    @property
    def truncated(self) -> str | None:
        """The member that says whether there is more."""
        name: str | None = self._members.get("more_results")
        return name

    @cached_property
    def results(self) -> tuple[str, ...]:
        """Lists of the answer that go side by side."""
        keys = self._members["result_key"]
        return (keys,) if isinstance(keys, str) else tuple(keys)

    @cached_property
    def token_on_wire(self) -> str:
        return self._on_wire(self.input_token)

    @cached_property
    def limit_on_wire(self) -> str | None:
        name = self._members.get("limit_key")
        return None if name is None else self._on_wire(name)

    def _on_wire(self, name: str) -> str:
        return wire_name(self.inputs[name], name, self.model == "ec2")

    @property
    def inputs(self) -> Mapping[str, Shape]:
        shape = self.operation.input_shape
        return {} if shape is None else shape.members

    def rows_per_page(self, asked: str | int | None) -> int | None:
        """None: all of them."""
        if asked is None:
            return self.size.default
        least, most = self.size.least, self.size.most
        try:
            limit = int(asked)
        except ValueError:
            raise self.refusals.limit(str(self.limit_on_wire), asked, least, most) from None
        if not least <= limit <= most:
            raise self.refusals.limit(str(self.limit_on_wire), limit, least, most)
        # Where 0 is allowed, it stands for the default.
        return min(limit, self.size.cap or most) if limit else self.size.default
