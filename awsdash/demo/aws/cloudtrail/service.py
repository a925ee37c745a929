"""CloudTrail's event history; trails are moto's."""

from typing import Final

from awsdash.demo.aws.cloudtrail.lookup import check, lookup_events
from awsdash.demo.aws.cloudtrail.seeding import seed_events
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="cloudtrail",
    model="cloudtrail",
    invalid="ValidationException",
    operations={"LookupEvents": lookup_events},
    seeds={"events": seed_events},
    check=check,
)
