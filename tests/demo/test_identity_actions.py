"""Which IAM action each operation takes, by the Service Authorization Reference; and how the
services refuse a caller without it, by their protocols."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from awsdash.demo.aws.constraints import service_model
from awsdash.demo.aws.identity.actions import action_of
from awsdash.demo.aws.protocol import Call, Protocol
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD, EXTERNAL_ID, role_arn
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws, Keys
from tests.demo.estate_listings import LISTINGS, Listing

# By the operation of boto3; all others are the operation under the name the service signs with.
PREFIXES = {
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
    "stepfunctions": "states",
}
ACTIONS = {
    ("apigateway", "get_rest_apis"): "apigateway:GET",
    ("apigateway", "get_stages"): "apigateway:GET",
    ("apigatewayv2", "get_apis"): "apigateway:GET",
    ("apigatewayv2", "get_stages"): "apigateway:GET",
    ("s3", "list_buckets"): "s3:ListAllMyBuckets",
}
ALL = {(listing.client, listing.operation): listing for listing in LISTINGS.values()}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SESSION = f"arn:aws:sts::{DATA_PROD}:assumed-role/awsdash-reader/test"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH), now=EPOCH) as server:
        yield EmulatedAws(server.url)


def limited(aws: EmulatedAws, *statements: dict[str, Any]) -> Keys:
    answer = aws.client("sts").assume_role(
        RoleArn=role_arn(DATA_PROD),
        RoleSessionName="test",
        ExternalId=EXTERNAL_ID,
        Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}),
    )
    issued = answer["Credentials"]
    return Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


def ask(aws: EmulatedAws, keys: Keys, listing: Listing) -> None:
    within = {listing.parent.parameter: "none"} if listing.parent else {}
    client = aws.client(listing.client, keys)
    getattr(client, listing.operation)(**listing.arguments, **within)


def complaint(aws: EmulatedAws, keys: Keys, listing: Listing) -> str:
    """Such as that the parent is not there; empty if there is none."""
    try:
        ask(aws, keys, listing)
    except ClientError as error:
        return str(error)
    return ""


def refusal(aws: EmulatedAws, keys: Keys, listing: Listing) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        ask(aws, keys, listing)
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]


def documented_action(listing: Listing) -> str:
    named = ACTIONS.get((listing.client, listing.operation))
    operations = {xform_name(name): name for name in service_model(listing.client).operation_names}
    prefix = PREFIXES.get(listing.client, listing.client)
    return named or f"{prefix}:{operations[listing.operation]}"


@pytest.mark.parametrize("listing", ALL.values(), ids=[":".join(key) for key in ALL])
def test_a_list_takes_the_action_that_aws_documents_and_no_other(
    aws: EmulatedAws, listing: Listing
) -> None:
    action = documented_action(listing)
    only = {"Effect": "Allow", "Action": action, "Resource": "*"}
    assert "not authorized" not in complaint(aws, limited(aws, only), listing)
    code, message = refusal(aws, limited(aws, EVERYTHING, {**only, "Effect": "Deny"}), listing)
    assert code in {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
    assert f"User: {SESSION} is not authorized to perform: {action} on resource: " in message
    assert message.endswith(" with an explicit deny in a session policy")


@pytest.mark.parametrize("service", ["route53", "cloudfront"])
def test_services_of_xml_refuse_an_unknown_key_in_xml(aws: EmulatedAws, service: str) -> None:
    listing = next(listing for listing in ALL.values() if listing.client == service)
    assert refusal(aws, Keys("AKIANOBODYKNOWSTHIS1", "secret"), listing) == (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    )


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "resource"),
    [
        ("apigateway", "get_rest_apis", {}, "/restapis"),
        ("apigatewayv2", "get_stages", {"ApiId": "a1"}, "/v2/apis/a1/stages"),
    ],
)
def test_a_refusal_of_the_api_gateway_names_the_path(
    aws: EmulatedAws, service: str, operation: str, arguments: Any, resource: str
) -> None:
    deny = {"Effect": "Deny", "Action": "apigateway:*", "Resource": "*"}
    client = aws.client(service, limited(aws, EVERYTHING, deny))
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**arguments)
    arn = f"arn:aws:apigateway:eu-west-1::{resource}"
    assert f"perform: apigateway:GET on resource: {arn} with" in str(refused.value)


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("HeadObject", "GetObject"),
        ("ListObjectsV2", "ListBucket"),
        ("DeleteObjects", "DeleteObject"),
        ("ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
        ("DeleteBucketMetricsConfiguration", "PutMetricsConfiguration"),
        ("GetBucketIntelligentTieringConfiguration", "GetIntelligentTieringConfiguration"),
        ("PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
        ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
        ("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
        ("DeleteBucketPolicy", "DeleteBucketPolicy"),
    ],
)
def test_operations_of_s3_share_actions(operation: str, action: str) -> None:
    call = Call("s3", operation, "eu-west-1", Protocol.S3, None)
    assert action_of(call) == f"s3:{action}"


def test_the_events_of_services_that_sign_under_another_name_are_named(aws: EmulatedAws) -> None:
    keys = aws.assume_reader(DATA_PROD, "eu-north-1")
    for service, operation, arguments in (
        ("opensearch", "list_domain_names", {"EngineType": "OpenSearch"}),
        ("efs", "describe_file_systems", {"MaxItems": 5}),
        ("apigatewayv2", "get_stages", {"ApiId": "a1"}),
    ):
        with contextlib.suppress(ClientError):
            getattr(aws.client(service, keys, "eu-north-1"), operation)(**arguments)
    by_key = [{"AttributeKey": "AccessKeyId", "AttributeValue": keys.key_id}]
    trail = aws.reader("cloudtrail", DATA_PROD, "eu-north-1")
    rows = trail.lookup_events(LookupAttributes=by_key)["Events"]
    records = [json.loads(row["CloudTrailEvent"]) for row in reversed(rows)]
    assert [(r["eventSource"], r["eventName"], r["requestParameters"]) for r in records] == [
        ("es.amazonaws.com", "ListDomainNames", {"engineType": "OpenSearch"}),
        ("elasticfilesystem.amazonaws.com", "DescribeFileSystems", {"maxItems": 5}),
        ("apigateway.amazonaws.com", "GetStages", {"apiId": "a1"}),
    ]
