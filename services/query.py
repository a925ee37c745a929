"""What a caller may ask: an operation's options, and the instants people write.

A `Query` field gives the web form, the JavaScript argument, the stored JSON, the REST schema and
the documentation.
"""

import difflib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Self

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

from services.errors import InvalidQuery

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
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


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
    def as_written(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """`raw` under the options' public names, values untouched: `-3h` stays `-3h`."""
        identifier = to_camel(cls.identifier)
        return {identifier if k == "resourceId" else to_camel(k): v for k, v in raw.items()}

    @classmethod
    def options(cls) -> dict[str, FieldInfo]:
        """Every option by its public name: the operation's own first, then those all have."""
        own = [name for name in cls.model_fields if name not in Query.model_fields]
        return {to_camel(name): cls.model_fields[name] for name in (*own, *Query.model_fields)}

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


class RangedQuery(Query):
    """A query of a time range; pages give it the shared time range control."""

    start_time: Instant | None = Field(
        None, title="From", description="Earliest; empty: no limit.", examples=["-3h"]
    )
    end_time: Instant | None = Field(
        None, title="To", description="Latest; empty: no limit.", examples=["now"]
    )

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if self.start_time and self.end_time and self.start_time > self.end_time:
            raise ValueError("startTime must not be after endTime")
        return self
