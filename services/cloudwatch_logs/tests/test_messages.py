from typing import Any

import pytest

from services.cloudwatch_logs.messages import document_of
from services.cloudwatch_logs.service import FilterEvents


@pytest.mark.parametrize(
    ("message", "document"),
    [
        ('{"a": {"b": [1, null]}}\n', {"a": {"b": [1, None]}}),
        ('  [1, {"a": 2}]', [1, {"a": 2}]),
        ("{}", {}),
        ('2026-11-22T14:01:00Z\t7c9f\tINFO\t{"a":1}\n', {"a": 1}),
        ('[INFO] {job} done: { "a": {"b": 1} }', {"a": {"b": 1}}),
        ('{id} 7 {"a":1}', {"a": 1}),
        ('{"a":1} and more', None),
        ('{"a":1', None),
        ("text", None),
        ('"text"', None),
        ("[1, 2] of 3", None),
        ("see {}" + "{" * 100_000 + "}}", None),
        ('{"a":' * 5000 + "1" + "}" * 5000, None),
        ('{"a":"\ud800"}', None),
        ("", None),
    ],
    ids=range(15),
)
def test_the_document_of_a_message_is_the_json_it_is_or_ends_in(
    message: str, document: Any
) -> None:
    assert document_of(message) == document


def test_a_rows_document_is_its_message() -> None:
    operation = FilterEvents()
    assert operation.document({"message": '{"a":1}'}) == ("message", {"a": 1})
    assert operation.document({"message": "{}"}) == ("message", {})


@pytest.mark.parametrize("row", [{}, {"message": None}, {"message": 3}, {"message": "text"}])
def test_a_row_without_json_has_no_document(row: dict[str, Any]) -> None:
    assert FilterEvents().document(row) is None
