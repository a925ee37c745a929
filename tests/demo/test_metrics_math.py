"""Metric math in the emulated CloudWatch: the user guide's operators and functions.

Two metrics are put, minute by minute: m1 is 30, 20, 0, 0 and m2 is 20, -, 20, -.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import ask, by_minute, minute, put, refusal, stat

M1 = {-4: 30.0, -3: 20.0, -2: 0.0, -1: 0.0}
M2 = {-4: 20.0, -2: 20.0}
# For IF: the user guide's table.
WHETHER = {-5: 1.0, -4: 1.0, -3: 0.0, -2: 0.0}
THEN = {-5: 30.0, -3: 0.0, -2: 0.0, -1: 30.0}
OTHERWISE = {-5: 0.0, -4: 0.0, -3: 20.0, -1: 20.0}
METRICS = {"m1": M1, "m2": M2, "whether": WHETHER, "then": THEN, "otherwise": OTHERWISE}


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        client = EmulatedAws(server.url).reader("cloudwatch", PAYMENTS_PROD)
        for name, values in METRICS.items():
            put(client, "Math", name, values)
        yield client


def queries(*names: str) -> list[dict[str, Any]]:
    return [stat(name, "Math", name, ReturnData=False) for name in names]


def results(cloudwatch: Any, expression: str, *names: str, **query: Any) -> list[dict[int, float]]:
    """Of the expression's time series, from five minutes before the story's end."""
    asked = {"Id": "e1", "Expression": expression, **query}
    found = ask(cloudwatch, *queries(*(names or ("m1", "m2"))), asked, start=-5)
    return [by_minute(result) for result in found]


def result(cloudwatch: Any, expression: str, *names: str, **query: Any) -> dict[int, float]:
    (only,) = results(cloudwatch, expression, *names, **query)
    return only


def math_refusal(cloudwatch: Any, expression: str) -> tuple[str, str]:
    return refusal(
        cloudwatch.get_metric_data,
        MetricDataQueries=[*queries("m1", "m2"), {"Id": "e1", "Expression": expression}],
        StartTime=minute(-5),
        EndTime=minute(0),
    )


# --- operators ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("m1 + 1", {-4: 31, -3: 21, -2: 1, -1: 1}),
        ("m1 - m2", {-4: 10, -3: 20, -2: -20, -1: 0}),
        ("5 * m2", {-4: 100, -2: 100}),
        ("-m2", {-4: -20, -2: -20}),
        ("m2 ^ 2", {-4: 400, -2: 400}),
        ("-m2 ^ 2", {-4: -400, -2: -400}),
        ("1 + m2 * 2 ^ 2", {-4: 81, -2: 81}),
        ("(1 + m2) * 2", {-4: 42, -2: 42}),
        ("m2 - 5 - 5", {-4: 10, -2: 10}),
        ("m2 / 10 * 2", {-4: 4, -2: 4}),
        ("1.5e1 + m2", {-4: 35, -2: 35}),
    ],
)
def test_arithmetic_takes_a_missing_value_for_zero(
    cloudwatch: Any, expression: str, values: dict[int, float]
) -> None:
    assert result(cloudwatch, expression) == values


def test_what_divides_by_zero_is_dropped(cloudwatch: Any) -> None:
    assert result(cloudwatch, "m2 / m1") == {-4: pytest.approx(2 / 3), -3: 0}


@pytest.mark.parametrize(
    "expression",
    [
        "CEIL(m1 * 1e308 * 1e308)",
        "FLOOR(LOG(m1 - 100))",
        "STDDEV([m1, m2] * 1e308 * 1e308)",
        "TIME_SERIES(STDDEV(m1 * 1e308 * 1e308))",
        "TIME_SERIES(1 / 0)",
        "FILL(m1 - m1, 0) / 0",
    ],
)
def test_what_is_no_finite_number_is_dropped(cloudwatch: Any, expression: str) -> None:
    assert result(cloudwatch, f"FILL({expression}, 7) * 0 + 1") == dict.fromkeys(range(-5, 0), 1)


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("m1 < m2", [0, 0, 1, 0]),
        ("m1 >= 30", [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 && m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 OR m2 > 15", [1, 1, 1, 0]),
        ("m1 > 25 || m1 == 0", [1, 0, 1, 1]),
        ("m1 != 20", [1, 0, 1, 1]),
        ("m1 <= 20", [0, 1, 1, 1]),
        ("m1 > 25 OR m1 > 15 AND m1 > 100", [1, 0, 0, 0]),
    ],
)
def test_comparisons_and_logic_are_1_or_0(
    cloudwatch: Any, expression: str, values: list[float]
) -> None:
    assert list(result(cloudwatch, expression).values()) == values


def test_an_array_is_computed_time_series_by_time_series(cloudwatch: Any) -> None:
    assert results(cloudwatch, "[m1, m2] / 10") == [
        {-4: 3, -3: 2, -2: 0, -1: 0},
        {-4: 2, -2: 2},
    ]
    assert results(cloudwatch, "METRICS() * 2")[1] == {-4: 40, -2: 40}


# --- functions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "of_m1", "of_both"),
    [
        ("SUM", 50, {-4: 50, -3: 20, -2: 20, -1: 0}),
        ("AVG", 12.5, {-4: 25, -3: 10, -2: 10, -1: 0}),
        ("MIN", 0, {-4: 20, -3: 20, -2: 0, -1: 0}),
        ("MAX", 30, {-4: 30, -3: 20, -2: 20, -1: 0}),
        ("STDDEV", math.sqrt(168.75), {-4: 5, -3: 0, -2: 10, -1: 0}),
        ("DATAPOINT_COUNT", 4, {-4: 2, -3: 1, -2: 2, -1: 1}),
    ],
)
def test_a_reduction_is_a_number_of_one_and_a_time_series_of_many(
    cloudwatch: Any, function: str, of_m1: float, of_both: dict[int, float]
) -> None:
    of_one = result(cloudwatch, f"TIME_SERIES({function}(m1))")
    assert of_one == {number: pytest.approx(of_m1) for number in range(-5, 0)}
    assert result(cloudwatch, f"{function}([m1, m2])") == of_both


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("ABS(m2 - 30)", {-4: 10, -2: 10}),
        ("CEIL(m2 / 3)", {-4: 7, -2: 7}),
        ("FLOOR(m2 / 3)", {-4: 6, -2: 6}),
        ("LOG10(m2 * 5)", {-4: 2, -2: 2}),
        ("LOG(m1 - 29)", {-4: 0}),
        ("RATE(m1)", {-3: pytest.approx(-1 / 6), -2: pytest.approx(-1 / 3), -1: 0}),
        ("DIFF(m1)", {-3: -10, -2: -20, -1: 0}),
        ("DIFF_TIME(m2)", {-2: 120}),
        ("RUNNING_SUM(m1)", {-4: 30, -3: 50, -2: 50, -1: 50}),
        ("m2 / PERIOD(m2)", {-4: pytest.approx(1 / 3), -2: pytest.approx(1 / 3)}),
        ("m2 - AVG(m2)", {-4: 0, -2: 0}),
        ("m2 / METRIC_COUNT(METRICS())", {-4: 10, -2: 10}),
        ('SUM(METRICS("2"))', {-4: 20, -2: 20}),
        ("SUM([METRICS('m1'), m2])", {-4: 50, -3: 20, -2: 20, -1: 0}),
    ],
)
def test_functions_of_a_time_series(
    cloudwatch: Any, expression: str, values: dict[int, Any]
) -> None:
    assert result(cloudwatch, expression) == values


@pytest.mark.parametrize(
    ("filler", "values"),
    [
        ("5", {-5: 5, -4: 20, -3: 5, -2: 20, -1: 5}),
        ("m1", {-4: 20, -3: 20, -2: 20, -1: 0}),
        ("MIN(m1)", {-5: 0, -4: 20, -3: 0, -2: 20, -1: 0}),
        ("REPEAT", {-4: 20, -3: 20, -2: 20, -1: 20}),
        ("LINEAR", {-4: 20, -3: 20, -2: 20}),
    ],
)
def test_fill_puts_values_where_there_are_none(
    cloudwatch: Any, filler: str, values: dict[int, float]
) -> None:
    assert result(cloudwatch, f"FILL(m2, {filler})") == values


def test_fill_puts_none_where_cloudwatch_keeps_none_nor_far_in_the_future(cloudwatch: Any) -> None:
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[*queries("m1"), {"Id": "e1", "Expression": "FILL(m1, 0)"}],
        StartTime=datetime(2000, 1, 1, tzinfo=UTC),
        EndTime=datetime(2100, 1, 1, tzinfo=UTC),
        ScanBy="TimestampAscending",
    )
    (result,) = answer["MetricDataResults"]
    assert EPOCH - timedelta(days=15) <= result["Timestamps"][0] < EPOCH - timedelta(days=14)
    assert EPOCH < result["Timestamps"][-1] < EPOCH + timedelta(hours=3)


def test_a_linear_filling_rises_evenly(cloudwatch: Any) -> None:
    put(cloudwatch, "Math", "ends", {-5: 10, -1: 50})
    values = result(cloudwatch, "FILL(ends, LINEAR)", "ends")
    assert values == {-5: 10, -4: 20, -3: 30, -2: 40, -1: 50}


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("IF(whether, then, otherwise)", {-5: 30, -4: 0, -3: 20}),
        ("IF(whether, 5, otherwise)", {-5: 5, -4: 5, -3: 20}),
        ("IF(whether, then, 5)", {-5: 30, -4: 0, -3: 5, -2: 5}),
        ("IF(whether, then)", {-5: 30, -4: 0}),
        ("IF(otherwise < 20, 1, 0)", {-5: 1, -4: 1, -3: 0, -1: 0}),
        ("IF(1, then, otherwise)", THEN),
        ("IF(0, then, otherwise)", OTHERWISE),
        ("IF(0, then)", {}),
    ],
)
def test_if_is_as_the_user_guide_tabulates_it(
    cloudwatch: Any, expression: str, values: dict[int, float]
) -> None:
    assert result(cloudwatch, expression, "whether", "then", "otherwise") == values


@pytest.mark.parametrize(
    ("expression", "sums"),
    [
        ("SORT(METRICS(), SUM, DESC)", [50, 40]),
        ("SORT(METRICS(), SUM, ASC)", [40, 50]),
        ("SORT(METRICS(), MAX, DESC, 1)", [50]),
        ("SORT(METRICS(), AVG, DESC, 1)", [40]),
        ("SLICE(SORT(METRICS(), SUM, DESC), 1)", [40]),
        ("SLICE(METRICS(), 0, 1)", [50]),
        ("FIRST(SORT(METRICS(), MIN, DESC))", [40]),
        ("LAST(METRICS())", [40]),
        ("REMOVE_EMPTY([m1, m2, IF(0, m1)])", [50, 40]),
    ],
)
def test_arrays_are_sorted_and_cut(cloudwatch: Any, expression: str, sums: list[float]) -> None:
    assert [sum(values.values()) for values in results(cloudwatch, expression)] == sums


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("MINUTE", 59),
        ("HOUR", 8),
        ("DAY", 1),  # a Monday
        ("DATE", 23),
        ("MONTH", 11),
        ("YEAR", 2026),
        ("EPOCH", EPOCH.timestamp() - 60),
    ],
)
def test_the_calendar_is_told_for_every_period(
    cloudwatch: Any, function: str, value: float
) -> None:
    values = result(cloudwatch, f"{function}(m2)")
    assert list(values) == [-5, -4, -3, -2, -1]
    assert values[-1] == value


def test_a_time_series_of_a_number_has_the_expressions_period(cloudwatch: Any) -> None:
    values = result(cloudwatch, "TIME_SERIES(7)", Period=120)
    assert values == {-5: 7, -3: 7, -1: 7}


def test_the_first_and_last_of_no_time_series_are_empty(cloudwatch: Any) -> None:
    for function in ("FIRST", "LAST"):
        assert result(cloudwatch, f"{function}(SLICE(METRICS(), 2))") == {}


def test_an_expression_refers_to_expressions_in_any_order(cloudwatch: Any) -> None:
    found = ask(
        cloudwatch,
        {"Id": "e2", "Expression": "e1 * 2"},
        {"Id": "e1", "Expression": "m2 + 1"},
        *queries("m2"),
        start=-5,
    )
    assert [by_minute(each) for each in found] == [{-4: 42, -2: 42}, {-4: 21, -2: 21}]


def test_an_expression_may_have_2048_characters_of_terms(cloudwatch: Any) -> None:
    assert result(cloudwatch, "+".join(["m2"] * 682)) == {-4: 682 * 20, -2: 682 * 20}


def test_a_call_may_have_500_queries_each_of_which_refers_to_the_next(cloudwatch: Any) -> None:
    chain = [
        {"Id": f"c{number}", "Expression": f"c{number + 1} + 1", "ReturnData": number == 0}
        for number in range(497)
    ]
    last = {"Id": "c497", "Expression": "m2 * 1", "ReturnData": False}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[*queries("m1", "m2"), *chain, last],
        StartTime=minute(-5),
        EndTime=minute(0),
        ScanBy="TimestampAscending",
    )
    assert [r["Values"] for r in answer["MetricDataResults"] if r["Id"] == "c0"] == [[517, 517]]


def test_metrics_are_not_the_expressions(cloudwatch: Any) -> None:
    found = ask(
        cloudwatch,
        *queries("m2"),
        {"Id": "e1", "Expression": "m2 * 2", "ReturnData": False},
        {"Id": "e2", "Expression": "SUM(METRICS())"},
        start=-5,
    )
    assert by_minute(found[0]) == M2


# --- labels and results ---------------------------------------------------------------------------


def test_the_label_of_an_expression_is_its_own_or_its_id(cloudwatch: Any) -> None:
    for label, shown in (({}, "e1"), ({"Label": "rate"}, "rate")):
        query = {"Id": "e1", "Expression": "m1 * 2", **label}
        found = ask(cloudwatch, *queries("m1"), query, start=-5)
        assert [each["Label"] for each in found] == [shown]


def test_several_time_series_have_the_expressions_label_before_their_own(cloudwatch: Any) -> None:
    query = {"Id": "e1", "Expression": "FILL(METRICS(), 0)", "Label": "Filled With 0:"}
    found = ask(cloudwatch, *queries("m1", "m2"), query, start=-5)
    assert [(each["Id"], each["Label"]) for each in found] == [
        ("e1", "Filled With 0: m1"),
        ("e1", "Filled With 0: m2"),
    ]


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("m1 +", "Invalid syntax"),
        ("m1 m2", "Invalid syntax"),
        ("(m1", "Invalid syntax"),
        ("SUM(m1", "Invalid syntax"),
        ("m1 % 2", "Invalid syntax"),
        ("AVERAGE(m1)", "Function 'AVERAGE' not found"),
        ("sum(m1)", "Function 'sum' not found"),
        ("m1 + m9", "Unknown id 'm9'"),
        ("e1 + 1", "Circular reference to 'e1'"),
        ("SUM(m1)", "The result must be a time series or an array of them"),
        (
            "METRICS() + METRICS()",
            "Unsupported operand type(s) for +: '[Array[TimeSeries], Array[TimeSeries]]'",
        ),
        ("(" * 500 + "m1" + ")" * 500, "The expression is nested too deeply"),
        ("-" * 1000 + "m1", "The expression is nested too deeply"),
        ("SLICE(METRICS(), 1 / 0)", "nan is not a valid number"),
        ("SORT(METRICS(), SUM, ASC, 1 / 0)", "nan is not a valid number"),
        ("SEARCH('x', 'Sum', 1 / 0)", "nan is not a valid number"),
        (
            "IF(1, m1, 5)",
            "Unsupported operand type(s) for IF: '[Scalar, TimeSeries, Scalar]'",
        ),
        ("RATE(5)", "Unsupported operand type(s) for RATE: '[Scalar]'"),
        ("PERIOD(m1 + 1)", "Unsupported operand type(s) for PERIOD: '[TimeSeries]'"),
        ("FILL(m1, NEXT)", "Unsupported operand type(s) for FILL: '[String]'"),
        (
            "ANOMALY_DETECTION_BAND(m1)",
            "The emulated AWS does not implement ANOMALY_DETECTION_BAND",
        ),
    ],
)
def test_a_wrong_expression_is_refused_by_its_id(
    cloudwatch: Any, expression: str, message: str
) -> None:
    assert math_refusal(cloudwatch, expression) == (
        "ValidationError",
        f"Error in expression 'e1': {message}",
    )


@pytest.mark.parametrize("returned", [True, False])
def test_expressions_must_not_go_round_in_circles(cloudwatch: Any, returned: bool) -> None:
    code, message = refusal(
        cloudwatch.get_metric_data,
        MetricDataQueries=[
            *queries("m1"),
            {"Id": "e1", "Expression": "e2 + 1", "ReturnData": returned},
            {"Id": "e2", "Expression": "e1 + 1", "ReturnData": returned},
            {"Id": "e3", "Expression": "m1 + 1"},
        ],
        StartTime=minute(-5),
        EndTime=minute(0),
    )
    assert code == "ValidationError"
    assert "Circular reference" in message


def test_an_expression_is_checked_though_nobody_asks_for_its_result(cloudwatch: Any) -> None:
    code, message = refusal(
        cloudwatch.get_metric_data,
        MetricDataQueries=[
            *queries("m1"),
            {"Id": "e1", "Expression": "m1 +", "ReturnData": False},
            {"Id": "e2", "Expression": "m1 * 1"},
        ],
        StartTime=minute(-5),
        EndTime=minute(0),
    )
    assert (code, message) == ("ValidationError", "Error in expression 'e1': Invalid syntax")
