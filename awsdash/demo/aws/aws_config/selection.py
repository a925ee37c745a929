"""SelectResourceConfig and SelectAggregateResourceConfig."""

from collections.abc import Iterable
from typing import Final

import orjson

from awsdash.demo.aws.aws_config.aggregators import items_of
from awsdash.demo.aws.aws_config.constraints import invalid_token
from awsdash.demo.aws.aws_config.execution import run
from awsdash.demo.aws.aws_config.expression import InvalidExpression
from awsdash.demo.aws.aws_config.item import NOT_RECORDED, Item
from awsdash.demo.aws.aws_config.query import Query, parse
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call

DEFAULT_LIMIT: Final = 25
DEFAULT_GROUPS: Final = 500


def select_resource_config(call: Call, asked: Members) -> Members:
    return _select(asked, recorded[call.place].current())


def select_aggregate_resource_config(call: Call, asked: Members) -> Members:
    return _select(asked, items_of(call.place, asked["ConfigurationAggregatorName"]))


def _select(asked: Members, items: Iterable[Item]) -> Members:
    query = _read(asked["Expression"])
    found, row_of = run(query, (item.document for item in items if item.status != NOT_RECORDED))
    default = DEFAULT_GROUPS if query.is_aggregation else DEFAULT_LIMIT
    page, token = page_of(
        found,
        asked.get("MaxResults") or asked.get("Limit") or default,
        asked.get("NextToken"),
        [asked["Expression"], asked.get("ConfigurationAggregatorName")],
        invalid_token(),
    )
    return {
        "Results": [orjson.dumps(row_of(row)).decode() for row in page],
        "QueryInfo": {"SelectFields": [{"Name": field.name} for field in query.fields]},
        "NextToken": token if query.is_paged else None,
    }


def _read(expression: str) -> Query:
    try:
        return parse(expression)
    except InvalidExpression as error:
        raise AwsError("InvalidExpressionException", str(error)) from None
