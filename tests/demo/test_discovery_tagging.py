"""The Resource Groups Tagging API over the estate, and over what is tagged here."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_DEV, PAYMENTS_PROD, PLATFORM
from awsdash.demo.story.estate import RESOURCES
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.estate_reading import EstateAlone, Reading

HERE: Final = Place(PAYMENTS_PROD, "eu-west-1")
# What AWS does not have in the tagging API: https://docs.aws.amazon.com/ARG/latest/userguide/
# supported-resources.html; and what the story tags under a name that is not the resource's.
ABSENT: Final = {
    "AWS::ApiGateway::Stage",
    "AWS::ApiGatewayV2::Stage",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::IAM::Group",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::KMS::Alias",
    "AWS::Lambda::LayerVersion",
    "AWS::MSK::Cluster",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
}
TYPES: Final = sorted({each.type for each in RESOURCES} - ABSENT)


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with running_server(EstateAlone(EPOCH), now=EPOCH) as server:
        yield Reading(EmulatedAws(server.url))


@pytest.fixture(scope="module")
def tagging(reading: Reading) -> Any:
    return reading.client("resourcegroupstaggingapi", HERE)


def tagged(reading: Reading, place: Place = HERE, **asked: Any) -> dict[str, dict[str, str]]:
    client = reading.client("resourcegroupstaggingapi", place)
    answer = client.get_paginator("get_resources").paginate(**asked).build_full_result()
    return {
        each["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        for each in answer["ResourceTagMappingList"]
    }


def refusal(tagging: Any, **asked: Any) -> str:
    with pytest.raises(ClientError) as refused:
        tagging.get_resources(**asked)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize("type_", TYPES)
def test_a_tagged_resource_is_found_with_its_tags(reading: Reading, type_: str) -> None:
    for each in (each for each in RESOURCES if each.type == type_):
        region = each.arn.split(":")[3] or ("us-east-1" if type_ != "AWS::S3::Bucket" else None)
        place = each.place._replace(region=region or each.place.region)
        found = tagged(reading, place, ResourceARNList=[each.arn])
        assert found[each.arn].items() >= each.tags.items()


def test_only_tagged_resources_are_found(reading: Reading) -> None:
    volumes = reading.client("ec2", HERE)
    bare = volumes.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    found = tagged(reading)
    assert found
    assert all(found.values())
    assert not [arn for arn in found if arn.endswith(bare)]


def test_a_resource_is_found_in_its_own_region_and_account_alone(reading: Reading) -> None:
    arns = set(tagged(reading))
    for place in (Place(PAYMENTS_DEV, "eu-west-1"), Place(PAYMENTS_PROD, "eu-central-1")):
        assert not arns & tagged(reading, place).keys()


def test_global_resources_are_found_in_us_east_1(reading: Reading) -> None:
    global_ = tagged(reading, Place(PLATFORM, "us-east-1"), ResourceTypeFilters=["cloudfront"])
    assert all(arn.startswith(f"arn:aws:cloudfront::{PLATFORM}:") for arn in global_)
    assert len(global_) == 2
    here = Place(PLATFORM, "eu-central-1")
    assert tagged(reading, here, ResourceTypeFilters=["cloudfront"]) == {}


def test_a_type_filter_is_a_service_or_a_type_of_it(reading: Reading) -> None:
    service = tagged(reading, ResourceTypeFilters=["ec2"])
    subnets = tagged(reading, ResourceTypeFilters=["ec2:subnet"])
    both = tagged(reading, ResourceTypeFilters=["ec2:subnet", "ec2:volume"])
    assert {arn.split(":")[2] for arn in service} == {"ec2"}
    assert {arn.split(":")[5].partition("/")[0] for arn in subnets} == {"subnet"}
    assert subnets.keys() < both.keys() < service.keys()


def test_all_tag_filters_must_fit_and_any_of_their_values(reading: Reading) -> None:
    def found(*filters: dict[str, Any]) -> set[str]:
        return set(tagged(reading, Place(DATA_PROD, "eu-west-1"), TagFilters=list(filters)))

    clickstream = found({"Key": "service", "Values": ["clickstream"]})
    orders = found({"Key": "service", "Values": ["orders"]})
    assert clickstream
    assert orders
    assert found({"Key": "service", "Values": ["orders", "clickstream"]}) == clickstream | orders
    assert found({"Key": "service"}) >= clickstream | orders
    team = {"Key": "team", "Values": ["nobody"]}
    assert found({"Key": "service", "Values": ["orders"]}, team) == set()


@pytest.mark.parametrize(("asked", "most"), [({}, 50), ({"ResourcesPerPage": 7}, 7)])
def test_a_page_has_at_most_as_many_resources_as_asked(
    tagging: Any, asked: dict[str, int], most: int
) -> None:
    pages = list(tagging.get_paginator("get_resources").paginate(**asked))
    counts = [len(page["ResourceTagMappingList"]) for page in pages]
    assert set(counts[:-1]) == {most}
    assert 0 < counts[-1] <= most
    arns = [each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"]]
    assert len(arns) == len(set(arns))


def test_the_last_page_has_an_empty_token(tagging: Any) -> None:
    assert tagging.get_resources(ResourceTypeFilters=["sns"])["PaginationToken"] == ""


def test_tags_per_page_does_not_part_the_tags_of_a_resource(tagging: Any) -> None:
    page = tagging.get_resources(TagsPerPage=100)
    tags = sum(len(each["Tags"]) for each in page["ResourceTagMappingList"])
    assert 90 < tags <= 100
    assert page["PaginationToken"]


@pytest.mark.parametrize(
    "asked",
    [
        {"ResourcesPerPage": 0},
        {"ResourcesPerPage": 101},
        {"TagsPerPage": 99},
        {"TagsPerPage": 501},
        {"TagFilters": [{"Values": ["prod"]}]},
        {"ResourceARNList": ["arn:aws:s3:::one"], "ResourceTypeFilters": ["s3"]},
        {"ResourceARNList": ["arn:aws:s3:::one"], "TagFilters": [{"Key": "env"}]},
        {"ResourceARNList": ["arn:aws:s3:::one"], "ResourcesPerPage": 10},
        {"ExcludeCompliantResources": True},
    ],
    ids=str,
)
def test_an_invalid_parameter_is_refused(tagging: Any, asked: dict[str, Any]) -> None:
    assert refusal(tagging, **asked) == "InvalidParameterException"


def test_a_token_of_another_request_is_refused(tagging: Any) -> None:
    token = tagging.get_resources(ResourcesPerPage=5)["PaginationToken"]
    other = {"PaginationToken": token, "ResourceTypeFilters": ["ec2"]}
    assert refusal(tagging, **other) == "PaginationTokenExpiredException"
    assert refusal(tagging, PaginationToken="?") == "PaginationTokenExpiredException"


def test_an_arn_of_nothing_is_left_out(tagging: Any) -> None:
    answer = tagging.get_resources(ResourceARNList=["arn:aws:s3:::nobody-has-this"])
    assert answer["ResourceTagMappingList"] == []


def test_keys_and_values_are_those_in_use(tagging: Any) -> None:
    assert {"env", "team", "service", "cost-centre"} <= set(tagging.get_tag_keys()["TagKeys"])
    assert tagging.get_tag_values(Key="env")["TagValues"] == ["prod"]
    assert tagging.get_tag_values(Key="nobody-has-this")["TagValues"] == []
