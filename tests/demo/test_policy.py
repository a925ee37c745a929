"""What IAM policies allow and deny, by the policy evaluation logic of the IAM User Guide."""

import json
from typing import Any

import pytest

from awsdash.demo.aws.identity.policy import Malformed, Policies, Verdict, judge, parse

ACTION = "logs:FilterLogEvents"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return {**allow(*actions, **more), "Effect": "Deny"}


CONDITION = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        pytest.param([], Verdict.IDENTITY_IS_SILENT, id="nothing is denied by default"),
        pytest.param([allow(ACTION)], Verdict.ALLOWED, id="named"),
        pytest.param([allow("*")], Verdict.ALLOWED, id="everything"),
        pytest.param([allow("logs:*")], Verdict.ALLOWED, id="all of the service"),
        pytest.param([allow("logs:Filter*")], Verdict.ALLOWED, id="prefix"),
        pytest.param([allow("logs:FilterLogEvent?")], Verdict.ALLOWED, id="any one character"),
        pytest.param([allow("LOGS:filterlogevents")], Verdict.ALLOWED, id="case does not matter"),
        pytest.param([allow("logs:Get*")], Verdict.IDENTITY_IS_SILENT, id="another action"),
        pytest.param([allow("logs:Filter")], Verdict.IDENTITY_IS_SILENT, id="a part is not it"),
        pytest.param([allow("ec2:*", ACTION)], Verdict.ALLOWED, id="one of several"),
        pytest.param([allow("*"), deny(ACTION)], Verdict.IDENTITY_DENIES, id="deny wins"),
        pytest.param([deny("logs:*"), allow(ACTION)], Verdict.IDENTITY_DENIES, id="in any order"),
        pytest.param([allow("*"), deny("ec2:*")], Verdict.ALLOWED, id="another is denied"),
        pytest.param(
            [allow("*", **CONDITION)], Verdict.IDENTITY_IS_SILENT, id="condition of an allow"
        ),
        pytest.param(
            [allow("*"), deny("*", **CONDITION)], Verdict.IDENTITY_DENIES, id="condition of a deny"
        ),
        pytest.param(
            [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
            Verdict.ALLOWED,
            id="all but others",
        ),
        pytest.param(
            [{"Effect": "Allow", "NotAction": ["logs:*"], "Resource": "*"}],
            Verdict.IDENTITY_IS_SILENT,
            id="all but this",
        ),
    ],
)
def test_an_action_is_allowed_only_where_a_statement_allows_it_and_none_denies_it(
    statements: list[dict[str, Any]], verdict: Verdict
) -> None:
    assert judge(Policies((document(*statements),)), ACTION) is verdict


@pytest.mark.parametrize(
    ("identity", "session", "verdict"),
    [
        ([allow("*")], [allow("logs:*")], Verdict.ALLOWED),
        ([allow("*")], [allow("ec2:*")], Verdict.SESSION_IS_SILENT),
        ([allow("ec2:*")], [allow("*")], Verdict.IDENTITY_IS_SILENT),
        ([allow("*")], [allow("*"), deny("logs:*")], Verdict.SESSION_DENIES),
        ([deny("logs:*")], [deny("logs:*")], Verdict.IDENTITY_DENIES),
    ],
)
def test_a_session_may_do_what_both_its_role_and_its_session_policies_allow(
    identity: list[dict[str, Any]], session: list[dict[str, Any]], verdict: Verdict
) -> None:
    policies = Policies((document(*identity),), session=(document(*session),))
    assert judge(policies, ACTION) is verdict


@pytest.mark.parametrize(
    ("boundary", "session", "verdict"),
    [
        ([allow("logs:*")], [allow("*")], Verdict.ALLOWED),
        ([allow("ec2:*")], [allow("*")], Verdict.BOUNDARY_IS_SILENT),
        ([allow("*"), deny(ACTION)], [allow("*")], Verdict.BOUNDARY_DENIES),
        ([allow("ec2:*")], [deny("*")], Verdict.SESSION_DENIES),
        ([allow("*")], [allow("ec2:*")], Verdict.SESSION_IS_SILENT),
    ],
)
def test_a_permissions_boundary_limits_what_policies_allow(
    boundary: list[dict[str, Any]], session: list[dict[str, Any]], verdict: Verdict
) -> None:
    policies = Policies((document(allow("*")),), (document(*boundary),), (document(*session),))
    assert judge(policies, ACTION) is verdict


@pytest.mark.parametrize(
    ("policies", "verdict"),
    [
        (Policies(()), Verdict.ALLOWED),
        (Policies((document(deny("*")),)), Verdict.IDENTITY_DENIES),
        (Policies((), (document(allow("ec2:*")),)), Verdict.BOUNDARY_IS_SILENT),
        (Policies((), None, (document(allow("ec2:*")),)), Verdict.SESSION_IS_SILENT),
    ],
)
def test_the_policy_of_a_resource_stands_for_the_identitys_but_lifts_no_limit(
    policies: Policies, verdict: Verdict
) -> None:
    assert judge(policies, ACTION, is_granted=True) is verdict


def test_a_policy_may_write_its_only_statement_and_action_without_a_list() -> None:
    text = json.dumps({"Statement": {"Effect": "Allow", "Action": ACTION, "Resource": "*"}})
    assert judge(Policies((text,)), ACTION) is Verdict.ALLOWED


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"Statement": ["Allow"]}',
        '{"Statement": {"Effect": "Maybe", "Action": "*"}}',
        '{"Statement": {"Effect": "Allow"}}',
        '{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*"}}',
        '{"Statement": {"Effect": "Allow", "Action": [5]}}',
    ],
)
def test_a_text_that_is_no_policy_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)
