"""What SQL over results does not do, whoever asks: everything but one SELECT from its tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from duckdb import DuckDBPyConnection

from awsdash.sandbox.child import sql as child_sql
from awsdash.sandbox.child import statement
from awsdash.sandbox.child.refusal import Refusal
from awsdash.sandbox.child.tables import Cell, Table
from services.errors import InvalidQuery, QueryFailed, ServiceError
from tests.sandbox.conftest import Ask, ask_for, write

NO_SELECT = [
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET n = 1",
    "DELETE FROM t",
    "TRUNCATE t",
    "MERGE INTO t USING t AS s ON true WHEN MATCHED THEN DELETE",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP VIEW x AS SELECT 1",
    "CREATE MACRO x() AS 1",
    "CREATE SECRET (TYPE http)",
    "DROP VIEW t",
    "ALTER TABLE t RENAME TO u",
    "COPY t TO '/tmp/awsdash-stolen.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE '/tmp/awsdash-stolen'",
    "IMPORT DATABASE '/tmp'",
    "ATTACH '/tmp/x.duckdb' AS x",
    "ATTACH ':memory:' AS x",
    "USE x",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/x.duckdb_extension'",
    "PRAGMA version",
    "PRAGMA database_list",
    "SET memory_limit = '100GB'",
    "SET threads = 8",
    "RESET threads",
    "SET VARIABLE x = 1",
    "CALL duckdb_settings()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "EXPLAIN SELECT * FROM t",
    "EXPLAIN ANALYZE SELECT * FROM t",
    "WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
    "SELECT * FROM (SELECT 1 UNION (WITH x AS (UPDATE t SET n = 1 RETURNING *) FROM x))",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "SHOW DATABASES",
    "PIVOT t ON word USING count(*)",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY t TO '/tmp/awsdash-stolen.csv'",
    "SELECT * FROM t WHERE n = ?",
    "SELECT $1",
    "",
    "  -- nothing\n;",
]
OTHER_SOURCES = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM READ_TEXT('/proc/self/environ')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM parquet_scan('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_duckdb('/tmp/x')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM t, LATERAL (SELECT * FROM glob('/*')) g",
    "SELECT * FROM t WHERE n IN (SELECT 1 FROM glob('/*'))",
    "WITH x AS (SELECT * FROM glob('/*')) SELECT * FROM x",
    "SELECT list_transform([1], lambda x: (SELECT count(*) FROM glob('/*')))",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '/etc/*.csv'",
    "SELECT * FROM 'https://example.com/x.parquet'",
    "SELECT * FROM 's3://bucket/x.parquet'",
    "DESCRIBE SELECT * FROM '/etc/passwd.csv'",
    "SUMMARIZE SELECT * FROM read_text('/etc/passwd')",
    "DESCRIBE '/etc/passwd.csv'",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('t')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_views()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM duckdb_external_file_cache()",
    "SELECT * FROM pragma_database_size()",
    "SELECT * FROM enable_logging(storage := 'file')",
    "SELECT * FROM pg_timezone_names()",
    "SELECT * FROM pg_catalog.pg_settings",
    "SELECT * FROM pg_settings",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM information_schema.views",
    "SELECT * FROM system.information_schema.tables",
    "SELECT * FROM memory.main.t",
    "SELECT * FROM main.t",
    "SELECT current_setting('allowed_paths')",
    "SELECT main.current_setting('allowed_paths')",
    "SELECT system.main.current_setting('allowed_paths')",
    "SELECT 'allowed_paths'.current_setting()",
    "SELECT getenv('PATH')",
    "SELECT pg_get_viewdef(1)",
    "SELECT pg_sleep(100)",
    "SELECT sleep_ms(100000)",
    "SELECT json_serialize_plan('SELECT * FROM t')",
    "SELECT write_log('x')",
    "SELECT * FROM t ORDER BY current_setting('allowed_paths')",
    "SELECT sum(n) FILTER (WHERE current_setting('threads') = 1) FROM t",
    "SELECT n FROM t GROUP BY n HAVING current_setting('threads') = 1",
    "SELECT lag(current_setting('threads')) OVER () FROM t",
    "SELECT 1 LIMIT (SELECT length(content) FROM read_text('/etc/passwd'))",
]


# What DuckDB refuses by itself, were the parser's word not enough.
BY_SETTINGS = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "COPY t TO '/tmp/awsdash-stolen.csv'",
    "COPY t TO '/dev/stdout'",
    "EXPORT DATABASE '/tmp/awsdash-stolen'",
    "ATTACH '/tmp/awsdash-stolen.duckdb' AS x",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/x.duckdb_extension'",
    "SELECT * FROM 'https://example.com/x.parquet'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "SET threads = 8",
    "SET allowed_paths = ['/etc/passwd']",
    "SET temp_directory = '/tmp'",
    "RESET memory_limit",
    "CREATE PERSISTENT SECRET s (TYPE http)",
]


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as database:
        database.execute("CREATE TABLE t (n BIGINT, word VARCHAR, data VARCHAR)")
        yield database


@pytest.mark.parametrize("text", [*NO_SELECT, *OTHER_SOURCES])
def test_only_one_select_from_the_tables_passes(database: DuckDBPyConnection, text: str) -> None:
    with pytest.raises((Refusal, duckdb.ParserException)):
        statement.check(database, f"SELECT * FROM ({statement.one_select(database, text)})", ["t"])


@pytest.mark.parametrize("text", [*NO_SELECT[::6], *OTHER_SOURCES[::6]])
def test_what_does_not_pass_is_not_run(ask: Ask, text: str) -> None:
    with pytest.raises(InvalidQuery):
        ask(text)


@pytest.mark.parametrize("text", BY_SETTINGS)
def test_duckdb_keeps_to_the_files_by_itself(stored: Table, text: str) -> None:
    database = child_sql._database(2**28, stored.paths)
    database.execute(stored.view)
    with pytest.raises(duckdb.Error):
        database.execute(text).fetchall()


def test_duckdb_reads_the_files_it_was_given(stored: Table) -> None:
    database = child_sql._database(2**28, stored.paths)
    database.execute(stored.view)
    assert database.execute("SELECT count(*) FROM t").fetchall() == [(1000,)]
    assert not Path("/tmp/awsdash-stolen.csv").exists()


def test_a_virtual_column_tells_no_file(ask: Ask) -> None:
    for name in ("filename", "file_index", "file_row_number", "rowid"):
        with pytest.raises(ServiceError):
            ask(f"SELECT {name} FROM t")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM t WHERE nope",
        "SELECT CAST(word AS INTEGER) FROM t",
        "SELECT * FROM nix",
        "SELECT error('x')",
        "SELECT * FROM t AS x JOIN t AS y ON n = n",
        "SELECT sum(word) FROM t",
        "DESCRIBE t",
        "SELECT * FROM t t1, t t2 WHERE t1.word = t2.n",
    ],
)
def test_no_error_and_no_answer_names_a_path(stored: Table, text: str) -> None:
    try:
        told = str(ask_for(stored)(text).rows)
    except ServiceError as error:
        told = f"{error.message} {error.hint}"
    assert not re.search(r"/\w+/|\.parquet|\.py|Traceback", told)


def test_a_file_that_is_no_parquet_is_named_as_its_table(tmp_path: Path, stored: Table) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1 this is none")
    with pytest.raises(ServiceError) as caught:
        ask_for(Table("t", stored.columns, [Cell([str(path)], {})]))("SELECT * FROM t")
    assert str(tmp_path) not in f"{caught.value.message}{caught.value.hint}"


def test_names_and_values_of_tables_are_only_that(tmp_path: Path) -> None:
    path = write(tmp_path / "a\"b'c.parquet", {'x"y': pa.array([1])})
    cell = Cell([path], {"account": "it's", 'region"': "'; SELECT 1; --"})
    table = Table("t", [('x"y', "integer"), ("account", "text"), ('region"', "text")], [cell])
    assert ask_for(table)("SELECT * FROM t").values == [(1, "it's", "'; SELECT 1; --")]


def test_what_nests_too_deep_is_refused(ask: Ask) -> None:
    for text in (f"SELECT {'(' * 5000}1{')' * 5000}", f"SELECT {'-' * 1}1{'+1' * 20_000}"):
        with pytest.raises((InvalidQuery, QueryFailed)):
            ask(text)
