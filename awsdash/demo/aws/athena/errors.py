"""What Athena refuses at once, and what a query fails with later."""

import re
from typing import Final

from awsdash.demo.aws.protocol import AwsError

SYSTEM: Final = 1
USER: Final = 2

# Of the catalog of errors in Athena's user guide, by the engine's name for the error.
_ERROR_TYPES: Final = {
    "CATALOG_NOT_FOUND": 1006,
    "COLUMN_NOT_FOUND": 1006,
    "DIVISION_BY_ZERO": 1001,
    "FUNCTION_NOT_FOUND": 1303,
    "HIVE_BAD_DATA": 1001,
    "INVALID_CAST_ARGUMENT": 1100,
    "NOT_SUPPORTED": 1200,
    "SCHEMA_NOT_FOUND": 1301,
    "TABLE_NOT_FOUND": 1301,
    "TYPE_MISMATCH": 1002,
}
USER_ERROR: Final = 1000
INTERNAL_ERROR: Final = 200
DDL_FAILED: Final = 1003
SEMANTIC_ERROR: Final = 1006
RESULT_NOT_WRITTEN: Final = 401


def invalid(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


def entity_not_found() -> AwsError:
    """What the catalog says through Athena of a table or a database that it does not have."""
    return AwsError("MetadataException", "EntityNotFoundException: Entity Not Found")


class QueryError(Exception):
    """Why a query ends as FAILED, or as CANCELLED by Athena itself; in Athena's words."""

    def __init__(
        self, reason: str, error_type: int, category: int = USER, state: str = "FAILED"
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error_type = error_type
        self.category = category
        self.state = state


def engine_error(reason: str) -> QueryError:
    """An error of the engine, which begins with its name: `COLUMN_NOT_FOUND: line 1:8: ...`"""
    named = re.match(r"([A-Z_]+): ", reason)
    name = named[1] if named else ""
    if "INTERNAL" in name:
        return QueryError(reason, INTERNAL_ERROR, SYSTEM)
    return QueryError(reason, _ERROR_TYPES.get(name, USER_ERROR))


def semantic_error(number: int, message: str) -> QueryError:
    """An error that Hive finds in DDL before it runs."""
    return QueryError(f"FAILED: SemanticException [Error {number}]: {message}", SEMANTIC_ERROR)


def ddl_error(message: str) -> QueryError:
    task = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask"
    return QueryError(f"{task}. {message}", DDL_FAILED, SYSTEM)


def table_not_found(name: str) -> QueryError:
    return semantic_error(10001, f"Table not found {name}")


def database_not_found(name: str) -> QueryError:
    return semantic_error(10072, f"Database does not exist: {name}")
