"""GetTagKeys and GetTagValues: the words that tags are made of."""

from typing import Final

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.tagging.collecting import tagged_in

PER_PAGE: Final = 1_000


def get_tag_keys(call: Call, asked: Members) -> Members:
    keys = {key for each in tagged_in(call.place) for key in each.tags}
    page, token = _page(call, asked, keys)
    return {"PaginationToken": token, "TagKeys": page}


def get_tag_values(call: Call, asked: Members) -> Members:
    key = asked["Key"]
    values = {each.tags[key] for each in tagged_in(call.place) if key in each.tags}
    page, token = _page(call, asked, values)
    return {"PaginationToken": token, "TagValues": page}


def _page(call: Call, asked: Members, words: set[str]) -> tuple[list[str], str]:
    expired = AwsError("PaginationTokenExpiredException", "The pagination token has expired")
    request = [*call.place, call.operation, asked.get("Key")]
    page, token = page_of(
        sorted(words), PER_PAGE, asked.get("PaginationToken") or None, request, expired
    )
    return list(page), token or ""
