"""How Athena reads a statement, or refuses it."""

import pytest

from awsdash.demo.aws.athena.reading import read_statement, without_end
from awsdash.demo.aws.athena.statements import CreateTable, CreateTableAs
from awsdash.demo.aws.athena.words import position, tokens_of
from awsdash.demo.aws.protocol import AwsError


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("a -- b\n c /* d */ e", ["a", "c", "e"]),
        ("'it''s' \"A b\" `c`", ["it's", "A b", "c"]),
        ("split(x, '\\')", ["split", "(", "x", ",", "\\", ")"]),
        (r"CREATE EXTERNAL TABLE '\t' '\'' ", ["CREATE", "EXTERNAL", "TABLE", "\t", "'"]),
    ],
)
def test_a_text_has_words(sql: str, words: list[str]) -> None:
    assert [token.text for token in tokens_of(sql)] == words


def test_a_position_is_told_by_line_and_column() -> None:
    assert [position("ab\ncd", offset) for offset in (0, 1, 3, 4)] == [
        "line 1:1",
        "line 1:2",
        "line 2:1",
        "line 2:2",
    ]


@pytest.mark.parametrize("sql", ["SELECT 1;", "SELECT 1 ; ", "SELECT 1;-- the end\n;", "SELECT 1"])
def test_a_semicolon_may_end_a_statement(sql: str) -> None:
    assert without_end(sql) == "SELECT 1"


def test_a_semicolon_in_a_text_ends_nothing() -> None:
    assert without_end("SELECT ';'") == "SELECT ';'"


# What Athena's users have reported of it, where it is not Presto's own grammar.
@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', 'ANALYZE', "),
        ("", "line 1:1: mismatched input '<EOF>'. Expecting: 'ALTER', "),
        ("SELECT a FROM t WHERE", "line 1:22: mismatched input '<EOF>'. Expecting: "),
        ("SELECT a\nFROM t WHERE )", "line 2:14: mismatched input ')'. Expecting: "),
        ("SELECT FROM t", "line 1:8: mismatched input 'FROM'. Expecting: '*', "),
        ("SELECT 'a", "line 1:10: mismatched input '<EOF>'"),
        (f"SELECT 1 {'/* ' * 50_000}", "line 1:150010: mismatched input '<EOF>'"),
        (
            f"{' ' * 100_000}SELEC 1",
            "line 1:100001: mismatched input 'SELEC'. Expecting: 'ALTER', ",
        ),
        (
            f"SELECT {'(' * 5000}1{')' * 5000}",
            "line 1:1: statement is too large (stack overflow while parsing)",
        ),
        ("EXPLAIN", "line 1:8: mismatched input '<EOF>'. Expecting: "),
        ("INSERT INTO t", "line 1:14: mismatched input '<EOF>'. Expecting: "),
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed. Got: SELECT 1; SELECT 2"),
        ("SHOW STATS FOR t", "line 1:6: no viable alternative at input 'SHOW STATS'"),
        (
            "CREATE TABLE t (a int)",
            "No location was specified for table. An S3 location must be specified",
        ),
        (
            "CREATE TABLE t (a int) LOCATION 's3://b/t/'",
            "External keyword required for table type HIVE",
        ),
        (
            "CREATE EXTERNAL TABLE t (a int) LOCATION 'http://b/'",
            "Invalid location http://b/ for table. Only S3 locations are allowed",
        ),
        ("DESCRIBE a.b.c.d", "Invalid table name a.b.c.d"),
        ("DESCRIBE mysql.b.c", "Catalog 'mysql' does not exist"),
        ("EXPLAIN SHOW TABLES", "line 1:9: mismatched input 'SHOW'. Expecting: '(', 'SELECT', "),
    ],
)
def test_a_text_that_is_no_statement_is_refused_in_athenas_words(sql: str, message: str) -> None:
    with pytest.raises(AwsError) as refused:
        read_statement(sql)
    assert refused.value.code == "InvalidRequestException"
    assert refused.value.message.startswith(message)


