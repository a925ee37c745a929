"""Whom a role trusts, and on which conditions, by the IAM User Guide."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD, MANAGEMENT, PAYMENTS_DEV, role_arn
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.roles import (
    BASE_ARN,
    EVERYTHING,
    READER,
    allowing,
    assume,
    create_role,
    error_of,
    keys_of,
    policy,
    trusting,
)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600)) as server:
        yield EmulatedAws(server.url)


def test_assuming_a_role_of_another_account_takes_both_sides(aws: EmulatedAws) -> None:
    limited = keys_of(assume(aws, RoleArn=role_arn(PAYMENTS_DEV), Policy=allowing("logs:*")))
    trust = {"Action": "sts:AssumeRole", "Principal": {"AWS": PAYMENTS_DEV}}
    role = create_role(aws, "from-dev", trust)
    assert assume(aws, aws.assume_reader(PAYMENTS_DEV), RoleArn=role)
    assert error_of(lambda: assume(aws, limited, RoleArn=role))[0] == "AccessDenied"


def test_within_an_account_a_role_that_names_the_caller_is_enough(aws: EmulatedAws) -> None:
    bare = create_role(aws, "stranger", trusting("sts:AssumeRole"))
    stranger = keys_of(assume(aws, RoleArn=bare))
    for name, principal, is_enough in (("named", bare, True), ("open", DATA_PROD, False)):
        trust = {"Action": "sts:AssumeRole", "Principal": {"AWS": principal}}
        role = create_role(aws, name, trust)
        if is_enough:
            assert assume(aws, stranger, RoleArn=role)
        else:
            denied = error_of(lambda arn=role: assume(aws, stranger, RoleArn=arn))
            assert denied[0] == "AccessDenied"


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}])
def test_within_an_account_a_role_that_trusts_everybody_is_enough(
    aws: EmulatedAws, principal: Any
) -> None:
    iam = aws.reader("iam", DATA_PROD)
    nobody = create_role(aws, "nobody", trusting("sts:AssumeRole"))
    everyones = create_role(aws, "everyones", {"Action": "sts:AssumeRole", "Principal": principal})
    assert assume(aws, keys_of(assume(aws, RoleArn=nobody)), RoleArn=everyones)
    for name in ("nobody", "everyones"):
        iam.delete_role(RoleName=name)


def test_a_session_policy_limits_which_roles_are_assumed_even_where_they_name_the_caller(
    aws: EmulatedAws,
) -> None:
    plain = create_role(aws, "plain", trusting("sts:AssumeRole"))
    trust = {"Action": "sts:AssumeRole", "Principal": {"AWS": plain}}
    next_one = create_role(aws, "next-one", trust)
    limited = keys_of(assume(aws, RoleArn=plain, Policy=allowing("s3:*")))
    assert error_of(lambda: assume(aws, limited, RoleArn=next_one))[0] == "AccessDenied"
    free = keys_of(assume(aws, RoleArn=plain, Policy=allowing("sts:AssumeRole")))
    assert assume(aws, free, RoleArn=next_one)


def test_a_role_assumes_itself_only_where_it_trusts_itself(aws: EmulatedAws) -> None:
    role = create_role(aws, "narcissus", trusting("sts:AssumeRole"), EVERYTHING)
    keys = keys_of(assume(aws, RoleArn=role))
    assert error_of(lambda: assume(aws, keys, RoleArn=role))[0] == "AccessDenied"
    itself = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": role}}
    aws.reader("iam", DATA_PROD).update_assume_role_policy(
        RoleName="narcissus", PolicyDocument=policy(itself)
    )
    assert assume(aws, keys, RoleArn=role)


def test_a_trust_policy_may_deny_all_principals_but_some(aws: EmulatedAws) -> None:
    create_role(aws, "choosy", trusting("sts:AssumeRole"))
    for spared, is_trusted in ((BASE_ARN, True), (f"arn:aws:iam::{MANAGEMENT}:user/ada", False)):
        document = policy(
            {"Effect": "Allow", **trusting("sts:AssumeRole")},
            {"Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": spared}},
        )
        aws.reader("iam", DATA_PROD).update_assume_role_policy(
            RoleName="choosy", PolicyDocument=document
        )
        role = f"arn:aws:iam::{DATA_PROD}:role/choosy"
        if is_trusted:
            assert assume(aws, RoleArn=role)
        else:
            assert error_of(lambda arn=role: assume(aws, RoleArn=arn))[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ({"StringEquals": {"aws:PrincipalArn": BASE_ARN}}, True),
        ({"StringEquals": {"aws:username": "somebody"}}, False),
        ({"StringLike": {"sts:RoleSessionName": "te*"}}, True),
        ({"StringLike": {"sts:RoleSessionName": ["a*", "b*"]}}, False),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{MANAGEMENT}:user/*"}}, True),
        ({"StringNotEquals": {"sts:ExternalId": "secret"}}, True),
        ({"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, True),
        ({"StringNotLike": {"aws:PrincipalArn": "*/awsdash"}}, False),
        ({"stringequalsignorecase": {"AWS:USERNAME": "AwsDash"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"StringEqualsIfExists": {"aws:username": "somebody"}}, False),
        ({"Null": {"sts:SourceIdentity": "true"}}, True),
        ({"Null": {"sts:ExternalId": True}}, False),
        ({"ForAnyValue:StringEquals": {"aws:username": ["ada", "awsdash"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ({"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"]}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.1"}}, False),
        ({"IpAddress": {"aws:SourceIp": "nowhere"}}, False),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}, False),
        ({"NumericLessThan": {"aws:PrincipalAccount": 5}}, False),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-another"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, True),
        ({"Bool": {"aws:SecureTransport": True}}, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"NoSuchOperator": {"aws:username": "awsdash"}}, False),
        ({"StringEquals": {"aws:username": "awsdash", "sts:ExternalId": "another"}}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
    ],
)
def test_a_trust_policy_may_set_conditions(
    aws: EmulatedAws, condition: dict[str, Any], is_met: bool
) -> None:
    iam = aws.reader("iam", DATA_PROD)
    trust = trusting("sts:AssumeRole", Condition=condition)
    role = create_role(aws, "conditional", trust)
    try:
        if is_met:
            assert assume(aws, RoleArn=role)
        else:
            assert error_of(lambda: assume(aws, RoleArn=role))[0] == "AccessDenied"
    finally:
        iam.delete_role(RoleName="conditional")


def test_tags_and_source_identity_take_the_roles_leave(aws: EmulatedAws) -> None:
    tags = [{"Key": "team", "Value": "data"}]
    for asked, action in (
        ({"Tags": tags}, "sts:TagSession"),
        ({"SourceIdentity": "ada"}, "sts:SetSourceIdentity"),
    ):
        code, message = error_of(lambda more=asked: assume(aws, **more))
        assert code == "AccessDenied"
        assert message == (
            f"User: {BASE_ARN} is not authorized to perform: {action} on resource: {READER}"
        )
    trust = trusting("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    tagging = create_role(aws, "tagging", trust)
    answer = assume(aws, RoleArn=tagging, Tags=tags, SourceIdentity="ada")
    assert answer["SourceIdentity"] == "ada"
    assert answer["PackedPolicySize"] == 1
