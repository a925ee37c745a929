"""Compliance of resources with rules, as the items of AWS::Config::ResourceCompliance tell it.

Their ids are the resource's type and id (`AWS::EC2::SecurityGroup/sg-1`), their configuration has
`targetResourceType`, `targetResourceId`, `complianceType` and for each rule an entry in
`configRuleList`. Rules without any are those that PutConfigRule made, which moto keeps.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from awsdash.demo.aws.aws_config.constraints import invalid_token
from awsdash.demo.aws.aws_config.definitions import RULES_A_PAGE, no_such_rule
from awsdash.demo.aws.aws_config.item import COMPLIANCE, Key
from awsdash.demo.aws.aws_config.recorder import backend_of
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import Place

DEFAULT_LIMIT: Final = 10
MAX_RULES_COUNTED: Final = 25
MAX_RESOURCES_COUNTED: Final = 100
_BAD: Final = "NON_COMPLIANT"

T = TypeVar("T")


@dataclass(frozen=True)
class Evaluation:
    """`at` is in epoch seconds."""

    rule: str
    resource: Key
    compliance: str
    at: float


def evaluations_of(place: Place) -> Iterator[Evaluation]:
    """The newest of each rule and resource."""
    for item in recorded[place].current():
        if item.key.resource_type != COMPLIANCE:
            continue
        told = item.configuration or {}
        resource = Key(told.get("targetResourceType", ""), told.get("targetResourceId", ""))
        for rule in told.get("configRuleList", ()):
            yield Evaluation(
                rule["configRuleName"], resource, rule["complianceType"], item.captured_at
            )


def describe_compliance_by_config_rule(call: Call, asked: Members) -> Members:
    by_rule: defaultdict[str, list[Evaluation]] = defaultdict(list)
    for evaluation in evaluations_of(call.place):
        by_rule[evaluation.rule].append(evaluation)
    names = asked.get("ConfigRuleNames") or sorted({*by_rule, *backend_of(call.place).config_rules})
    for name in names:
        _require_rule(call.place, name, by_rule)
    rows = [
        {"ConfigRuleName": name, "Compliance": _compliance(by_rule[name], MAX_RESOURCES_COUNTED)}
        for name in names
    ]
    page, token = _page(_with_compliance(rows, asked), RULES_A_PAGE, asked)
    return {"ComplianceByConfigRules": page, "NextToken": token}


def describe_compliance_by_resource(call: Call, asked: Members) -> Members:
    wanted, wanted_id = asked.get("ResourceType"), asked.get("ResourceId")
    if wanted_id is not None and wanted is None:
        raise AwsError(
            "InvalidParameterValueException",
            "If you specify a resource ID, you must also specify a type for ResourceType.",
        )
    by_resource: defaultdict[Key, list[Evaluation]] = defaultdict(list)
    for evaluation in evaluations_of(call.place):
        by_resource[evaluation.resource].append(evaluation)
    rows = [
        {
            "ResourceType": key.resource_type,
            "ResourceId": key.resource_id,
            "Compliance": _compliance(found, MAX_RULES_COUNTED),
        }
        for key, found in sorted(by_resource.items())
        if wanted in {None, key.resource_type} and wanted_id in {None, key.resource_id}
    ]
    page, token = _page(_with_compliance(rows, asked), asked.get("Limit") or DEFAULT_LIMIT, asked)
    return {"ComplianceByResources": page, "NextToken": token}


def get_compliance_details_by_config_rule(call: Call, asked: Members) -> Members:
    found = list(evaluations_of(call.place))
    name = asked["ConfigRuleName"]
    _require_rule(call.place, name, {evaluation.rule for evaluation in found})
    rows = [_result(one) for one in found if one.rule == name and _is_asked_for(one, asked)]
    page, token = _page(rows, asked.get("Limit") or DEFAULT_LIMIT, asked)
    return {"EvaluationResults": page, "NextToken": token}


def get_compliance_details_by_resource(call: Call, asked: Members) -> Members:
    resource = Key(asked.get("ResourceType", ""), asked.get("ResourceId", ""))
    if "" in resource:
        raise AwsError(
            "InvalidParameterValueException", "ResourceType and ResourceId must both be specified."
        )
    found = [one for one in evaluations_of(call.place) if one.resource == resource]
    rows = [_result(one) for one in found if _is_asked_for(one, asked)]
    page, token = _page(rows, DEFAULT_LIMIT, asked)
    return {"EvaluationResults": page, "NextToken": token}


def _require_rule(place: Place, name: str, known: Iterable[str]) -> None:
    if name not in known and name not in backend_of(place).config_rules:
        raise no_such_rule(name)


def _compliance(found: Sequence[Evaluation], most: int) -> Members:
    if not found:
        return {"ComplianceType": "INSUFFICIENT_DATA"}
    bad = sum(evaluation.compliance == _BAD for evaluation in found)
    if not bad:
        return {"ComplianceType": "COMPLIANT"}
    count = {"CappedCount": min(bad, most), "CapExceeded": bad > most}
    return {"ComplianceType": _BAD, "ComplianceContributorCount": count}


def _with_compliance(rows: list[Members], asked: Members) -> list[Members]:
    types = asked.get("ComplianceTypes")
    return [row for row in rows if not types or row["Compliance"]["ComplianceType"] in types]


def _is_asked_for(evaluation: Evaluation, asked: Members) -> bool:
    types = asked.get("ComplianceTypes")
    return not types or evaluation.compliance in types


def _result(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": evaluation.rule,
                "ResourceType": evaluation.resource.resource_type,
                "ResourceId": evaluation.resource.resource_id,
                "EvaluationMode": "DETECTIVE",
            },
            "OrderingTimestamp": evaluation.at,
        },
        "ComplianceType": evaluation.compliance,
        "ResultRecordedTime": evaluation.at,
        "ConfigRuleInvokedTime": evaluation.at,
    }


def _page(rows: list[T], limit: int, asked: Members) -> tuple[Sequence[T], str | None]:
    request = {name: asked[name] for name in asked if name not in {"Limit", "NextToken"}}
    return page_of(rows, limit, asked.get("NextToken"), request, invalid_token())
