"""ListBuckets of the emulated AWS, in an account that has buckets of the story, too."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_DEV
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.estate_reading import EstateAlone


def refusal(s3: Any, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        s3.list_buckets(**asked)
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with running_server(EstateAlone(EPOCH), now=EPOCH) as server:
        s3 = EmulatedAws(server.url).reader("s3", PAYMENTS_DEV, "us-east-1")
        for name in ("paged-b", "paged-c", "paged-a"):
            s3.create_bucket(Bucket=name)
        location = {"LocationConstraint": "eu-central-1"}
        s3.create_bucket(Bucket="paged-d", CreateBucketConfiguration=location)
        yield s3


def test_names_come_in_order_over_pages_of_a_prefix(s3: Any) -> None:
    first = s3.list_buckets(MaxBuckets=3, Prefix="paged-")
    rest = s3.list_buckets(
        MaxBuckets=3, Prefix="paged-", ContinuationToken=first["ContinuationToken"]
    )
    names = [bucket["Name"] for page in (first, rest) for bucket in page["Buckets"]]
    assert names == ["paged-a", "paged-b", "paged-c", "paged-d"]
    assert first["Prefix"] == rest["Prefix"] == "paged-"
    assert "ContinuationToken" not in rest


def test_a_request_with_a_parameter_tells_regions(s3: Any) -> None:
    found = s3.list_buckets(Prefix="paged-")["Buckets"]
    regions = [bucket["BucketRegion"] for bucket in found]
    assert regions == ["us-east-1", "us-east-1", "us-east-1", "eu-central-1"]
    assert not any("BucketRegion" in bucket for bucket in s3.list_buckets()["Buckets"])


def test_the_buckets_of_a_region(s3: Any) -> None:
    found = s3.list_buckets(BucketRegion="eu-central-1", Prefix="paged-")["Buckets"]
    assert [bucket["Name"] for bucket in found] == ["paged-d"]


def test_a_token_of_another_request_is_refused(s3: Any) -> None:
    token = s3.list_buckets(MaxBuckets=1, Prefix="paged-")["ContinuationToken"]
    assert refusal(s3, MaxBuckets=1, ContinuationToken=token) == (
        "InvalidArgument",
        "The continuation token provided is incorrect",
    )
