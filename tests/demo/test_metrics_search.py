"""SEARCH and Metrics Insights of the emulated CloudWatch: the user guide's rules and examples."""

from collections.abc import Iterator
from typing import Any

import pytest

from awsdash.demo.aws.metrics.search import compile_search
from awsdash.demo.aws.metrics.store import Metric
from awsdash.demo.aws.metrics.tokens import partly_matches
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.measurements import ask, by_minute, minute, put, refusal

FUNCTIONS = {"checkout-charge": 5.0, "checkout-api": 3.0, "ledger": 1.0}


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        client = EmulatedAws(server.url).reader("cloudwatch", PAYMENTS_PROD, "us-east-1")
        for name, value in FUNCTIONS.items():
            put(client, "Faas", "Errors", {-3: value, -2: 1}, {"FunctionName": name})
            put(client, "Faas", "Duration", {-3: 100 * value}, {"FunctionName": name})
        put(client, "Faas", "Errors", {-3: 9, -2: 3})
        put(
            client,
            "Faas",
            "Errors",
            {-3: 2},
            {"FunctionName": "ledger", "Resource": "ledger:1"},
        )
        yield client


# --- tokens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "matches"),
    [
        ("count", "CustomCount1", True),
        ("Count", "CustomCount1", True),
        ("COUNT", "CustomCount1", True),
        ("couNT", "CustomCount1", False),
        ("CustomCount", "CustomCount1", True),
        ("Count1", "CustomCount1", True),
        ("customcount", "CustomCount1", False),
        ("count1", "CustomCount1", False),
        ("customcount1", "CustomCount1", True),
        ("1", "CustomCount1", True),
        ("sdb", "SDBFailure", True),
        ("failure", "SDBFailure", True),
        ("333", "Project2-trial333", True),
        ("project2trial333", "Project2-trial333", True),
        ("network/errors", "Network-Errors-2", True),
        ("network+errors", "NetworkErrors2", True),
        ("network-errors", "Network-Errors-2", True),
        ("Network_Errors", "NetworkErrors2", True),
        ("errors-network", "Network-Errors-2", False),
        ("err", "Errors", False),
    ],
)
def test_a_term_matches_whole_tokens(term: str, text: str, matches: bool) -> None:
    assert partly_matches(term, text) is matches


# --- which metrics fit ----------------------------------------------------------------------------

CPU = Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-1234567890123456"),))
CPU_BY_TYPE = Metric("AWS/EC2", "CPUUtilization", (("InstanceType", "t2.micro"),))
ERRORS = Metric("AWS/Lambda", "Errors", (("FunctionName", "ProjectA-orders"),))
INVOCATIONS = Metric("AWS/Lambda", "Invocations", (("FunctionName", "ProjectB-orders"),))
FLOWS = Metric("AWS/NetworkELB", "ActiveFlowCount", (("LoadBalancer", "net/a"),))
LCUS = Metric("AWS/NetworkELB", "ConsumedLCUs", (("LoadBalancer", "net/a"),))
CUSTOM = Metric("My Namespace", r"Europe\France Traffic(Network)", (("Dimension@Name", "x"),))
ALL = {
    "cpu": CPU,
    "cpu_by_type": CPU_BY_TYPE,
    "errors": ERRORS,
    "invocations": INVOCATIONS,
    "flows": FLOWS,
    "lcus": LCUS,
    "custom": CUSTOM,
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('{AWS/EC2,InstanceId} MetricName="CPUUtilization"', {"cpu"}),
        (' {AWS/EC2, InstanceType} "CPUUtilization" ', {"cpu_by_type"}),
        ("{AWS/EC2 InstanceType}", {"cpu_by_type"}),
        ("{AWS/EC2}", {"cpu", "cpu_by_type"}),
        ('{AWS/Lambda, FunctionName}, MetricName="Errors"', {"errors"}),
        ('MetricName="CPUUtilization"', {"cpu", "cpu_by_type"}),
        ("InstanceType=micro", {"cpu_by_type"}),
        ('InstanceType="t2.micro" Namespace="AWS/EC2"', {"cpu_by_type"}),
        ('InstanceType="micro"', set()),
        ('"Errors"', {"errors"}),
        ('"errors"', set()),
        ("errors", {"errors"}),
        ('{AWS/NetworkELB, LoadBalancer} "ConsumedLCUs" OR flow', {"flows", "lcus"}),
        ("NOT Namespace=AWS", {"custom"}),
        (
            '{AWS/EC2,InstanceId} MetricName="CPUUtilization" NOT i-1234567890123456',
            set(),
        ),
        (
            '{AWS/Lambda,FunctionName} MetricName="Errors" OR'
            ' (MetricName="Invocations" AND (ProjectA OR ProjectB))',
            {"errors", "invocations"},
        ),
        ('{AWS/Lambda,FunctionName} NOT "ProjectA-orders" NOT ProjectB', set()),
        ("(EC2 OR Lambda) AND MetricName=Errors", {"errors"}),
        ('FunctionName=("ProjectA-orders" OR "ProjectB-orders")', {"errors", "invocations"}),
        (r'{"My Namespace", "Dimension@Name"}, "Europe\\France Traffic\(Network\)"', {"custom"}),
        (f':aws.AccountId = "{PAYMENTS_PROD}" MetricName=Errors', {"errors"}),
        (':aws.AccountId = "444455556666" MetricName=Errors', set()),
        (":aws.AccountId = 'LOCAL' MetricName=Errors", {"errors"}),
    ],
)
def test_which_metrics_a_search_finds(query: str, found: set[str]) -> None:
    fits = compile_search(query, PAYMENTS_PROD)
    assert {name for name, metric in ALL.items() if fits(metric)} == found


