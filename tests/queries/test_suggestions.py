"""The live choices behind a picker: asked of AWS by a worker, kept for a minute."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awsdash.accounts.models import Account, Level, User
from awsdash.jobs import suggestions
from awsdash.jobs.models import Suggestion
from services.errors import NotFound

OPERATION = "cloudwatch_logs.filter_events"
CHOICES = f"/run/{OPERATION}/choices"
PROD = {"accountId": "482011773351", "region": "eu-west-1"}


@pytest.fixture
def page(
    client: Client,
    make_user: Callable[[str, dict[Account, Level]], User],
    story_accounts: dict[str, Account],
    emulated_aws: str,
) -> Client:
    """The portal as somebody who may run queries in payments-prod."""
    client.force_login(make_user("mira", {story_accounts["payments-prod"]: Level.RUN}))
    return client


def answered(page: Client, address: str, **given: str) -> str:
    first = page.get(address, {**PROD, **given})
    assert first.status_code == 202
    assert int(first["Poll-Delay-Ms"]) > 0
    suggestions.answer(Suggestion.objects.order_by("-asked_at")[0].pk)
    answer = page.get(address, {**PROD, **given})
    assert answer.status_code == 200
    return answer.content.decode()


def test_log_groups_are_offered_by_prefix(page: Client) -> None:
    shown = answered(page, f"{CHOICES}/logGroupName/", typed="/aws/lambda/checkout-c")
    assert 'data-value="/aws/lambda/checkout-charge"' in shown
    assert "checkout-api" not in shown
    assert 'role="option"' in shown


def test_streams_are_offered_of_the_log_group_in_the_form(page: Client) -> None:
    group = "/aws/lambda/checkout-charge"
    shown = answered(page, f"{CHOICES}/logStreamNames/", typed="", logGroupName=group)
    assert "[118]" in shown
    assert "last event" in shown


def test_what_aws_refuses_is_told_in_the_list(page: Client) -> None:
    address = f"{CHOICES}/logStreamNames/"
    shown = answered(page, address, typed="", logGroupName="/nobody")
    assert "does not exist" in shown


def test_nothing_that_begins_so_is_told(page: Client) -> None:
    shown = answered(page, f"{CHOICES}/logGroupName/", typed="/zzz<b>")
    assert "/zzz&lt;b&gt;" in shown


def test_an_answer_is_kept_for_a_minute_and_then_asked_anew(page: Client) -> None:
    address = f"{CHOICES}/logGroupName/"
    answered(page, address, typed="/aws")
    assert page.get(address, {**PROD, "typed": "/aws"}).status_code == 200
    long_ago = timezone.now() - timedelta(minutes=2)
    Suggestion.objects.update(answered_at=long_ago)
    assert page.get(address, {**PROD, "typed": "/aws"}).status_code == 202


def test_an_answer_to_something_else_is_not_taken(page: Client) -> None:
    address = f"{CHOICES}/logGroupName/"
    answered(page, address, typed="/aws")
    assert page.get(address, {**PROD, "typed": "/aw"}).status_code == 202
    central = {**PROD, "region": "eu-central-1"}
    assert page.get(address, {**central, "typed": "/aws"}).status_code == 202


def test_answering_twice_asks_once(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(page, f"{CHOICES}/logGroupName/", typed="/aws")

    def never(*_: Any) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(suggestions, "_ask", never)
    suggestions.answer(Suggestion.objects.get().pk)


def test_an_option_without_choices_and_an_account_of_others_are_refused(page: Client) -> None:
    assert page.get(f"{CHOICES}/limit/", PROD).status_code == 404
    data_prod = {**PROD, "accountId": "730335512904"}
    assert page.get(f"{CHOICES}/logGroupName/", data_prod).status_code == 403


def test_a_right_that_was_taken_away_meanwhile_counts(page: Client, alice: User) -> None:
    page.get(f"{CHOICES}/logGroupName/", {**PROD, "typed": "/aws"})
    Suggestion.objects.update(user=alice)
    suggestions.answer(Suggestion.objects.get().pk)
    suggestion = Suggestion.objects.get()
    assert suggestion.choices == []
    assert "may not" in suggestion.error_message


def test_what_nobody_asks_for_is_forgotten(page: Client) -> None:
    answered(page, f"{CHOICES}/logGroupName/", typed="/aws")
    suggestions.forget()
    assert Suggestion.objects.exists()
    Suggestion.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    suggestions.forget()
    assert not Suggestion.objects.exists()


def test_choices_of_an_unknown_option_are_no_bug(alice: User) -> None:
    with pytest.raises(NotFound):
        suggestions.suggest(alice, OPERATION, "nope", PROD)