@pytest.mark.parametrize(
    ("sql", "type_", "substatement", "file"),
    [
        ("SELECT 1", "DML", "SELECT", "{id}.csv"),
        ("/* a */ -- b\nselect(1)", "DML", "SELECT", "{id}.csv"),
        ("WITH x AS (SELECT 1) SELECT * FROM x", "DML", "SELECT", "{id}.csv"),
        ("VALUES 1, 2", "DML", "SELECT", "{id}.csv"),
        ("TABLE t", "DML", "SELECT", "{id}.csv"),
        ("(SELECT 1) UNION (SELECT 2)", "DML", "SELECT", "{id}.csv"),
        ("EXPLAIN SELECT 1", "DML", "EXPLAIN", "{id}.txt"),
        ("EXPLAIN (TYPE DISTRIBUTED) SELECT 1", "DML", "EXPLAIN", "{id}.txt"),
        ("INSERT INTO t SELECT 1", "DML", "INSERT", "{id}"),
        ("INSERT INTO db.t (a, b) VALUES (1, 2)", "DML", "INSERT", "{id}"),
        ("UNLOAD (SELECT 1) TO 's3://b/' WITH (format='JSON')", "DML", "UNLOAD", "{id}"),
        ("DELETE FROM t", "DML", "DELETE", "{id}.csv"),
        ("CREATE TABLE t AS SELECT 1 a", "DDL", "CREATE_TABLE_AS_SELECT", "tables/{id}"),
        ("CREATE DATABASE IF NOT EXISTS a", "DDL", "CREATE_DATABASE", "{id}.txt"),
        ("DROP SCHEMA a CASCADE", "DDL", "DROP_DATABASE", "{id}.txt"),
        ("DROP TABLE IF EXISTS `a`", "DDL", "DROP_TABLE", "{id}.txt"),
        ("CREATE OR REPLACE VIEW v AS SELECT 1 a", "DDL", "CREATE_VIEW", "{id}.txt"),
        ("DROP VIEW v", "DDL", "DROP_VIEW", "{id}.txt"),
        ("MSCK REPAIR TABLE t", "DDL", "MSCK_REPAIR", "{id}.txt"),
        (
            "ALTER TABLE t ADD PARTITION (dt = '1')",
            "DDL",
            "ALTER_TABLE_ADD_PARTITION",
            "{id}.txt",
        ),
        ("SHOW TABLES IN a 'b*'", "UTILITY", "SHOW_TABLES", "{id}.txt"),
        ("SHOW SCHEMAS LIKE 'a'", "UTILITY", "SHOW_DATABASES", "{id}.txt"),
        ("SHOW COLUMNS FROM a.b", "UTILITY", "SHOW_COLUMNS", "{id}.txt"),
        ("SHOW PARTITIONS t", "UTILITY", "SHOW_PARTITIONS", "{id}.txt"),
        ("SHOW CREATE TABLE t", "UTILITY", "SHOW_CREATE_TABLE", "{id}.txt"),
        ("SHOW VIEWS", "UTILITY", "SHOW_VIEWS", "{id}.txt"),
        ("DESC t", "UTILITY", "DESCRIBE_TABLE", "{id}.txt"),
    ],
)
def test_a_statement_is_of_a_kind(sql: str, type_: str, substatement: str, file: str) -> None:
    kind = read_statement(sql).kind
    assert (kind.type, kind.substatement, kind.file) == (type_, substatement, file)


def test_a_table_is_defined_in_hives_words() -> None:
    statement = read_statement(
        "CREATE EXTERNAL TABLE IF NOT EXISTS db.`Logs` ("
        " `a` string COMMENT 'first', b struct<c: int, d: array<string>>, e decimal(10, 2))"
        " COMMENT 'of the edge' PARTITIONED BY (dt string)"
        " ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' NULL DEFINED AS '-'"
        " STORED AS TEXTFILE LOCATION 's3://b/logs/' TBLPROPERTIES ('a' = 'b', \"c\" = \"d\")"
    )
    table = statement.action
    assert isinstance(table, CreateTable)
    assert table.name.in_database("other") == ("db", "logs")
    assert [(c.name, c.type, c.comment) for c in table.columns] == [
        ("a", "string", "first"),
        ("b", "struct<c:int,d:array<string>>", None),
        ("e", "decimal(10,2)", None),
    ]
    assert [key.name for key in table.partition_keys] == ["dt"]
    assert table.serde_properties == {"field.delim": "\t", "serialization.null.format": "-"}
    assert (table.stored_as, table.comment) == ("TEXTFILE", "of the edge")
    assert table.properties == {"a": "b", "c": "d"}


def test_create_table_as_has_properties_and_may_want_no_data() -> None:
    action = read_statement(
        "CREATE TABLE t WITH (format = 'JSON', partitioned_by = ARRAY['a', 'b'])"
        " AS SELECT 1 a, 2 b WITH NO DATA"
    ).action
    assert isinstance(action, CreateTableAs)
    assert action.properties == {"format": "JSON", "partitioned_by": ["a", "b"]}
    assert not action.with_data
