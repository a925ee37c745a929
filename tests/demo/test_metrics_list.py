"""ListMetrics of the emulated CloudWatch, and series that a story plants or seeds."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.metrics.putting import seed_metric_data
from awsdash.demo.aws.metrics.store import Sample, Series, plant
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_DEV, PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import ask, by_minute, put, refusal, stat

NOW = int(EPOCH.timestamp())
PLACE = Place(PAYMENTS_DEV, "eu-central-1")


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def cloudwatch(aws: EmulatedAws) -> Any:
    return aws.reader("cloudwatch", PLACE.account, PLACE.region)


def listed(cloudwatch: Any, **request: Any) -> list[dict[str, Any]]:
    return list(cloudwatch.list_metrics(**request)["Metrics"])


@pytest.fixture(scope="module")
def shop(aws: EmulatedAws) -> Any:
    client = aws.reader("cloudwatch", DATA_PROD, "us-east-1")
    put(client, "Shop", "Orders", {-1: 1})
    for city in ("Berlin", "Lyon"):
        put(client, "Shop", "Orders", {-1: 1}, {"City": city})
        put(client, "Shop", "Visits", {-1: 1}, {"City": city, "Device": "phone"})
    put(client, "Stock", "Orders", {-1: 1}, {"City": "Lyon"})
    return client


def test_a_metric_is_its_namespace_name_and_dimensions(shop: Any) -> None:
    assert listed(shop, Namespace="Shop", MetricName="Orders") == [
        {"Namespace": "Shop", "MetricName": "Orders", "Dimensions": dimensions}
        for dimensions in (
            [],
            [{"Name": "City", "Value": "Berlin"}],
            [{"Name": "City", "Value": "Lyon"}],
        )
    ]


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        ({"Namespace": "Shop"}, 5),
        ({"MetricName": "Orders"}, 4),
        ({"Dimensions": [{"Name": "City"}]}, 5),
        ({"Dimensions": [{"Name": "City", "Value": "Lyon"}]}, 3),
        ({"Dimensions": [{"Name": "City", "Value": "Lyon"}, {"Name": "Device"}]}, 1),
        ({"Dimensions": [{"Name": "Nothing"}]}, 0),
        ({"Namespace": "Shop", "Dimensions": [{"Name": "City", "Value": "Lyon"}]}, 2),
    ],
)
def test_filters_must_all_fit(shop: Any, request_: dict[str, Any], count: int) -> None:
    assert len(listed(shop, **request_)) == count


def test_another_account_and_region_have_metrics_of_their_own(aws: EmulatedAws, shop: Any) -> None:
    assert listed(aws.reader("cloudwatch", DATA_PROD, "eu-west-1"), Namespace="Shop") == []
    assert listed(aws.reader("cloudwatch", PAYMENTS_PROD, "us-east-1"), Namespace="Shop") == []


def test_a_page_has_500_metrics(cloudwatch: Any) -> None:
    for part in range(2):
        data = [{"MetricName": f"m{part}-{number}", "Value": 1} for number in range(400)]
        cloudwatch.put_metric_data(Namespace="List/Many", MetricData=data)
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="List/Many"))
    assert [len(page["Metrics"]) for page in pages] == [500, 300]
    names = {metric["MetricName"] for page in pages for metric in page["Metrics"]}
    assert len(names) == 800


def test_a_token_is_bound_to_its_request(cloudwatch: Any) -> None:
    data = [{"MetricName": f"m{number}", "Value": 1} for number in range(501)]
    cloudwatch.put_metric_data(Namespace="List/Token", MetricData=data[:500])
    cloudwatch.put_metric_data(Namespace="List/Token", MetricData=data[500:])
    token = cloudwatch.list_metrics(Namespace="List/Token")["NextToken"]
    for request in ({"NextToken": "none"}, {"NextToken": token}):
        code, message = refusal(cloudwatch.list_metrics, Namespace="List/Other", **request)
        assert (code, message) == (
            "InvalidParameterValue",
            "Request parameter NextToken is invalid",
        )


def test_recently_active_are_those_with_data_of_the_last_three_hours(cloudwatch: Any) -> None:
    put(cloudwatch, "List/Active", "old", {-181: 1})
    put(cloudwatch, "List/Active", "new", {-179: 1})
    found = listed(cloudwatch, Namespace="List/Active", RecentlyActive="PT3H")
    assert [metric["MetricName"] for metric in found] == ["new"]


def test_other_values_of_recently_active_are_refused(cloudwatch: Any) -> None:
    code, message = refusal(cloudwatch.list_metrics, RecentlyActive="PT1H")
    assert code == "ValidationError"
    assert "Member must satisfy enum value set: [PT3H]" in message


# --- what is planted and seeded -------------------------------------------------------------------


def test_a_planted_series_is_listed_but_not_told_before_it_is_read(cloudwatch: Any) -> None:
    told = []

    def samples() -> Iterator[Sample]:
        told.append("once")
        yield Sample(NOW - 300, (1.0, 3.0))
        yield Sample(NOW - 240, (5.0,))

    series = Series("AWS/Planted", "m", (("b", "2"), ("a", "1")), "Count", samples, NOW - 240)
    plant(PLACE, series)
    found = listed(cloudwatch, Namespace="AWS/Planted", RecentlyActive="PT3H")
    assert [row["Dimensions"][0]["Name"] for row in found] == ["a"]
    assert told == []
    for _ in range(2):
        query = stat("m1", "AWS/Planted", "m", dimensions={"a": "1", "b": "2"})
        assert by_minute(ask(cloudwatch, query)[0]) == {-5: 4, -4: 5}
    assert told == ["once"]


def test_a_planted_series_that_ended_two_weeks_ago_is_not_listed(cloudwatch: Any) -> None:
    plant(PLACE, Series("AWS/Ended", "m", (), "Count", lambda: [], NOW - 15 * 86_400))
    assert listed(cloudwatch, Namespace="AWS/Ended") == []


def test_seeded_data_may_be_old_and_of_aws(cloudwatch: Any) -> None:
    datum = {"MetricName": "Errors", "Value": 2, "Timestamp": NOW - 20 * 86_400}
    assert seed_metric_data(PLACE, [{"Namespace": "AWS/Seeded", "MetricData": [datum]}]) == 1
    query = stat("m1", "AWS/Seeded", "Errors", period=300)
    found = ask(cloudwatch, query, start=-21 * 1440)
    assert found[0]["Values"] == [2]


def test_a_wrong_row_of_a_seed_is_told_by_its_number() -> None:
    row = {"Namespace": "Seeded", "MetricData": [{"MetricName": "m", "Value": 1}]}
    without_value: dict[str, Any] = {"Namespace": "x", "MetricData": [{"MetricName": "m"}]}
    without_namespace: dict[str, Any] = {"MetricData": []}
    for wrong in (without_namespace, without_value):
        with pytest.raises(AwsError, match="ValidationException: Row 2: "):
            seed_metric_data(PLACE, [row, wrong])
