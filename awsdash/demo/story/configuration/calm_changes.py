"""What changed without harm in the story's days, so that the plots' changes have company."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from awsdash.demo.aws.state import Place
from awsdash.demo.story.configuration.recorded import Item, Named, item_of
from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    EDGE,
    MANAGED,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.resource import Resource
from awsdash.demo.story.timeline import Timeline

FUNCTION: Final = "AWS::Lambda::Function"
TABLE: Final = "AWS::DynamoDB::Table"
DATABASE: Final = "AWS::RDS::DBInstance"
BUCKET: Final = "AWS::S3::Bucket"
STREAM: Final = "AWS::Kinesis::Stream"


@dataclass(frozen=True)
class CalmChange:
    """Since then the resource is as the estate has it; `before` and `tags_before` were otherwise.

    A tag that was not there before is None.
    """

    days_ago: float
    at: Environment
    type: str
    name: str
    before: Mapping[str, Any] = field(default_factory=dict)
    tags_before: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def named(self) -> Named:
        return Named(self.at.place, self.type, self.name)


CALM_CHANGES: Final = (
    CalmChange(12.6, MANAGED, BUCKET, "northwind-cloudtrail", tags_before={"cost-centre": None}),
    CalmChange(12.1, EDGE, BUCKET, "northwind-www", tags_before={"team": "web"}),
    CalmChange(11.2, PAYMENTS, DATABASE, "fraud-cases", {"allocatedStorage": 100}),
    CalmChange(10.0, PAYMENTS, FUNCTION, "checkout-refund", {"memorySize": 256}),
    CalmChange(9.3, SHARED, "AWS::EC2::Instance", "prometheus", {"instanceType": "r7g.large"}),
    CalmChange(8.6, DATA, STREAM, "clickstream", {"RetentionPeriodHours": 24}),
    CalmChange(7.5, SETTLEMENT, DATABASE, "settlement", tags_before={"cost-centre": "cc-4100"}),
    CalmChange(6.3, PAYMENTS, FUNCTION, "fraud-score", {"timeout": 10}),
    CalmChange(5.1, REPORTS, BUCKET, "northwind-finance-exports", {"versioning": "Suspended"}),
    CalmChange(4.8, PAYMENTS, "AWS::SQS::Queue", "checkout-charges", {"VisibilityTimeout": 30}),
    CalmChange(3.4, DEVELOPMENT, TABLE, "checkout-sessions", tags_before={"team": "checkout"}),
    CalmChange(1.9, DATA, DATABASE, "orders", {"dBInstanceClass": "db.r7g.large"}),
)


@dataclass(frozen=True)
class Bygone:
    """A resource that was deleted in the story's days, and so is not in the estate."""

    resource: Resource
    deleted_days_ago: float


BYGONES: Final = (
    Bygone(
        PAYMENTS.resource(
            FUNCTION,
            "checkout-legacy",
            "checkout",
            {"functionName": "checkout-legacy", "runtime": "nodejs18.x", "memorySize": 256},
            days=312,
        ),
        6.7,
    ),
    Bygone(
        DATA.resource(
            TABLE,
            "orders-backfill-staging",
            "orders",
            {"tableName": "orders-backfill-staging", "tableStatus": "ACTIVE"},
            days=10.2,
        ),
        3.1,
    ),
)


def calm_changes(story: Timeline) -> Iterator[tuple[Place, Item]]:
    for change in CALM_CHANGES:
        yield item_of(story, change.named, story.epoch - timedelta(days=change.days_ago))
    for bygone in BYGONES:
        created_at = story.epoch - bygone.resource.age
        deleted_at = story.epoch - timedelta(days=bygone.deleted_days_ago)
        for item in _life(bygone.resource, created_at, deleted_at):
            yield bygone.resource.place, item


def _life(resource: Resource, created_at: datetime, deleted_at: datetime) -> Iterator[Item]:
    identity = {
        "resourceType": resource.type,
        "resourceId": resource.identity.resource_id,
        "resourceName": resource.name,
        "arn": resource.arn,
        "resourceCreationTime": created_at,
        "availabilityZone": "Not Applicable",
    }
    yield {
        **identity,
        "configurationItemCaptureTime": created_at,
        "configurationItemStatus": "ResourceDiscovered",
        "configuration": dict(resource.configuration),
        "tags": dict(resource.tags),
    }
    yield {
        **identity,
        "configurationItemCaptureTime": deleted_at,
        "configurationItemStatus": "ResourceDeleted",
    }
