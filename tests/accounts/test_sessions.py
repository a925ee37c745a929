"""The credential coordinator against an emulated STS."""

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from awsdash.accounts import crypto, sessions
from awsdash.accounts.models import Account, Credential
from services.aws import Keys
from services.errors import AccessDenied, InvalidQuery


def sts_calls(emulator: str) -> int:
    with urllib.request.urlopen(f"{emulator}/_emulator/calls") as answer:
        calls = json.load(answer)["calls"]
    return sum(row["count"] for row in calls if row["operation"] == "AssumeRole")


@pytest.fixture
def counted_aws(emulated_aws: str) -> str:
    request = urllib.request.Request(f"{emulated_aws}/_emulator/calls", method="DELETE")
    urllib.request.urlopen(request).close()
    return emulated_aws


def test_a_role_is_assumed_in_the_name_of_the_person(
    emulated_aws: str, story_accounts: dict[str, Account]
) -> None:
    account = story_accounts["payments-prod"]
    aws = sessions.aws_for(account, "eu-west-1", "alice@example.com")
    arn = aws.client("sts").get_caller_identity()["Arn"]
    assert arn.startswith(f"arn:aws:sts::{account.pk}:assumed-role/")
    assert arn.endswith("/awsdash-alice@example.com")


def test_one_session_serves_every_call_of_a_person(
    counted_aws: str, story_accounts: dict[str, Account]
) -> None:
    for region in ("eu-west-1", "us-east-1", "eu-west-1"):
        sessions.aws_for(story_accounts["payments-prod"], region, "alice")
    assert sts_calls(counted_aws) == 1


def test_twenty_threads_that_need_one_session_make_one_sts_call(
    counted_aws: str, story_accounts: dict[str, Account]
) -> None:
    account = Account.objects.select_related("credential__base").get(name="payments-prod")
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda _: sessions.aws_for(account, "eu-west-1", "a"), range(20)))
    assert sts_calls(counted_aws) == 1
    assert len({aws.keys for aws in made}) == 1


def test_two_people_never_share_a_session(
    emulated_aws: str, story_accounts: dict[str, Account]
) -> None:
    account = story_accounts["payments-prod"]
    alices = sessions.aws_for(account, "eu-west-1", "alice")
    bobs = sessions.aws_for(account, "eu-west-1", "bob")
    assert alices.keys != bobs.keys
    assert alices.client("logs") is not bobs.client("logs")
    assert alices.client("logs") is alices.client("logs")


def test_a_session_is_renewed_five_minutes_before_it_expires(
    counted_aws: str, story_accounts: dict[str, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = story_accounts["payments-prod"]
    sessions.aws_for(account, "eu-west-1", "alice")
    (key,) = sessions._cache
    soon = timezone.now() + timedelta(minutes=4, seconds=59)
    sessions._cache[key] = Keys("AKIAOLD", "old", "old", soon)
    assert sessions.aws_for(account, "eu-west-1", "alice").keys != Keys("AKIAOLD", "old")
    assert sts_calls(counted_aws) == 2


def test_a_wrong_external_id_is_denied(
    emulated_aws: str, story_accounts: dict[str, Account]
) -> None:
    account = story_accounts["payments-prod"]
    account.credential.external_id = "wrong"
    with pytest.raises(AccessDenied, match="not authorized to perform: sts:AssumeRole"):
        sessions.aws_for(account, "eu-west-1", "alice")


def test_people_whose_names_look_alike_to_sts_share_no_session(
    emulated_aws: str, story_accounts: dict[str, Account]
) -> None:
    account = story_accounts["payments-prod"]
    one = sessions.aws_for(account, "eu-west-1", "a+b")
    other = sessions.aws_for(account, "eu-west-1", "a-b")
    assert one.keys != other.keys


def test_a_changed_base_gets_a_new_session(
    counted_aws: str, story_accounts: dict[str, Account]
) -> None:
    account = story_accounts["payments-prod"]
    sessions.aws_for(account, "eu-west-1", "alice")
    assert account.credential.base
    account.credential.base.set_secret("another")
    sessions.aws_for(account, "eu-west-1", "alice")
    assert sts_calls(counted_aws) == 2


def test_a_base_that_leads_back_to_itself_is_told_instead_of_hanging(
    story_accounts: dict[str, Account],
) -> None:
    credential = story_accounts["payments-prod"].credential
    credential.base = credential
    credential.save()
    with pytest.raises(InvalidQuery, match="never ends"):
        sessions.aws_for(Account.objects.get(name="payments-prod"), "eu-west-1", "alice")


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ("alice", "awsdash-alice"),
        ("Zoë Müller/ops", "awsdash-Zo--M-ller-ops"),
        ("x" * 150, "awsdash-" + "x" * 56),
    ],
)
def test_the_session_name_is_what_sts_accepts(person: str, name: str) -> None:
    assert sessions.session_name(person) == name


@pytest.mark.django_db
def test_a_secret_is_stored_encrypted() -> None:
    credential = Credential(name="base", kind=Credential.Kind.STATIC, access_key_id="AKIA")
    credential.set_secret("very-secret")
    credential.save()
    credential.refresh_from_db()
    assert b"very-secret" not in bytes(credential.encrypted_secret)
    assert credential.secret() == "very-secret"


def test_an_old_key_still_decrypts_after_a_rotation(settings: Settings) -> None:
    old_keys = settings.CREDENTIAL_KEYS
    encrypted = crypto.encrypt("secret")
    new_key = "gH1PCiyYlHbCOtJvSgXVVGtGpXsPpFnTbAAUaHb3sXo="
    settings.CREDENTIAL_KEYS = [new_key, *old_keys]
    assert crypto.decrypt(encrypted) == "secret"
    settings.CREDENTIAL_KEYS = [new_key]
    with pytest.raises(crypto.KeyMissing) as caught:
        crypto.decrypt(encrypted)
    assert "AWSDASH_CREDENTIAL_KEYS" in caught.value.hint
