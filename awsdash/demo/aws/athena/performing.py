"""Does what a statement says, when its time in the queue is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from awsdash.demo.aws.athena import ddl, engine, prepared_statements, shows, writing
from awsdash.demo.aws.athena import statements as s
from awsdash.demo.aws.athena.catalog import VIEW_TYPE, find_database, find_table, view_text
from awsdash.demo.aws.athena.catalog import backend_of as glue_of
from awsdash.demo.aws.athena.errors import database_not_found, engine_error
from awsdash.demo.aws.athena.executions import Execution
from awsdash.demo.aws.athena.parameters import bind
from awsdash.demo.aws.athena.reading import read_statement
from awsdash.demo.aws.athena.results import Results, text_column
from awsdash.demo.aws.athena.types import result_type

Done = tuple[Results | None, int]
"""The results, None where there are none, and the bytes that were scanned."""

DEFAULT_DATABASE: Final = "default"


def perform(execution: Execution) -> Done:
    """Raises QueryError."""
    request = execution.request
    action = request.statement.action
    if request.parameters and not isinstance(action, s.Execute | s.Prepare):
        bound = bind(request.sql, request.parameters)
        return _do(execution, bound, read_statement(bound).action)
    if isinstance(action, s.Select):
        bind(request.sql, request.parameters)  # marks without values
    return _do(execution, request.sql, action)


def _do(execution: Execution, sql: str, action: s.Action) -> Done:
    context = _context(execution, sql)
    run = _QUERIES.get(type(action))
    if run is not None:
        done: Done = run(execution, context, action)
        return done
    show = _SHOWS.get(type(action))
    if show is not None:
        return show(execution.place, action, context.database), 0
    write = _WRITES[type(action)]
    lines = write(execution, action, context.database)
    return (Results([text_column("result")], [[line] for line in lines]) if lines else None), 0


def _context(execution: Execution, sql: str) -> engine.Context:
    request = execution.request
    return engine.Context(
        execution.place,
        (request.database or DEFAULT_DATABASE).lower(),
        sql,
        execution.handle,
        engine.scan_limit(request.scan_limit_bytes),
    )


def _select(_: Execution, context: engine.Context, action: s.Select) -> Done:
    return engine.run(context, action.tree)


def _explain(_: Execution, context: engine.Context, action: s.Explain) -> Done:
    lines, scanned = engine.explain(context, action.tree)
    column = text_column("Query Plan", "varchar")
    return Results([column], [[line] for line in lines], header=True), scanned


def _create_table_as(
    execution: Execution, context: engine.Context, action: s.CreateTableAs
) -> Done:
    output = execution.request.output or ""
    location = f"{output.rstrip('/')}/tables/{execution.id}/"
    return writing.create_table_as(context, action, location)


def _insert(_: Execution, context: engine.Context, action: s.Insert) -> Done:
    return writing.insert(context, action)


def _unload(_: Execution, context: engine.Context, action: s.Unload) -> Done:
    return writing.unload(context, action)


def _execute(execution: Execution, _: engine.Context, action: s.Execute) -> Done:
    request = execution.request
    found = prepared_statements.get_for_query(execution.place, action.name, request.workgroup)
    sql = bind(found.sql, action.values or request.parameters)
    return _do(execution, sql, read_statement(sql).action)


def _unsupported(_: Execution, _context: engine.Context, action: s.Unsupported) -> Done:
    raise engine_error(action.reason)


def _create_view(execution: Execution, context: engine.Context, action: s.CreateView) -> Done:
    place = execution.place
    database, name = action.name.in_database(context.database)
    found = find_database(place, database)
    if found is None:
        raise database_not_found(database)
    before = find_table(place, database, name)
    if before is not None and not (action.replace and before.view_sql is not None):
        full = f"awsdatacatalog.{database}.{name}"
        raise engine_error(f"TABLE_ALREADY_EXISTS: line 1:1: View already exists: '{full}'")
    with engine.prepared(context, action.tree) as query:
        columns = [(n.lower(), result_type(type_).name) for n, type_ in query.columns]
    entry: dict[str, Any] = {
        "Name": name,
        "TableType": VIEW_TYPE,
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": type_} for n, type_ in columns],
            "Location": "",
            "SerdeInfo": {},
        },
        "ViewOriginalText": view_text(action.sql, context.database, columns),
        "ViewExpandedText": "/* Presto View */",
    }
    if before is None:
        glue_of(place).create_table(found.name, name, entry)
    else:
        glue_of(place).update_table(found.name, before.name, entry)
    return None, 0


_QUERIES: Final[dict[type, Callable[..., Done]]] = {
    s.Select: _select,
    s.Explain: _explain,
    s.CreateTableAs: _create_table_as,
    s.CreateView: _create_view,
    s.Insert: _insert,
    s.Unload: _unload,
    s.Execute: _execute,
    s.Unsupported: _unsupported,
}
_SHOWS: Final[dict[type, Callable[..., Results]]] = {
    s.ShowDatabases: lambda place, asked, _: shows.show_databases(place, asked),
    s.ShowTables: shows.show_tables,
    s.ShowViews: shows.show_tables,
    s.ShowColumns: shows.show_columns,
    s.ShowPartitions: shows.show_partitions,
    s.ShowCreateTable: shows.show_create_table,
    s.ShowCreateView: shows.show_create_view,
    s.ShowProperties: shows.show_properties,
    s.Describe: shows.describe,
}


def _prepare(execution: Execution, action: s.Prepare, _: str) -> None:
    workgroup = execution.request.workgroup
    prepared_statements.put(execution.place, action.name, workgroup, action.sql)


def _deallocate(execution: Execution, action: s.Deallocate, _: str) -> None:
    workgroup = execution.request.workgroup
    prepared_statements.get_for_query(execution.place, action.name, workgroup)
    prepared_statements.remove(execution.place, action.name, workgroup)


_WRITES: Final[dict[type, Callable[..., list[str] | None]]] = {
    s.CreateDatabase: lambda execution, a, _: ddl.create_database(execution.place, a),
    s.DropDatabase: lambda execution, a, _: ddl.drop_database(execution.place, a),
    s.CreateTable: lambda execution, a, context: ddl.create_table(execution.place, a, context),
    s.DropTable: lambda execution, a, context: ddl.drop_table(execution.place, a, context),
    s.DropView: lambda execution, a, context: ddl.drop_table(execution.place, a, context),
    s.AddPartitions: lambda execution, a, context: ddl.add_partitions(execution.place, a, context),
    s.DropPartitions: lambda execution, a, context: ddl.drop_partitions(
        execution.place, a, context
    ),
    s.RepairTable: lambda execution, a, context: ddl.repair_table(execution.place, a, context),
    s.Prepare: _prepare,
    s.Deallocate: _deallocate,
}
