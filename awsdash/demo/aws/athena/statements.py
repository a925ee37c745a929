"""The statements that Athena knows, as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from awsdash.demo.aws.athena.catalog import Column

if TYPE_CHECKING:  # sqlglot takes a tenth of a second to import
    from sqlglot.expressions import Expr


@dataclass(frozen=True)
class Name:
    """Of a table; without a database that of the query's context is meant."""

    table: str
    database: str | None = None

    def in_database(self, context: str) -> tuple[str, str]:
        return (self.database or context).lower(), self.table.lower()


@dataclass(frozen=True)
class Select:
    tree: Expr


@dataclass(frozen=True)
class Explain:
    tree: Expr
    analyze: bool


@dataclass(frozen=True)
class CreateTableAs:
    name: Name
    properties: Mapping[str, object]
    tree: Expr
    if_not_exists: bool
    with_data: bool


@dataclass(frozen=True)
class Insert:
    name: Name
    columns: tuple[str, ...]
    tree: Expr


@dataclass(frozen=True)
class Unload:
    tree: Expr
    location: str
    properties: Mapping[str, object]


@dataclass(frozen=True)
class CreateDatabase:
    name: str
    if_not_exists: bool
    comment: str | None
    location: str | None
    properties: Mapping[str, str]


@dataclass(frozen=True)
class DropDatabase:
    name: str
    if_exists: bool
    cascade: bool


@dataclass(frozen=True)
class CreateTable:
    name: Name
    if_not_exists: bool
    columns: tuple[Column, ...]
    location: str
    partition_keys: tuple[Column, ...] = ()
    comment: str | None = None
    serde: str | None = None
    serde_properties: Mapping[str, str] = field(default_factory=dict)
    stored_as: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DropTable:
    name: Name
    if_exists: bool


@dataclass(frozen=True)
class CreateView:
    name: Name
    replace: bool
    sql: str
    tree: Expr


@dataclass(frozen=True)
class DropView:
    name: Name
    if_exists: bool


@dataclass(frozen=True)
class PartitionSpec:
    values: Mapping[str, str]
    location: str | None = None


@dataclass(frozen=True)
class AddPartitions:
    name: Name
    if_not_exists: bool
    partitions: tuple[PartitionSpec, ...]


@dataclass(frozen=True)
class DropPartitions:
    name: Name
    if_exists: bool
    partitions: tuple[PartitionSpec, ...]


@dataclass(frozen=True)
class RepairTable:
    name: Name


@dataclass(frozen=True)
class ShowDatabases:
    pattern: str | None


@dataclass(frozen=True)
class ShowTables:
    database: str | None
    pattern: str | None


@dataclass(frozen=True)
class ShowViews:
    database: str | None
    pattern: str | None


@dataclass(frozen=True)
class ShowColumns:
    name: Name


@dataclass(frozen=True)
class ShowPartitions:
    name: Name


@dataclass(frozen=True)
class ShowCreateTable:
    name: Name


@dataclass(frozen=True)
class ShowCreateView:
    name: Name


@dataclass(frozen=True)
class ShowProperties:
    name: Name
    key: str | None


@dataclass(frozen=True)
class Describe:
    name: Name


@dataclass(frozen=True)
class Prepare:
    name: str
    sql: str


@dataclass(frozen=True)
class Execute:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Deallocate:
    name: str


@dataclass(frozen=True)
class Unsupported:
    """One that AWS knows and this does not, or that neither can do to a table of Hive."""

    reason: str


Action = (
    Select
    | Explain
    | CreateTableAs
    | Insert
    | Unload
    | CreateDatabase
    | DropDatabase
    | CreateTable
    | DropTable
    | CreateView
    | DropView
    | AddPartitions
    | DropPartitions
    | RepairTable
    | ShowDatabases
    | ShowTables
    | ShowViews
    | ShowColumns
    | ShowPartitions
    | ShowCreateTable
    | ShowCreateView
    | ShowProperties
    | Describe
    | Prepare
    | Execute
    | Deallocate
    | Unsupported
)


@dataclass(frozen=True)
class Kind:
    """What GetQueryExecution calls it, and how its result file is named: `{id}.csv`."""

    type: str
    substatement: str | None
    file: str = "{id}.txt"


@dataclass(frozen=True)
class Statement:
    kind: Kind
    action: Action
