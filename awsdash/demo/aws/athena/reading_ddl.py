"""Reads CREATE, DROP, ALTER and MSCK: Hive's DDL, as far as Athena has it."""

from typing import Final

from awsdash.demo.aws.athena.catalog import Column
from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.athena.reading_queries import parse_query, read_create_table_as
from awsdash.demo.aws.athena.statements import (
    AddPartitions,
    CreateDatabase,
    CreateTable,
    CreateView,
    DropDatabase,
    DropPartitions,
    DropTable,
    DropView,
    Kind,
    Name,
    PartitionSpec,
    RepairTable,
    Statement,
    Unsupported,
)
from awsdash.demo.aws.athena.words import Words

LAZY_SIMPLE: Final = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_DELIMITERS: Final = {
    ("FIELDS", "TERMINATED", "BY"): "field.delim",
    ("ESCAPED", "BY"): "escape.delim",
    ("COLLECTION", "ITEMS", "TERMINATED", "BY"): "collection.delim",
    ("MAP", "KEYS", "TERMINATED", "BY"): "mapkey.delim",
    ("LINES", "TERMINATED", "BY"): "line.delim",
    ("NULL", "DEFINED", "AS"): "serialization.null.format",
}


def read_create(sql: str) -> Statement:
    words = Words(sql)
    words.expect("CREATE")
    if words.took("DATABASE") or words.took("SCHEMA"):
        return _create_database(words)
    if words.took("OR", "REPLACE"):
        words.expect("VIEW")
        return _create_view(sql, replace=True)
    if words.took("VIEW"):
        return _create_view(sql, replace=False)
    is_external = words.took("EXTERNAL")
    if not words.took("TABLE"):
        raise words.mismatch("'DATABASE'", "'EXTERNAL'", "'OR'", "'SCHEMA'", "'TABLE'", "'VIEW'")
    return _create_table(sql, words, is_external)


def _create_database(words: Words) -> Statement:
    if_not_exists = words.took("IF", "NOT", "EXISTS")
    name = words.word().lower()
    comment = words.string_if("COMMENT")
    location = words.string_if("LOCATION")
    properties = words.pairs() if words.took("WITH", "DBPROPERTIES") else {}
    words.end()
    action = CreateDatabase(name, if_not_exists, comment, location, properties)
    return Statement(Kind("DDL", "CREATE_DATABASE"), action)


def _create_view(sql: str, replace: bool) -> Statement:
    words = Words(sql)
    while not words.took("VIEW"):
        words.word()
    name = words.name()
    words.expect("AS")
    text = words.rest
    action = CreateView(name, replace, text.strip(), parse_query(text))
    return Statement(Kind("DDL", "CREATE_VIEW"), action)


def _create_table(sql: str, words: Words, is_external: bool) -> Statement:
    if_not_exists = words.took("IF", "NOT", "EXISTS")
    name = words.name()
    if not is_external and (words.sees("AS") or words.sees("WITH", "(")):
        again = Words(sql)
        while not again.took("TABLE"):
            again.word()
        again.took("IF", "NOT", "EXISTS")
        return read_create_table_as(again, again.name(), if_not_exists)
    table = _table_definition(words, name, if_not_exists)
    if table.properties.get("table_type", "").upper() == "ICEBERG":
        reason = "NOT_SUPPORTED: Iceberg tables are not supported"
        return Statement(Kind("DDL", "CREATE_TABLE"), Unsupported(reason))
    if not table.location:
        raise invalid("No location was specified for table. An S3 location must be specified")
    if not is_external:
        raise invalid("External keyword required for table type HIVE")
    return Statement(Kind("DDL", "CREATE_TABLE"), table)


def _table_definition(words: Words, name: Name, if_not_exists: bool) -> CreateTable:
    columns = _columns(words) if words.took("(") else ()
    comment = words.string_if("COMMENT")
    partition_keys: tuple[Column, ...] = ()
    if words.took("PARTITIONED", "BY"):
        words.expect("(")
        partition_keys = _columns(words)
    serde, serde_properties = _row_format(words)
    stored_as = _stored_as(words)
    location = words.string_if("LOCATION")
    properties = words.pairs() if words.took("TBLPROPERTIES") else {}
    if words.next is not None:
        raise words.no_alternative()
    return CreateTable(
        name,
        if_not_exists,
        columns,
        _location(location) if location is not None else "",
        partition_keys,
        comment,
        serde,
        serde_properties,
        stored_as,
        properties,
    )


