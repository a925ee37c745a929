"""A button promises only what the inventory knows to be there."""

from typing import Any

import pytest
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.explorer.links import Button, buttons_for
from awsdash.explorer.models import CellState, Resource, ScanCell

GROUP = "AWS::Logs::LogGroup"


def resource(account: Account, kind: str, name: str, **properties: Any) -> Resource:
    return Resource.objects.create(
        account=account,
        region="eu-west-1",
        type=kind,
        resource_id=name,
        name=name,
        properties=properties,
        seen_at=timezone.now(),
    )


def buttons(of: Resource) -> list[Button]:
    return buttons_for([of])[of.pk]


@pytest.fixture
def read(shop: Account, alice: User) -> ScanCell:
    """The shop's log groups were read."""
    return ScanCell.objects.create(
        account=shop,
        region="eu-west-1",
        type=GROUP,
        state=CellState.OK,
        user=alice,
        queued_at=timezone.now(),
    )


def test_a_log_group_that_is_there_is_promised(shop: Account, read: ScanCell) -> None:
    function = resource(shop, "AWS::Lambda::Function", "charge")
    resource(shop, GROUP, "/aws/lambda/charge")
    (button,) = buttons(function)
    assert button.label == "View logs"
    assert "logGroupName=%2Faws%2Flambda%2Fcharge" in button.url


def test_one_that_is_not_there_is_said_to_be_missing(shop: Account, read: ScanCell) -> None:
    function = resource(shop, "AWS::Lambda::Function", "charge")
    (button,) = buttons(function)
    assert button == Button("No log group", "logs", "", "/aws/lambda/charge does not exist.")


def test_one_that_nobody_looked_for_is_offered(shop: Account) -> None:
    (button,) = buttons(resource(shop, "AWS::Lambda::Function", "charge"))
    assert button.url


@pytest.mark.parametrize("state", [CellState.DENIED, CellState.FAILED, CellState.QUEUED])
def test_a_cell_that_could_not_be_read_knows_nothing(
    shop: Account, read: ScanCell, state: CellState
) -> None:
    ScanCell.objects.update(state=state)
    (button,) = buttons(resource(shop, "AWS::Lambda::Function", "charge"))
    assert button.url


def test_a_group_of_another_account_or_region_is_not_taken_for_it(
    shop: Account, bank: Account, read: ScanCell
) -> None:
    function = resource(shop, "AWS::Lambda::Function", "charge")
    resource(bank, GROUP, "/aws/lambda/charge")
    other = resource(shop, GROUP, "/aws/lambda/charge")
    Resource.objects.filter(pk=other.pk).update(region="us-east-1")
    assert buttons(function)[0].url == ""


def test_every_candidate_that_is_there_is_offered_and_told_apart(
    shop: Account, read: ScanCell
) -> None:
    database = resource(shop, "AWS::RDS::DBInstance", "orders", Engine="mysql")
    for kind in ("error", "slowquery"):
        resource(shop, GROUP, f"/aws/rds/instance/orders/{kind}")
    found = buttons(database)
    assert [button.detail for button in found] == ["error", "slowquery"]
    assert len({button.url for button in found}) == 2


def test_a_prefix_becomes_a_button_for_each_group_below_it(shop: Account, read: ScanCell) -> None:
    api = resource(shop, "AWS::ApiGateway::RestApi", "a1b2c3")
    for stage in ("prod", "test"):
        resource(shop, GROUP, f"API-Gateway-Execution-Logs_a1b2c3/{stage}")
    resource(shop, GROUP, "API-Gateway-Execution-Logs_other/prod")
    assert {"prod", "test"} == {button.detail for button in buttons(api)}
    assert all("a1b2c3%2F" in button.url for button in buttons(api))


def test_a_page_of_resources_takes_two_queries(
    shop: Account, read: ScanCell, django_assert_num_queries: Any
) -> None:
    functions = [resource(shop, "AWS::Lambda::Function", f"f{n}") for n in range(30)]
    with django_assert_num_queries(2):
        buttons_for(functions)
