"""STS by its API reference: how long a session lasts, what limits it, who it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws, Keys
from tests.demo.roles import (
    BASE_ARN,
    EVERYTHING,
    READER,
    READER_SESSION,
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


def test_a_session_lasts_an_hour_unless_asked_otherwise(aws: EmulatedAws) -> None:
    for answer, lasts_s in ((assume(aws), 3600), (assume(aws, DurationSeconds=900), 900)):
        ends = answer["Credentials"]["Expiration"]
        assert abs(ends - datetime.now(UTC) - timedelta(seconds=lasts_s)) < timedelta(seconds=30)


@pytest.mark.parametrize(("duration_s", "bound"), [(899, "greater"), (43201, "less")])
def test_a_session_lasts_15_minutes_to_12_hours(
    aws: EmulatedAws, duration_s: int, bound: str
) -> None:
    sts = aws.client("sts")
    sts.meta.events.register(
        "before-call.sts.AssumeRole",
        lambda params, **_: params["body"].update(DurationSeconds=duration_s),
    )
    code, message = error_of(lambda: sts.assume_role(RoleArn=READER, RoleSessionName="test"))
    assert code == "ValidationError"
    assert message.startswith(
        f"1 validation error detected: Value '{duration_s}' at 'durationSeconds' failed to satisfy"
        f" constraint: Member must have value {bound} than or equal to"
    )


def test_a_session_lasts_no_longer_than_its_role_lets_it(aws: EmulatedAws) -> None:
    assert error_of(lambda: assume(aws, DurationSeconds=3601)) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    long = create_role(aws, "long", trusting("sts:AssumeRole"), MaxSessionDuration=7200)
    assert assume(aws, RoleArn=long, DurationSeconds=7200)


def test_a_role_assumed_by_a_role_lasts_an_hour_at_most(aws: EmulatedAws) -> None:
    trust = {"Action": "sts:AssumeRole", "Principal": {"AWS": READER}}
    chained = create_role(aws, "chained", trust, MaxSessionDuration=7200)
    keys = aws.assume_reader(DATA_PROD)
    assert assume(aws, keys, RoleArn=chained, DurationSeconds=3600)
    assert error_of(lambda: assume(aws, keys, RoleArn=chained, DurationSeconds=3601)) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role"
        " chaining.",
    )


@pytest.mark.parametrize("name", ["a", "a" * 65, "with space", "of/path"])
def test_a_session_name_has_2_to_64_characters_of_a_kind(aws: EmulatedAws, name: str) -> None:
    sts = aws.client("sts")
    sts.meta.events.register(
        "before-call.sts.AssumeRole",
        lambda params, **_: params["body"].update(RoleSessionName=name),
    )
    code, message = error_of(lambda: sts.assume_role(RoleArn=READER, RoleSessionName="test"))
    assert code == "ValidationError"
    assert f"Value '{name}' at 'roleSessionName' failed to satisfy constraint" in message


def test_the_answer_tells_who_the_session_is(aws: EmulatedAws) -> None:
    answer = assume(aws)
    assert answer["AssumedRoleUser"]["Arn"] == READER_SESSION
    role_id, name = answer["AssumedRoleUser"]["AssumedRoleId"].split(":")
    role = aws.reader("iam", DATA_PROD).get_role(RoleName="awsdash-reader")["Role"]
    assert role_id == role["RoleId"]
    assert name == "test"
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    identity = aws.client("sts", keys_of(answer)).get_caller_identity()
    assert identity["UserId"] == f"{role_id}:test"
    assert (identity["Account"], identity["Arn"]) == (DATA_PROD, READER_SESSION)


def test_a_session_policy_limits_the_session(aws: EmulatedAws) -> None:
    keys = keys_of(assume(aws, Policy=allowing("logs:Describe*")))
    logs = aws.client("logs", keys)
    assert logs.describe_log_groups()["logGroups"]
    assert error_of(lambda: logs.filter_log_events(logGroupName="/aws/lambda/orders-ingest")) == (
        "AccessDeniedException",
        f"User: {READER_SESSION} is not authorized to perform: logs:FilterLogEvents on resource:"
        f" arn:aws:logs:eu-west-1:{DATA_PROD}:log-group:/aws/lambda/orders-ingest:log-stream:"
        " because no session policy allows the logs:FilterLogEvents action",
    )


@pytest.mark.parametrize(
    ("service", "operation", "action", "code", "status"),
    [
        ("logs", "describe_log_groups", "logs:DescribeLogGroups", "AccessDeniedException", 400),
        ("lambda", "list_functions", "lambda:ListFunctions", "AccessDeniedException", 403),
        ("ec2", "describe_instances", "ec2:DescribeInstances", "UnauthorizedOperation", 403),
        ("s3", "list_buckets", "s3:ListAllMyBuckets", "AccessDenied", 403),
        ("iam", "list_roles", "iam:ListRoles", "AccessDenied", 403),
        (
            "resourcegroupstaggingapi",
            "get_resources",
            "tag:GetResources",
            "AccessDeniedException",
            400,
        ),
    ],
)
def test_what_is_denied_is_told_as_its_service_does(
    aws: EmulatedAws, service: str, operation: str, action: str, code: str, status: int
) -> None:
    client = aws.client(service, keys_of(assume(aws, Policy=allowing("xray:*"))))
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)()
    answer: Any = refused.value.response
    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert (
        f"User: {READER_SESSION} is not authorized to perform: {action} "
        in (answer["Error"]["Message"])
    )
    assert answer["Error"]["Message"].endswith(
        f"because no session policy allows the {action} action"
    )


def test_an_explicit_deny_of_a_session_is_told_as_such(aws: EmulatedAws) -> None:
    limits = policy(EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Action": "iam:List*"})
    iam = aws.client("iam", keys_of(assume(aws, Policy=limits)))
    assert error_of(iam.list_users)[1] == (
        f"User: {READER_SESSION} is not authorized to perform: iam:ListUsers on resource: *"
        " with an explicit deny in a session policy"
    )
    assert iam.get_role(RoleName="awsdash-reader")


def test_listing_objects_takes_the_permission_to_list_the_bucket(aws: EmulatedAws) -> None:
    owner = aws.reader("s3", DATA_PROD)
    owner.create_bucket(
        Bucket="permissions", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    owner.put_object(Bucket="permissions", Key="a/b", Body=b"")
    s3 = aws.client("s3", keys_of(assume(aws, Policy=allowing("s3:ListBucket"))))
    assert s3.list_objects_v2(Bucket="permissions")["KeyCount"] == 1
    code, message = error_of(lambda: s3.get_object(Bucket="permissions", Key="a/b"))
    assert code == "AccessDenied"
    assert "s3:GetObject on resource: arn:aws:s3:::permissions/a/b because no session" in message


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        ("{", "MalformedPolicyDocument", "This policy contains invalid Json"),
        ('{"Version": "2012-10-17"}', "MalformedPolicyDocument", "Syntax errors in policy."),
        (
            policy({"Effect": "Allow", "Action": "s3:*"}),
            "MalformedPolicyDocument",
            "Policy statement must contain resources.",
        ),
        (
            allowing("s3"),
            "MalformedPolicyDocument",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            allowing(*(f"logs:Get{number}" for number in range(200))),
            "PackedPolicyTooLarge",
            "Packed policy consumes 146% of allotted space, please use smaller policy.",
        ),
    ],
)
def test_a_session_policy_that_is_none_or_too_long_is_refused(
    aws: EmulatedAws, document: str, code: str, message: str
) -> None:
    assert error_of(lambda: assume(aws, Policy=document)) == (code, message)


def test_managed_policies_limit_a_session_too(aws: EmulatedAws) -> None:
    iam = aws.reader("iam", DATA_PROD)
    own = iam.create_policy(PolicyName="look", PolicyDocument=allowing("iam:Get*"))["Policy"]["Arn"]
    limited = aws.client("iam", keys_of(assume(aws, PolicyArns=[{"arn": own}])))
    assert limited.get_role(RoleName="awsdash-reader")
    assert error_of(limited.list_roles)[0] == "AccessDenied"
    of_aws = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    keys = keys_of(assume(aws, PolicyArns=[{"arn": of_aws}]))
    assert "Buckets" in aws.client("s3", keys).list_buckets()
    assert error_of(aws.client("iam", keys).list_roles)[0] == "AccessDenied"


def test_a_managed_policy_that_is_not_there_is_refused(aws: EmulatedAws) -> None:
    arn = f"arn:aws:iam::{DATA_PROD}:policy/nowhere"
    assert error_of(lambda: assume(aws, PolicyArns=[{"arn": arn}]))[0] == "ValidationError"


def test_a_role_without_policies_may_do_nothing_but_tell_who_it_is(aws: EmulatedAws) -> None:
    bare = create_role(aws, "bare", trusting("sts:AssumeRole"))
    keys = keys_of(assume(aws, RoleArn=bare))
    assert aws.client("sts", keys).get_caller_identity()["Account"] == DATA_PROD
    session = f"arn:aws:sts::{DATA_PROD}:assumed-role/bare/test"
    assert error_of(aws.client("iam", keys).list_roles)[1] == (
        f"User: {session} is not authorized to perform: iam:ListRoles on resource: *"
        " because no identity-based policy allows the iam:ListRoles action"
    )


def test_a_change_of_a_roles_policies_applies_to_its_sessions(aws: EmulatedAws) -> None:
    role = create_role(aws, "changing", trusting("sts:AssumeRole"), EVERYTHING)
    session = aws.client("iam", keys_of(assume(aws, RoleArn=role)))
    assert session.list_roles()
    owner = aws.reader("iam", DATA_PROD)
    deny = policy({**EVERYTHING, "Effect": "Deny", "Action": "iam:List*"})
    owner.put_role_policy(RoleName="changing", PolicyName="deny", PolicyDocument=deny)
    assert error_of(session.list_roles)[1].endswith(
        "with an explicit deny in an identity-based policy"
    )
    owner.delete_role_policy(RoleName="changing", PolicyName="deny")
    assert session.list_roles()
    owner.delete_role_policy(RoleName="changing", PolicyName="own")
    owner.delete_role(RoleName="changing")
    assert error_of(session.list_roles)[0] == "AccessDenied"


def test_policies_of_a_user_its_groups_and_attached_ones_count(aws: EmulatedAws) -> None:
    iam = aws.reader("iam", DATA_PROD)
    iam.create_user(UserName="ida")
    issued = iam.create_access_key(UserName="ida")["AccessKey"]
    ida = aws.client("iam", Keys(issued["AccessKeyId"], issued["SecretAccessKey"]))
    assert error_of(ida.list_roles)[0] == "AccessDenied"
    iam.create_group(GroupName="staff")
    iam.put_group_policy(
        GroupName="staff", PolicyName="own", PolicyDocument=allowing("iam:ListRoles")
    )
    iam.add_user_to_group(GroupName="staff", UserName="ida")
    assert ida.list_roles()
    attached = iam.create_policy(PolicyName="ida", PolicyDocument=allowing("iam:ListUsers"))
    assert error_of(ida.list_users)[0] == "AccessDenied"
    iam.attach_user_policy(UserName="ida", PolicyArn=attached["Policy"]["Arn"])
    assert ida.list_users()


def test_a_permissions_boundary_limits_a_role(aws: EmulatedAws) -> None:
    iam = aws.reader("iam", DATA_PROD)
    only = iam.create_policy(PolicyName="fence", PolicyDocument=allowing("iam:Get*"))["Policy"]
    role = create_role(aws, "fenced", trusting("sts:AssumeRole"), EVERYTHING)
    session = aws.client("iam", keys_of(assume(aws, RoleArn=role)))
    assert session.list_roles()
    iam.put_role_permissions_boundary(RoleName="fenced", PermissionsBoundary=only["Arn"])
    assert session.get_role(RoleName="fenced")
    assert error_of(session.list_roles)[1].endswith(
        "because no permissions boundary allows the iam:ListRoles action"
    )
    iam.delete_role_permissions_boundary(RoleName="fenced")
    assert session.list_roles()


def test_a_user_that_is_deleted_takes_its_keys_and_sessions_along(aws: EmulatedAws) -> None:
    iam = aws.reader("iam", DATA_PROD)
    iam.create_user(UserName="eve")
    iam.create_group(GroupName="visitors")
    iam.put_group_policy(GroupName="visitors", PolicyName="p", PolicyDocument=policy(EVERYTHING))
    iam.add_user_to_group(GroupName="visitors", UserName="eve")
    issued = iam.create_access_key(UserName="eve")["AccessKey"]
    keys = Keys(issued["AccessKeyId"], issued["SecretAccessKey"])
    session = keys_of(aws.client("sts", keys).get_session_token())
    assert aws.client("logs", session).describe_log_groups()
    iam.delete_user(UserName="eve")
    assert error_of(aws.client("logs", session).describe_log_groups)[0] == "AccessDeniedException"
    iam.create_user(UserName="eve")
    code, _ = error_of(aws.client("logs", keys).describe_log_groups)
    assert code == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("tags", "code", "message"),
    [
        (
            [("team", "a"), ("Team", "b")],
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            [(f"key-{number:02}", "v" * 100) for number in range(20)],
            "PackedPolicyTooLarge",
            "Packed size of session tags consumes 104% of allotted space.",
        ),
    ],
)
def test_too_many_tags_and_two_of_one_name_are_refused(
    aws: EmulatedAws, tags: list[tuple[str, str]], code: str, message: str
) -> None:
    asked = [{"Key": key, "Value": value} for key, value in tags]
    assert error_of(lambda: assume(aws, Tags=asked)) == (code, message)


def test_get_session_token_speaks_for_its_user(aws: EmulatedAws) -> None:
    answer = aws.client("sts").get_session_token(DurationSeconds=900)
    keys = keys_of(answer)
    assert aws.client("sts", keys).get_caller_identity()["Arn"] == BASE_ARN
    assert aws.client("iam", keys).list_users()["Users"]
    ends = answer["Credentials"]["Expiration"]
    assert abs(ends - datetime.now(UTC) - timedelta(minutes=15)) < timedelta(seconds=30)


def test_get_session_token_takes_the_key_of_a_user(aws: EmulatedAws) -> None:
    assert error_of(aws.reader("sts", DATA_PROD).get_session_token) == (
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
    )


def test_a_token_of_a_provider_that_is_not_there_is_refused(aws: EmulatedAws) -> None:
    sts = aws.client("sts")
    asked = {"RoleArn": READER, "RoleSessionName": "test", "WebIdentityToken": "any.token.1"}
    assert error_of(lambda: sts.assume_role_with_web_identity(**asked))[0] == "InvalidIdentityToken"


def test_the_account_of_a_key_can_be_asked_for(aws: EmulatedAws) -> None:
    key = aws.assume_reader(DATA_PROD).key_id
    assert aws.client("sts").get_access_key_info(AccessKeyId=key)["Account"] == DATA_PROD
