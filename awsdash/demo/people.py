"""The people, accounts and grants of the demo: what a first administrator would have entered."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import Group
from django.db import transaction

from awsdash.accounts import lifecycle
from awsdash.accounts.models import (
    Account,
    ApiToken,
    Credential,
    Grant,
    Level,
    Region,
    User,
)
from awsdash.demo.story import cast as story
from awsdash.explorer import lifecycle as explorer
from awsdash.explorer.models import ScanCell

TOKEN_NAME: Final = "demo"  # noqa: S105  # a label, not a token
COLOURS: Final = {
    story.PAYMENTS_PROD: "#e4572e",
    story.PAYMENTS_DEV: "#4c9f70",
    story.DATA_PROD: "#8a63d2",
    story.PLATFORM: "#3b82c4",
}
GRANTS: Final = {
    "payments": {story.PAYMENTS_PROD: Level.SCRIPT, story.PAYMENTS_DEV: Level.SCRIPT},
    "data": {story.DATA_PROD: Level.WRITE},
    "auditors": dict.fromkeys(story.WORKLOAD_ACCOUNTS, Level.VIEW),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; the password is no secret, the demo listens on loopback only."""

    name: str
    role: str
    group: str | None

    @property
    def password(self) -> str:
        return f"demo-{self.name}"


PEOPLE: Final = (
    Person("admin", "administrator", None),
    Person("alice", "operator of payments", "payments"),
    Person("bob", "analyst of data", "data"),
    Person("carol", "auditor, views results only", "auditors"),
)


def seed(token_file: Path) -> dict[str, Any]:
    """Enter what is missing and leave what is there; returns the token and the sign-ins."""
    with transaction.atomic():
        enter_accounts()
        users = [_enter_person(person) for person in PEOPLE]
        token = _token(users[0], token_file)
    if not ScanCell.objects.exists():
        explorer.scan(users[0])
    people = [{"name": p.name, "password": p.password, "role": p.role} for p in PEOPLE]
    return {"token": token, "users": people}


def enter_accounts() -> None:
    """The base credential, and each account with its role and regions."""
    base, _ = Credential.objects.get_or_create(
        name="base user", defaults={"kind": Credential.Kind.STATIC}
    )
    base.access_key_id = story.BASE_ACCESS_KEY_ID
    base.set_secret(story.BASE_SECRET_ACCESS_KEY)
    base.save()
    for account_id in story.WORKLOAD_ACCOUNTS:
        _enter_account(account_id, base)


def _enter_account(account_id: str, base: Credential) -> None:
    name = story.ACCOUNTS[account_id]
    role, _ = Credential.objects.get_or_create(
        name=f"{name} reader",
        defaults={
            "kind": Credential.Kind.ROLE,
            "role_arn": story.role_arn(account_id),
            "external_id": story.EXTERNAL_ID,
            "base": base,
        },
    )
    account, is_new = Account.objects.get_or_create(
        pk=account_id, defaults={"name": name, "colour": COLOURS[account_id], "credential": role}
    )
    if is_new:
        account.regions.set(Region.objects.filter(pk__in=story.REGIONS))


def _enter_person(person: Person) -> User:
    user, is_new = User.objects.get_or_create(
        username=person.name, defaults={"is_superuser": person.group is None}
    )
    if is_new:
        user.set_password(person.password)
        user.save()
    if person.group:
        group, _ = Group.objects.get_or_create(name=person.group)
        user.groups.add(group)
        for account_id, level in GRANTS[person.group].items():
            Grant.objects.get_or_create(
                group=group, account_id=account_id, defaults={"level": level}
            )
    return user


def _token(admin: User, token_file: Path) -> str:
    """The token of the last start if it still works, else a new one: only its digest is stored."""
    if token_file.exists():
        token: str = json.loads(token_file.read_text(encoding="utf-8")).get("token", "")
        if ApiToken.objects.valid().filter(digest=lifecycle.digest_of(token)).exists():
            return token
    ApiToken.objects.filter(user=admin, name=TOKEN_NAME).delete()
    return lifecycle.create_token(admin, TOKEN_NAME)
