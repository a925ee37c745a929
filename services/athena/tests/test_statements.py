"""What counts as one statement that reads."""

import pytest

from services.athena.statements import has_names, reads, refusal_of

READING = [
    "SELECT 1",
    "select 1;",
    "  -- why\n/* and; how */ SELECT ';' AS \"a;b\" ;\n",
    "WITH a AS (SELECT 1), b (x, y) AS (SELECT (2), 3) SELECT * FROM a, b",
    "WITH RECURSIVE t(n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
    "WITH a AS (SELECT 1) (SELECT * FROM a)",
    "((SELECT 1)) UNION SELECT 2",
    "(WITH a AS (SELECT 1) SELECT * FROM a) UNION SELECT 2",
    "VALUES (1), (2)",
    "TABLE access_logs",
    "SHOW TABLES IN edge 'acc.*'",
    "DESCRIBE edge.access_logs",
    "DESC `access_logs`",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE VERBOSE SELECT 1",
    "EXPLAIN (TYPE IO, FORMAT JSON) WITH a AS (SELECT 1) SELECT * FROM a",
    "EXPLAIN (SELECT 1)",
    'SELECT \'DROP TABLE t\', "insert" FROM "delete" -- DROP TABLE t',
    "SELECT 'it''s' || U&'\\00e9'",
]
WRITING = [
    "INSERT INTO t SELECT 1",
    "/* SELECT */ DROP TABLE t",
    "-- SELECT\nDELETE FROM t",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "WITH a AS (SELECT ')') DELETE FROM t",
    "WITH a (x) AS (SELECT 1), b AS (SELECT 2) DELETE FROM t",
    "EXPLAIN ANALYZE INSERT INTO t SELECT 1",
    "EXPLAIN (TYPE IO) INSERT INTO t SELECT 1",
    "EXPLAIN DROP TABLE t",
    "CREATE TABLE t AS SELECT 1",
    "UNLOAD (SELECT 1) TO 's3://elsewhere/' WITH (format = 'JSON')",
    "MSCK REPAIR TABLE t",
    "EXECUTE prepared",
    "USING EXTERNAL FUNCTION f(x int) RETURNS int LAMBDA 'g' SELECT f(1)",
    "SELECT * FROM TABLE(system.query(query => 'DELETE FROM t'))",
    'SELECT * FROM TABLE("system" . "query" (query => \'DELETE FROM t\'))',
    "'SELECT' DROP TABLE t",
    '"SELECT" 1',
    "WITH",
    "WITH a AS (SELECT 1)",
    "EXPLAIN",
    "(",
]


@pytest.mark.parametrize("sql", READING)
def test_it_reads(sql: str) -> None:
    assert refusal_of(sql) is None


@pytest.mark.parametrize("sql", WRITING)
def test_it_does_not_only_read(sql: str) -> None:
    assert not reads(sql)
    assert "only one statement that reads" in str(refusal_of(sql))


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "SELECT 1;;", "SELECT 1; DROP TABLE t"])
def test_several_statements_are_refused(sql: str) -> None:
    assert str(refusal_of(sql)).endswith("here are several")


@pytest.mark.parametrize("sql", ["SELECT 'a", 'SELECT "a', "SELECT 1 /* DROP", "SELECT 'a''"])
def test_what_is_not_closed_is_refused(sql: str) -> None:
    assert refusal_of(sql) == "a quote or a comment is not closed"


@pytest.mark.parametrize("sql", ["", "  \n", "-- only a comment", ";"])
def test_no_statement_is_refused(sql: str) -> None:
    assert refusal_of(sql) == "there is no statement"


@pytest.mark.parametrize(
    "sql",
    [
        "(" * 250_000,
        "SELECT " + "'" * 250_001,
        "/*" * 120_000,
        "WITH " + ", ".join(["a AS (SELECT 1)"] * 15_000) + " DROP TABLE t",
        "WITH a AS " + "(" * 125_000 + ")" * 125_000 + " DROP TABLE t",
    ],
)
def test_the_longest_text_is_refused_without_getting_lost_in_it(sql: str) -> None:
    assert not reads(sql)


def test_only_show_and_describe_answer_without_names() -> None:
    without = {sql.split()[0] for sql in READING if not has_names(sql)}
    assert without == {"SHOW", "DESCRIBE", "DESC"}