# --- SEARCH in GetMetricData ----------------------------------------------------------------------


def search(cloudwatch: Any, expression: str, **query: Any) -> dict[str, dict[int, float]]:
    found = ask(cloudwatch, {"Id": "e1", "Expression": expression, **query})
    assert {result["Id"] for result in found} <= {"e1"}
    return {result["Label"]: by_minute(result) for result in found}


def search_refusal(cloudwatch: Any, *expressions: str) -> tuple[str, str]:
    return refusal(
        cloudwatch.get_metric_data,
        MetricDataQueries=[
            {"Id": f"e{number}", "Expression": expression}
            for number, expression in enumerate(expressions, start=1)
        ],
        StartTime=minute(-5),
        EndTime=minute(0),
    )


def test_a_search_is_an_array_of_time_series(cloudwatch: Any) -> None:
    assert search(cloudwatch, "SEARCH('{Faas,FunctionName} MetricName=\"Errors\"', 'Sum', 60)") == {
        name: {-3: value, -2: 1} for name, value in FUNCTIONS.items()
    }


def test_without_a_period_a_search_has_that_of_its_query(cloudwatch: Any) -> None:
    found = search(cloudwatch, "SEARCH('{Faas,FunctionName} checkout Errors', 'Sum')", Period=120)
    assert found == {"checkout-api": {-4: 3, -2: 1}, "checkout-charge": {-4: 5, -2: 1}}


def test_math_is_done_with_a_search(cloudwatch: Any) -> None:
    expression = "SUM(SEARCH('{Faas,FunctionName} MetricName=\"Errors\"', 'Sum', 60))"
    assert search(cloudwatch, expression) == {"e1": {-3: 9, -2: 3}}
    assert search(cloudwatch, expression, Label="all") == {"all": {-3: 9, -2: 3}}


def test_a_dynamic_label_is_that_of_each_metric_found(cloudwatch: Any) -> None:
    found = search(
        cloudwatch,
        "SEARCH('{Faas,FunctionName} checkout Errors', 'Sum', 60)",
        Label="[max: ${MAX}] ${PROP('Dim.FunctionName')}",
    )
    assert set(found) == {"[max: 3] checkout-api", "[max: 5] checkout-charge"}


def test_metrics_that_differ_in_more_than_a_dimension_are_told_apart(cloudwatch: Any) -> None:
    found = search(cloudwatch, "SEARCH('{Faas,FunctionName} ledger', 'Maximum', 60)")
    assert set(found) == {"Duration", "Errors"}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("SEARCH('', 'Sum', 60)", "SEARCH query must have a metric schema or a search term"),
        ("SEARCH('(a', 'Sum', 60)", "Invalid syntax in SEARCH query"),
        ("SEARCH('a', 'Total', 60)", "'Total' is not a valid statistic"),
        ("SEARCH('a', 'Sum', 61)", "61 is not a valid period"),
        ("SEARCH('a')", "Unsupported operand type(s) for SEARCH: '[String]'"),
        (
            f"SEARCH('{'a' * 1025}', 'Sum', 60)",
            "SEARCH query must not be longer than 1024 characters",
        ),
    ],
)
def test_a_wrong_search_is_refused(cloudwatch: Any, expression: str, message: str) -> None:
    assert search_refusal(cloudwatch, expression) == (
        "ValidationError",
        f"Error in expression 'e1': {message}",
    )


# --- Metrics Insights -----------------------------------------------------------------------------


