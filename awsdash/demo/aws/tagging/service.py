"""The Resource Groups Tagging API, of which moto knows some services and no untagged ones."""

from typing import Final

from awsdash.demo.aws.operations import Service
from awsdash.demo.aws.tagging.resources import get_resources
from awsdash.demo.aws.tagging.words import get_tag_keys, get_tag_values

SERVICE: Final = Service(
    signed_as="tagging",
    model="resourcegroupstaggingapi",
    invalid="InvalidParameterException",
    operations={
        "GetResources": get_resources,
        "GetTagKeys": get_tag_keys,
        "GetTagValues": get_tag_values,
    },
)
