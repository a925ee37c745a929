"""The tables a SELECT may read: views on Parquet files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_TYPES: Final = {
    "timestamp": "TIMESTAMPTZ",
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "json": "VARCHAR",
    "level": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Files whose rows belong together, and what every row of them says besides."""

    paths: Sequence[str]
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A name, the columns as (name, kind), and where the rows are."""

    name: str
    columns: Sequence[tuple[str, str]]
    cells: Sequence[Cell]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Table":
        """Reads what `stored` wrote."""
        cells = [Cell(**cell) for cell in told["cells"]]
        return cls(told["name"], [(name, kind) for name, kind in told["columns"]], cells)

    @property
    def paths(self) -> list[str]:
        return [path for cell in self.cells for path in cell.paths]

    @property
    def view(self) -> str:
        """SQL that makes it. A column that a file lacks is null there."""
        selected = ", ".join(
            f"TRY_CAST({quoted(name)} AS {_TYPES[kind]}) AS {quoted(name)}"
            for name, kind in self.columns
        )
        nothing = ", ".join(
            f"CAST(NULL AS {_TYPES[kind]}) AS {quoted(name)}" for name, kind in self.columns
        )
        rows = [f"SELECT {nothing} WHERE false", *map(_rows, self.cells)]
        union = " UNION ALL BY NAME ".join(rows)
        return f"CREATE VIEW {quoted(self.name)} AS SELECT {selected} FROM ({union})"  # noqa: S608  # quoted above


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rows(cell: Cell) -> str:
    says = "".join(f"{literal(value)} AS {quoted(name)}, " for name, value in cell.says.items())
    paths = ", ".join(map(literal, cell.paths))
    return f"SELECT {says}* FROM read_parquet([{paths}], union_by_name = true)"  # noqa: S608  # quoted above
