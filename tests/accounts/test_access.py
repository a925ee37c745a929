"""Who may see and use which account."""

import pytest

from awsdash.accounts.lifecycle import renew_regions, require_target
from awsdash.accounts.models import Account, Level, Region, User
from conftest import MakeUser
from services.errors import AccessDenied, InvalidQuery, NotEnabled


def test_a_person_sees_the_accounts_of_their_groups_only(
    alice: User, bob: User, shop: Account, bank: Account
) -> None:
    assert list(Account.objects.visible_to(alice)) == [shop]
    assert list(Account.objects.visible_to(bob)) == [bank]


def test_an_administrator_sees_every_account(root: User, shop: Account, bank: Account) -> None:
    assert set(Account.objects.visible_to(root)) == {shop, bank}


def test_a_deactivated_person_sees_nothing(root: User, alice: User, shop: Account) -> None:
    for user in (root, alice):
        user.is_active = False
        assert not Account.objects.visible_to(user).exists()


@pytest.mark.parametrize("held", list(Level))
@pytest.mark.parametrize("needed", list(Level))
def test_a_level_includes_those_below(
    held: Level, needed: Level, make_user: MakeUser, shop: Account
) -> None:
    user = make_user("dana", {shop: held})
    assert Account.objects.visible_to(user, needed).exists() is (held >= needed)


def test_the_highest_level_of_all_groups_counts(make_user: MakeUser, shop: Account) -> None:
    user = make_user("dana", {shop: Level.VIEW})
    other = make_user("erin", {shop: Level.MANAGE})
    user.groups.add(*other.groups.all())
    assert list(Account.objects.visible_to(user, Level.WRITE)) == [shop]


def test_an_unknown_account_is_refused_like_one_without_a_grant(alice: User, bank: Account) -> None:
    messages = []
    for account_id in (bank.pk, "999999999999"):
        with pytest.raises(AccessDenied) as caught:
            require_target(alice, account_id, "eu-west-1", Level.RUN)
        messages.append(caught.value.message.replace(account_id, "ID"))
    assert messages[0] == messages[1]


def test_a_viewer_may_not_run(carol: User, shop: Account) -> None:
    with pytest.raises(AccessDenied, match="may not run queries"):
        require_target(carol, shop.pk, "eu-west-1", Level.RUN)


def test_a_region_must_be_enabled_for_the_account(alice: User, shop: Account) -> None:
    with pytest.raises(InvalidQuery) as caught:
        require_target(alice, shop.pk, "ap-south-1", Level.RUN)
    assert "eu-west-1" in caught.value.hint


def test_a_disabled_account_cannot_be_used(alice: User, shop: Account) -> None:
    Account.objects.filter(pk=shop.pk).update(is_enabled=False)
    with pytest.raises(NotEnabled):
        require_target(alice, shop.pk, "eu-west-1", Level.RUN)


@pytest.mark.django_db
def test_regions_are_renewed_from_botocore() -> None:
    Region.objects.filter(pk="eu-west-1").update(name="old")
    renew_regions()
    assert Region.objects.get(pk="eu-west-1").name == "Europe (Ireland)"
    assert Region.objects.count() > 30
