"""Compliance with rules in the emulated AWS Config, through boto3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.aws_config import store
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.config_items import BUCKET, GROUP, PLACE, REGION, item, refusal
from tests.demo.emulated_aws import EPOCH, EmulatedAws

COMPLIANCE = "AWS::Config::ResourceCompliance"


def compliance(
    resource_type: str, resource_id: str, days_ago: float = 1, **rules: str
) -> dict[str, Any]:
    listed = [
        {"configRuleName": name.replace("_", "-"), "complianceType": kind}
        for name, kind in rules.items()
    ]
    bad = "NON_COMPLIANT" in rules.values()
    return item(
        COMPLIANCE,
        f"{resource_type}/{resource_id}",
        days_ago,
        configuration={
            "targetResourceType": resource_type,
            "targetResourceId": resource_id,
            "complianceType": "NON_COMPLIANT" if bad else "COMPLIANT",
            "configRuleList": listed,
        },
    )


def items() -> Iterator[dict[str, Any]]:
    yield compliance(GROUP, "sg-open", 3, restricted_ssh="COMPLIANT")
    yield compliance(GROUP, "sg-open", 2, restricted_ssh="NON_COMPLIANT", in_use="COMPLIANT")
    yield compliance(GROUP, "sg-shut", restricted_ssh="COMPLIANT", in_use="COMPLIANT")
    for number in range(101):
        yield compliance(BUCKET, f"b-{number:03d}", encrypted="NON_COMPLIANT")


@pytest.fixture(scope="module")
def config() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        store.plant(PLACE, items)
        config = EmulatedAws(server.url).reader("config", PAYMENTS_PROD, REGION)
        config.put_config_rule(
            ConfigRule={
                "ConfigRuleName": "never-evaluated",
                "Source": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
                "Scope": {"ComplianceResourceTypes": [GROUP]},
            }
        )
        yield config


def by_rule(config: Any, **request: Any) -> dict[str, Any]:
    answer = config.describe_compliance_by_config_rule(**request)
    return {row["ConfigRuleName"]: row["Compliance"] for row in answer["ComplianceByConfigRules"]}


def bad(count: int, exceeded: bool = False) -> dict[str, Any]:
    return {
        "ComplianceType": "NON_COMPLIANT",
        "ComplianceContributorCount": {"CappedCount": count, "CapExceeded": exceeded},
    }


def test_a_rule_is_compliant_if_all_resources_comply_with_it(config: Any) -> None:
    assert by_rule(config) == {
        "encrypted": bad(100, exceeded=True),
        "in-use": {"ComplianceType": "COMPLIANT"},
        "never-evaluated": {"ComplianceType": "INSUFFICIENT_DATA"},
        "restricted-ssh": bad(1),
    }


def test_rules_are_selected_by_name_and_by_compliance(config: Any) -> None:
    assert by_rule(config, ConfigRuleNames=["in-use"]).keys() == {"in-use"}
    found = by_rule(config, ComplianceTypes=["NON_COMPLIANT"])
    assert found.keys() == {"encrypted", "restricted-ssh"}


def test_rules_are_described(config: Any) -> None:
    (rule,) = config.describe_config_rules(ConfigRuleNames=["never-evaluated"])["ConfigRules"]
    assert rule["Source"]["SourceIdentifier"] == "INCOMING_SSH_DISABLED"
    assert rule["ConfigRuleState"] == "ACTIVE"
    code, _ = refusal(config, "describe_config_rules", ConfigRuleNames=["none"])
    assert code == "NoSuchConfigRuleException"


def test_a_rule_that_is_not_there_is_refused(config: Any) -> None:
    for operation, request in (
        ("describe_compliance_by_config_rule", {"ConfigRuleNames": ["none"]}),
        ("get_compliance_details_by_config_rule", {"ConfigRuleName": "none"}),
    ):
        code, message = refusal(config, operation, **request)
        assert code == "NoSuchConfigRuleException"
        assert "'none'" in message


def test_a_resource_is_compliant_if_it_complies_with_all_rules(config: Any) -> None:
    answer = config.describe_compliance_by_resource(ResourceType=GROUP)
    assert answer["ComplianceByResources"] == [
        {"ResourceType": GROUP, "ResourceId": "sg-open", "Compliance": bad(1)},
        {
            "ResourceType": GROUP,
            "ResourceId": "sg-shut",
            "Compliance": {"ComplianceType": "COMPLIANT"},
        },
    ]


def test_resources_are_selected_by_id_and_by_compliance(config: Any) -> None:
    answer = config.describe_compliance_by_resource(ResourceType=GROUP, ResourceId="sg-shut")
    assert [row["ResourceId"] for row in answer["ComplianceByResources"]] == ["sg-shut"]
    answer = config.describe_compliance_by_resource(ComplianceTypes=["COMPLIANT"])
    assert [row["ResourceId"] for row in answer["ComplianceByResources"]] == ["sg-shut"]


def test_a_resource_id_needs_a_type(config: Any) -> None:
    code, _ = refusal(config, "describe_compliance_by_resource", ResourceId="sg-shut")
    assert code == "InvalidParameterValueException"


def test_a_page_has_10_resources_unless_told_otherwise(config: Any) -> None:
    first = config.describe_compliance_by_resource()
    assert len(first["ComplianceByResources"]) == 10
    second = config.describe_compliance_by_resource(Limit=100, NextToken=first["NextToken"])
    assert len(second["ComplianceByResources"]) == 93
    assert "NextToken" not in second


def test_details_name_the_resource_and_the_time(config: Any) -> None:
    answer = config.get_compliance_details_by_config_rule(
        ConfigRuleName="restricted-ssh", ComplianceTypes=["NON_COMPLIANT"]
    )
    (found,) = answer["EvaluationResults"]
    assert found["ComplianceType"] == "NON_COMPLIANT"
    assert found["ResultRecordedTime"] == EPOCH - timedelta(days=2)
    qualifier = found["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
    assert qualifier == {
        "ConfigRuleName": "restricted-ssh",
        "ResourceType": GROUP,
        "ResourceId": "sg-open",
        "EvaluationMode": "DETECTIVE",
    }


def test_details_come_in_pages_of_10(config: Any) -> None:
    request = {"ConfigRuleName": "encrypted"}
    first = config.get_compliance_details_by_config_rule(**request)
    assert len(first["EvaluationResults"]) == 10
    code, _ = refusal(
        config,
        "get_compliance_details_by_config_rule",
        ConfigRuleName="in-use",
        NextToken=first["NextToken"],
    )
    assert code == "InvalidNextTokenException"


def test_details_of_a_resource_have_every_rule(config: Any) -> None:
    answer = config.get_compliance_details_by_resource(ResourceType=GROUP, ResourceId="sg-open")
    found = {
        row["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ConfigRuleName"]: row[
            "ComplianceType"
        ]
        for row in answer["EvaluationResults"]
    }
    assert found == {"restricted-ssh": "NON_COMPLIANT", "in-use": "COMPLIANT"}


def test_compliance_has_a_history_of_its_own(config: Any) -> None:
    answer = config.get_resource_config_history(
        resourceType=COMPLIANCE, resourceId=f"{GROUP}/sg-open"
    )
    assert len(answer["configurationItems"]) == 2
