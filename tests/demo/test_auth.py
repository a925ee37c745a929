"""Who may call the emulated AWS, and how it refuses others."""

import contextlib
import http.client
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from boto3.session import Session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from awsdash.demo.aws.identity.callers import expire
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import (
    DATA_PROD,
    EXTERNAL_ID,
    MANAGEMENT,
    PAYMENTS_DEV,
    PAYMENTS_PROD,
    role_arn,
)
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import BASE_KEYS, EPOCH, EmulatedAws, Keys

UNKNOWN = Keys("AKIANOBODYKNOWSTHIS1", "secret")
INVALID_TOKEN = "The security token included in the request is invalid."
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "logs": ("describe_log_groups", {}),
    "lambda": ("list_functions", {}),
    "sts": ("get_caller_identity", {}),
    "ec2": ("describe_instances", {}),
    "s3": ("list_buckets", {}),
}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH)) as server:
        yield EmulatedAws(server.url)


def refusal(aws: EmulatedAws, service: str, keys: Keys) -> tuple[str, str, int]:
    operation, arguments = CALLS[service]
    return error_of(lambda: getattr(aws.client(service, keys), operation)(**arguments))


def visit(url: str, method: str = "GET") -> tuple[int, bytes]:
    """With no header that signs."""
    with contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
        connection.request(method, url)
        answer = connection.getresponse()
        return answer.status, answer.read()


