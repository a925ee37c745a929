"""Finds the tables that a query names, puts views in their place, tells what it reads of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from awsdash.demo.aws.athena import information_schema
from awsdash.demo.aws.athena.catalog import CATALOG, Table, find_database, find_table
from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.foreign import refuse_foreign
from awsdash.demo.aws.athena.reading_queries import parse_query
from awsdash.demo.aws.athena.words import position
from awsdash.demo.aws.state import Place

if TYPE_CHECKING:
    from sqlglot import exp

MAX_DEPTH: Final = 16
_PARTITIONS: Final = "$partitions"


@dataclass
class Source:
    """A table of the catalog that a query reads, once or more often.

    `conditions` has for each time the conditions that its rows must meet, in DuckDB's SQL, as far
    as they are about partition keys alone.
    """

    table: Table
    conditions: list[list[str]] = field(default_factory=list)


@dataclass
class Resolved:
    """`listings` are tables of information_schema, and those of partitions (`"t$partitions"`)."""

    sources: dict[tuple[str, str], Source] = field(default_factory=dict)
    listings: dict[tuple[str, str], information_schema.Listing] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    reads_all_columns: bool = False

    @property
    def date_columns(self) -> frozenset[str]:
        """Names that mean a date in whatever table has them."""
        types: dict[str, set[str]] = {}
        for source in self.sources.values():
            for column in source.table.all_columns:
                types.setdefault(column.name.lower(), set()).add(column.type)
        return frozenset(name for name, found in types.items() if found == {"date"})

    def reads(self, column: str) -> bool:
        return self.reads_all_columns or column.lower() in self.names


class Resolver:
    def __init__(self, place: Place, database: str, sql: str) -> None:
        self._place = place
        self._database = database
        self._sql = sql
        self._depth = 0
        self._whole_names: set[tuple[str, str]] = set()
        self.resolved = Resolved()

    def resolve(self, tree: exp.Expr) -> exp.Expr:
        """The tree with every table's name whole. Raises QueryError."""
        from sqlglot import exp

        refuse_foreign(tree, self._sql)
        for node in list(tree.find_all(exp.Table)):
            if not _is_common_table(node):
                self._resolve_table(node)
        for column in tree.find_all(exp.Column):
            if (column.text("db").lower(), column.table.lower()) in self._whole_names:
                column.set("db", None)  # `db.t.column`, where the table now goes by its alias
                column.set("catalog", None)
        self._note_columns(tree)
        return tree

    def _resolve_table(self, node: exp.Table) -> None:
        from sqlglot import exp

        if not isinstance(node.this, exp.Identifier):
            raise engine_error(
                f"NOT_SUPPORTED: {self._at(node)}: Table functions are not supported"
            )
        self._check_catalog(node)
        database, name = (node.db or self._database).lower(), node.name.lower()
        if not node.alias:
            self._whole_names.add((database, name))
        if listing := self._listing(database, name):
            self._rename(node, information_schema.SCHEMA, f"{database}.{name}")
            self.resolved.listings[information_schema.SCHEMA, f"{database}.{name}"] = listing
            return
        table = find_table(self._place, database, name)
        if table is None:
            raise self._not_found(node, database, name)
        if table.view_sql is not None:
            self._expand(node, table)
            return
        self._rename(node, table.schema, table.name)
        source = self.resolved.sources.setdefault((table.database, table.name), Source(table))
        source.conditions.append(list(_conditions_on(node, table)))

    def _check_catalog(self, node: exp.Table) -> None:
        if node.catalog and node.catalog.lower() != CATALOG.lower():
            raise engine_error(
                f"CATALOG_NOT_FOUND: {self._at(node)}: Catalog '{node.catalog}' does not exist"
            )

    def _listing(self, database: str, name: str) -> information_schema.Listing | None:
        if database == "information_schema":
            return information_schema.listing(self._place, name)
        if name.endswith(_PARTITIONS):
            table = find_table(self._place, database, name.removesuffix(_PARTITIONS))
            if table is not None and table.partition_keys:
                return information_schema.partitions_of(self._place, table)
        return None

    def _not_found(self, node: exp.Table, database: str, name: str) -> Exception:
        at = self._at(node)
        if find_database(self._place, database) is None and database != "information_schema":
            return engine_error(f"SCHEMA_NOT_FOUND: {at}: Schema '{database}' does not exist")
        full = f"{CATALOG.lower()}.{database}.{name}"
        return engine_error(f"TABLE_NOT_FOUND: {at}: Table '{full}' does not exist")

    def _at(self, node: exp.Table) -> str:
        """Where the whole name starts in the text."""
        starts = [part.meta["start"] for part in node.parts if "start" in part.meta]
        return position(self._sql, min(starts, default=0))

    def _rename(self, node: exp.Table, schema: str, name: str) -> None:
        from sqlglot import exp

        alias = node.alias or node.name
        if not node.alias:
            node.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        node.set("catalog", None)
        node.set("db", exp.to_identifier(schema, quoted=True))
        node.set("this", exp.to_identifier(name, quoted=True))

    def _expand(self, node: exp.Table, view: Table) -> None:
        from sqlglot import exp

        if self._depth >= MAX_DEPTH:
            raise engine_error(f"INVALID_VIEW: View '{view.name}' is recursive or too deep")
        inner = Resolver(self._place, view.database, view.view_sql or "")
        inner._depth, inner.resolved = self._depth + 1, self.resolved
        tree = inner.resolve(parse_query(view.view_sql or ""))
        alias = exp.TableAlias(this=exp.to_identifier(node.name, quoted=True))
        named = exp.Subquery(this=tree, alias=node.args.get("alias") or alias)
        named.set("joins", node.args.get("joins"))
        node.replace(named)

    def _note_columns(self, tree: exp.Expr) -> None:
        from sqlglot import exp

        resolved = self.resolved
        tables = {one.alias_or_name.lower() for one in tree.find_all(exp.Table, exp.Subquery)}
        for column in tree.find_all(exp.Column):
            resolved.names |= {part.name.lower() for part in column.parts} - (
                tables if column.table else set()
            )
            resolved.names.add(column.name.lower())
        for join in tree.find_all(exp.Join):
            resolved.names |= {one.name.lower() for one in join.args.get("using") or ()}
        resolved.reads_all_columns |= any(
            not isinstance(star.parent, exp.Count) and _is_of_table(star)
            for star in tree.find_all(exp.Star)
        )


