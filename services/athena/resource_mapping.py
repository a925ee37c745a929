"""Queries that belong to a resource: the rows of a table, what a database or a workgroup has."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.base import Link, LinkMaker, Resource

OPERATION: Final = "athena.run_sql"


def _table(resource: Resource) -> Sequence[Link]:
    """Glue tells a table's database among its properties; there is no table without one."""
    database, name = resource.properties.get("DatabaseName"), _name(resource)
    if not database or "/" in f"{database}{name}":
        return ()
    return [Link(OPERATION, "Query table", {"table": f"{database}/{name}"})]


def _database(resource: Resource) -> Sequence[Link]:
    query = {"database": _name(resource), "sql": "SHOW TABLES"}
    return [Link(OPERATION, "Show tables", query)]


def _workgroup(resource: Resource) -> Sequence[Link]:
    query = {"workgroup": _name(resource), "sql": "SHOW DATABASES"}
    return [Link(OPERATION, "Show databases", query)]


def _name(resource: Resource) -> Any:
    return resource.properties.get("Name") or resource.name or resource.id


LINKS: Final[Mapping[str, LinkMaker]] = {
    "AWS::Glue::Table": _table,
    "AWS::Glue::Database": _database,
    "AWS::Athena::WorkGroup": _workgroup,
}
