"""What the portal discovers resources by, over HTTP: lists of moto's, in AWS's pages."""

import json
from collections.abc import Iterator
from typing import Any, Final

import jmespath
import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import PAYMENTS_DEV, PAYMENTS_PROD, PLATFORM
from awsdash.demo.story.estate import RESOURCES
from awsdash.demo.story.identities import EXECUTION_ROLE
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.estate_listings import LISTINGS, Listing
from tests.demo.estate_reading import EstateAlone, Reading, in_place

# Where the story has nothing regional.
EMPTY: Final = Place(PAYMENTS_DEV, "us-east-1")
# Smallest sizes that AWS documents and botocore's model does not have.
SMALLEST: Final = {
    "describe_cache_clusters": 20,
    "describe_clusters": 20,
    "describe_db_clusters": 20,
    "describe_db_instances": 20,
    "describe_db_snapshots": 20,
    "describe_flow_logs": 5,
    "describe_instances": 5,
    "describe_replication_groups": 20,
    "describe_volumes": 5,
    "describe_vpc_endpoints": 5,
}
TEMPLATE: Final = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with running_server(EstateAlone(EPOCH), now=EPOCH) as server:
        yield Reading(EmulatedAws(server.url))


def client(reading: Reading, service: str) -> Any:
    return reading.client(service, EMPTY)


def refusal(operation: Any, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        operation(**asked)
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]


def counts(client: Any, operation: str, found: str, **asked: Any) -> list[int]:
    """How many rows each page has; `PageSize` as botocore's paginators have it."""
    size = {"PageSize": asked.pop("PageSize")} if "PageSize" in asked else {}
    pages = client.get_paginator(operation).paginate(**asked, PaginationConfig=size)
    return [len(jmespath.search(found, page)) for page in pages]


@pytest.mark.parametrize("type_", sorted(LISTINGS))
def test_pages_of_the_smallest_size_are_the_whole_list(reading: Reading, type_: str) -> None:
    listing = LISTINGS[type_]
    for place in sorted({each.place for each in RESOURCES if each.type == type_}):
        service = reading.client(listing.client, place)
        if not service.can_paginate(listing.operation):
            continue
        for within in scopes(listing, place):
            check_pages(service, listing, {**listing.arguments, **within})


def scopes(listing: Listing, place: Place) -> list[dict[str, str]]:
    if (parent := listing.parent) is None:
        return [{}]
    return [
        {parent.parameter: getattr(each, parent.attribute)} for each in in_place(parent.type, place)
    ]


def check_pages(service: Any, listing: Listing, asked: dict[str, Any]) -> None:
    operation = service.meta.method_to_api_mapping[listing.operation]
    inputs = service.meta.service_model.operation_model(operation).input_shape.members
    paginator = service.get_paginator(listing.operation)
    whole = jmespath.search(listing.found, paginator.paginate(**asked).build_full_result())
    limit = paginator._pagination_cfg.get("limit_key")
    if limit is None:
        return
    size = SMALLEST.get(listing.operation) or inputs[limit].metadata.get("min") or 1
    asked.pop(limit, None)
    pages = paginator.paginate(**asked, PaginationConfig={"PageSize": size})
    found = [jmespath.search(listing.found, page) or [] for page in pages]
    assert all(len(page) <= size for page in found)
    assert [row for page in found for row in page] == (whole or [])


def test_instances_are_counted_one_by_one_not_by_reservation(reading: Reading) -> None:
    ec2 = client(reading, "ec2")
    network = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    image = {"ImageId": "ami-12c6146b", "SubnetId": subnet}
    launched = [ec2.run_instances(**image, MinCount=count, MaxCount=count) for count in (7, 4)]
    pages = list(ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5}))
    path = "Reservations[].Instances[].InstanceId"
    assert [len(jmespath.search(path, page)) for page in pages] == [5, 5, 1]
    # A reservation that goes over a page comes again, with the rest of its instances.
    of_pages = [[each["ReservationId"] for each in page["Reservations"]] for page in pages]
    first, second = (each["ReservationId"] for each in launched)
    assert of_pages == [[first], [first, second], [second]]