def error_of(call: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as refused:
        call()
    answer: Any = refused.value.response
    return (
        answer["Error"]["Code"],
        answer["Error"]["Message"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
    )


NO_SUCH_KEY = "The AWS Access Key Id you provided does not exist in our records."
NOT_VALIDATED = "AWS was not able to validate the provided access credentials"
MALFORMED_TOKEN = "The provided token is malformed or otherwise invalid."
EXPIRED = "The security token included in the request is expired"


@pytest.mark.parametrize(
    ("service", "code", "status", "message"),
    [
        ("logs", "UnrecognizedClientException", 400, INVALID_TOKEN),
        ("lambda", "UnrecognizedClientException", 403, INVALID_TOKEN),
        ("sts", "InvalidClientTokenId", 403, INVALID_TOKEN),
        ("ec2", "AuthFailure", 401, NOT_VALIDATED),
        ("s3", "InvalidAccessKeyId", 403, NO_SUCH_KEY),
    ],
)
def test_an_unknown_key_is_refused_in_the_services_own_words(
    aws: EmulatedAws, service: str, code: str, status: int, message: str
) -> None:
    assert refusal(aws, service, UNKNOWN) == (code, message, status)


@pytest.mark.parametrize("token", ["of somebody else", None])
@pytest.mark.parametrize(
    ("service", "code", "status", "message"),
    [
        ("logs", "UnrecognizedClientException", 400, INVALID_TOKEN),
        ("lambda", "UnrecognizedClientException", 403, INVALID_TOKEN),
        ("sts", "InvalidClientTokenId", 403, INVALID_TOKEN),
        ("ec2", "AuthFailure", 401, NOT_VALIDATED),
        ("s3", "InvalidToken", 400, MALFORMED_TOKEN),
    ],
)
def test_a_key_of_a_session_without_its_token_is_refused(
    aws: EmulatedAws, token: str | None, service: str, code: str, status: int, message: str
) -> None:
    keys = replace(aws.assume_reader(PAYMENTS_PROD), token=token)
    assert refusal(aws, service, keys) == (code, message, status)


def test_the_key_of_a_user_with_a_session_token_is_refused(aws: EmulatedAws) -> None:
    keys = replace(BASE_KEYS, token="any")
    assert refusal(aws, "sts", keys) == ("InvalidClientTokenId", INVALID_TOKEN, 403)


@pytest.mark.parametrize(
    ("service", "code", "status", "message"),
    [
        ("logs", "ExpiredTokenException", 400, EXPIRED),
        ("lambda", "ExpiredTokenException", 403, EXPIRED),
        ("sts", "ExpiredToken", 403, EXPIRED),
        ("ec2", "RequestExpired", 400, "Request has expired."),
        ("s3", "ExpiredToken", 400, "The provided token has expired."),
    ],
)
def test_an_expired_session_is_refused(
    aws: EmulatedAws, service: str, code: str, status: int, message: str
) -> None:
    keys = aws.assume_reader(PAYMENTS_PROD)
    expire(keys.key_id)
    assert refusal(aws, service, keys) == (code, message, status)


def test_an_unsigned_request_is_refused(aws: EmulatedAws) -> None:
    sts = aws.client("sts")
    sts.meta.events.register("choose-signer.sts.*", lambda **_: UNSIGNED)
    assert error_of(sts.get_caller_identity)[0] == "MissingAuthenticationToken"


def test_a_deactivated_key_is_refused_and_a_new_one_works(aws: EmulatedAws) -> None:
    iam = aws.client("iam", aws.assume_reader(PAYMENTS_DEV))
    iam.create_user(UserName="robot")
    created = iam.create_access_key(UserName="robot")["AccessKey"]
    keys = Keys(created["AccessKeyId"], created["SecretAccessKey"])
    assert aws.client("sts", keys).get_caller_identity()["Account"] == PAYMENTS_DEV
    iam.update_access_key(UserName="robot", AccessKeyId=keys.key_id, Status="Inactive")
    assert refusal(aws, "sts", keys)[0] == "InvalidClientTokenId"


def test_the_base_key_belongs_to_the_base_user(aws: EmulatedAws) -> None:
    identity = aws.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{MANAGEMENT}:user/awsdash"


@pytest.mark.parametrize("account", [PAYMENTS_PROD, PAYMENTS_DEV, DATA_PROD])
def test_the_reader_role_can_be_assumed_with_the_external_id(
    aws: EmulatedAws, account: str
) -> None:
    identity = aws.reader("sts", account).get_caller_identity()
    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:aws:sts::{account}:assumed-role/awsdash-reader/test"


@pytest.mark.parametrize(
    ("role", "arguments"),
    [
        pytest.param(role_arn(PAYMENTS_PROD), {}, id="no external id"),
        pytest.param(role_arn(PAYMENTS_PROD), {"ExternalId": "guessed"}, id="wrong external id"),
        pytest.param(role_arn(PAYMENTS_PROD) + "s", {"ExternalId": EXTERNAL_ID}, id="no such role"),
        pytest.param(role_arn("999999999999"), {"ExternalId": EXTERNAL_ID}, id="no such account"),
        pytest.param(
            f"arn:aws:iam::{PAYMENTS_PROD}:role/lambda-execution", {}, id="role for a service"
        ),
    ],
)
def test_a_role_is_refused_to_whom_it_does_not_trust(
    aws: EmulatedAws, role: str, arguments: dict[str, str]
) -> None:
    sts = aws.client("sts")
    code, message, status = error_of(
        lambda: sts.assume_role(RoleArn=role, RoleSessionName="test", **arguments)
    )
    assert (code, status) == ("AccessDenied", 403)
    assert message == (
        f"User: arn:aws:iam::{MANAGEMENT}:user/awsdash is not authorized to perform:"
        f" sts:AssumeRole on resource: {role}"
    )


def test_a_role_that_does_not_trust_the_caller_is_refused(aws: EmulatedAws) -> None:
    reader = aws.reader("sts", PAYMENTS_DEV)
    code, message, _ = error_of(
        lambda: reader.assume_role(
            RoleArn=role_arn(PAYMENTS_PROD), RoleSessionName="chain", ExternalId=EXTERNAL_ID
        )
    )
    assert code == "AccessDenied"
    assert f"arn:aws:sts::{PAYMENTS_DEV}:assumed-role/awsdash-reader/test" in message


def test_a_malformed_role_is_a_validation_error(aws: EmulatedAws) -> None:
    sts = aws.client("sts")
    arn = "arn:aws:iam::123:role/too-short"
    code, message, _ = error_of(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="test"))
    assert (code, message) == ("ValidationError", f"{arn} is invalid")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_presigned_url_is_known_by_the_key_in_its_query(aws: EmulatedAws, method: str) -> None:
    calls = aws.control("GET", "calls?service=sts&operation=GetCallerIdentity")[1]["total"]
    known, unknown = (
        aws.client("sts", keys).generate_presigned_url("get_caller_identity", HttpMethod=method)
        for keys in (aws.assume_reader(DATA_PROD), UNKNOWN)
    )
    status, body = visit(known, method)
    assert status == 200
    assert f"arn:aws:sts::{DATA_PROD}:assumed-role/awsdash-reader/test".encode() in body
    status, body = visit(unknown, method)
    assert status == 403
    assert b"InvalidClientTokenId" in body
    after = aws.control("GET", "calls?service=sts&operation=GetCallerIdentity")[1]["total"]
    assert after == calls + 2


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_an_object_can_be_fetched_by_a_presigned_url_until_it_expires(
    aws: EmulatedAws, version: str
) -> None:
    bucket, keys = f"presigned-{version}", aws.assume_reader(DATA_PROD)
    s3 = aws.client("s3", keys)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"content")
    signing: Any = Session(keys.key_id, keys.secret, keys.token, "eu-west-1").client(
        "s3", endpoint_url=aws.url, config=Config(signature_version=version)
    )

    def signed(lasts_s: int) -> str:
        asked = {"Bucket": bucket, "Key": "a/b"}
        url = signing.generate_presigned_url("get_object", Params=asked, ExpiresIn=lasts_s)
        return str(url)

    assert visit(signed(60)) == (200, b"content")
    status, body = visit(signed(-60))
    assert status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in body
    expire(keys.key_id)
    status, body = visit(signed(60))
    assert status == 400
    assert b"<Code>ExpiredToken</Code>" in body


def test_an_unsigned_request_to_s3_is_denied(aws: EmulatedAws) -> None:
    status, body = visit(f"{aws.url}/any-bucket")
    assert status == 403
    assert b"<Code>AccessDenied</Code><Message>Access Denied</Message>" in body


def test_accounts_are_kept_apart(aws: EmulatedAws) -> None:
    in_prod = aws.reader("logs", PAYMENTS_PROD).describe_log_groups()["logGroups"]
    in_dev = aws.reader("logs", PAYMENTS_DEV).describe_log_groups()["logGroups"]
    assert {group["arn"].split(":")[4] for group in in_prod} == {PAYMENTS_PROD}
    assert {group["arn"].split(":")[4] for group in in_dev} == {PAYMENTS_DEV}


def test_the_header_by_which_moto_lets_anyone_be_anyone_is_ignored(aws: EmulatedAws) -> None:
    logs = aws.client("logs")
    logs.meta.events.register(
        "before-send.logs.*",
        lambda request, **_: request.headers.update({"x-moto-account-id": PAYMENTS_PROD}),
    )
    assert logs.describe_log_groups()["logGroups"] == []
