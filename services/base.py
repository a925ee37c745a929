"""The contract of a service folder. One definition per option, one description per column.

An `Item` field gives the result's column and its documentation; services.query has the options.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import Field
from pydantic.alias_generators import to_camel

from services.aws import Aws
from services.errors import ServiceError
from services.query import CamelModel, Query

if TYPE_CHECKING:
    import pyarrow as pa

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

    def stored(self) -> dict[str, Any]:
        """JSON that `Column(**stored)` reads again."""
        return asdict(self)


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
    """Some rows, perhaps none, and AWS's token for what follows (None: nothing follows).

    Many rows travel as an Arrow table with the columns' names, timestamps in milliseconds. Where
    only the answer tells the columns (SQL), the first page, even an empty one, names them.
    """

    rows: "Sequence[Row] | pa.Table"
    next_token: str | None = None
    statistics: Statistics = Statistics()
    columns: tuple[Column, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """How often AWS lets an API be called in one account and region, by its default quotas.

    A token bucket: `burst` calls at once, refilled at `per_s` calls a second. `api` is AWS's name
    for it, `cloudtrail:LookupEvents`.
    """

    api: str
    per_s: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class RemoteState:
    """How far AWS is with work that it does by itself.

    `detail` is AWS's own word for it; `error` tells why it failed (retryable: another start may
    succeed); `ended_at` is when AWS was done.
    """

    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    detail: str = ""
    statistics: Statistics = Statistics()
    error: ServiceError | None = None
    ended_at: datetime | None = None


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
    # Its columns say nothing where only the answer tells them.
    item_type: ClassVar[type[Item]]
    query_type: type[QueryT]
    # The call that its work is made of, or begins with; None: AWS is not asked.
    rate: ClassVar[Rate | None] = None
    # From the first call on; waiting in our queue does not count.
    timeout_s: ClassVar[int] = 120
    # How long a result is kept; None: as long as the settings say.
    retention_days: ClassVar[int | None] = None
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

    def may_share(self, query: QueryT) -> bool:
        """Whether who asks the same may read this result: no for what changes something."""
        return True

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

        Yield empty pages too: the engine stops at deadline or cancel between pages. After a crash
        it goes on with the last page's token as `next_token` and what is left of `limit`.
        """


class RemoteOperation(Operation[QueryT]):
    """An operation that AWS works on by itself: started, asked about, fetched, perhaps stopped."""

    # One call of `poll`, and how many it may ask about.
    poll_rate: ClassVar[Rate]
    poll_batch: ClassVar[int] = 50
    # What the JSON envelope calls AWS's id of the work.
    id_name: ClassVar[str] = "queryId"
    # Works that AWS allows at once in an account and region, by its default quotas.
    most_active: ClassVar[int]
    timeout_s: ClassVar[int] = 1800

    @abstractmethod
    def start(self, query: QueryT, aws: Aws, key: str) -> str:
        """AWS's id of the work. Started once, however often it is called with this `key`.

        Raises ServiceError; Throttled where AWS works on too many already.
        """

    @abstractmethod
    def poll(self, tokens: Sequence[str], aws: Aws) -> Mapping[str, RemoteState]:
        """The states of at most `poll_batch` works; AWS knows nothing of those left out."""

    @abstractmethod
    def pages(self, query: QueryT, token: str, aws: Aws, after: str | None) -> Iterator[Page]:
        """The result of a work that succeeded, from the page after the one with token `after` on.

        The last page has no token unless `query.limit` cut it off. Raises ServiceError.
        """

    @abstractmethod
    def stop(self, token: str, aws: Aws) -> None:
        """Ask AWS to stop. Fine if it is over already. Raises ServiceError."""


LinkMaker = Callable[[Resource], Sequence[Link]]


@dataclass(frozen=True, slots=True)
class Service:
    """A folder's one object. `name` is the folder's; `links` maps a CloudFormation type.

    `shortcut` is the letter that goes there after `g`; "" for none.
    """

    name: str
    title: str
    icon: str
    operations: tuple[Operation[Any], ...]
    links: Mapping[str, LinkMaker] = field(default_factory=dict)
    shortcut: str = ""
