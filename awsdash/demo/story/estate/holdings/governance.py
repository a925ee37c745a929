"""What keeps watch: the trail of the whole organization."""

from collections.abc import Iterator
from typing import Final

from awsdash.demo.story.estate.environments import MANAGED
from awsdash.demo.story.estate.holdings.storage import BUCKET, TRAIL_BUCKET
from awsdash.demo.story.estate.resource import Resource

TRAIL: Final = "AWS::CloudTrail::Trail"
TRAIL_LOG_GROUP: Final = "/aws/cloudtrail/northwind-trail"


def resources() -> Iterator[Resource]:
    trail = {
        "Name": "northwind-trail",
        "S3BucketName": TRAIL_BUCKET,
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "IsOrganizationTrail": True,
        "LogFileValidationEnabled": True,
        "CloudWatchLogsLogGroupArn": f"{MANAGED.log_group_arn(TRAIL_LOG_GROUP)}:*",
        "CloudWatchLogsRoleArn": MANAGED.role_arn("trail-logs"),
    }
    related = ("Is associated with", BUCKET, TRAIL_BUCKET)
    yield MANAGED.resource(TRAIL, "northwind-trail", "security", trail, related, days=560)
