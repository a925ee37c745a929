"""GetPartitions: moto knows the expressions, but no pages."""

from typing import Any, Final

from moto.core.exceptions import JsonRESTError

from awsdash.demo.aws.glue.databases import invalid_token, told
from awsdash.demo.aws.glue.tables import table_named
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

PAGE: Final = 1000


def get_partitions(call: Call, asked: Members) -> Members:
    table = table_named(call, asked["DatabaseName"], asked["TableName"])
    expression, segment = asked.get("Expression"), asked.get("Segment")
    partitions = _segment(_matching(table, expression), segment)
    token = asked.get("NextToken")
    page, token = page_of(
        partitions,
        asked.get("MaxResults", PAGE),
        token,
        [table.database_name, table.name, expression, segment],
        invalid_token(token),
    )
    found = [_partition(table, one.as_dict()) for one in page]
    if asked.get("ExcludeColumnSchema"):
        found = [_without_columns(partition) for partition in found]
    return {"Partitions": found, "NextToken": token}


def _matching(table: Any, expression: str | None) -> list[Any]:
    try:
        return list(table.get_partitions(expression))
    except JsonRESTError as error:
        raise AwsError(str(error.error_type), str(error.message)) from None


def _segment(partitions: list[Any], segment: Members | None) -> list[Any]:
    """One of the parts that several readers share."""
    if segment is None:
        return partitions
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    if number >= total:
        raise AwsError(
            "InvalidInputException", "Segment number must be less than the total of segments"
        )
    return partitions[number::total]


def _partition(table: Any, members: dict[str, Any]) -> Members:
    return told({**members, "CatalogId": table.catalog_id})


def _without_columns(partition: Members) -> Members:
    storage = partition.get("StorageDescriptor", {})
    kept = {name: value for name, value in storage.items() if name != "Columns"}
    return partition | {"StorageDescriptor": kept}
