"""Types by their names in Glue (Hive's), in Athena's answers (Presto's) and in DuckDB."""

import re
from dataclasses import dataclass
from typing import Final

_HIVE_TO_DUCKDB: Final = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "smallint": "SMALLINT",
    "tinyint": "TINYINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
_HIVE_TO_PRESTO: Final = {
    "string": "varchar",
    "int": "integer",
    "float": "real",
    "binary": "varbinary",
    "timestamp": "timestamp(3)",
}
_DUCKDB_TO_ATHENA: Final = {
    "VARCHAR": "varchar",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",  # Presto adds bigints up to a bigint
    "UHUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    "INTEGER": "integer",
    "USMALLINT": "integer",
    "SMALLINT": "smallint",
    "UTINYINT": "smallint",
    "TINYINT": "tinyint",
    "DOUBLE": "double",
    "FLOAT": "float",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "BLOB": "varbinary",
    "JSON": "json",
    "UUID": "uuid",
    "INTERVAL": "interval day to second",
    '"NULL"': "unknown",
}
_ATHENA_TO_HIVE: Final = {"varchar": "string", "integer": "int", "varbinary": "binary"}
_PRECISIONS: Final = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "double": 17,
    "float": 17,
    "timestamp": 3,
    "timestamp with time zone": 3,
    "time": 3,
    "varchar": 2_147_483_647,
    "varbinary": 1_073_741_824,
}


@dataclass(frozen=True)
class ResultType:
    """A type as ColumnInfo tells it."""

    name: str
    precision: int = 0
    scale: int = 0


def result_type(duckdb_type: str) -> ResultType:
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", duckdb_type):
        return ResultType("decimal", int(decimal[1]), int(decimal[2]))
    name = _result_name(duckdb_type)
    return ResultType(name, _PRECISIONS.get(name, 0))


def _result_name(duckdb_type: str) -> str:
    if duckdb_type.endswith("]"):
        return "array"
    for prefix, name in (("MAP(", "map"), ("STRUCT(", "row"), ("ENUM(", "varchar")):
        if duckdb_type.startswith(prefix):
            return name
    if duckdb_type.startswith("TIMESTAMP") and "ZONE" not in duckdb_type:
        return "timestamp"
    return _DUCKDB_TO_ATHENA.get(duckdb_type, "varchar")


def quoted(name: str) -> str:
    """A name in DuckDB's SQL."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def duckdb_type(hive_type: str) -> str:
    """`array<struct<a:int>>` is `STRUCT("a" INTEGER)[]`; what nobody knows is read as text."""
    name, inner = _split(hive_type)
    match name:
        case "array":
            return f"{duckdb_type(inner)}[]"
        case "map":
            key, value = _parts(inner)
            return f"MAP({duckdb_type(key)}, {duckdb_type(value)})"
        case "struct":
            fields = (part.partition(":") for part in _parts(inner))
            return f"STRUCT({', '.join(f'{quoted(f)} {duckdb_type(t)}' for f, _, t in fields)})"
        case "decimal" if re.fullmatch(r"(\d+\s*(,\s*\d+)?)?", inner):
            return f"DECIMAL({inner or '10,0'})"
    return _HIVE_TO_DUCKDB.get(name, "VARCHAR")


def presto_type(hive_type: str) -> str:
    """As information_schema has it: `array(row(a integer))`."""
    name, inner = _split(hive_type)
    match name:
        case "array":
            return f"array({presto_type(inner)})"
        case "map":
            return f"map({', '.join(map(presto_type, _parts(inner)))})"
        case "struct":
            fields = (part.partition(":") for part in _parts(inner))
            return "row(" + ", ".join(f"{f} {presto_type(t)}" for f, _, t in fields) + ")"
    return _HIVE_TO_PRESTO.get(name, hive_type.lower())


def hive_type(duckdb_type: str) -> str:
    """Of a column that CREATE TABLE AS makes."""
    if duckdb_type.endswith("[]"):
        return f"array<{hive_type(duckdb_type[:-2])}>"
    name, inner = _split(duckdb_type)
    match name:
        case "map":
            return f"map<{','.join(map(hive_type, _parts(inner)))}>"
        case "struct":
            fields = (part.strip().partition(" ") for part in _parts(inner))
            return "struct<" + ",".join(f"{_bare(f)}:{hive_type(t)}" for f, _, t in fields) + ">"
        case "decimal":
            return f"decimal({inner})"
    athena = result_type(duckdb_type).name
    return _ATHENA_TO_HIVE.get(athena, athena.removesuffix(" with time zone"))


def _bare(name: str) -> str:
    return name.strip('"').lower()


def _split(type_: str) -> tuple[str, str]:
    """The name and what stands in its brackets, of whichever kind."""
    found = re.fullmatch(r"\s*(\w+)\s*(?:[<(](.*)[>)])?\s*", type_, re.DOTALL)
    return (found[1].lower(), found[2] or "") if found else (type_.lower(), "")


def _parts(inner: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    parts, depth = [""], 0
    for sign in inner:
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]
