"""The story's data lake, as Athena shows it: each plot left its traces there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.athena import pace
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import DATA_PROD, PLATFORM
from awsdash.demo.story.lake import rows
from awsdash.demo.story.story import Story
from tests.demo.athena_queries import Athena, athena_of
from tests.demo.emulated_aws import EPOCH, EmulatedAws

STORY = Story(EPOCH, events=600, athena_rows=20_000)
STAMP = "%Y-%m-%d %H:%M:%S"
DAYS = [f"2026-11-{day:02d}" for day in range(10, 24)]


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    pace.install(0, 0)
    with running_server(STORY, now=EPOCH) as server:
        yield EmulatedAws(server.url)
    pace.install()


@pytest.fixture(scope="module")
def data(aws: EmulatedAws) -> Athena:
    return athena_of(aws, DATA_PROD)


@pytest.fixture(scope="module")
def network(aws: EmulatedAws) -> Athena:
    return athena_of(aws, PLATFORM, "eu-central-1")


@pytest.fixture(scope="module")
def reports(aws: EmulatedAws) -> Athena:
    return athena_of(aws, DATA_PROD, "us-east-1")


def ask(athena: Athena, sql: str, workgroup: str = "analysts") -> list[list[str | None]]:
    return athena.rows(sql, WorkGroup=workgroup, ResultConfiguration={})


def count(athena: Athena, sql: str) -> int:
    ((found,),) = ask(athena, f"SELECT count(*) FROM {sql}")
    return int(found or 0)


def test_the_access_log_has_as_many_rows_as_the_story_says(data: Athena) -> None:
    assert count(data, "edge.access_logs") == STORY.athena_rows


def test_the_access_log_has_a_partition_for_each_day_up_to_the_epoch(data: Athena) -> None:
    assert ask(data, "SHOW PARTITIONS edge.access_logs") == [[f"dt={day}"] for day in DAYS]
    ((first, last),) = ask(data, "SELECT min(ts), max(ts) FROM edge.access_logs")
    assert first is not None
    assert last is not None
    assert f"{EPOCH - timedelta(days=13):{STAMP}}" <= first < last < f"{EPOCH:{STAMP}}"


def test_a_row_is_in_the_partition_of_its_day(data: Athena) -> None:
    assert count(data, "edge.access_logs WHERE date_format(ts, '%Y-%m-%d') <> dt") == 0


def test_there_is_less_traffic_by_night(data: Athena) -> None:
    rows = ask(
        data,
        "SELECT hour(ts), count(*) FROM edge.access_logs WHERE dt = '2026-11-20' GROUP BY 1",
    )
    hours = {str(hour): int(requests or 0) for hour, requests in rows}
    assert hours["14"] > 2 * hours["2"]


def failures(data: Athena, condition: str) -> int:
    return count(
        data,
        "edge.access_logs WHERE path LIKE '/checkout%' AND status IN (502, 504)"
        f" AND ts {condition} timestamp '{STORY.deployed_at:{STAMP}}'",
    )


def test_the_checkout_fails_only_since_the_deployment(data: Athena) -> None:
    assert failures(data, "<") == 0
    assert failures(data, ">=") > 50


def test_more_and_more_of_the_checkouts_fail(data: Athena) -> None:
    rows = ask(
        data,
        "SELECT date_trunc('minute', ts), count_if(status >= 500) * 100 / count(*)"
        " FROM edge.access_logs WHERE path LIKE '/checkout%'"
        f" AND ts >= timestamp '{EPOCH - timedelta(minutes=75):{STAMP}}' GROUP BY 1 ORDER BY 1",
    )
    shares = [int(share or 0) for _, share in rows]
    assert max(shares[:15]) == 0
    assert sum(shares[-5:]) / 5 > 60


def test_a_failed_checkout_took_three_seconds(data: Athena) -> None:
    ((least, most),) = ask(
        data,
        "SELECT min(duration_ms), max(duration_ms) FROM edge.access_logs WHERE status = 504",
    )
    assert 3000 <= int(least or 0) <= int(most or 0) < 3100


def test_a_day_of_the_access_log_costs_less_than_all(data: Athena) -> None:
    sql = "SELECT count_if(status = 200) FROM edge.access_logs"
    scanned = [
        data.run(text, WorkGroup="analysts")["Statistics"]["DataScannedInBytes"]
        for text in (sql, f"{sql} WHERE dt = '2026-11-23'")
    ]
    assert scanned[0] > 4 * scanned[1] > 0


def test_refunds_are_of_orders(data: Athena) -> None:
    assert count(data, "orders.orders") == rows.ORDERS
    ((refunds, matched),) = ask(
        data,
        "SELECT count(*), count(o.order_id) FROM orders.refunds r"
        " LEFT JOIN orders.orders o ON o.order_id = r.order_id",
    )
    assert refunds == matched == str(rows.REFUNDS)


def test_what_was_ordered_is_a_list(data: Athena) -> None:
    ((quantity,),) = ask(
        data, "SELECT sum(item.quantity) FROM orders.orders CROSS JOIN UNNEST(items) AS t(item)"
    )
    assert int(quantity or 0) > rows.ORDERS


def ssh(network: Athena, action: str, condition: str) -> int:
    opened, closed = (
        f"timestamp '{moment:{STAMP}}'" for moment in (STORY.ssh_opened_at, STORY.ssh_closed_at)
    )
    bounds = condition.format(opened=opened, closed=closed)
    attempts = f"network.flow_logs WHERE dstport = 22 AND action = '{action}'"
    return count(network, f'{attempts} AND "start" {bounds}')


@pytest.mark.parametrize(
    ("action", "condition", "happens"),
    [
        ("REJECT", "< {opened}", True),
        ("ACCEPT", "< {opened}", False),
        ("REJECT", 'BETWEEN {opened} AND {closed} AND "start" < {closed}', False),
        ("ACCEPT", 'BETWEEN {opened} AND {closed} AND "start" < {closed}', True),
        ("REJECT", ">= {closed}", True),
        ("ACCEPT", ">= {closed}", False),
    ],
)
def test_ssh_is_let_in_only_while_the_port_is_open(
    network: Athena, action: str, condition: str, happens: bool
) -> None:
    assert (ssh(network, action, condition) > 0) is happens


def test_those_who_try_ssh_are_foreign(network: Athena) -> None:
    assert count(network, "network.flow_logs WHERE dstport = 22 AND srcaddr LIKE '10.%'") == 0


def test_no_report_was_written_since_the_policy_changed(reports: Athena) -> None:
    nights = [row[0] for row in ask(reports, "SHOW PARTITIONS reports.nightly")]
    assert nights[-1] == "dt=2026-11-17"
    ((last, sections),) = ask(
        reports, "SELECT max(written_at), count(*) / count(DISTINCT dt) FROM reports.nightly"
    )
    assert last is not None
    assert last < f"{STORY.policy_changed_at:{STAMP}}"
    assert sections == "12"


def test_the_workgroups_are_there(data: Athena) -> None:
    found = data.client.list_work_groups()["WorkGroups"]
    assert [one["Name"] for one in found] == ["analysts", "managed", "primary"]
    analysts = data.client.get_work_group(WorkGroup="analysts")["WorkGroup"]["Configuration"]
    assert analysts["EnforceWorkGroupConfiguration"] is True
    assert analysts["BytesScannedCutoffPerQuery"] == 1_000_000_000


def test_a_managed_workgroup_keeps_its_results(data: Athena) -> None:
    assert ask(data, "SELECT 1", workgroup="managed") == [["1"]]


def test_the_same_story_has_the_same_lake() -> None:
    story = Story(EPOCH, athena_rows=300)
    one, again = (dict(rows.refunds(story)) for _ in range(2))
    assert one == again
    assert one != dict(rows.refunds(Story(EPOCH, seed=8)))


def test_a_lake_can_be_all_but_dry() -> None:
    assert list(rows.access_logs(Story(EPOCH, athena_rows=0))) == []


def test_a_reader_of_another_account_has_no_table_of_it(aws: EmulatedAws) -> None:
    athena: Any = aws.reader("athena", PLATFORM)
    with pytest.raises(ClientError) as refused:
        athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="edge")
    assert refused.value.response["Error"]["Code"] == "MetadataException"