def _is_of_table(star: exp.Star) -> bool:
    """Whether it may mean the columns of a table: not of what another query has chosen."""
    from sqlglot import exp

    select = star.find_ancestor(exp.Select)
    if select is None:
        return True
    from_ = select.args.get("from_")
    named = [from_, *(select.args.get("joins") or ())] if from_ is not None else []
    return any(isinstance(one.this, exp.Table) and not _is_common_table(one.this) for one in named)


def _is_common_table(node: exp.Table) -> bool:
    """Whether WITH has made it, for this part of the query."""
    if node.db:
        return False
    path = [node, *_above(node)]
    names = (name for one in path for name in _common_names(one.args.get("with_"), path))
    return node.name.lower() in names


def _above(node: exp.Expr) -> Iterator[exp.Expr]:
    while node.parent is not None:
        node = node.parent
        yield node


def _common_names(with_: exp.With | None, path: list[exp.Expr]) -> Iterator[str]:
    """Within one of its queries, a WITH has made those before it; a recursive one that too."""
    for query in with_.expressions if with_ is not None else ():
        is_inside = any(query is one for one in path)
        if is_inside and not (with_ is not None and with_.args.get("recursive")):
            return
        yield query.alias.lower()
        if is_inside:
            return


def _conditions_on(node: exp.Table, table: Table) -> Iterator[str]:
    """Of the WHERE that is about the table's rows: with a row that misses one, nothing is lost."""
    from sqlglot import exp

    select = node.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    if select is None or where is None or not table.partition_keys or not _is_in_from(node, select):
        return
    keys = {column.name.lower() for column in table.partition_keys}
    is_alone = not select.args.get("joins")
    for condition in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
        if _is_about(condition, keys, node.alias_or_name, is_alone):
            yield _bare(condition)


def _is_in_from(node: exp.Table, select: exp.Select) -> bool:
    from sqlglot import exp

    parent = node.parent
    return isinstance(parent, exp.From | exp.Join) and parent.parent is select


def _is_about(condition: exp.Expr, keys: set[str], alias: str, is_alone: bool) -> bool:
    """A comparison that is never true of a NULL, of partition keys with what needs no row."""
    from sqlglot import exp

    if isinstance(condition, exp.Paren | exp.Or | exp.And):
        parts = [part for part in condition.args.values() if isinstance(part, exp.Expression)]
        return all(_is_about(part, keys, alias, is_alone) for part in parts)
    comparisons = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
    if not isinstance(condition, comparisons) or condition.find(exp.Query, exp.Placeholder):
        return False
    if not is_alone and not _is_strict(condition):
        return False
    columns = list(condition.find_all(exp.Column))
    return bool(columns) and all(
        column.name.lower() in keys
        and (column.table.lower() == alias.lower() if column.table else is_alone)
        for column in columns
    )


def _is_strict(condition: exp.Expr) -> bool:
    """Whether it surely is not true of a NULL, which an outer join may have made."""
    from sqlglot import exp

    values = (exp.Column, exp.Identifier, exp.Literal, exp.Neg, exp.Cast, exp.DataType)
    return all(node is condition or isinstance(node, values) for node in condition.walk())


def _bare(condition: exp.Expr) -> str:
    """Without the table's name before its columns, in DuckDB's SQL."""
    from sqlglot import exp

    from awsdash.demo.aws.athena.presto import to_duckdb

    copy = condition.copy()
    for column in list(copy.find_all(exp.Column)):
        column.set("table", None)
        column.set("db", None)
        column.set("catalog", None)
    return to_duckdb(copy)
