"""Partitions of Athena's tables, and the bytes that a query reads."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.athena_queries import DATA_BUCKET, DATABASE, Athena, parquet, running_athena


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        running.put(
            {
                f"visits/dt=2026-11-{day}/region={region}/a.parquet": parquet(
                    {"id": [day * 10, day * 10 + 1], "path": [f"/{region}", "/"]}
                )
                for day in (20, 21, 22)
                for region in ("eu", "us")
            }
        )
        create(
            running,
            "visits",
            "id bigint, path string",
            "PARTITIONED BY (dt date, region string) STORED AS PARQUET",
        )
        running.rows("MSCK REPAIR TABLE visits", DATABASE)
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


def scanned(athena: Athena, sql: str) -> int:
    execution = athena.run(sql, DATABASE)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return int(execution["Statistics"]["DataScannedInBytes"])


def test_partition_keys_are_columns_with_their_types(athena: Athena) -> None:
    assert rows(
        athena,
        "SELECT id, dt, region FROM visits WHERE dt = DATE '2026-11-20' ORDER BY region, id",
    ) == [
        ["200", "2026-11-20", "eu"],
        ["201", "2026-11-20", "eu"],
        ["200", "2026-11-20", "us"],
        ["201", "2026-11-20", "us"],
    ]


def test_only_registered_partitions_are_read(athena: Athena) -> None:
    athena.put({"some/dt=a/x": b"1\n", "some/dt=b/x": b"2\n"})
    create(athena, "some", "n string", "PARTITIONED BY (dt string)")
    assert rows(athena, "SELECT * FROM some") == []
    athena.rows("ALTER TABLE some ADD PARTITION (dt = 'b')", DATABASE)
    assert rows(athena, "SELECT * FROM some") == [["2", "b"]]


def test_a_partition_may_be_anywhere(athena: Athena) -> None:
    athena.put({"elsewhere/x": b"1\n"})
    create(athena, "wandering", "n string", "PARTITIONED BY (dt string)")
    athena.rows(
        f"ALTER TABLE wandering ADD PARTITION (dt = 'a/b c') LOCATION 's3://{DATA_BUCKET}/elsewhere'",
        DATABASE,
    )
    assert rows(athena, "SELECT * FROM wandering") == [["1", "a/b c"]]


def test_partitions_registered_in_glue_are_read(athena: Athena) -> None:
    athena.put({"glued/x": b"1\n"})
    create(athena, "glued", "n string", "PARTITIONED BY (dt string)")
    storage = {"Location": f"s3://{DATA_BUCKET}/glued/"}
    athena.glue.create_partition(
        DatabaseName=DATABASE,
        TableName="glued",
        PartitionInput={"Values": ["today"], "StorageDescriptor": storage},
    )
    assert rows(athena, "SELECT * FROM glued") == [["1", "today"]]


def test_partitions_are_listed_by_sql(athena: Athena) -> None:
    listed = rows(athena, "SELECT * FROM \"visits$partitions\" WHERE region = 'eu' ORDER BY dt")
    assert listed == [["2026-11-20", "eu"], ["2026-11-21", "eu"], ["2026-11-22", "eu"]]


def projected(athena: Athena, name: str, keys: str, **properties: str) -> None:
    told = ", ".join(f"'projection.{key}' = '{value}'" for key, value in properties.items())
    create(
        athena,
        name,
        "n string",
        f"PARTITIONED BY ({keys})",
        f"TBLPROPERTIES ('projection.enabled' = 'true', {told})",
    )


def test_dates_are_projected_within_their_range(athena: Athena) -> None:
    athena.put({f"dated/dt=2026-11-{day}/x": f"{day}\n".encode() for day in (18, 19, 23, 24)})
    projected(
        athena,
        "dated",
        "dt string",
        **{"dt.type": "date", "dt.format": "yyyy-MM-dd", "dt.range": "2026-11-19,NOW"},
    )
    assert rows(athena, "SELECT n FROM dated ORDER BY 1") == [["19"], ["23"]]


@pytest.mark.parametrize(
    ("range_", "days"),
    [
        ("NOW-4DAYS,NOW", ["19", "23"]),
        ("NOW-1MONTHS,NOW+1DAYS", ["18", "19", "23", "24"]),
        ("NOW-1YEARS,2026-11-18", ["18"]),
        ("NOW-1WEEK,NOW-1DAY", ["18", "19"]),
    ],
)
def test_dates_may_be_relative_to_now(athena: Athena, range_: str, days: list[str]) -> None:
    name = f"relative_{abs(hash(range_))}"
    athena.put({f"{name}/dt=2026-11-{day}/x": f"{day}\n".encode() for day in (18, 19, 23, 24)})
    projected(
        athena,
        name,
        "dt string",
        **{"dt.type": "date", "dt.format": "yyyy-MM-dd", "dt.range": range_},
    )
    assert rows(athena, f"SELECT n FROM {name} ORDER BY 1") == [[day] for day in days]


def test_integers_and_enumerations_are_projected(athena: Athena) -> None:
    athena.put(
        {
            f"counted/h={hour}/kind={kind}/x": f"{hour}{kind}\n".encode()
            for hour in (1, 2, 4, 9)
            for kind in ("a", "b", "c")
        }
    )
    projected(
        athena,
        "counted",
        "h int, kind string",
        **{
            "h.type": "integer",
            "h.range": "0,8",
            "h.interval": "2",
            "kind.type": "enum",
            "kind.values": "a,b",
        },
    )
    assert rows(athena, "SELECT n FROM counted ORDER BY 1") == [["2a"], ["2b"], ["4a"], ["4b"]]


def test_a_template_tells_where_projected_partitions_are(athena: Athena) -> None:
    athena.put({"templated/2026/11/23/x": b"1\n", "templated/2026/11/22/x": b"2\n"})
    create(
        athena,
        "templated",
        "n string",
        "PARTITIONED BY (day string)",
        "TBLPROPERTIES ('projection.enabled' = 'true', 'projection.day.type' = 'date',"
        " 'projection.day.format' = 'yyyy/MM/dd', 'projection.day.range' = '2026/11/23,NOW',"
        f" 'storage.location.template' = 's3://{DATA_BUCKET}/templated/${{day}}')",
    )
    assert rows(athena, "SELECT * FROM templated") == [["1", "2026/11/23"]]


def test_a_projection_that_lacks_a_property_fails_the_query(athena: Athena) -> None:
    projected(athena, "lacking", "dt string", **{"dt.type": "date", "dt.range": "2026-01-01,NOW"})
    reason = athena.reason("SELECT * FROM lacking", DATABASE)
    assert reason.startswith("INVALID_TABLE_PROPERTY: ")
    assert "projection.dt.format" in reason


def test_text_is_read_whole(athena: Athena) -> None:
    athena.put({"sized/a": b"1,2\n" * 100, "sized/b": b"3,4\n"})
    create(athena, "sized", "a int, b int", "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','")
    assert scanned(athena, "SELECT a FROM sized") == 404
    assert scanned(athena, "SELECT count(*) FROM sized") == 404


def test_of_parquet_only_the_columns_are_read_that_are_used(athena: Athena) -> None:
    one, other = (scanned(athena, f"SELECT {name} FROM visits") for name in ("id", "path"))
    assert 0 < one < scanned(athena, "SELECT * FROM visits")
    assert one + other == scanned(athena, "SELECT id FROM visits WHERE path = '/eu'")
    assert scanned(athena, "SELECT count(*) FROM visits") == 0
    assert scanned(athena, "SELECT dt FROM visits") == 0


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ("dt = DATE '2026-11-20'", 1 / 3),
        ("dt = DATE '2026-11-20' AND region = 'eu'", 1 / 6),
        ("v.dt > DATE '2026-11-20' AND id > 0", 2 / 3),
        ("dt BETWEEN DATE '2026-11-21' AND DATE '2026-11-30'", 2 / 3),
        ("region IN ('eu', 'ap')", 1 / 2),
        ("region LIKE 'e%' AND (dt = DATE '2026-11-20' OR dt = DATE '2026-11-21')", 1 / 3),
        ("dt >= current_date - INTERVAL '1' day", 1 / 3),
        ("date_format(dt, '%d') = '22'", 1 / 3),
        ("dt = DATE '2020-01-01'", 0),
        ("region = 'eu' OR id > 0", 1),
        ("id > 0", 1),
    ],
)
def test_partitions_that_cannot_fit_are_not_read(
    athena: Athena, condition: str, part: float
) -> None:
    everything = scanned(athena, "SELECT id FROM visits")
    read = scanned(athena, f"SELECT id FROM visits v WHERE {condition}")
    assert read == pytest.approx(everything * part, rel=0.02)


def test_a_table_that_is_named_twice_is_read_where_either_needs_it(athena: Athena) -> None:
    everything = scanned(athena, "SELECT id FROM visits")
    read = scanned(
        athena,
        "SELECT a.id FROM (SELECT id FROM visits WHERE dt = DATE '2026-11-20') a"
        " JOIN (SELECT id FROM visits WHERE dt = DATE '2026-11-21') b ON a.id = b.id",
    )
    assert read == pytest.approx(everything * 2 / 3, rel=0.02)


def test_an_outer_join_keeps_its_rows_when_partitions_are_left_out(athena: Athena) -> None:
    found = rows(
        athena,
        "SELECT x, v.id FROM (VALUES 200, 5) AS t(x) LEFT JOIN visits v ON v.id = t.x"
        " WHERE v.dt IS NULL OR v.dt = DATE '2026-11-20' ORDER BY 1, 2",
    )
    assert found == [["5", None], ["200", "200"], ["200", "200"]]
    found = rows(
        athena,
        "SELECT x, v.id FROM (VALUES 200, 5) AS t(x) LEFT JOIN visits v ON v.id = t.x"
        " WHERE coalesce(CAST(v.dt AS varchar), 'none') = 'none'",
    )
    assert found == [["5", None]]


def test_a_view_reads_its_tables(athena: Athena) -> None:
    athena.rows("CREATE VIEW europe AS SELECT id, dt FROM visits WHERE region = 'eu'", DATABASE)
    assert rows(athena, "SELECT count(*), max(e.id) FROM lake.europe e") == [["6", "221"]]
    assert scanned(athena, "SELECT id FROM europe") == pytest.approx(
        scanned(athena, "SELECT id FROM visits") / 2, rel=0.02
    )


def test_a_view_goes_by_its_own_database(athena: Athena) -> None:
    athena.rows("CREATE VIEW here AS SELECT count(*) AS n FROM visits", DATABASE)
    athena.rows("CREATE DATABASE there")
    assert athena.rows("SELECT n FROM lake.here", "there") == [["12"]]


def test_one_million_rows_are_aggregated(athena: Athena) -> None:
    count = 250_000
    athena.put(
        {
            f"million/{part}.parquet": parquet({"n": list(range(count)), "kind": [part] * count})
            for part in range(4)
        }
    )
    create(athena, "million", "n bigint, kind int", "STORED AS PARQUET")
    totals: Any = rows(
        athena, "SELECT kind, count(*), max(n) FROM million GROUP BY kind ORDER BY kind"
    )
    assert totals == [[str(part), str(count), str(count - 1)] for part in range(4)]
