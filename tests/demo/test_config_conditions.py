"""Conditions of AWS Config's query language, case by case as the developer guide has them."""

import pytest

from awsdash.demo.aws.aws_config.execution import run
from awsdash.demo.aws.aws_config.expression import InvalidExpression
from awsdash.demo.aws.aws_config.query import parse
from tests.demo.config_documents import rows

INSTANCE = "resourceType = 'AWS::EC2::Instance'"
GROUP = "resourceType = 'AWS::EC2::SecurityGroup'"


def ids(condition: str) -> list[str]:
    return [row["resourceId"] for row in rows(f"SELECT resourceId WHERE {condition}")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("resourceId = 'web'", ["web"]),
        ("resourceId = 'WEB'", []),
        ("configuration.cores = 8", ["db"]),
        ("configuration.cores = 8.0", ["db"]),
        ("configuration.cores = '8'", ["db"]),
        ("configuration.cores > 2", ["db"]),
        ("configuration.cores >= 2", ["web", "db"]),
        ("configuration.cores < 8", ["web"]),
        ("configuration.cores <= 1", []),
        ("configuration.cores BETWEEN 2 AND 7", ["web"]),
        ("configuration.encrypted = false", ["web"]),
        ("configuration.encrypted = TRUE", ["db"]),
        ("configuration.encrypted = 'false'", ["web"]),
        ("configuration.encrypted = 0", []),
        ("configuration.cores = TRUE", []),
        ("configuration.placement.tenancy = 'default'", ["web"]),
        ("configuration.placement = 'default'", []),
        ("configuration.instanceType IN ('t3.micro', 'm7g.large')", ["web", "db"]),
        ("configuration.cores in (8, 16)", ["db"]),
        ("configurationItemCaptureTime > '2026-11-21'", ["db"]),
        ("resourceId != 'web' AND resourceType = 'AWS::EC2::Instance'", ["db"]),
        ("resourceId <> 'web' AND resourceType = 'AWS::EC2::Instance'", ["db"]),
        (f"{INSTANCE} AND resourceId NOT IN ('web')", ["db"]),
        ("resourceId = 'it''s'", []),
    ],
)
def test_comparisons(condition: str, expected: list[str]) -> None:
    assert ids(condition) == expected


def test_a_doubled_quote_is_a_quote_in_a_text() -> None:
    (found,) = run(parse("SELECT a WHERE a = 'it''s'"), [{"a": "it's"}, {"a": "its"}])[0]
    assert found == {"a": "it's"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{INSTANCE} AND configuration.cores = 8", ["db"]),
        ("resourceId = 'db' OR resourceId = 'web'", ["web", "db"]),
        # AND binds before OR, NOT before AND, parentheses before all.
        (f"resourceId = 'R' OR {INSTANCE} AND configuration.cores = 8", ["db", "R"]),
        (f"(resourceId = 'R' OR {INSTANCE}) AND NOT configuration.cores = 8", ["web", "R"]),
        (f"NOT {INSTANCE} AND NOT {GROUP}", ["R"]),
        (f"NOT ({INSTANCE} OR {GROUP})", ["R"]),
        (f"NOT NOT {INSTANCE}", ["web", "db"]),
    ],
)
def test_conditions_join(condition: str, expected: list[str]) -> None:
    assert ids(condition) == expected


def test_not_holds_for_a_resource_without_the_property() -> None:
    assert ids("NOT configuration.cores = 8") == ["web", "sg-narrow", "sg-wide", "R"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("tags.tag = 'env=prod'", ["web"]),
        ("tags.key = 'env'", ["web", "db"]),
        ("relationships.resourceId = 'vpc-1'", ["web", "db"]),
        ("configuration.ipPermissions.fromPort = 443", ["sg-narrow"]),
        # Each condition is about all elements, not about the same one.
        (
            "configuration.configRuleList.complianceType = 'non_compliant'"
            " AND configuration.configRuleList.configRuleName = 'A'",
            ["R"],
        ),
        ("tags.key = 'team' AND tags.value = 'prod'", ["web"]),
    ],
)
def test_an_array_matches_if_any_element_does(condition: str, expected: list[str]) -> None:
    assert ids(condition) == expected


RANGES = "configuration.ipPermissions.ipRanges"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{RANGES} = '10.0.0.7'", ["sg-narrow", "sg-wide"]),
        (f"{RANGES} = '8.8.8.8'", ["sg-wide"]),
        (f"{RANGES} BETWEEN '10.0.0.0' AND '10.0.0.255'", ["sg-narrow", "sg-wide"]),
        (
            f"{RANGES} BETWEEN '0.0.0.0' AND '255.255.255.255' AND NOT {RANGES} > '192.168.0.2'",
            ["sg-narrow"],
        ),
        (f"{RANGES} > '200.0.0.0'", ["sg-wide"]),
        (f"{RANGES} < '10.0.0.0'", ["sg-wide"]),
        ("configuration.privateIpAddress = '10.0.0.0/16'", ["web"]),
        ("configuration.privateIpAddress = '10.0.0.0/8'", ["web", "db"]),
        ("configuration.privateIpAddress = '10.1.0.9'", ["db"]),
        ("configuration.privateIpAddress = 'fd00::/8'", []),
    ],
)
def test_addresses_and_cidr_blocks_compare_as_ranges(condition: str, expected: list[str]) -> None:
    assert ids(condition) == expected


def test_exactly_one_block_is_found_as_the_guide_tells() -> None:
    block = {"configuration": {"ipPermissions": [{"ipRanges": ["10.0.0.0/24"]}]}}
    larger = {"configuration": {"ipPermissions": [{"ipRanges": ["10.0.0.0/8"]}]}}
    query = parse(
        f"SELECT configuration WHERE {RANGES} BETWEEN '10.0.0.0' AND '10.0.0.255'"
        f" AND NOT {RANGES} < '10.0.0.0' AND NOT {RANGES} > '10.0.0.255'"
    )
    assert run(query, [block, larger])[0] == [block]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("resourceType LIKE 'AWS::EC2::%'", ["web", "db", "sg-narrow", "sg-wide"]),
        ("resourceId LIKE 'sg-wid_'", ["sg-wide"]),
        ("resourceId LIKE 'sg-wi_'", []),
        ("resourceId LIKE 'sg-wide'", ["sg-wide"]),
        ("resourceType LIKE 'AWS::EC2::%' AND resourceId NOT LIKE 'sg-%'", ["web", "db"]),
        ("configuration.ipPermissions.ipRanges LIKE '10.0.%'", ["sg-narrow"]),
    ],
)
def test_like_has_wildcards_at_the_end(condition: str, expected: list[str]) -> None:
    assert ids(condition) == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%::EC2::Instance", "only suffix wildcards"),
        ("_::EC2::Instance", "only suffix wildcards"),
        ("AWS::%::Instance", "only suffix wildcards"),
        ("ab%", "at least three characters"),
        ("ab_", "at least three characters"),
    ],
)
def test_other_wildcards_are_refused(pattern: str, message: str) -> None:
    with pytest.raises(InvalidExpression, match=message):
        parse(f"SELECT resourceId WHERE resourceType LIKE '{pattern}'")
    parse("SELECT resourceId WHERE resourceType LIKE 'abc%'")
    parse("SELECT resourceId WHERE resourceType LIKE 'abc_'")
