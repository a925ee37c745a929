"""CloudWatch Logs Insights."""

from typing import Final

from awsdash.demo.aws.insights.definitions import (
    delete_query_definition,
    describe_query_definitions,
    put_query_definition,
)
from awsdash.demo.aws.insights.queries import (
    describe_queries,
    get_query_results,
    start_query,
    stop_query,
)
from awsdash.demo.aws.insights.records import get_log_group_fields, get_log_record
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="logs",
    model="logs",
    invalid="InvalidParameterException",
    operations={
        "DeleteQueryDefinition": delete_query_definition,
        "DescribeQueries": describe_queries,
        "DescribeQueryDefinitions": describe_query_definitions,
        "GetLogGroupFields": get_log_group_fields,
        "GetLogRecord": get_log_record,
        "GetQueryResults": get_query_results,
        "PutQueryDefinition": put_query_definition,
        "StartQuery": start_query,
        "StopQuery": stop_query,
    },
)