def select(cloudwatch: Any, query: str) -> list[tuple[str, dict[int, float]]]:
    found = ask(cloudwatch, {"Id": "q1", "Expression": query, "Period": 60})
    return [(result["Label"], by_minute(result)) for result in found]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("SELECT SUM(Errors) FROM SCHEMA(Faas, FunctionName)", {-3: 9, -2: 3}),
        ("SELECT SUM(Errors) FROM SCHEMA(Faas)", {-3: 9, -2: 3}),
        ("SELECT SUM(Errors) FROM SCHEMA(Faas, Resource, FunctionName)", {-3: 2}),
        ("SELECT SUM(Errors) FROM Faas", {-3: 20, -2: 6}),
        ("SELECT AVG(Errors) FROM SCHEMA(Faas, FunctionName)", {-3: 3, -2: 1}),
        ("SELECT COUNT(Errors) FROM SCHEMA(Faas, FunctionName)", {-3: 3, -2: 3}),
        ("SELECT MAX(Errors) FROM SCHEMA(Faas, FunctionName)", {-3: 5, -2: 1}),
        ("select min(Errors) from schema(Faas, FunctionName)", {-3: 1, -2: 1}),
        (
            'SELECT SUM("Errors") FROM "Faas" WHERE FunctionName = \'ledger\'',
            {-3: 3, -2: 1},
        ),
        (
            "SELECT SUM(Errors) FROM SCHEMA(Faas, FunctionName)"
            " WHERE FunctionName != 'ledger' AND FunctionName != 'checkout-api'",
            {-3: 5, -2: 1},
        ),
    ],
)
def test_a_query_aggregates_the_metrics_that_fit(
    cloudwatch: Any, query: str, values: dict[int, float]
) -> None:
    assert select(cloudwatch, query) == [("Errors", values)]


def test_groups_come_in_alphabetical_order(cloudwatch: Any) -> None:
    query = "SELECT SUM(Errors) FROM SCHEMA(Faas, FunctionName) GROUP BY FunctionName"
    labels = [label for label, _ in select(cloudwatch, query)]
    assert labels == ["checkout-api", "checkout-charge", "ledger"]


def test_metrics_without_the_label_are_of_another_group(cloudwatch: Any) -> None:
    found = select(cloudwatch, "SELECT SUM(Errors) FROM Faas GROUP BY FunctionName")
    assert dict(found)["Other"] == {-3: 9, -2: 3}


@pytest.mark.parametrize(
    ("end", "labels"),
    [
        ("ORDER BY MAX() DESC", ["checkout-charge", "checkout-api", "ledger"]),
        ("ORDER BY MAX() ASC", ["ledger", "checkout-api", "checkout-charge"]),
        ("ORDER BY SUM()", ["ledger", "checkout-api", "checkout-charge"]),
        ("ORDER BY AVG() DESC LIMIT 1", ["checkout-charge"]),
    ],
)
def test_order_and_limit_choose_the_top(cloudwatch: Any, end: str, labels: list[str]) -> None:
    query = f"SELECT SUM(Errors) FROM SCHEMA(Faas, FunctionName) GROUP BY FunctionName {end}"
    assert [label for label, _ in select(cloudwatch, query)] == labels


def test_math_refers_to_a_query(cloudwatch: Any) -> None:
    found = ask(
        cloudwatch,
        {
            "Id": "q1",
            "Expression": "SELECT SUM(Errors) FROM Faas",
            "Period": 60,
            "ReturnData": False,
        },
        {"Id": "e1", "Expression": "q1 * 2"},
    )
    assert by_minute(found[0]) == {-3: 40, -2: 12}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT Errors FROM Faas", "Invalid syntax"),
        ("SELECT SUM(Errors)", "Invalid syntax"),
        ("SELECT SUM(Errors) FROM Faas WHERE a = b", "Invalid syntax"),
        ("SELECT SUM(Errors) FROM AWS/Lambda", "Invalid syntax"),
        ("SELECT SUM(Errors) FROM Faas LIMIT 501", "LIMIT must be from 1 to 500"),
    ],
)
def test_a_wrong_query_is_refused(cloudwatch: Any, query: str, message: str) -> None:
    assert search_refusal(cloudwatch, query) == (
        "ValidationError",
        f"Error in expression 'e1': {message}",
    )


def test_a_request_has_one_query(cloudwatch: Any) -> None:
    code, message = search_refusal(cloudwatch, *["SELECT SUM(Errors) FROM Faas"] * 2)
    assert code == "ValidationError"
    assert "Only one Metrics Insights query" in message
