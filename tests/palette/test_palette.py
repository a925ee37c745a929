"""What the command palette offers, and to whom."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from awsdash.accounts.models import Account, Level, User
from awsdash.explorer.models import CellState, Resource, ScanCell
from awsdash.jobs import lifecycle
from awsdash.jobs.models import Job
from awsdash.palette.choices import Choice, groups_for
from conftest import MakeUser

OPERATION = "cloudwatch_logs.filter_events"
FUNCTION = "AWS::Lambda::Function"
LOG_GROUP = "AWS::Logs::LogGroup"
SubmitJob = Callable[[User, str], Job]


def enter(account: Account, kind: str, name: str) -> Resource:
    return Resource.objects.create(
        account=account,
        region="eu-west-1",
        type=kind,
        resource_id=name,
        name=name,
        seen_at=timezone.now(),
    )


@pytest.fixture
def checkout(shop: Account) -> Resource:
    """The shop's function with the log group that its button needs."""
    enter(shop, LOG_GROUP, "/aws/lambda/checkout-charge")
    return enter(shop, FUNCTION, "checkout-charge")


@pytest.fixture
def submit(shop: Account) -> SubmitJob:
    def as_person(user: User, log_group: str) -> Job:
        query = {"logGroupName": log_group, "filterPattern": "timeout"}
        return lifecycle.submit(user, OPERATION, shop.pk, "eu-west-1", query)

    return as_person


def offered(user: User, text: str) -> dict[str, list[Choice]]:
    return {group.title: list(group.choices) for group in groups_for(user, text)}


def labels(user: User, text: str, title: str) -> list[str]:
    return [choice.label for choice in offered(user, text).get(title, [])]


def test_without_words_it_offers_the_places_and_the_jobs(
    alice: User, checkout: Resource, submit: SubmitJob
) -> None:
    submit(alice, "/aws/lambda/checkout-charge")
    groups = offered(alice, " ")
    assert list(groups) == ["Places", "Your jobs"]
    places = {choice.label: choice.keys for choice in groups["Places"]}
    assert places["Explorer"] == "g e"
    assert places["JavaScript reference"] == "g j"
    assert "Log events" in places


def test_a_resource_is_followed_by_what_may_be_run_on_it(alice: User, checkout: Resource) -> None:
    found = offered(alice, "checkout-charge lambda::function")["Resources"]
    assert [choice.label for choice in found] == ["checkout-charge", "View logs"]
    resource, logs = found
    assert resource.detail == "Lambda function · shop eu-west-1"
    assert resource.url == "/explorer/?q=checkout-charge&accountId=111111111111&region=eu-west-1"
    assert logs.detail == "checkout-charge · shop eu-west-1"
    assert logs.url.startswith(f"/run/{OPERATION}/?")
    assert "run=1" in logs.url


def test_a_button_that_only_says_what_is_missing_is_not_offered(alice: User, shop: Account) -> None:
    enter(shop, FUNCTION, "never-ran")
    ScanCell.objects.create(
        account=shop,
        region="eu-west-1",
        type=LOG_GROUP,
        state=CellState.EMPTY,
        user=alice,
        queued_at=timezone.now(),
    )
    assert labels(alice, "never-ran", "Resources") == ["never-ran"]


def test_who_may_only_view_gets_the_resource_without_queries(
    carol: User, checkout: Resource
) -> None:
    assert labels(carol, "checkout-charge", "Resources") == [
        "/aws/lambda/checkout-charge",
        "checkout-charge",
    ]


def test_who_may_view_here_and_run_there_gets_queries_there_only(
    make_user: MakeUser, shop: Account, bank: Account, checkout: Resource
) -> None:
    enter(bank, LOG_GROUP, "/aws/lambda/checkout-bank")
    dora = make_user("dora", {shop: Level.VIEW, bank: Level.RUN})
    queries = [c for c in offered(dora, "checkout")["Resources"] if c.label == "View logs"]
    assert [query.detail for query in queries] == ["/aws/lambda/checkout-bank · bank eu-west-1"]


