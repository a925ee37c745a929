"""GetResources."""

from collections.abc import Sequence
from typing import Any, Final

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import read_token, write_token
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.tagging.collecting import tagged_in
from awsdash.demo.aws.tagging.tagged import Tagged, Tags

DEFAULT_RESOURCES: Final = 50
MOST_RESOURCES: Final = 100
TAGS: Final = range(100, 501)
PAGING: Final = ("PaginationToken", "ResourcesPerPage", "TagsPerPage")
NOT_WITH_ARNS: Final = ("ResourceTypeFilters", "TagFilters", *PAGING)


def get_resources(call: Call, asked: Members) -> Members:
    _check(asked)
    found = [each for each in tagged_in(call.place) if _is_wanted(each, asked)]
    request = [*call.place, {name: asked[name] for name in asked if name not in PAGING}]
    token = asked.get("PaginationToken")
    start = read_token(token, request, _expired()) if token else 0
    end = start + _fitting(found[start:], asked)
    return {
        "PaginationToken": write_token(end, request) if end < len(found) else "",
        "ResourceTagMappingList": [_mapping(each) for each in found[start:end]],
    }


def _check(asked: Members) -> None:
    per_page, tags = asked.get("ResourcesPerPage"), asked.get("TagsPerPage")
    if per_page is not None and not 1 <= per_page <= MOST_RESOURCES:
        raise _invalid(f"ResourcesPerPage must be between 1 and {MOST_RESOURCES}")
    if tags is not None and tags not in TAGS:
        raise _invalid(f"TagsPerPage must be between {TAGS[0]} and {TAGS[-1]}")
    excluded = [name for name in NOT_WITH_ARNS if asked.get(name)]
    if asked.get("ResourceARNList") and excluded:
        raise _invalid(f"ResourceARNList cannot be used with {', '.join(excluded)}")
    if any(not tag_filter.get("Key") for tag_filter in asked.get("TagFilters", ())):
        raise _invalid("Each tag filter must have a key")
    if asked.get("ExcludeCompliantResources") and not asked.get("IncludeComplianceDetails"):
        raise _invalid("ExcludeCompliantResources needs IncludeComplianceDetails")


def _is_wanted(each: Tagged, asked: Members) -> bool:
    arns, types = asked.get("ResourceARNList"), asked.get("ResourceTypeFilters")
    return (
        (not arns or each.arn in arns)
        and (not types or any(type_ in (each.type, each.service) for type_ in types))
        and all(_fits(each.tags, tag_filter) for tag_filter in asked.get("TagFilters", ()))
    )


def _fits(tags: Tags, tag_filter: dict[str, Any]) -> bool:
    """One of the values, of which none is any."""
    key, values = tag_filter["Key"], tag_filter.get("Values")
    return key in tags and (not values or tags[key] in values)


def _fitting(rest: Sequence[Tagged], asked: Members) -> int:
    """How many of the rest a page has; tags of one resource are not parted."""
    if asked.get("ResourceARNList"):
        return len(rest)
    if "TagsPerPage" not in asked:
        per_page: int = asked.get("ResourcesPerPage", DEFAULT_RESOURCES)
        return min(len(rest), per_page)
    count, tags = 0, 0
    for each in rest[: asked.get("ResourcesPerPage", len(rest))]:
        tags += len(each.tags)
        if tags > asked["TagsPerPage"]:
            break
        count += 1
    return count


def _mapping(each: Tagged) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in each.tags.items()]
    return {"ResourceARN": each.arn, "Tags": tags}


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _expired() -> AwsError:
    return AwsError("PaginationTokenExpiredException", "The pagination token has expired")
