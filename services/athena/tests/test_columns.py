"""Columns from what Athena tells of them."""

from typing import Any

import pytest

from services.athena.columns import columns_of


def info(name: str, type_: str = "varchar", precision: int = 0, scale: int = 0) -> Any:
    return {"Name": name, "Label": name, "Type": type_, "Precision": precision, "Scale": scale}


def names(*labels: str) -> list[str]:
    return [column.name for column in columns_of([info(label) for label in labels])]


@pytest.mark.parametrize(
    ("type_", "precision", "kind"),
    [
        ("tinyint", 3, "integer"),
        ("bigint", 19, "integer"),
        ("float", 17, "number"),
        ("double", 17, "number"),
        ("decimal", 15, "number"),
        ("decimal", 16, "text"),
        ("decimal", 38, "text"),
        ("boolean", 0, "boolean"),
        ("timestamp", 3, "timestamp"),
        ("timestamp", 6, "text"),
        ("timestamp with time zone", 3, "text"),
        ("date", 0, "text"),
        ("varchar", 2**31 - 1, "text"),
        ("json", 0, "json"),
        ("array", 0, "text"),
        ("row", 0, "text"),
        ("string", 0, "text"),
        ("of tomorrow", 0, "text"),
    ],
)
def test_a_type_has_a_kind(type_: str, precision: int, kind: str) -> None:
    (column,) = columns_of([info("c", type_, precision)])
    assert column.kind == kind
    assert column.unit == ("ms" if kind == "timestamp" else None)


def test_a_column_is_described_by_its_type() -> None:
    (column,) = columns_of([info("total", "decimal", 10, 2)])
    assert column.description == "decimal(10,2)"


def test_names_are_unique_in_any_case() -> None:
    assert names("a", "A", "a", "a_2") == ["a", "A_2", "a_3", "a_2_2"]


def test_a_name_needs_no_escapes_and_its_label_is_as_written() -> None:
    (column,) = columns_of([info('x" OR $y#')])
    assert (column.name, column.label) == ("x_ OR _y_", 'x" OR $y#')
    assert names("", "größe") == ["_col0", "größe"]