@pytest.mark.parametrize("text", ["", "checkout", "shop", "log", "111111111111"])
def test_an_outsider_finds_nothing_of_the_shop(
    client: Client, bob: User, alice: User, checkout: Resource, submit: SubmitJob, text: str
) -> None:
    submit(alice, "/aws/lambda/checkout-charge")
    client.force_login(bob)
    shown = client.get("/palette/", {"q": text}).content.decode().replace(f'"{text}"', "")
    assert "checkout" not in shown
    assert "shop" not in shown
    assert "111111111111" not in shown


def test_jobs_of_others_are_never_shown(
    alice: User, carol: User, root: User, submit: SubmitJob
) -> None:
    submit(alice, "/aws/lambda/checkout-charge")
    assert labels(alice, "", "Your jobs") == ["Log events /aws/lambda/checkout-charge"]
    for other in (carol, root):
        assert labels(other, "", "Your jobs") == []


def test_jobs_in_an_account_that_was_taken_away_are_gone(
    alice: User, shop: Account, submit: SubmitJob
) -> None:
    submit(alice, "/aws/lambda/checkout-charge")
    shop.grants.all().delete()
    assert labels(alice, "", "Your jobs") == []


@pytest.mark.parametrize("text", ["checkout", "LOG checkout", "timeout charge", "events shop"])
def test_a_job_is_found_by_words_of_its_operation_target_and_query(
    alice: User, submit: SubmitJob, text: str
) -> None:
    submit(alice, "/aws/lambda/checkout-charge")
    submit(alice, "/aws/lambda/settlement")
    expected = "Log events /aws/lambda/checkout-charge"
    assert expected in labels(alice, text, "Your jobs")


def test_every_word_must_be_found(alice: User, checkout: Resource, submit: SubmitJob) -> None:
    submit(alice, "/aws/lambda/checkout-charge")
    assert labels(alice, "CHECKOUT charge", "Resources") != []
    assert offered(alice, "checkout nowhere") == {}
    assert labels(alice, "javascript ref", "Places") == ["JavaScript reference"]
    assert labels(alice, "javascript nowhere", "Places") == []


def test_it_offers_the_newest_eight_jobs(alice: User, submit: SubmitJob) -> None:
    for number in range(10):
        submit(alice, f"/group-{number}")
    found = labels(alice, "", "Your jobs")
    assert found == [f"Log events /group-{number}" for number in range(9, 1, -1)]


def test_a_job_whose_service_folder_is_gone_is_left_out(alice: User, submit: SubmitJob) -> None:
    job = submit(alice, "/gone")
    job.execution.operation_name = "removed.operation"
    job.execution.save()
    assert labels(alice, "", "Your jobs") == []


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "just now"), (5, "5 min ago"), (59, "59 min ago"), (150, "2 h ago"), (4000, "2 d ago")],
)
def test_a_job_tells_its_age(alice: User, submit: SubmitJob, minutes: int, told: str) -> None:
    job = submit(alice, "/aged")
    Job.objects.filter(pk=job.pk).update(
        created_at=timezone.now() - timedelta(minutes=minutes, seconds=1)
    )
    assert offered(alice, "")["Your jobs"][0].detail.startswith(f"{told} · queued")


def test_what_was_asked_comes_back_as_it_was_typed(client: Client, alice: User) -> None:
    client.force_login(alice)
    shown = client.get("/palette/", {"q": ' <b>"x" '}).content.decode()
    assert "<b>" not in shown
    assert 'data-answers=" <b>"x" "' in unescape(shown)
    assert "Nothing matches" in shown


def test_each_choice_is_a_link_and_an_option(client: Client, alice: User) -> None:
    client.force_login(alice)
    shown = client.get("/palette/").content.decode()
    assert shown.count('role="option"') == shown.count("<a ") >= 3
    assert 'href="/explorer/"' in shown