@pytest.mark.parametrize(
    ("operation", "asked", "named"),
    [
        ("describe_instances", {"InstanceIds": ["i-1"]}, "instancesSet"),
        ("describe_volumes", {"VolumeIds": ["vol-1"]}, "volumeSet"),
    ],
)
def test_ids_go_with_no_page_size(
    reading: Reading, operation: str, asked: dict[str, list[str]], named: str
) -> None:
    ec2 = client(reading, "ec2")
    code, message = refusal(getattr(ec2, operation), **asked, MaxResults=5)
    assert code == "InvalidParameterCombination"
    assert message == f"The parameter {named} cannot be used with the parameter maxResults"


def test_less_than_five_volumes_are_no_page(reading: Reading) -> None:
    code, message = refusal(client(reading, "ec2").describe_volumes, MaxResults=4)
    assert (code, message) == (
        "InvalidParameterValue",
        "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
    )


def test_filters_are_kept_from_page_to_page(reading: Reading) -> None:
    ec2 = client(reading, "ec2")
    for number in range(12):
        ec2.create_volume(AvailabilityZone="us-east-1a", Size=1 + number % 2)
    small = [{"Name": "size", "Values": ["1"]}]
    found = counts(ec2, "describe_volumes", "Volumes[?Size == `1`]", Filters=small, PageSize=5)
    assert found == [5, 1]
    token = ec2.describe_volumes(MaxResults=5)["NextToken"]
    code, _ = refusal(ec2.describe_volumes, Filters=small, NextToken=token)
    assert code == "InvalidNextToken"


def test_a_token_is_of_its_account_and_region(reading: Reading) -> None:
    here, there = Place(PAYMENTS_PROD, "eu-west-1"), Place(PLATFORM, "eu-central-1")
    token = reading.client("lambda", here).list_functions(MaxItems=1)["NextMarker"]
    code, _ = refusal(reading.client("lambda", there).list_functions, Marker=token)
    assert code == "InvalidParameterValueException"


def test_lambda_lists_50_functions_a_page_whatever_is_asked(reading: Reading) -> None:
    functions = client(reading, "lambda")
    for number in range(53):
        functions.create_function(
            FunctionName=f"function-{number}",
            Role=f"arn:aws:iam::{PAYMENTS_DEV}:role/{EXECUTION_ROLE}",
            Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
            Runtime="python3.12",
            Handler="main.handle",
        )
    assert counts(functions, "list_functions", "Functions") == [50, 3]
    assert counts(functions, "list_functions", "Functions", PageSize=10_000) == [50, 3]
    assert counts(functions, "list_functions", "Functions", PageSize=30) == [30, 23]


def test_api_gateway_lists_25_apis_by_position(reading: Reading) -> None:
    gateway = client(reading, "apigateway")
    for number in range(27):
        gateway.create_rest_api(name=f"api-{number}")
    assert counts(gateway, "get_rest_apis", "items") == [25, 2]
    assert counts(gateway, "get_rest_apis", "items", PageSize=500) == [27]
    assert "position" not in gateway.get_rest_apis(limit=27)


def test_http_apis_are_paged_by_max_results(reading: Reading) -> None:
    gateway = client(reading, "apigatewayv2")
    for number in range(3):
        gateway.create_api(Name=f"api-{number}", ProtocolType="HTTP")
    assert counts(gateway, "get_apis", "Items", PageSize="2") == [2, 1]