def _location(text: str) -> str:
    if not text.startswith("s3://"):
        raise invalid(f"Invalid location {text} for table. Only S3 locations are allowed")
    return text


def _columns(words: Words) -> tuple[Column, ...]:
    found: list[Column] = []
    while not found or words.took(","):
        name = words.word().lower()
        type_ = words.type()
        found.append(Column(name, type_, words.string_if("COMMENT")))
    if not words.took(")"):
        raise words.no_alternative()
    return tuple(found)


def _row_format(words: Words) -> tuple[str | None, dict[str, str]]:
    """The SerDe's class and its properties."""
    if not words.took("ROW", "FORMAT"):
        return None, {}
    if words.took("SERDE"):
        serde = words.string()
        return serde, words.pairs() if words.took("WITH", "SERDEPROPERTIES") else {}
    words.expect("DELIMITED")
    found: dict[str, str] = {}
    while (option := next((o for o in _DELIMITERS if words.took(*o)), None)) is not None:
        found[_DELIMITERS[option]] = words.string()
    return LAZY_SIMPLE, found


def _stored_as(words: Words) -> str | None:
    if not words.took("STORED", "AS"):
        return None
    if words.took("INPUTFORMAT"):
        words.string()
        words.expect("OUTPUTFORMAT")
        words.string()
        return None
    return words.word().upper()


def read_drop(sql: str) -> Statement:
    words = Words(sql)
    words.expect("DROP")
    kinds = ("DATABASE", "SCHEMA", "TABLE", "VIEW")
    kind = next((kind for kind in kinds if words.took(kind)), None)
    if kind is None:
        raise words.mismatch(*(f"'{kind}'" for kind in kinds))
    if_exists = words.took("IF", "EXISTS")
    statement = _drop(kind, words, if_exists)
    words.end()
    return statement


def _drop(kind: str, words: Words, if_exists: bool) -> Statement:
    if kind == "TABLE":
        return Statement(Kind("DDL", "DROP_TABLE"), DropTable(words.name(), if_exists))
    if kind == "VIEW":
        return Statement(Kind("DDL", "DROP_VIEW"), DropView(words.name(), if_exists))
    name = words.word().lower()
    cascade = words.took("CASCADE")
    words.took("RESTRICT")
    return Statement(Kind("DDL", "DROP_DATABASE"), DropDatabase(name, if_exists, cascade))


def read_alter(sql: str) -> Statement:
    words = Words(sql)
    words.expect("ALTER")
    words.expect("TABLE")
    name = words.name()
    if words.took("ADD") and (words.sees("PARTITION") or words.sees("IF")):
        if_not_exists = words.took("IF", "NOT", "EXISTS")
        added = AddPartitions(name, if_not_exists, _partition_specs(words))
        return Statement(Kind("DDL", "ALTER_TABLE_ADD_PARTITION"), added)
    if words.took("DROP"):
        if_exists = words.took("IF", "EXISTS")
        dropped = DropPartitions(name, if_exists, _partition_specs(words))
        return Statement(Kind("DDL", "ALTER_TABLE_DROP_PARTITION"), dropped)
    reason = "NOT_SUPPORTED: ALTER TABLE is supported for partitions only"
    return Statement(Kind("DDL", "ALTER_TABLE"), Unsupported(reason))


def _partition_specs(words: Words) -> tuple[PartitionSpec, ...]:
    found: list[PartitionSpec] = []
    while words.took("PARTITION") or words.took(",", "PARTITION"):
        values: dict[str, str] = {}
        words.expect("(")
        while not values or words.took(","):
            key = words.word().lower()
            words.expect("=")
            values[key] = words.value()
        words.expect(")")
        found.append(PartitionSpec(values, words.string_if("LOCATION")))
    if not found or words.next is not None:
        raise words.no_alternative()
    return tuple(found)


def read_repair(sql: str) -> Statement:
    words = Words(sql)
    words.expect("MSCK")
    words.expect("REPAIR")
    words.expect("TABLE")
    name = words.name()
    words.end()
    return Statement(Kind("DDL", "MSCK_REPAIR"), RepairTable(name))
