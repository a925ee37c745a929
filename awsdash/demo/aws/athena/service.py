"""Athena: SQL over the emulated S3."""

from typing import Final

from awsdash.demo.aws.athena import (
    metadata,
    named_queries,
    prepared_statements,
    queries,
    starting,
    workgroups,
)
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="athena",
    model="athena",
    invalid="InvalidRequestException",
    operations={
        "BatchGetNamedQuery": named_queries.batch_get_named_query,
        "BatchGetPreparedStatement": prepared_statements.batch_get_prepared_statement,
        "BatchGetQueryExecution": queries.batch_get_query_execution,
        "CreateNamedQuery": named_queries.create_named_query,
        "CreatePreparedStatement": prepared_statements.create_prepared_statement,
        "CreateWorkGroup": workgroups.create_work_group,
        "DeleteNamedQuery": named_queries.delete_named_query,
        "DeletePreparedStatement": prepared_statements.delete_prepared_statement,
        "DeleteWorkGroup": workgroups.delete_work_group,
        "GetDataCatalog": metadata.get_data_catalog,
        "GetDatabase": metadata.get_database,
        "GetNamedQuery": named_queries.get_named_query,
        "GetPreparedStatement": prepared_statements.get_prepared_statement,
        "GetQueryExecution": queries.get_query_execution,
        "GetQueryResults": queries.get_query_results,
        "GetQueryRuntimeStatistics": queries.get_query_runtime_statistics,
        "GetTableMetadata": metadata.get_table_metadata,
        "GetWorkGroup": workgroups.get_work_group,
        "ListDataCatalogs": metadata.list_data_catalogs,
        "ListDatabases": metadata.list_databases,
        "ListNamedQueries": named_queries.list_named_queries,
        "ListPreparedStatements": prepared_statements.list_prepared_statements,
        "ListQueryExecutions": queries.list_query_executions,
        "ListTableMetadata": metadata.list_table_metadata,
        "ListWorkGroups": workgroups.list_work_groups,
        "StartQueryExecution": starting.start_query_execution,
        "StopQueryExecution": queries.stop_query_execution,
        "UpdateNamedQuery": named_queries.update_named_query,
        "UpdatePreparedStatement": prepared_statements.update_prepared_statement,
        "UpdateWorkGroup": workgroups.update_work_group,
    },
)
