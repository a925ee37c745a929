"""What a SELECT answers, column by column: which kind it is, and how it is turned into that."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_INTEGERS: Final = frozenset({
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
    "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM",
})  # fmt: skip
_NESTED: Final = ("STRUCT", "MAP", "UNION", "JSON", "VARIANT")
# An infinite time or number has no place in a result: unknown is null.
_INSTANT: Final = (
    "CASE WHEN {0} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31' "
    "THEN CAST({0} AS TIMESTAMP_MS) END"
)
_EXPRESSIONS: Final = {
    "integer": "CAST({0} AS BIGINT)",
    "number": "CASE WHEN isfinite(CAST({0} AS DOUBLE)) THEN CAST({0} AS DOUBLE) END",
    "boolean": "{0}",
    "json": "CAST(to_json({0}) AS VARCHAR)",
    "text": "CAST({0} AS VARCHAR)",
}


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One column: its name as DuckDB gives it, a kind, and DuckDB's own type."""

    name: str
    kind: str
    type: str

    def expression(self, source: str) -> str:
        """SQL that makes a BIGINT, DOUBLE, BOOLEAN, TIMESTAMP_MS or VARCHAR of column `source`."""
        if self.kind != "timestamp":
            return _EXPRESSIONS[self.kind].format(source)
        # What has no zone is meant in UTC.
        zoned = self.type.endswith("TIME ZONE")
        return _INSTANT.format(
            f"timezone('UTC', {source})" if zoned else f"CAST({source} AS TIMESTAMP)"
        )


def columns_of(described: Iterable[tuple[str, str]]) -> list[AnswerColumn]:
    """The columns of what DESCRIBE tells: names and types."""
    return [AnswerColumn(name, _kind_of(type_), type_) for name, type_ in described]


def _kind_of(type_: str) -> str:
    name = type_.partition("(")[0]
    if type_.endswith("]") or name in _NESTED:
        return "json"
    if name in _INTEGERS:
        return "integer"
    if name in {"DECIMAL", "FLOAT", "DOUBLE"}:
        return "number"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    return "boolean" if name == "BOOLEAN" else "text"
