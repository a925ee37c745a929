"""The operations that moto does not page as AWS does."""

from collections.abc import Iterator
from typing import Final

from awsdash.demo.aws.discovery import json_listings, xml_listings
from awsdash.demo.aws.discovery.buckets import finish_buckets
from awsdash.demo.aws.discovery.paging import Finish, Paging

_WITHIN: Final = {"DescribeInstances": "Instances"}
_EXCLUDED: Final = {
    "DescribeInstances": ("InstanceId", "instancesSet"),
    "DescribeNetworkInterfaces": ("NetworkInterfaceId", "networkInterfaceIdSet"),
    "DescribeVolumes": ("VolumeId", "volumeSet"),
}
_FINISH: Final[dict[str, Finish]] = {"ListBuckets": finish_buckets}
_PAGINATORS: Final = {
    "ListEventBuses": {
        "input_token": "NextToken",
        "output_token": "NextToken",
        "limit_key": "Limit",
        "result_key": "EventBuses",
    },
    "ListWebACLs": {
        "input_token": "NextMarker",
        "output_token": "NextMarker",
        "limit_key": "Limit",
        "result_key": "WebACLs",
    },
}


def _pagings() -> Iterator[tuple[tuple[str, str], Paging]]:
    for listings in (*json_listings.LISTINGS, *xml_listings.LISTINGS):
        for name, size in listings.sizes.items():
            yield (
                (listings.signed_as, name),
                Paging(
                    listings.model,
                    name,
                    size,
                    listings.refusals,
                    _WITHIN.get(name),
                    _EXCLUDED.get(name),
                    _FINISH.get(name),
                    _PAGINATORS.get(name),
                ),
            )


PAGINGS: Final = dict(_pagings())
