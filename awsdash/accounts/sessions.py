"""The credential coordinator: the only caller of STS. Used by workers, never by the web process."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from awsdash.accounts.models import Account, Credential
from services.aws import Aws, Keys
from services.errors import InvalidQuery

if TYPE_CHECKING:
    from mypy_boto3_sts.client import STSClient

REFRESH_BEFORE: Final = timedelta(minutes=5)
LONGEST_CHAIN: Final = 5
ENGINE: Final = "engine"
ENGINE_TIMEOUT_S: Final = 8

_CacheKey = tuple[str, str]
_cache: dict[_CacheKey, Keys] = {}
_locks: defaultdict[_CacheKey, threading.Lock] = defaultdict(threading.Lock)
_locks_guard = threading.Lock()


def aws_for(account: Account, region: str, person: str) -> Aws:
    """AWS in one account and region, in the name of `person`. Raises AccessDenied, KeyMissing."""
    return Aws(account.pk, region, _keys(account.credential, person, region))


def engine_aws(account: Account, region: str) -> Aws:
    """AWS in the engine's own name, for what nobody waits for: calls give up early."""
    aws = aws_for(account, region, ENGINE)
    return replace(aws, timeout_s=ENGINE_TIMEOUT_S)


def _keys(credential: Credential, person: str, region: str) -> Keys | None:
    match credential.kind:
        case Credential.Kind.STATIC:
            return Keys(credential.access_key_id, credential.secret())
        case Credential.Kind.ROLE:
            key = (_fingerprint(credential), person)
            return _cached(key, lambda: _assume(credential, person, region))
        case _:
            return None


def _fingerprint(credential: Credential) -> str:
    """Another for every change anywhere in the chain. Raises InvalidQuery if it has no end."""
    chain: list[Credential] = []
    link: Credential | None = credential
    while link is not None:
        if len(chain) == LONGEST_CHAIN:
            raise InvalidQuery(
                f"Credential {credential} never ends: its base leads back to itself.",
                hint="An administrator must give it another base.",
            )
        chain.append(link)
        link = link.base
    return "|".join(
        f"{c.pk},{c.kind},{c.access_key_id},{bytes(c.encrypted_secret).hex()},{c.role_arn},{c.external_id}"
        for c in chain
    )


def _cached(key: _CacheKey, create: Callable[[], Keys]) -> Keys:
    """Keys that live for another five minutes at least; one thread fetches, the others wait."""
    with _locks_guard:
        lock = _locks[key]
    with lock:
        keys = _cache.get(key)
        if keys is None or not _is_fresh(keys):
            keys = _cache[key] = create()
            _forget_stale()
        return keys


def _forget_stale() -> None:
    for key, keys in list(_cache.items()):
        if not _is_fresh(keys):
            _cache.pop(key, None)


def _is_fresh(keys: Keys) -> bool:
    return keys.expires_at is None or keys.expires_at - REFRESH_BEFORE > timezone.now()


def _assume(credential: Credential, person: str, region: str) -> Keys:
    base = _keys(credential.base, person, region) if credential.base else None
    sts: STSClient = Aws("", region, base).client("sts")
    external_id: dict[str, Any] = (
        {"ExternalId": credential.external_id} if credential.external_id else {}
    )
    answer = sts.assume_role(
        RoleArn=credential.role_arn, RoleSessionName=session_name(person), **external_id
    )
    issued = answer["Credentials"]
    return Keys(
        issued["AccessKeyId"],
        issued["SecretAccessKey"],
        issued["SessionToken"],
        issued["Expiration"],
    )


def session_name(person: str) -> str:
    """What CloudTrail shows as the caller: `person` in STS's alphabet, 2 to 64 characters."""
    return f"awsdash-{re.sub(r'[^A-Za-z0-9_=,.@-]', '-', person)}"[:64]
