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
# What DuckDB calls a file's place among those it reads.
FILE_INDEX: Final = "file_index"


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
        rows = f" UNION ALL BY NAME {self._rows}" if self.paths else ""
        return (
            f"CREATE VIEW {quoted(self.name)} AS SELECT {selected} FROM ("  # noqa: S608  # quoted above
            f"SELECT {nothing} WHERE false{rows})"
        )

    @property
    def _rows(self) -> str:
        """All files at once, each row with what its cell says."""
        says = "".join(
            f"list_extract([{_listed(said)}], CAST({FILE_INDEX} AS BIGINT) + 1) AS {quoted(name)}, "
            for name, said in self._says.items()
        )
        paths = _listed(self.paths)
        return f"SELECT {says}* FROM read_parquet([{paths}], union_by_name = true)"  # noqa: S608  # quoted above

    @property
    def _says(self) -> dict[str, list[str]]:
        """What each file's cell says, by name, in the files' order."""
        names = list(dict.fromkeys(name for cell in self.cells for name in cell.says))
        return {
            name: [cell.says[name] for cell in self.cells for _ in cell.paths] for name in names
        }


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))
