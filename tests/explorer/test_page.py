"""The explorer page and its API."""

import pytest
from django.test import Client
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.explorer.models import CellState, Resource, ScanCell


@pytest.fixture
def function(shop: Account) -> Resource:
    return Resource.objects.create(
        account=shop,
        region="eu-west-1",
        type="AWS::Lambda::Function",
        resource_id="checkout-charge",
        name="checkout-charge",
        properties={"LoggingConfig": {"LogGroup": "/own/group"}},
        seen_at=timezone.now(),
    )


def shown(client: Client, address: str = "/explorer/") -> str:
    return client.get(address).content.decode()


def test_a_function_has_a_button_to_its_own_log_group(
    client: Client, alice: User, function: Resource
) -> None:
    client.force_login(alice)
    page = shown(client)
    assert "View logs" in page
    assert "logGroupName=%2Fown%2Fgroup&amp;accountId=111111111111&amp;region=eu-west-1" in page


def test_bob_sees_nothing_of_the_shop(client: Client, bob: User, function: Resource) -> None:
    client.force_login(bob)
    assert "checkout-charge" not in shown(client)
    assert "checkout-charge" not in shown(client, "/explorer/?q=checkout")
    assert client.get("/api/v1/resources").json()["items"] == []


def test_carol_who_may_not_run_is_offered_no_button(
    client: Client, carol: User, function: Resource
) -> None:
    client.force_login(carol)
    assert "checkout-charge" in shown(client)
    assert "View logs" not in shown(client)


@pytest.mark.parametrize("words", ["a " * 1500, "nul\x00l"])
def test_strange_words_find_nothing_and_break_nothing(
    client: Client, alice: User, function: Resource, words: str
) -> None:
    client.force_login(alice)
    assert client.get("/explorer/", {"q": words}).status_code == 200


def test_words_filter_by_name_id_and_type(client: Client, alice: User, function: Resource) -> None:
    client.force_login(alice)
    assert "View logs" in shown(client, "/explorer/?q=CHECKOUT+lambda")
    assert "No resource matches" in shown(client, "/explorer/?q=checkout+bucket")


def test_words_filter_by_account_and_region_too(
    client: Client, alice: User, function: Resource
) -> None:
    client.force_login(alice)
    assert "View logs" in shown(client, "/explorer/?q=checkout+shop+eu-west")
    assert "No resource matches" in shown(client, "/explorer/?q=checkout+bank")


def test_the_scope_narrows_to_an_account_and_a_region(
    client: Client, alice: User, function: Resource
) -> None:
    client.force_login(alice)
    there = shown(client, "/explorer/?accountId=111111111111&region=eu-west-1")
    assert "checkout-charge" in there
    Resource.objects.update(region="us-east-1")
    assert "No resource in shop in eu-west-1" in shown(
        client, "/explorer/?accountId=111111111111&region=eu-west-1"
    )
    # What is nobody's to choose is not chosen.
    assert "checkout-charge" in shown(client, "/explorer/?accountId=999999999999")


def test_a_person_without_accounts_is_told_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("newcomer"))
    assert "Ask an administrator" in shown(client)


def test_the_page_polls_while_cells_are_unread_and_stops_after(
    client: Client, alice: User, shop: Account
) -> None:
    client.force_login(alice)
    client.post("/explorer/scan/")
    assert "data-poll" in shown(client)
    ScanCell.objects.update(state=CellState.EMPTY)
    assert "data-poll" not in shown(client, "/explorer/resources/")


def test_an_unchanged_scan_has_no_body(client: Client, alice: User, shop: Account) -> None:
    client.force_login(alice)
    client.post("/explorer/scan/")
    unread = ScanCell.objects.count()
    assert client.get(f"/explorer/resources/?seen=0-{unread}").status_code == 204


def test_a_denied_cell_shows_what_aws_said(client: Client, alice: User, shop: Account) -> None:
    client.force_login(alice)
    client.post("/explorer/scan/")
    ScanCell.objects.update(state=CellState.DENIED, message="no lambda:ListFunctions")
    assert "no lambda:ListFunctions" in shown(client)


def test_resources_over_rest_have_the_documented_members(
    client: Client, alice: User, function: Resource
) -> None:
    client.force_login(alice)
    (item,) = client.get("/api/v1/resources?q=checkout").json()["items"]
    assert item["displayName"] == "checkout-charge"
    assert item["resourceType"] == "AWS::Lambda::Function"
    assert item["accountId"] == "111111111111"
