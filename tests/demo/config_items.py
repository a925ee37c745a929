"""Configuration items for tests, and a place of AWS that the story does not tell of."""

from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_PROD
from tests.demo.emulated_aws import EPOCH

# No region of the story, so that nothing but the test's own is there.
REGION: Final = "eu-north-1"
PLACE: Final = Place(PAYMENTS_PROD, REGION)
OTHER_PLACE: Final = Place(DATA_PROD, REGION)
EMPTY_REGION: Final = "ap-south-2"

INSTANCE: Final = "AWS::EC2::Instance"
GROUP: Final = "AWS::EC2::SecurityGroup"
BUCKET: Final = "AWS::S3::Bucket"


def item(
    resource_type: str, resource_id: str, days_ago: float = 1, **members: Any
) -> dict[str, Any]:
    """In AWS's shape, captured so many days before the epoch."""
    return {
        "resourceType": resource_type,
        "resourceId": resource_id,
        "configurationItemCaptureTime": EPOCH - timedelta(days=days_ago),
        **members,
    }


def refusal(client: Any, operation: str, **request: Any) -> tuple[str, str]:
    """Code and message of the error that AWS answers."""
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**request)
    answer: Any = refused.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"]
