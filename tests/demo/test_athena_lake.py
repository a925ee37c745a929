"""Planting tables and workgroups past the HTTP interfaces."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from awsdash.demo.aws.athena.lake import Table, plant_bucket, plant_table, workgroup
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import PAYMENTS_DEV
from tests.demo.athena_queries import Athena, parquet, refusal, running_athena

PLACE = Place(PAYMENTS_DEV, "eu-west-1")
asked: list[str] = []


def numbers() -> Iterable[tuple[str, bytes]]:
    asked.append("numbers")
    for day in ("2026-11-20", "2026-11-21"):
        yield f"dt={day}/a.parquet", parquet({"n": [1, 2]})


NUMBERS = Table(
    "planted",
    "numbers",
    (("n", "bigint"),),
    "s3://planted-numbers/all/",
    "parquet",
    numbers,
    (("dt", "string"),),
    "Some numbers",
    {"source": "nowhere"},
)


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        yield running


def test_a_planted_table_is_there_when_somebody_asks(athena: Athena) -> None:
    plant_table(PLACE, NUMBERS)
    assert asked == []
    assert athena.rows("SELECT dt, sum(n) FROM planted.numbers GROUP BY 1 ORDER BY 1") == [
        ["2026-11-20", "3"],
        ["2026-11-21", "3"],
    ]
    assert asked == ["numbers"]
    found = athena.glue.get_table(DatabaseName="planted", Name="numbers")["Table"]
    assert found["Description"] == "Some numbers"
    assert found["Parameters"]["source"] == "nowhere"
    assert found["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    listed = athena.s3.list_objects_v2(Bucket="planted-numbers")["Contents"]
    assert [one["Key"] for one in listed] == [
        "all/dt=2026-11-20/a.parquet",
        "all/dt=2026-11-21/a.parquet",
    ]


def test_glue_and_s3_tell_of_what_is_planted_too(athena: Athena) -> None:
    for name, ask in (("by_glue", athena.glue.get_databases), ("by_s3", athena.s3.list_buckets)):
        plant_table(PLACE, replace(NUMBERS, name=name, location=f"s3://planted-{name[3:]}/"))
        asked.clear()
        ask()
        assert asked == ["numbers"]


@pytest.mark.parametrize(("format_", "content"), [("json", b'{"N": 7}\n'), ("csv", b'"7"\n')])
def test_tables_are_planted_in_each_format(athena: Athena, format_: str, content: bytes) -> None:
    table = Table(
        "planted",
        f"as_{format_}",
        (("n", "bigint"),),
        f"s3://planted-formats/{format_}/",
        format_,
        lambda: [("a", content)],
    )
    plant_table(PLACE, table)
    assert athena.rows(f"SELECT n FROM planted.as_{format_}") == [["7"]]


def test_a_bucket_and_a_workgroup_are_planted(athena: Athena) -> None:
    plant_bucket(PLACE, "planted-results")
    workgroup(
        PLACE,
        "planters",
        "They plant",
        location="s3://planted-results/out/",
        enforces=True,
        scan_limit_bytes=20_000_000,
    )
    execution = athena.run("SELECT 1", WorkGroup="planters")
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location.startswith("s3://planted-results/out/")
    found = athena.client.get_work_group(WorkGroup="planters")["WorkGroup"]
    assert found["Description"] == "They plant"
    assert found["Configuration"]["BytesScannedCutoffPerQuery"] == 20_000_000


def test_a_planted_workgroup_may_manage_results(athena: Athena) -> None:
    workgroup(PLACE, "keepers", manages_results=True)
    assert athena.rows("SELECT 1", WorkGroup="keepers", ResultConfiguration={}) == [["1"]]
    query = athena.run("SELECT 1", WorkGroup="keepers", ResultConfiguration={})
    key = f"{query['QueryExecutionId']}.csv"
    code, _ = refusal(athena.s3.head_object, Bucket="planted-results", Key=key)
    assert code == "404"
