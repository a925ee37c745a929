"""GetMetricStatistics of the emulated CloudWatch, and the dashboards that stay moto's."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import minute, put, refusal


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url).reader("cloudwatch", PAYMENTS_PROD, "eu-central-1")


def statistics(cloudwatch: Any, name: str, **request: Any) -> list[dict[str, Any]]:
    answer = cloudwatch.get_metric_statistics(
        Namespace="Data/Statistics",
        MetricName=name,
        **{"StartTime": minute(-10), "EndTime": minute(0), "Period": 60, **request},
    )
    assert answer["Label"] == name
    return list(answer["Datapoints"])


def statistics_refusal(cloudwatch: Any, **request: Any) -> tuple[str, str]:
    asked = {"StartTime": minute(-10), "EndTime": minute(0), "Period": 60, "Statistics": ["Sum"]}
    return refusal(
        cloudwatch.get_metric_statistics, Namespace="x", MetricName="m", **{**asked, **request}
    )


def test_statistics_are_answered_together(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Statistics", "together", {-3: [1.0, 2.0, 6.0]}, Unit="Count")
    found = statistics(
        cloudwatch,
        "together",
        Statistics=["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
        ExtendedStatistics=["p50", "tm99"],
    )
    assert found == [
        {
            "Timestamp": minute(-3),
            "Unit": "Count",
            "SampleCount": 3,
            "Sum": 9,
            "Average": 3,
            "Minimum": 1,
            "Maximum": 6,
            "ExtendedStatistics": {"p50": 2, "tm99": 3},
        }
    ]


def test_each_unit_has_data_points_of_its_own(cloudwatch: Any) -> None:
    for unit, value in (("Count", 5.0), ("Seconds", 1.0)):
        put(cloudwatch, "Data/Statistics", "units", {-3: value}, Unit=unit)
    found = statistics(cloudwatch, "units", Statistics=["Sum"])
    assert {(row["Unit"], row["Sum"]) for row in found} == {("Count", 5), ("Seconds", 1)}
    only = statistics(cloudwatch, "units", Statistics=["Sum"], Unit="Seconds")
    assert [row["Sum"] for row in only] == [1]


def test_a_call_without_dimensions_is_about_the_metric_without_dimensions(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Statistics", "dimensions", {-3: 1}, {"City": "Bern"})
    assert statistics(cloudwatch, "dimensions", Statistics=["Sum"]) == []


def test_statistics_have_1440_data_points_at_most(cloudwatch: Any) -> None:
    statistics(cloudwatch, "many", Statistics=["Sum"], StartTime=minute(-1440))
    assert statistics_refusal(cloudwatch, StartTime=minute(-2880)) == (
        "InvalidParameterCombination",
        "You have requested up to 2,880 datapoints, which exceeds the limit of 1,440."
        " You may reduce the datapoints requested by increasing Period,"
        " or decreasing the time range.",
    )


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (
            {"Period": 90},
            "InvalidParameterValue",
            "The parameter Period must be a multiple of 60.",
        ),
        (
            {"EndTime": minute(-11)},
            "InvalidParameterValue",
            "The parameter StartTime must be less than the parameter EndTime.",
        ),
        (
            {"EndTime": minute(-10)},
            "InvalidParameterValue",
            "The parameter StartTime must not equal parameter EndTime.",
        ),
        (
            {"ExtendedStatistics": ["p101"]},
            "InvalidParameterValue",
            "The value p101 for parameter ExtendedStatistics is not supported.",
        ),
    ],
)
def test_malformed_requests_for_statistics_are_refused(
    cloudwatch: Any, request_: dict[str, Any], code: str, message: str
) -> None:
    assert statistics_refusal(cloudwatch, **request_) == (code, message)


def test_one_kind_of_statistics_must_be_asked_for(cloudwatch: Any) -> None:
    assert refusal(
        cloudwatch.get_metric_statistics,
        Namespace="x",
        MetricName="m",
        StartTime=minute(-1),
        EndTime=minute(0),
        Period=60,
    ) == (
        "InvalidParameterCombination",
        "Must specify either Statistics or ExtendedStatistics",
    )


def test_dashboards_are_kept(cloudwatch: Any) -> None:
    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets": []}')
    found = cloudwatch.list_dashboards(DashboardNamePrefix="sh")["DashboardEntries"]
    assert [entry["DashboardName"] for entry in found] == ["shop"]
    assert cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"] == '{"widgets": []}'
    cloudwatch.delete_dashboards(DashboardNames=["shop"])
    with pytest.raises(cloudwatch.exceptions.ClientError) as missing:
        cloudwatch.get_dashboard(DashboardName="shop")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFound"
