"""The rule that found the bastion open, and what it found of every security group beside."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from awsdash.demo.aws.aws_config.recorder import backend_of
from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate.environments import SHARED
from awsdash.demo.story.estate.holdings import RESOURCES
from awsdash.demo.story.estate.resource import Resource
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.trail.deeds import BASTION_GROUP

RULE: Final = "restricted-ssh"
RULE_ID: Final = "config-rule-5h7ssh"
GROUP: Final = "AWS::EC2::SecurityGroup"
EVALUATED_AFTER: Final = timedelta(seconds=95)


def plant_rules() -> None:
    backend = backend_of(SHARED.place)
    backend.put_config_rule(
        {
            "ConfigRuleName": RULE,
            "Description": "Security groups let nobody in by SSH from everywhere.",
            "Source": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
            "Scope": {"ComplianceResourceTypes": [GROUP]},
        }
    )
    rule = backend.config_rules[RULE]
    rule.config_rule_id, rule.config_rule_arn = RULE_ID, _arn()


def compliance_items(story: Timeline) -> Iterator[tuple[Place, dict[str, Any]]]:
    for resource in RESOURCES:
        if resource.type == GROUP and resource.place == SHARED.place:
            yield _item(story.epoch - resource.age, resource, "COMPLIANT")
            if resource.id == BASTION_GROUP:
                yield _item(story.ssh_opened_at, resource, "NON_COMPLIANT")
                yield _item(story.ssh_closed_at, resource, "COMPLIANT")


def _item(at: datetime, resource: Resource, compliance: str) -> tuple[Place, dict[str, Any]]:
    rule = {
        "configRuleName": RULE,
        "configRuleId": RULE_ID,
        "configRuleArn": _arn(),
        "complianceType": compliance,
    }
    return resource.place, {
        "resourceType": "AWS::Config::ResourceCompliance",
        "resourceId": f"{GROUP}/{resource.id}",
        "configurationItemCaptureTime": at + EVALUATED_AFTER,
        "configurationItemStatus": "OK",
        "configuration": {
            "targetResourceType": GROUP,
            "targetResourceId": resource.id,
            "complianceType": compliance,
            "configRuleList": [rule],
        },
        "relationships": [
            {
                "resourceType": GROUP,
                "resourceId": resource.id,
                "resourceName": resource.name,
                "relationshipName": "Is associated with SecurityGroup",
            }
        ],
    }


def _arn() -> str:
    return f"arn:aws:config:{SHARED.region}:{SHARED.account}:config-rule/{RULE_ID}"
