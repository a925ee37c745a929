"""Every list that is cut here: its pages by the paginator of botocore, over its own protocol."""

from typing import Any, Final

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.paginate import TokenEncoder

from awsdash.demo.aws.discovery.paging import Paging
from awsdash.demo.aws.discovery.pagings import PAGINGS
from tests.demo.listed_rows import ListedRows

# Members of the URL, without which no request can be written; ListBuckets looks up its buckets.
PARENTS: Final = {
    ("apigateway", "GetDeployments"): {"restApiId": "api"},
    ("apigateway", "GetResources"): {"restApiId": "api"},
    ("apigateway", "GetRoutes"): {"ApiId": "api"},
    ("eks", "ListFargateProfiles"): {"clusterName": "cluster"},
    ("eks", "ListNodegroups"): {"clusterName": "cluster"},
    ("lambda", "ListAliases"): {"FunctionName": "function"},
    ("lambda", "ListLayerVersions"): {"LayerName": "layer"},
    ("lambda", "ListVersionsByFunction"): {"FunctionName": "function"},
}
KEYS: Final = sorted(
    key for key in PAGINGS if key != ("s3", "ListBuckets") and PAGINGS[key].paginator is None
)
LIMITED: Final = [key for key in KEYS if PAGINGS[key].limit_on_wire]
DEFAULT: Final = [key for key in KEYS if PAGINGS[key].size.default is not None]


def pages(listed: ListedRows, **config: Any) -> list[dict[str, Any]]:
    paginator = listed.client.get_paginator(xform_name(listed.paging.name))
    return list(paginator.paginate(**PARENTS.get(listed.key, {}), PaginationConfig=config))


def rows(paging: Paging, page: dict[str, Any]) -> list[Any]:
    found = page[paging.results[0]]
    return [row for each in found for row in each[paging.within]] if paging.within else found


@pytest.mark.parametrize("key", LIMITED, ids="-".join)
def test_pages_of_the_smallest_size_are_the_whole_list(key: tuple[str, str]) -> None:
    paging = PAGINGS[key]
    size = max(1, paging.size.least)
    listed = ListedRows(key, paging, 2 * size + 1)
    (whole,) = pages(listed, PageSize=min(paging.size.most, 1_000))
    by_page = [rows(paging, page) for page in pages(listed, PageSize=size)]
    assert [len(page) for page in by_page] == [size, size, 1]
    assert [row for page in by_page for row in page] == rows(paging, whole)


@pytest.mark.parametrize("key", DEFAULT, ids="-".join)
def test_who_names_no_size_gets_the_documented_one(key: tuple[str, str]) -> None:
    paging = PAGINGS[key]
    assert paging.size.default is not None
    listed = ListedRows(key, paging, paging.size.default + 1)
    assert [len(rows(paging, page)) for page in pages(listed)] == [paging.size.default, 1]


@pytest.mark.parametrize("key", KEYS, ids="-".join)
def test_a_token_that_none_was_told_is_refused(key: tuple[str, str]) -> None:
    paging = PAGINGS[key]
    listed = ListedRows(key, paging, 3)
    with pytest.raises(ClientError) as refused:
        pages(listed, StartingToken=TokenEncoder().encode({paging.input_token: "bm9uc2Vuc2U="}))
    error: Any = refused.value.response["Error"]
    assert error["Code"] == paging.refusals.token_code
    assert error["Message"]


@pytest.mark.parametrize("key", LIMITED, ids="-".join)
def test_a_size_below_the_smallest_is_refused(key: tuple[str, str]) -> None:
    paging = PAGINGS[key]
    listed = ListedRows(key, paging, 3)
    with pytest.raises(ClientError) as refused:
        pages(listed, PageSize=paging.size.least - 1)
    assert refused.value.response["Error"]["Code"] == paging.refusals.limit_code


@pytest.mark.parametrize("key", LIMITED, ids="-".join)
def test_a_size_above_the_largest_is_refused_or_cut_down(key: tuple[str, str]) -> None:
    paging = PAGINGS[key]
    largest = paging.size.cap or paging.size.most
    listed = ListedRows(key, paging, largest + 1 if paging.size.cap else 1)
    if paging.size.cap:
        found = pages(listed, PageSize=largest + 1)
        assert [len(rows(paging, page)) for page in found] == [largest, 1]
        return
    with pytest.raises(ClientError) as refused:
        pages(listed, PageSize=largest + 1)
    assert refused.value.response["Error"]["Code"] == paging.refusals.limit_code