def test_ecs_lists_10_services_a_page_and_100_at_most(reading: Reading) -> None:
    ecs = client(reading, "ecs")
    ecs.create_cluster(clusterName="many")
    container = {"name": "main", "image": "none", "memory": 8}
    ecs.register_task_definition(family="task", containerDefinitions=[container])
    for number in range(12):
        ecs.create_service(
            cluster="many", serviceName=f"s-{number}", taskDefinition="task", desiredCount=0
        )
    assert counts(ecs, "list_services", "serviceArns", cluster="many") == [10, 2]
    assert counts(ecs, "list_services", "serviceArns", cluster="many", PageSize=100) == [12]
    code, _ = refusal(ecs.list_services, cluster="many", maxResults=101)
    assert code == "InvalidParameterException"


def test_kms_says_whether_a_list_is_truncated(reading: Reading) -> None:
    kms = client(reading, "kms")
    for _ in range(3):
        kms.create_key()
    first = kms.list_keys(Limit=2)
    rest = kms.list_keys(Limit=2, Marker=first["NextMarker"])
    assert (first["Truncated"], rest["Truncated"]) == (True, False)
    assert "NextMarker" not in rest
    assert refusal(kms.list_keys, Marker="nonsense")[0] == "InvalidMarkerException"


def test_stacks_come_a_hundred_a_page(reading: Reading) -> None:
    stacks = client(reading, "cloudformation")
    for number in range(101):
        stacks.create_stack(StackName=f"stack-{number}", TemplateBody=TEMPLATE)
    assert counts(stacks, "list_stacks", "StackSummaries") == [100, 1]
    assert counts(stacks, "describe_stacks", "Stacks") == [100, 1]
    assert counts(client(reading, "sns"), "list_topics", "Topics") == [100, 1]


def test_more_launch_templates_than_moto_shows_are_listed(reading: Reading) -> None:
    ec2 = client(reading, "ec2")
    for number in range(17):
        ec2.create_launch_template(LaunchTemplateName=f"t-{number}", LaunchTemplateData={})
    assert counts(ec2, "describe_launch_templates", "LaunchTemplates") == [17]
    assert counts(ec2, "describe_launch_templates", "LaunchTemplates", PageSize=9) == [9, 8]


def test_roles_are_truncated_as_iam_says(reading: Reading) -> None:
    iam = client(reading, "iam")
    for number in range(101):
        iam.create_role(RoleName=f"many-{number}", Path="/many/", AssumeRolePolicyDocument="{}")
    assert counts(iam, "list_roles", "Roles", PathPrefix="/many/") == [100, 1]
    assert iam.list_roles(PathPrefix="/many/")["IsTruncated"] is True
    assert iam.list_roles(PathPrefix="/many/", MaxItems=101)["IsTruncated"] is False
    code, _ = refusal(iam.list_roles, Marker="nonsense")
    assert code == "ValidationError"


def test_db_instances_are_listed_by_20_at_least(reading: Reading) -> None:
    rds = client(reading, "rds")
    code, message = refusal(rds.describe_db_instances, MaxRecords=19)
    assert code == "InvalidParameterValue"
    assert message == "Invalid value 19 for MaxRecords. Must be between 20 and 100"


@pytest.mark.parametrize(
    ("service", "operation", "token", "found", "asked"),
    [
        ("events", "list_event_buses", "NextToken", "EventBuses", {}),
        ("wafv2", "list_web_acls", "NextMarker", "WebACLs", {"Scope": "REGIONAL"}),
    ],
)
def test_lists_that_boto3_has_no_paginator_for_have_pages(
    reading: Reading, service: str, operation: str, token: str, found: str, asked: dict[str, str]
) -> None:
    make = client(reading, service)
    for name in ("one", "two"):
        make_one(make, service, name)
    ask = getattr(make, operation)
    first = ask(**asked, Limit=1)
    rest = ask(**asked, **{token: first[token]})
    assert first[found] + rest[found] == ask(**asked)[found]
    assert (len(first[found]), token in rest) == (1, False)
    with pytest.raises(ClientError):
        ask(**asked, **{token: "nonsense"})


def make_one(make: Any, service: str, name: str) -> None:
    if service == "events":
        make.create_event_bus(Name=name)
        return
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}
    make.create_web_acl(
        Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen
    )
