"""Puts there from outside what AWS has no write operation for, and accounts to begin with."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from moto.iam.models import LIMIT_KEYS_PER_USER, iam_backends

from awsdash.demo.aws import chapters
from awsdash.demo.aws.identity.callers import PARTITION, find_caller
from awsdash.demo.aws.operations import Service
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import Place

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_ACCESS_KEY: Final = re.compile(r"[A-Za-z0-9_]{16,128}")
_EVERYTHING: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
_ACCOUNT_FIELDS: Final = ("accountId", "name", "accessKeyId", "secretAccessKey", "user")


class UnknownSeed(LookupError):
    """There is no such thing to plant; the message says what there is."""


def plant(
    services: Iterable[Service], signed_as: str, what: str, where: Mapping[str, str], rows: object
) -> int:
    """How many there were. Raises UnknownSeed, or AwsError for a bad place or row."""
    kinds = {(s.signed_as, name): seed for s in services for name, seed in s.seeds.items()}
    seed = kinds.get((signed_as, what))
    if seed is None:
        known = ", ".join(f"{service}/{name}" for service, name in sorted(kinds))
        raise UnknownSeed(f"Nothing plants {signed_as}/{what}; known are accounts, {known}")
    place = _place(where)
    chapters.tell(signed_as)  # what the story has of it comes first
    return seed(place, _listed(rows))


def create_accounts(rows: object) -> int:
    """Each with a user who may do everything, and whose keys are given."""
    accounts = [_valid_account(number, row) for number, row in enumerate(_listed(rows), start=1)]
    _check_keys(accounts)
    for account in accounts:
        _create_account(account)
    return len(accounts)


def _place(where: Mapping[str, str]) -> Place:
    account, region = where.get("account", ""), where.get("region", "")
    if not _ACCOUNT.fullmatch(account):
        raise AwsError("ValidationException", "'account' must be an account's 12 digits")
    if not _REGION.fullmatch(region):
        raise AwsError("ValidationException", "'region' must be a region such as eu-west-1")
    return Place(account, region)


def _listed(rows: object) -> list[dict[str, Any]]:
    if not isinstance(rows, list):
        raise AwsError("ValidationException", "The body must be a JSON list")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise AwsError("ValidationException", f"Row {number} must be an object")
    return rows


def _valid_account(number: int, row: dict[str, Any]) -> dict[str, str]:
    for key in _ACCOUNT_FIELDS:
        if not isinstance(row.get(key), str) or not row[key]:
            raise AwsError("ValidationException", f"Row {number}: '{key}' must be a text")
    if unknown := row.keys() - set(_ACCOUNT_FIELDS):
        known = ", ".join(_ACCOUNT_FIELDS)
        raise AwsError(
            "ValidationException", f"Row {number}: unknown key '{min(unknown)}'; known are {known}"
        )
    if not _ACCOUNT.fullmatch(row["accountId"]):
        raise AwsError("ValidationException", f"Row {number}: 'accountId' must be 12 digits")
    if not _ACCESS_KEY.fullmatch(row["accessKeyId"]):
        raise AwsError(
            "ValidationException", f"Row {number}: 'accessKeyId' must be 16 letters and digits"
        )
    if find_caller(row["accessKeyId"]) is not None:
        raise AwsError("ValidationException", f"Row {number}: 'accessKeyId' is somebody's already")
    return row


def _check_keys(accounts: list[dict[str, str]]) -> None:
    """No key twice, and no more keys of a user than IAM allows."""
    seen: set[str] = set()
    counts: Counter[tuple[str, str]] = Counter()
    for number, account in enumerate(accounts, start=1):
        key, owner = account["accessKeyId"], (account["accountId"], account["user"])
        counts[owner] += 1
        if key in seen:
            raise AwsError("ValidationException", f"Row {number}: 'accessKeyId' is there twice")
        if counts[owner] + _keys_of(*owner) > LIMIT_KEYS_PER_USER:
            raise AwsError(
                "ValidationException",
                f"Row {number}: 'user' may have {LIMIT_KEYS_PER_USER} access keys at most",
            )
        seen.add(key)


def _keys_of(account: str, user: str) -> int:
    users = iam_backends[account][PARTITION].users if account in iam_backends else {}
    return len(users[user].access_keys) if user in users else 0


def _create_account(account: dict[str, str]) -> None:
    backend = iam_backends[account["accountId"]][PARTITION]
    backend.create_account_alias(account["name"])
    name = account["user"]
    if name not in backend.users:
        backend.create_user("us-east-1", name)
    backend.put_user_policy(name, "everything", _EVERYTHING)
    key = backend.create_access_key(name)
    del backend.access_keys[key.access_key_id]
    key.access_key_id = account["accessKeyId"]
    key.secret_access_key = account["secretAccessKey"]
    backend.access_keys[key.access_key_id] = key
