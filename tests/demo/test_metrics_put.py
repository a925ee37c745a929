"""PutMetricData of the emulated CloudWatch, through boto3."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import ask, by_minute, put, refusal, stat

NOW = int(EPOCH.timestamp())
PLACE = Place(PAYMENTS_DEV, "eu-central-1")
UNITS = ("Bytes", "Count", "Seconds")


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(scope="module")
def cloudwatch(aws: EmulatedAws) -> Any:
    return aws.reader("cloudwatch", PLACE.account, PLACE.region)


def put_refusal(cloudwatch: Any, *data: dict[str, Any], namespace: str = "Put") -> tuple[str, str]:
    named = [{"MetricName": "m", **datum} for datum in data]
    return refusal(cloudwatch.put_metric_data, Namespace=namespace, MetricData=named)


def test_a_value_is_kept_with_its_unit(cloudwatch: Any) -> None:
    put(cloudwatch, "Put/Value", "m", {-3: 12.5}, Unit="Milliseconds")
    found = ask(cloudwatch, stat("m1", "Put/Value", "m", unit="Milliseconds"))
    assert by_minute(found[0]) == {-3: 12.5}
    assert by_minute(ask(cloudwatch, stat("m1", "Put/Value", "m", unit="Seconds"))[0]) == {}


def test_values_come_as_often_as_their_counts_say(cloudwatch: Any) -> None:
    put(cloudwatch, "Put/Counts", "m", {-3: [1.0, 10.0]}, Counts=[9.0, 1.0])
    for statistic, value in (("SampleCount", 10), ("Sum", 19), ("p90", 1), ("p91", 10)):
        found = ask(cloudwatch, stat("m1", "Put/Counts", "m", statistic))
        assert by_minute(found[0]) == {-3: value}, statistic


def test_a_statistic_set_has_no_percentiles(cloudwatch: Any) -> None:
    known = {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4}
    datum = {"MetricName": "m", "Timestamp": EPOCH - timedelta(minutes=3), "StatisticValues": known}
    cloudwatch.put_metric_data(Namespace="Put/Set", MetricData=[datum])
    asked = ("SampleCount", "Sum", "Minimum", "Maximum", "Average", "p50")
    values = [
        by_minute(ask(cloudwatch, stat("m1", "Put/Set", "m", each))[0]).get(-3) for each in asked
    ]
    assert values == [4, 10, 1, 4, 2.5, None]


def test_a_statistic_set_of_one_value_has_percentiles(cloudwatch: Any) -> None:
    for at, (count, total, value) in enumerate([(4, 8, 2), (3, 0.3, 0.1), (1, 7, 7)], start=1):
        known = {"SampleCount": count, "Sum": total, "Minimum": value, "Maximum": value}
        moment = EPOCH - timedelta(minutes=at)
        datum = {"MetricName": "m", "Timestamp": moment, "StatisticValues": known}
        cloudwatch.put_metric_data(Namespace="Put/OneValue", MetricData=[datum])
    found = by_minute(ask(cloudwatch, stat("m1", "Put/OneValue", "m", "p50"))[0])
    assert found == {-1: 2, -2: 0.1, -3: 7}


def test_times_of_regular_resolution_are_rounded_down_to_the_minute(cloudwatch: Any) -> None:
    datum = {"MetricName": "m", "Value": 1, "Timestamp": EPOCH - timedelta(seconds=61)}
    cloudwatch.put_metric_data(Namespace="Put/Minute", MetricData=[datum])
    assert by_minute(ask(cloudwatch, stat("m1", "Put/Minute", "m"))[0]) == {-2: 1}


def test_data_out_of_order_are_read_in_order(cloudwatch: Any) -> None:
    put(cloudwatch, "Put/Order", "m", {-2: 2, -8: 8})
    ask(cloudwatch, stat("m1", "Put/Order", "m"))
    put(cloudwatch, "Put/Order", "m", {-5: 5, -8: 1})
    found = by_minute(ask(cloudwatch, stat("m1", "Put/Order", "m"))[0])
    assert list(found.items()) == [(-8, 9), (-5, 5), (-2, 2)]


@pytest.mark.parametrize(
    ("age", "message"),
    [
        (timedelta(days=14, minutes=1), "must specify a time within the past two weeks."),
        (-timedelta(hours=2, minutes=1), "specify a time no more than two hours in the future."),
    ],
)
def test_times_are_from_two_weeks_ago_to_two_hours_ahead(
    cloudwatch: Any, age: timedelta, message: str
) -> None:
    code, found = put_refusal(cloudwatch, {"Value": 1}, {"Value": 1, "Timestamp": EPOCH - age})
    assert code == "InvalidParameterValue"
    assert found.startswith("The parameter MetricData.member.2.Timestamp must specify")
    assert found.endswith(message)


def test_times_within_the_limits_are_taken(cloudwatch: Any) -> None:
    ages = (timedelta(days=13, hours=23), -timedelta(hours=1, minutes=59))
    data = [{"MetricName": "m", "Value": 1, "Timestamp": EPOCH - age} for age in ages]
    cloudwatch.put_metric_data(Namespace="Put/Ages", MetricData=data)


def test_16_threads_put_and_read_at_once_and_nothing_is_lost(cloudwatch: Any) -> None:
    def put_and_read(thread: int) -> None:
        for turn in range(10):
            datum: dict[str, Any] = {"MetricName": "m", "Unit": UNITS[turn % 3]}
            datum["Timestamp"] = EPOCH - timedelta(minutes=1 + (thread * 7 + turn) % 50)
            known = {"SampleCount": 2, "Sum": 3, "Minimum": 1, "Maximum": 2}
            data = [{**datum, "Value": 1}, {**datum, "StatisticValues": known}]
            cloudwatch.put_metric_data(Namespace="Put/Threads", MetricData=data)
            ask(cloudwatch, stat("m1", "Put/Threads", "m"))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put_and_read, range(16)))
    points = cloudwatch.get_metric_statistics(
        Namespace="Put/Threads",
        MetricName="m",
        StartTime=EPOCH - timedelta(hours=1),
        EndTime=EPOCH,
        Period=3600,
        Statistics=["SampleCount", "Sum"],
    )["Datapoints"]
    assert {point["Unit"] for point in points} == set(UNITS)
    assert sum(point["SampleCount"] for point in points) == 16 * 10 * 3
    assert sum(point["Sum"] for point in points) == 16 * 10 * 4


def test_a_call_takes_1000_data(cloudwatch: Any) -> None:
    cloudwatch.put_metric_data(
        Namespace="Put/Many", MetricData=[{"MetricName": "m", "Value": 1}] * 1000
    )
    assert put_refusal(cloudwatch, *[{"Value": 1}] * 1001) == (
        "InvalidParameterValue",
        "The collection MetricData must not have a size greater than 1000.",
    )


def test_a_datum_takes_150_values(cloudwatch: Any) -> None:
    put(cloudwatch, "Put/Values", "m", {-1: [float(n) for n in range(150)]})
    assert put_refusal(cloudwatch, {"Values": [1.0] * 151}) == (
        "InvalidParameterValue",
        "The collection MetricData.member.1.Values must not have a size greater than 150.",
    )


@pytest.mark.parametrize("value", [math.nan, float("inf"), -float("inf"), 2.0**361, -(2.0**361)])
def test_values_that_are_no_numbers_or_too_large_are_refused(cloudwatch: Any, value: float) -> None:
    code, message = put_refusal(cloudwatch, {"Value": value})
    assert code == "InvalidParameterValue"
    assert "for parameter MetricData.member.1.Value is invalid." in message


@pytest.mark.parametrize(
    ("datum", "code", "message"),
    [
        (
            {},
            "MissingParameter",
            "At least one of the parameters MetricData.member.1.Value or"
            " MetricData.member.1.StatisticValues must be specified.",
        ),
        (
            {"Value": 1, "Values": [1.0]},
            "InvalidParameterCombination",
            "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually"
            " exclusive and you have specified both.",
        ),
        (
            {
                "Value": 1,
                "StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 1, "Maximum": 1},
            },
            "InvalidParameterCombination",
            "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are"
            " mutually exclusive and you have specified both.",
        ),
        (
            {"Values": [1.0, 2.0], "Counts": [1.0]},
            "InvalidParameterValue",
            "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of"
            " the same size.",
        ),
        (
            {"Values": [1.0], "Counts": [0.0]},
            "InvalidParameterValue",
            "The value 0.0 for parameter MetricData.member.1.Counts is invalid.",
        ),
        (
            {"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1}},
            "InvalidParameterValue",
            "The parameter MetricData.member.1.StatisticValues.Maximum must be greater than"
            " MetricData.member.1.StatisticValues.Minimum.",
        ),
        (
            {"Value": 1, "StorageResolution": 30},
            "InvalidParameterValue",
            "The parameter MetricData.member.1.StorageResolution must be 1 or 60.",
        ),
    ],
)
def test_a_malformed_datum_is_refused(
    cloudwatch: Any, datum: dict[str, Any], code: str, message: str
) -> None:
    assert put_refusal(cloudwatch, datum) == (code, message)


def test_a_datum_has_at_most_30_dimensions(cloudwatch: Any) -> None:
    many = {f"d{number}": "x" for number in range(30)}
    put(cloudwatch, "Put/Dimensions", "m", {-1: 1}, many)
    code, _ = put_refusal(
        cloudwatch, {"Value": 1, "Dimensions": [{"Name": f"d{n}", "Value": "x"} for n in range(31)]}
    )
    assert code == "ValidationError"


def test_nothing_is_kept_of_a_refused_call(cloudwatch: Any) -> None:
    put_refusal(cloudwatch, {"Value": 1}, {}, namespace="Put/Refused")
    assert cloudwatch.list_metrics(Namespace="Put/Refused")["Metrics"] == []


def test_no_data_are_missing_data(cloudwatch: Any) -> None:
    assert put_refusal(cloudwatch) == (
        "MissingParameter",
        "The parameter MetricData is required.",
    )


def test_namespaces_of_aws_are_aws_own(cloudwatch: Any) -> None:
    assert put_refusal(cloudwatch, {"Value": 1}, namespace="AWS/Lambda") == (
        "InvalidParameterValue",
        "The value AWS/ for parameter Namespace is invalid.",
    )


def test_an_error_is_the_exception_of_boto3s_model(cloudwatch: Any) -> None:
    with pytest.raises(cloudwatch.exceptions.InvalidParameterValueException) as refused:
        cloudwatch.put_metric_data(
            Namespace="Put", MetricData=[{"MetricName": "m", "Value": math.nan}]
        )
    answer: Any = refused.value.response
    assert answer["Error"]["Type"] == "Sender"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_large_call_that_boto3_compresses_is_read(cloudwatch: Any) -> None:
    values = [float(number) for number in range(150)]
    put(cloudwatch, "Put/Compressed", "m", dict.fromkeys(range(-100, 0), values))
    found = ask(cloudwatch, stat("m1", "Put/Compressed", "m", "SampleCount"), start=-100)
    assert sum(found[0]["Values"]) == 15_000
