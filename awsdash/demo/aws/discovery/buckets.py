"""What ListBuckets says beyond moto's names."""

from typing import Final

from moto.s3.models import s3_backends

from awsdash.demo.aws.discovery.parameters import Parameters, first
from awsdash.demo.aws.identity.callers import PARTITION
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call

_OLDER_ANSWER_TO: Final = {"x-id"}


def finish_buckets(call: Call, asked: Parameters, members: Members) -> None:
    """Buckets come by name; a request with a parameter is told regions, and its prefix."""
    members["Buckets"] = sorted(members.get("Buckets", []), key=lambda bucket: str(bucket["Name"]))
    if not asked.keys() - _OLDER_ANSWER_TO:
        return
    known = s3_backends[call.place.account][PARTITION].buckets
    for bucket in members["Buckets"]:
        bucket["BucketRegion"] = known[bucket["Name"]].region_name
    members["Prefix"] = first(asked.get("prefix"))
