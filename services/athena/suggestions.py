"""Live choices of workgroups, databases and tables."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from services.aws import Aws
from services.base import Choice

if TYPE_CHECKING:
    from mypy_boto3_athena.client import AthenaClient

MOST_CHOICES: Final = 50
# Athena lists 50 a call, and searches nothing but tables, by a whole regular expression.
MOST_CALLS: Final = 5
Named: TypeAlias = Iterable[tuple[str, str]]
"""Names, each with what tells it from its like."""


def suggest_workgroups(typed: str, aws: Aws) -> list[Choice]:
    """Up to 50 workgroups that contain `typed`. Source: ListWorkGroups."""
    athena: AthenaClient = aws.client("athena")
    found = _listed(athena.list_work_groups, "WorkGroups")
    return _choices(typed, ((one["Name"], one.get("Description", "")) for one in found))


def suggest_databases(catalog: str, typed: str, aws: Aws) -> list[Choice]:
    """Up to 50 databases that contain `typed`. Source: ListDatabases."""
    return _choices(typed, _databases(catalog, aws))


def suggest_tables(catalog: str, typed: str, aws: Aws) -> list[Choice]:
    """Up to 50 of a database's tables; before its slash is typed, the databases: `edge/`.

    Raises QueryFailed for a database that is not there. Source: ListTableMetadata, ListDatabases.
    """
    database, slash, table = typed.partition("/")
    if not slash:
        return _choices(typed, ((f"{name}/", hint) for name, hint in _databases(catalog, aws)))
    if not database:
        return []
    athena: AthenaClient = aws.client("athena")
    place = {"CatalogName": catalog, "DatabaseName": database}
    found = _listed(athena.list_table_metadata, "TableMetadataList", **place)
    return _choices(table, ((one["Name"], _width(one)) for one in found), f"{database}/")


def _databases(catalog: str, aws: Aws) -> Named:
    athena: AthenaClient = aws.client("athena")
    found = _listed(athena.list_databases, "DatabaseList", CatalogName=catalog)
    return ((one["Name"], one.get("Description", "")) for one in found)


def _width(table: Any) -> str:
    columns = len(table.get("Columns", [])) + len(table.get("PartitionKeys", []))
    return f"{columns} column{'' if columns == 1 else 's'}"


def _choices(typed: str, named: Named, prefix: str = "") -> list[Choice]:
    wanted = typed.lower()
    found = (Choice(f"{prefix}{name}", hint) for name, hint in named if wanted in name.lower())
    return list(islice(found, MOST_CHOICES))


def _listed(call: Any, member: str, **asked: str) -> Iterator[Any]:
    """What a List operation answers, page by page."""
    for _ in range(MOST_CALLS):
        answer = call(**asked)
        yield from answer.get(member, [])
        if not (token := answer.get("NextToken")):
            return
        asked["NextToken"] = token
