"""Tables of Athena over objects in S3, in each format."""

import gzip
from collections.abc import Iterator

import pytest

from tests.demo.athena_queries import DATA_BUCKET, DATABASE, Athena, parquet, running_athena

OPENX = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
OPENCSV = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        yield running


def create(
    athena: Athena, name: str, columns: str, storage: str = "", properties: str = ""
) -> None:
    execution = athena.run(
        f"CREATE EXTERNAL TABLE {name} ({columns}) {storage}"
        f" LOCATION 's3://{DATA_BUCKET}/{name}/' {properties}",
        DATABASE,
    )
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]


def rows(athena: Athena, sql: str) -> list[list[str | None]]:
    return athena.rows(sql, DATABASE)


def test_quoted_csv(athena: Athena) -> None:
    athena.put({"quoted/a.csv": b'id,name,amount\n1,"x, y",2.5\n2,"q""r",\n3,,oops\n'})
    create(
        athena,
        "quoted",
        "id int, name string, amount double",
        OPENCSV,
        "TBLPROPERTIES ('skip.header.line.count' = '1')",
    )
    assert rows(athena, "SELECT * FROM quoted ORDER BY id") == [
        ["1", "x, y", "2.5"],
        ["2", 'q"r', None],
        ["3", "", None],
    ]


def test_quoted_csv_with_backslashes_and_other_signs(athena: Athena) -> None:
    athena.put({"signs/a.csv": b"1;'it\\'s'\n2;'a;b'\n"})
    create(
        athena,
        "signs",
        "id int, name string",
        f"{OPENCSV} WITH SERDEPROPERTIES"
        " ('separatorChar' = ';', 'quoteChar' = '\\'', 'escapeChar' = '\\\\')",
    )
    assert rows(athena, "SELECT name FROM signs ORDER BY id") == [["it's"], ["a;b"]]


def test_delimited_text_knows_no_quotes(athena: Athena) -> None:
    athena.put({"tabs/a.tsv": b'1\t"x"\t\\N\n2\tlong\ttrue\n'})
    create(
        athena,
        "tabs",
        "id int, name string, flag boolean",
        r"ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t'",
    )
    assert rows(athena, "SELECT * FROM tabs ORDER BY id") == [
        ["1", '"x"', None],
        ["2", "long", "true"],
    ]


def test_what_is_not_of_its_type_is_null(athena: Athena) -> None:
    athena.put({"typed/a.csv": b"x,2026-11-23\n7,never\n"})
    create(athena, "typed", "n int, d date", "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','")
    assert rows(athena, "SELECT * FROM typed ORDER BY d") == [[None, "2026-11-23"], ["7", None]]


def test_objects_may_be_compressed(athena: Athena) -> None:
    athena.put({"zipped/a.csv.gz": gzip.compress(b"1,a\n2,b\n"), "zipped/b.csv": b"3,c\n"})
    create(athena, "zipped", "id int, name string", OPENCSV)
    assert rows(athena, "SELECT name FROM zipped ORDER BY id") == [["a"], ["b"], ["c"]]


def test_json_lines_with_nested_values(athena: Athena) -> None:
    athena.put(
        {
            "events/a.json": b'{"ID":1,"tags":["a","b"],"who":{"name":"x","age":7},'
            b'"at":"2026-11-23T08:00:00.5Z","more":{"k":1}}\n{"ID":2}\n'
        }
    )
    create(
        athena,
        "events",
        "id int, tags array<string>, who struct<name:string,age:int>, at timestamp,"
        " more map<string,int>",
        OPENX,
    )
    assert rows(athena, "SELECT * FROM events ORDER BY id") == [
        ["1", "[a, b]", "{name=x, age=7}", "2026-11-23 08:00:00.500", "{k=1}"],
        ["2", None, None, None, None],
    ]
    assert rows(
        athena, "SELECT who.name, tags[2], tag FROM events CROSS JOIN UNNEST(tags) AS t(tag)"
    ) == [["x", "b", "a"], ["x", "b", "b"]]


def test_parquet_columns_go_by_name(athena: Athena) -> None:
    athena.put(
        {
            "named/a.parquet": parquet({"B": ["x"], "a": [1]}),
            "named/b.parquet": parquet({"a": [2]}),
        }
    )
    create(athena, "named", "a double, b string, c string", "STORED AS PARQUET")
    assert rows(athena, "SELECT * FROM named ORDER BY a") == [
        ["1.0", "x", None],
        ["2.0", None, None],
    ]


def test_hidden_and_empty_objects_are_not_read(athena: Athena) -> None:
    athena.put(
        {"hidden/_SUCCESS": b"x", "hidden/.crc": b"y", "hidden/a": b"1\n", "hidden/empty": b""}
    )
    create(athena, "hidden", "n string")
    assert rows(athena, "SELECT * FROM hidden") == [["1"]]


def test_objects_whose_keys_only_begin_alike_are_not_read(athena: Athena) -> None:
    athena.put({"alike/a": b"1\n", "alike2/a": b"2\n"})
    create(athena, "alike", "n string")
    assert rows(athena, "SELECT * FROM alike") == [["1"]]


def test_a_table_without_objects_has_no_rows(athena: Athena) -> None:
    create(athena, "bare", "a int, b array<string>", "PARTITIONED BY (dt string)")
    assert rows(athena, "SELECT a, b, dt FROM bare") == []


def test_an_object_that_was_replaced_is_read_anew(athena: Athena) -> None:
    athena.put({"replaced/a": b"1\n"})
    create(athena, "replaced", "n string")
    assert rows(athena, "SELECT * FROM replaced") == [["1"]]
    athena.put({"replaced/a": b"2\n"})
    assert rows(athena, "SELECT * FROM replaced") == [["2"]]
    athena.s3.delete_object(Bucket=DATA_BUCKET, Key="replaced/a")
    assert rows(athena, "SELECT * FROM replaced") == []


def test_a_format_that_cannot_be_read_fails_the_query(athena: Athena) -> None:
    create(athena, "orc", "a int", "STORED AS ORC")
    reason = athena.reason("SELECT * FROM orc", DATABASE)
    assert reason.startswith("HIVE_UNSUPPORTED_FORMAT: ")


def test_what_is_no_parquet_fails_the_query(athena: Athena) -> None:
    athena.put({"broken/a.parquet": b"this is no Parquet, as anyone can see"})
    create(athena, "broken", "a int", "STORED AS PARQUET")
    reason = athena.reason("SELECT * FROM broken", DATABASE)
    assert reason.startswith("HIVE_BAD_DATA: Not valid Parquet file")
