"""AWS Config's query language, case by case as the developer guide describes it."""

import pytest

from awsdash.demo.aws.aws_config.expression import InvalidExpression
from awsdash.demo.aws.aws_config.query import parse
from tests.demo.config_documents import DOCUMENTS, rows


def test_what_is_selected_keeps_its_place_in_arrays() -> None:
    assert rows(
        "SELECT configuration.ipPermissions.fromPort, configuration.ipPermissions.toPort"
        " WHERE resourceId LIKE 'sg-%'"
    ) == [
        {
            "configuration": {
                "ipPermissions": [{"fromPort": 22, "toPort": 22}, {"fromPort": 443, "toPort": 443}]
            }
        },
        {"configuration": {"ipPermissions": [{"fromPort": 22}]}},
    ]


def test_what_a_resource_does_not_have_is_left_out() -> None:
    assert rows("SELECT resourceId, configuration.cores WHERE resourceId IN ('web', 'R')") == [
        {"resourceId": "web", "configuration": {"cores": 2}},
        {"resourceId": "R"},
    ]


def test_the_whole_of_a_property_takes_in_its_parts() -> None:
    (row,) = rows("SELECT configuration.cores, configuration WHERE resourceId = 'db'")
    assert row == {"configuration": DOCUMENTS[1]["configuration"]}


def test_a_query_needs_no_condition() -> None:
    assert len(rows("SELECT resourceId")) == len(DOCUMENTS)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("resourceId", ["R", "db", "sg-narrow", "sg-wide", "web"]),
        ("resourceId DESC", ["web", "sg-wide", "sg-narrow", "db", "R"]),
        ("configuration.cores DESC", ["db", "web", "sg-narrow", "sg-wide", "R"]),
        ("configuration.cores ASC", ["web", "db", "sg-narrow", "sg-wide", "R"]),
        ("resourceType, resourceId DESC", ["R", "web", "db", "sg-wide", "sg-narrow"]),
    ],
)
def test_rows_are_ordered_and_those_without_the_property_are_last(
    order: str, expected: list[str]
) -> None:
    found = rows(f"SELECT resourceId ORDER BY {order}")
    assert [row["resourceId"] for row in found] == expected


def test_groups_are_counted_the_largest_first() -> None:
    assert rows("SELECT resourceType, COUNT(*) GROUP BY resourceType") == [
        {"COUNT(*)": 2, "resourceType": "AWS::EC2::Instance"},
        {"COUNT(*)": 2, "resourceType": "AWS::EC2::SecurityGroup"},
        {"COUNT(*)": 1, "resourceType": "AWS::Config::ResourceCompliance"},
    ]


def test_a_group_nests_its_property() -> None:
    kind = "configuration.complianceType"
    query = f"SELECT {kind}, COUNT(*) WHERE resourceId = 'R' GROUP BY {kind}"
    assert rows(query) == [{"COUNT(*)": 1, "configuration": {"complianceType": "NON_COMPLIANT"}}]


def test_a_resource_counts_in_the_group_of_each_element_of_an_array() -> None:
    assert rows("SELECT tags.key, COUNT(*) GROUP BY tags.key") == [
        {"COUNT(*)": 2, "tags": {"key": "env"}},
        {"COUNT(*)": 1, "tags": {"key": "team"}},
    ]


def test_aggregates_compute() -> None:
    cores = "configuration.cores"
    assert rows(
        f"SELECT COUNT(*), COUNT({cores}), SUM({cores}), AVG({cores}), MIN({cores}), MAX({cores})"
    ) == [
        {
            "COUNT(*)": 5,
            "COUNT(configuration.cores)": 2,
            "SUM(configuration.cores)": 10,
            "AVG(configuration.cores)": 5,
            "MIN(configuration.cores)": 2,
            "MAX(configuration.cores)": 8,
        }
    ]


def test_nothing_counts_zero_and_has_no_average() -> None:
    assert rows("SELECT COUNT(*), AVG(configuration.cores) WHERE resourceId = 'none'") == [
        {"COUNT(*)": 0, "AVG(configuration.cores)": None}
    ]


def test_groups_are_ordered_by_an_aggregate() -> None:
    found = rows("SELECT resourceType, COUNT(*) GROUP BY resourceType ORDER BY COUNT(*) ASC")
    assert [row["COUNT(*)"] for row in found] == [1, 2, 2]


def test_groups_of_up_to_three_properties() -> None:
    three = "resourceType, resourceId, configuration.cores"
    assert len(rows(f"SELECT COUNT(*) GROUP BY {three}")) == 2
    with pytest.raises(InvalidExpression, match="up to three properties"):
        parse(f"SELECT COUNT(*) GROUP BY {three}, accountId")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "SELECT COUNT(*) GROUP BY accountId, resourceType ORDER BY COUNT(*)",
            "only a single property",
        ),
        ("SELECT accountId, COUNT(*)", "accountId must appear in the GROUP BY clause"),
        ("SELECT COUNT(*) GROUP BY accountId ORDER BY arn", "arn must appear in the GROUP BY"),
        ("SELECT accountId ORDER BY COUNT(*)", "needs an aggregation"),
    ],
)
def test_what_makes_no_groups_is_refused(expression: str, message: str) -> None:
    with pytest.raises(InvalidExpression, match=message):
        parse(expression)


@pytest.mark.parametrize(
    ("expression", "line", "column"),
    [
        ("", 1, 1),
        ("DELETE", 1, 1),
        ("SELECT", 1, 7),
        ("SELECT ALL arn", 1, 8),
        ("SELECT DISTINCT arn", 1, 8),
        ("SELECT * FROM resources", 1, 10),
        ("SELECT arn AS name", 1, 12),
        ("SELECT arn JOIN other", 1, 12),
        ("SELECT arn UNION SELECT arn", 1, 12),
        ("SELECT COUNT(*) GROUP BY arn HAVING COUNT(*) > 1", 1, 30),
        ("SELECT arn WHERE arn = NULL", 1, 24),
        ("SELECT arn WHERE arn IS NULL", 1, 22),
        ("SELECT arn LIMIT 1", 1, 12),
        ("SELECT arn WHERE", 1, 17),
        ("SELECT arn WHERE arn", 1, 21),
        ("SELECT arn WHERE arn = x", 1, 24),
        ("SELECT arn WHERE 'arn' LIKE 'abc%'", 1, 18),
        ("SELECT arn WHERE arn = 'open", 1, 24),
        ("SELECT arn WHERE arn IN ()", 1, 26),
        ("SELECT arn WHERE (arn = 'a'", 1, 28),
        ("SELECT arn WHERE arn = 'a' arn = 'b'", 1, 28),
        ("SELECT arn,\n  ;", 2, 3),
        ("SELECT SUM(*)", 1, 12),
        ("SELECT SUM(COUNT(arn))", 1, 17),
        ("SELECT SUM(a, b)", 1, 13),
        ("SELECT UPPER(arn)", 1, 8),
        ("SELECT arn WHERE arn > (SELECT arn)", 1, 24),
    ],
)
def test_what_the_language_does_not_have_is_a_syntax_error(
    expression: str, line: int, column: int
) -> None:
    with pytest.raises(InvalidExpression) as refused:
        parse(expression)
    assert str(refused.value) == f"syntax error at line {line}, column {column}"


@pytest.mark.parametrize("condition", ["NOT " * 1000 + "a = 1", "(" * 1500 + "a = 1" + ")" * 1500])
def test_a_condition_nested_without_end_is_refused(condition: str) -> None:
    with pytest.raises(InvalidExpression, match="nested too deeply"):
        parse(f"SELECT arn WHERE {condition}")
