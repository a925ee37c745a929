"""The contract of a service folder. One definition per option, one description per column.

An `Item` field gives the result's column and its documentation; services.query has the options.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import Field
from pydantic.alias_generators import to_camel

from services.aws import Aws
from services.query import CamelModel, Query

Kind = Literal["timestamp", "text", "integer", "number", "boolean", "json", "level"]
Row = dict[str, Any]


Level = Literal["error", "warning", "info", "debug"]
Path = tuple[str | int, ...]
"""Where a value is in a row: the column, then keys and indexes inside its JSON."""


class Item(CamelModel):
    """Describes a row. Rows themselves travel as plain dicts with camelCase keys.

    The first `timestamp` is the time axis of the histogram; a `level` colours row and histogram.
    """


def column(
    label: str,
    kind: Kind,
    description: str,
    *,
    unit: str | None = None,
    same_as: str | None = None,
    in_table: bool = True,
) -> Any:
    """A field of an Item.

    `same_as`: the JSON envelope repeats that column under this name too. `in_table` False: pages
    show it with a single row only.
    """
    extra = {"kind": kind, "unit": unit, "same_as": same_as, "in_table": in_table}
    return Field(title=label, description=description, json_schema_extra=extra)  # type: ignore[arg-type]  # JsonDict is invariant


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result. A `timestamp` is Unix milliseconds, a `level` a Level or None."""

    name: str
    label: str
    kind: Kind
    description: str
    unit: str | None = None
    same_as: str | None = None
    in_table: bool = True


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
    """From a resource to a prefilled query. `query` has the options' camelCase names.

    `needs` is the resource type that the query's identifier must name for the link to lead
    anywhere; with `by_prefix` it is a prefix, and every such resource becomes a link. Several links
    of one label are candidates, told apart by `detail`.
    """

    operation: str
    label: str
    query: Mapping[str, Any]
    detail: str = ""
    needs: str | None = None
    by_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A live choice of an option; `hint` tells it from its like."""

    value: str
    hint: str = ""


QueryT = TypeVar("QueryT", bound=Query)


class Operation(ABC, Generic[QueryT]):
    """One thing a service does. `name` is `<folder>.<what>`, `function` its JavaScript name."""

    name: ClassVar[str]
    title: ClassVar[str]
    function: ClassVar[str]
    item_type: ClassVar[type[Item]]
    query_type: type[QueryT]
    timeout_s: ClassVar[int] = 120
    # Options that have live choices, each with the options those depend on; camelCase.
    suggests: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @property
    def service(self) -> str:
        return self.name.partition(".")[0]

    @property
    def columns(self) -> tuple[Column, ...]:
        return columns_of(self.item_type)

    @property
    def identifier(self) -> str:
        """The public name of the option that is also `resourceId`."""
        return to_camel(self.query_type.identifier)

    def suggest(
        self, option: str, typed: str, given: Mapping[str, str], aws: Aws
    ) -> Sequence[Choice]:
        """Up to 50 choices of one of `suggests` for what is typed so far. Raises ServiceError.

        `given` has the options it depends on, as far as they are filled in.
        """
        raise NotImplementedError

    def document(self, row: Row) -> tuple[str, Any] | None:
        """The column whose text is JSON, and that JSON; None: the row has none."""
        return None

    def narrow(self, query: QueryT, row: Row, path: Path) -> Mapping[str, Any] | None:
        """The options to change so that rows with this row's value at `path` remain.

        None: AWS cannot filter by it.
        """
        return None

    def price(self, statistics: Statistics) -> Decimal | None:
        """What AWS charges for the work, in US dollars; None: unknown."""
        return None


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
    """A folder's one object. `name` is the folder's; `links` maps a CloudFormation type.

    `shortcut` is the letter that goes there after `g`; "" for none.
    """

    name: str
    title: str
    icon: str
    operations: tuple[PagedOperation[Any], ...]
    links: Mapping[str, LinkMaker] = field(default_factory=dict)
    shortcut: str = ""
