"""The data of GetMetricData in the emulated CloudWatch: ranges, periods, units, statistics."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.metrics.store import Sample, Series, plant
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import ask, by_minute, minute, put, refusal, stat

NOW = int(EPOCH.timestamp())
PLACE = Place(PAYMENTS_PROD, "eu-central-1")
DAY_S = 86_400


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url).reader("cloudwatch", PLACE.account, PLACE.region)


def data_refusal(cloudwatch: Any, *queries: dict[str, Any], **request: Any) -> tuple[str, str]:
    asked = {"StartTime": minute(-10), "EndTime": minute(0), **request}
    return refusal(cloudwatch.get_metric_data, MetricDataQueries=list(queries), **asked)


# --- ranges and periods ---------------------------------------------------------------------------


def test_the_start_is_inside_the_range_and_the_end_is_not(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Range", "m", {-6: 6, -5: 5, -4: 4, -3: 3})
    found = ask(cloudwatch, stat("m1", "Data/Range", "m"), start=-5, end=-3)
    assert by_minute(found[0]) == {-5: 5, -4: 4}


def test_a_period_aggregates_and_is_told_by_its_start(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Period", "m", dict.fromkeys(range(-10, 0), 1))
    found = ask(cloudwatch, stat("m1", "Data/Period", "m", period=300))
    assert by_minute(found[0]) == {-10: 5, -5: 5}


def test_periods_without_data_have_no_data_point(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Sparse", "m", {-9: 1, -2: 2})
    assert by_minute(ask(cloudwatch, stat("m1", "Data/Sparse", "m"))[0]) == {-9: 1, -2: 2}


def test_the_newest_data_points_come_first_by_default(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Scan", "m", {-3: 3, -2: 2})
    request = {"StartTime": minute(-10), "EndTime": minute(0)}
    query = [stat("m1", "Data/Scan", "m")]
    default = cloudwatch.get_metric_data(MetricDataQueries=query, **request)
    assert default["MetricDataResults"][0]["Values"] == [2, 3]
    ascending = ask(cloudwatch, *query, ScanBy="TimestampAscending")
    assert ascending[0]["Values"] == [3, 2]


@pytest.mark.parametrize(
    ("age", "rounded_to_s"),
    [
        (timedelta(days=1), 60),
        (timedelta(days=14), 60),
        (timedelta(days=20), 300),
        (timedelta(days=70), 3600),
    ],
)
def test_the_start_is_rounded_down_by_its_age(
    cloudwatch: Any, age: timedelta, rounded_to_s: int
) -> None:
    name = f"m{age.days}"
    start = NOW - int(age.total_seconds()) + 1234
    first = start - start % rounded_to_s
    samples = [Sample(first - 60, (9.0,)), Sample(first, (1.0,)), Sample(first + 3600, (2.0,))]
    plant(PLACE, Series("Data/Rounded", name, (), "None", lambda: samples))
    query = stat("m1", "Data/Rounded", name, period=3600)
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[query],
        StartTime=start,
        EndTime=start + 7200,
        ScanBy="TimestampAscending",
    )
    result = answer["MetricDataResults"][0]
    assert [int(at.timestamp()) for at in result["Timestamps"]] == [first, first + 3600]
    assert result["Values"] == [1, 2]


@pytest.mark.parametrize(
    ("age_days", "period", "is_there"),
    [
        (14, 60, True),
        (16, 60, False),
        (16, 300, True),
        (62, 300, True),
        (64, 300, False),
        (64, 3600, True),
        (454, 3600, True),
        (456, 3600, False),
        (16, 600, True),
        (16, 120, False),
    ],
)
def test_a_granularity_is_kept_as_long_as_documented(
    cloudwatch: Any, age_days: int, period: int, is_there: bool
) -> None:
    name, at = f"m{age_days}", NOW - age_days * DAY_S
    plant(PLACE, Series(f"Data/Kept{period}", name, (), "None", lambda: [Sample(at, (1.0,))]))
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[stat("m1", f"Data/Kept{period}", name, period=period)],
        StartTime=at - 7200,
        EndTime=at + 7200,
    )
    assert answer["MetricDataResults"][0]["Values"] == ([1] if is_there else [])


def test_high_resolution_is_for_metrics_that_are_stored_so_and_three_hours(cloudwatch: Any) -> None:
    for name, resolution in (("fine", 1), ("regular", 60)):
        data = [
            {
                "MetricName": name,
                "Value": 1,
                "Timestamp": EPOCH - timedelta(seconds=age),
                "StorageResolution": resolution,
            }
            for age in (20, 25, 4 * 3600)
        ]
        cloudwatch.put_metric_data(Namespace="Data/Fine", MetricData=data)
    queries = [
        stat("fine5", "Data/Fine", "fine", period=5),
        stat("fine10", "Data/Fine", "fine", period=10),
        stat("fine60", "Data/Fine", "fine", period=60),
        stat("regular5", "Data/Fine", "regular", period=5),
        stat("regular60", "Data/Fine", "regular", period=60),
    ]
    found = {r["Id"]: r["Values"] for r in ask(cloudwatch, *queries, start=-300)}
    assert found == {
        "fine5": [1, 1],
        "fine10": [1, 1],
        "fine60": [1, 2],
        "regular5": [],
        "regular60": [1, 2],
    }


@pytest.mark.parametrize("period", [7, 61, 90])
def test_other_periods_are_refused(cloudwatch: Any, period: int) -> None:
    code, message = data_refusal(cloudwatch, stat("m1", "Data", "m", period=period))
    assert code == "ValidationError"
    assert f"The value {period} for parameter MetricDataQueries.member.1.MetricStat" in message


def test_the_end_comes_after_the_start(cloudwatch: Any) -> None:
    query = stat("m1", "Data", "m")
    assert data_refusal(cloudwatch, query, EndTime=minute(-11)) == (
        "ValidationError",
        "The parameter StartTime must be less than the parameter EndTime.\n",
    )
    assert data_refusal(cloudwatch, query, EndTime=minute(-10)) == (
        "ValidationError",
        "The parameter StartTime must not equal parameter EndTime.\n",
    )


# --- units ----------------------------------------------------------------------------------------


def test_without_a_unit_the_first_of_several_is_answered_and_all_are_named(cloudwatch: Any) -> None:
    for unit, value in (("Seconds", 1.0), ("Milliseconds", 60_000.0), ("Count", 5.0)):
        put(cloudwatch, "Data/Units", "m", {-3: value}, Unit=unit)
    result = ask(cloudwatch, stat("m1", "Data/Units", "m"))[0]
    assert result["Values"] == [5]
    assert result["Messages"] == [
        {
            "Code": "MultipleUnits",
            "Value": "Multiple units returned: '[Count, Milliseconds, Seconds]'",
        }
    ]


def test_a_unit_chooses_the_data_that_have_it(cloudwatch: Any) -> None:
    for unit, value in (("Seconds", 1.0), ("Milliseconds", 60_000.0)):
        put(cloudwatch, "Data/Unit", "m", {-3: value}, Unit=unit)
    result = ask(cloudwatch, stat("m1", "Data/Unit", "m", unit="Seconds"))[0]
    assert (result["Values"], "Messages" in result) == ([1], False)


# --- statistics -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        ("SampleCount", 100),
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("p0", 1),
        ("p50", 50),
        ("p99", 99),
        ("p99.5", 100),
        ("p100", 100),
        ("tm90", 45.5),
        ("TM(10%:90%)", 50.5),
        ("TM(:10%)", 5.5),
        ("TM(90%:)", 95.5),
        ("TM(20:40)", 30.5),
        ("IQM", 50.5),
        ("wm90", 49.95),
        ("tc90", 90),
        ("TC(20:40)", 20),
        ("ts90", 4095),
        ("TS(80%:)", 1810),
        ("PR(:30)", 30),
        ("PR(:0)", 0),
        ("TC(:0)", 0),
        ("PR(0:)", 100),
        ("PR(30:50)", 20),
    ],
)
def test_a_statistic_of_the_values_from_1_to_100(
    cloudwatch: Any, statistic: str, value: float
) -> None:
    if not cloudwatch.list_metrics(Namespace="Data/Hundred")["Metrics"]:
        put(cloudwatch, "Data/Hundred", "m", {-3: [float(n) for n in range(1, 101)]})
    found = by_minute(ask(cloudwatch, stat("m1", "Data/Hundred", "m", statistic))[0])
    assert found == {-3: pytest.approx(value)}


@pytest.mark.parametrize(
    "statistic",
    [
        "average",
        "p101",
        "p",
        "P50",
        "TM(90)",
        "TM(90%:10%)",
        "TM(10%:90)",
        "TM(:)",
        "PR(:50%)",
        "x",
    ],
)
def test_what_is_no_statistic_is_refused(cloudwatch: Any, statistic: str) -> None:
    assert data_refusal(cloudwatch, stat("m1", "Data", "m", statistic)) == (
        "ValidationError",
        f"The value {statistic} for parameter MetricDataQueries.member.1.MetricStat.Stat"
        " is not a valid statistic.\n",
    )


def test_negative_values_have_no_percentiles(cloudwatch: Any) -> None:
    put(cloudwatch, "Data/Negative", "m", {-3: [-1.0, 2.0], -2: [1.0, 2.0]})
    assert by_minute(ask(cloudwatch, stat("m1", "Data/Negative", "m", "p50"))[0]) == {-2: 1}
    assert by_minute(ask(cloudwatch, stat("m1", "Data/Negative", "m"))[0]) == {-3: 1, -2: 3}
