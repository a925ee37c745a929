"""Glue's data catalog: reading it page by page, which moto does all at once or not at all."""

from typing import Final

from awsdash.demo.aws.glue.databases import get_database, get_databases
from awsdash.demo.aws.glue.partitions import get_partitions
from awsdash.demo.aws.glue.search import search_tables
from awsdash.demo.aws.glue.tables import get_table, get_tables
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="glue",
    model="glue",
    invalid="InvalidInputException",
    operations={
        "GetDatabase": get_database,
        "GetDatabases": get_databases,
        "GetPartitions": get_partitions,
        "GetTable": get_table,
        "GetTables": get_tables,
        "SearchTables": search_tables,
    },
)
