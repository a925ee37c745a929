"""Live choices of workgroups, databases and tables, through boto3 over HTTP."""

from collections.abc import Iterator

import pytest

from services.athena.tests.running import RUN_SQL
from services.aws import Aws
from services.base import Choice
from services.errors import ServiceError


def values(aws: Aws, option: str, typed: str) -> list[str]:
    return [choice.value for choice in RUN_SQL.suggest(option, typed, {}, aws)]


@pytest.fixture
def many_workgroups(data_prod: Aws) -> Iterator[None]:
    athena = data_prod.client("athena")
    names = [f"team-{number:03}" for number in range(60)]
    for name in names:
        athena.create_work_group(Name=name)
    yield
    for name in names:
        athena.delete_work_group(WorkGroup=name)


def test_workgroups_are_offered_with_what_they_are_for(data_prod: Aws) -> None:
    assert RUN_SQL.suggest("workgroup", "", {}, data_prod) == [
        Choice("analysts", "For people: results in one place, 1 GB a query"),
        Choice("managed", "Athena keeps the results"),
        Choice("primary"),
    ]
    assert values(data_prod, "workgroup", "LYST") == ["analysts"]


@pytest.mark.usefixtures("many_workgroups")
def test_one_of_many_is_found_and_few_are_offered(data_prod: Aws) -> None:
    assert values(data_prod, "workgroup", "059") == ["team-059"]
    assert len(values(data_prod, "workgroup", "team")) == 50


def test_databases_are_offered(data_prod: Aws) -> None:
    assert values(data_prod, "database", "") == ["edge", "orders"]
    assert values(data_prod, "database", "ord") == ["orders"]


def test_before_its_tables_a_database_is_offered(data_prod: Aws) -> None:
    assert values(data_prod, "table", "") == ["edge/", "orders/"]
    assert values(data_prod, "table", "orders/") == ["orders/orders", "orders/refunds"]
    assert RUN_SQL.suggest("table", "orders/REF", {}, data_prod) == [
        Choice("orders/refunds", "5 columns")
    ]
    assert values(data_prod, "table", "/") == []


def test_what_is_not_there_is_said(data_prod: Aws) -> None:
    with pytest.raises(ServiceError, match="Not Found"):
        values(data_prod, "table", "nowhere/")
    with pytest.raises(ServiceError, match="does not exist"):
        RUN_SQL.suggest("database", "", {"catalog": "nowhere"}, data_prod)
