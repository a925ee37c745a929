"""Who may call the emulated AWS: the base user, and the role in each account that it may assume."""

import json
from typing import Any, Final

from moto.iam.models import iam_backends

from awsdash.demo.aws.identity.auth import PARTITION
from awsdash.demo.story.cast import (
    BASE_ACCESS_KEY_ID,
    BASE_SECRET_ACCESS_KEY,
    BASE_USER,
    EXTERNAL_ID,
    MANAGEMENT,
    REGIONS,
    ROLE_NAME,
    WORKLOAD_ACCOUNTS,
)

EXECUTION_ROLE: Final = "lambda-execution"
EVERYTHING: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def plant_identities() -> None:
    base_user_arn = _create_base_user()
    for account in (MANAGEMENT, *WORKLOAD_ACCOUNTS):
        _create_reader(account, base_user_arn)
    for account in WORKLOAD_ACCOUNTS:
        _create_execution_role(account)


def _create_base_user() -> str:
    backend = iam_backends[MANAGEMENT][PARTITION]
    user = backend.create_user(REGIONS[0], BASE_USER)
    key = backend.create_access_key(BASE_USER)
    key.access_key_id, key.secret_access_key = BASE_ACCESS_KEY_ID, BASE_SECRET_ACCESS_KEY
    backend.access_keys = {BASE_ACCESS_KEY_ID: key}
    backend.put_user_policy(BASE_USER, "awsdash", EVERYTHING)
    return str(user.arn)


def _create_reader(account: str, base_user_arn: str) -> None:
    _create_role(
        account,
        ROLE_NAME,
        "Lets AWS Dash read",
        Principal={"AWS": base_user_arn},
        Condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    )
    iam_backends[account][PARTITION].put_role_policy(ROLE_NAME, "awsdash", EVERYTHING)


def _create_execution_role(account: str) -> None:
    _create_role(
        account,
        EXECUTION_ROLE,
        "Runs the functions",
        Principal={"Service": "lambda.amazonaws.com"},
    )


def _create_role(account: str, name: str, description: str, **trust: Any) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", **trust}
    iam_backends[account][PARTITION].create_role(
        role_name=name,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        path="/",
        permissions_boundary=None,
        description=description,
        tags=[],
        max_session_duration="3600",
    )
