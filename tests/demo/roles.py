"""Roles of an emulated AWS that tests make and assume."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.story.cast import DATA_PROD, EXTERNAL_ID, MANAGEMENT, role_arn
from tests.demo.emulated_aws import BASE_KEYS, EmulatedAws, Keys

BASE_ARN = f"arn:aws:iam::{MANAGEMENT}:user/awsdash"
READER = role_arn(DATA_PROD)
READER_SESSION = f"arn:aws:sts::{DATA_PROD}:assumed-role/awsdash-reader/test"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allowing(*actions: str) -> str:
    return policy({**EVERYTHING, "Action": list(actions)})


def assume(aws: EmulatedAws, keys: Keys = BASE_KEYS, **asked: Any) -> Any:
    asked = {"RoleArn": READER, "RoleSessionName": "test", "ExternalId": EXTERNAL_ID} | asked
    return aws.client("sts", keys).assume_role(**asked)


def keys_of(answer: Any) -> Keys:
    issued = answer["Credentials"]
    return Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


def error_of(call: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]


def create_role(
    aws: EmulatedAws, name: str, trust: dict[str, Any], *statements: dict[str, Any], **more: Any
) -> str:
    """In data-prod; `trust` is its only statement there."""
    iam = aws.reader("iam", DATA_PROD)
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=policy({"Effect": "Allow", **trust}), **more
    )["Role"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return str(role["Arn"])


def trusting(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Action": list(actions), "Principal": {"AWS": MANAGEMENT}, **more}
