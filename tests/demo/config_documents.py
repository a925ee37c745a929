"""Resources as queries of AWS Config see them, and how to query them without a server."""

from typing import Any

from awsdash.demo.aws.aws_config.execution import run
from awsdash.demo.aws.aws_config.query import parse

DOCUMENTS: list[dict[str, Any]] = [
    {
        "resourceId": "web",
        "resourceType": "AWS::EC2::Instance",
        "configurationItemCaptureTime": "2026-11-20T10:00:00.000Z",
        "configuration": {
            "instanceType": "t3.micro",
            "cores": 2,
            "encrypted": False,
            "privateIpAddress": "10.0.3.7",
            "placement": {"tenancy": "default"},
        },
        "tags": [
            {"key": "env", "value": "prod", "tag": "env=prod"},
            {"key": "team", "value": "web", "tag": "team=web"},
        ],
        "relationships": [{"resourceId": "sg-1"}, {"resourceId": "vpc-1"}],
    },
    {
        "resourceId": "db",
        "resourceType": "AWS::EC2::Instance",
        "configurationItemCaptureTime": "2026-11-21T10:00:00.000Z",
        "configuration": {
            "instanceType": "m7g.large",
            "cores": 8,
            "encrypted": True,
            "privateIpAddress": "10.1.0.9",
        },
        "tags": [{"key": "env", "value": "dev", "tag": "env=dev"}],
        "relationships": [{"resourceId": "vpc-1"}],
    },
    {
        "resourceId": "sg-narrow",
        "resourceType": "AWS::EC2::SecurityGroup",
        "configuration": {
            "ipPermissions": [
                {"fromPort": 22, "toPort": 22, "ipRanges": ["10.0.0.0/24"]},
                {"fromPort": 443, "toPort": 443, "ipRanges": ["192.168.0.2/32"]},
            ]
        },
        "tags": [],
    },
    {
        "resourceId": "sg-wide",
        "resourceType": "AWS::EC2::SecurityGroup",
        "configuration": {"ipPermissions": [{"fromPort": 22, "ipRanges": ["0.0.0.0/0"]}]},
        "tags": [],
    },
    {
        "resourceId": "R",
        "resourceType": "AWS::Config::ResourceCompliance",
        "configuration": {
            "complianceType": "NON_COMPLIANT",
            "configRuleList": [
                {"configRuleName": "A", "complianceType": "compliant"},
                {"configRuleName": "B", "complianceType": "non_compliant"},
            ],
        },
    },
]


def rows(expression: str) -> list[Any]:
    found, row_of = run(parse(expression), DOCUMENTS)
    return [row_of(one) for one in found]
