"""GetDatabases and GetDatabase."""

from datetime import UTC, datetime
from typing import Any, Final

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

PAGE: Final = 100


def backend_of(call: Call) -> Any:
    from moto.glue.models import glue_backends  # half a second that the start need not wait for

    return glue_backends[call.place.account][call.region]


def database_named(call: Call, name: str) -> Any:
    """moto's database; Glue keeps names in lower case."""
    databases = backend_of(call).databases
    found = databases.get(name) or databases.get(name.lower())
    if found is None:
        raise not_found(f"Database {name.lower()} not found.")
    return found


def not_found(message: str) -> AwsError:
    return AwsError("EntityNotFoundException", message)


def invalid_token(token: str | None) -> AwsError:
    return AwsError("InvalidInputException", f"Invalid token: {token}")


def told(members: dict[str, Any]) -> Members:
    """Without what is not known, and with moto's times, which are UTC, saying so."""
    return {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
        for name, value in members.items()
        if value is not None
    }


def get_database(call: Call, asked: Members) -> Members:
    return {"Database": told(database_named(call, asked["Name"]).as_dict())}


def get_databases(call: Call, asked: Members) -> Members:
    databases = backend_of(call).databases
    token = asked.get("NextToken")
    page, token = page_of(
        [databases[name] for name in sorted(databases)],
        asked.get("MaxResults", PAGE),
        token,
        "databases",
        invalid_token(token),
    )
    found = [told(database.as_dict()) for database in page]
    if asked.get("AttributesToGet"):  # NAME is all that can be asked for
        found = [{"Name": database["Name"]} for database in found]
    return {"DatabaseList": found, "NextToken": token}
