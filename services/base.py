"""The contract of a service folder. One definition per option, one description per column.

A `Query` field gives the web form, the JavaScript argument, the stored JSON, the REST schema and
the documentation; an `Item` field gives the result's column and its documentation.
"""

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, Self, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from services.aws import Aws
from services.errors import InvalidQuery

Kind = Literal["timestamp", "text", "integer", "number", "boolean", "json"]
Row = dict[str, Any]

_RELATIVE: Final = re.compile(r"-(\d+)\s*([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_instant(value: Any) -> Any:
    """An instant from what people and scripts write, in UTC.

    Takes Unix milliseconds (AWS's and JavaScript's form), `now`, `-3h` (units s, m, h, d, w) and
    ISO 8601, where a time without a zone is UTC. Anything else is left for pydantic to refuse.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        moment = _instant(value.strip() if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise ValueError("write an ISO time, Unix milliseconds, now, or -15m, -3h, -2d") from None
    if moment.timestamp() < 0:
        raise ValueError("AWS knows no time before 1970")
    return moment


def _instant(value: float | str) -> datetime:
    if not isinstance(value, str):
        return datetime.fromtimestamp(value / 1000, UTC)
    if value == "now":
        return datetime.now(UTC)
    if match := _RELATIVE.fullmatch(value):
        return datetime.now(UTC) - timedelta(**{_UNITS[match[2]]: int(match[1])})
    if value.isdecimal():
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(parse_instant),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "description": "Unix milliseconds"},
                {"type": "string", "description": "ISO 8601, now, or relative: -15m, -3h, -2d"},
            ]
        }
    ),
]


class CamelModel(BaseModel):
    """snake_case here, camelCase outside; an unknown key is an error."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class Query(CamelModel):
    """An operation's validated options. `identifier` names the field that is also `resourceId`."""

    identifier: ClassVar[str]

    limit: int = Field(100, ge=1, le=10_000, title="Limit", description="Most rows to return.")
    next_token: str | None = Field(
        None, title="Continue from", description="AWS's token of an earlier result."
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_resource_id(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "resourceId" in data:
            alias = to_camel(cls.identifier)
            if alias in data or cls.identifier in data:
                raise ValueError(f"resourceId and {alias} are the same option; give one of them")
            return {alias if key == "resourceId" else key: value for key, value in data.items()}
        return data

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_nul(cls, value: Any) -> Any:
        # PostgreSQL cannot store it, and no AWS call takes it.
        if "\x00" in str(value):
            raise ValueError("the character NUL is not allowed")
        return value

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """The query of `raw`, camelCase or snake_case keys. Raises InvalidQuery with its fields."""
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            raise _invalid_query(cls, error) from None

    @classmethod
    def options(cls) -> dict[str, FieldInfo]:
        """Every option by its public name: the operation's own first, then those all have."""
        shared = Query.model_fields
        own = {name: info for name, info in cls.model_fields.items() if name not in shared}
        return {to_camel(name): info for name, info in {**own, **shared}.items()}

    def stored(self) -> dict[str, Any]:
        """JSON that `parse` reads again, without unset options, so that it outlives new ones."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _invalid_query(query_type: type[Query], error: ValidationError) -> InvalidQuery:
    fields: dict[str, str] = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = _unknown_option(query_type, name)
        fields.setdefault(name, message)
    text = "; ".join(f"{name}: {message}" if name else message for name, message in fields.items())
    return InvalidQuery(text, fields=fields)


def _unknown_option(query_type: type[Query], name: str) -> str:
    known = [to_camel(option) for option in query_type.model_fields]
    near = difflib.get_close_matches(name, known, n=1)
    return (
        f"unknown option; did you mean {near[0]}?"
        if near
        else (f"unknown option; known are {', '.join(known)}")
    )


class Item(CamelModel):
    """Describes a row. Rows themselves travel as plain dicts with camelCase keys."""


def column(
    label: str, kind: Kind, description: str, *, unit: str | None = None, same_as: str | None = None
) -> Any:
    """A field of an Item. `same_as`: the JSON envelope repeats that column under this name too."""
    extra = {"kind": kind, "unit": unit, "same_as": same_as}
    return Field(title=label, description=description, json_schema_extra=extra)  # type: ignore[arg-type]  # JsonDict is invariant


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result. A `timestamp` is Unix milliseconds, UTC."""

    name: str
    label: str
    kind: Kind
    description: str
    unit: str | None = None
    same_as: str | None = None


def columns_of(item_type: type[Item]) -> tuple[Column, ...]:
    """Every column of an Item, in order, those that only repeat another included."""
    return tuple(
        Column(
            name=to_camel(name),
            label=info.title or name,
            description=info.description or "",
            **info.json_schema_extra,  # type: ignore[arg-type]  # written by column() above
        )
        for name, info in item_type.model_fields.items()
    )


@dataclass(frozen=True, slots=True)
class Statistics:
    """What AWS reports of the work. None: AWS does not say."""

    records_matched: int | None = None
    records_scanned: int | None = None
    bytes_scanned: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, perhaps none, and AWS's token for what follows (None: nothing follows)."""

    rows: Sequence[Row]
    next_token: str | None = None
    statistics: Statistics = Statistics()


@dataclass(frozen=True, slots=True)
class Resource:
    """What a resource mapping may know: one resource as the explorer found it."""

    type: str
    id: str
    name: str
    arn: str | None
    account_id: str
    region: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """From a resource to a prefilled query. `query` has the options' camelCase names."""

    operation: str
    label: str
    query: Mapping[str, Any]


QueryT = TypeVar("QueryT", bound=Query)


class Operation(ABC, Generic[QueryT]):
    """One thing a service does. `name` is `<folder>.<what>`, `function` its JavaScript name."""

    name: ClassVar[str]
    title: ClassVar[str]
    function: ClassVar[str]
    item_type: ClassVar[type[Item]]
    query_type: type[QueryT]
    timeout_s: ClassVar[int] = 120

    @property
    def service(self) -> str:
        return self.name.partition(".")[0]

    @property
    def columns(self) -> tuple[Column, ...]:
        return columns_of(self.item_type)


class PagedOperation(Operation[QueryT]):
    """An operation whose answer comes page by page."""

    @abstractmethod
    def pages(self, query: QueryT, aws: Aws) -> Iterator[Page]:
        """Pages until AWS has no more or `query.limit` rows are out. Raises ServiceError.

        Yield empty pages too: the engine stops at deadline or cancel between pages.
        """


LinkMaker = Callable[[Resource], Sequence[Link]]


@dataclass(frozen=True, slots=True)
class Service:
    """A folder's one object. `name` is the folder's; `links` maps a CloudFormation type."""

    name: str
    title: str
    icon: str
    operations: tuple[PagedOperation[Any], ...]
    links: Mapping[str, LinkMaker] = field(default_factory=dict)
