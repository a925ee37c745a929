"""Secrets at rest: Fernet with rotatable keys, the first of which encrypts."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from services.errors import AccessDenied


class KeyMissing(AccessDenied):
    default_hint = "An administrator must add the old key to AWSDASH_CREDENTIAL_KEYS."


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])


def encrypt(secret: str) -> bytes:
    return _box().encrypt(secret.encode())


def decrypt(encrypted: bytes) -> str:
    """The secret. Raises KeyMissing when none of the keys fits."""
    try:
        return _box().decrypt(encrypted).decode()
    except InvalidToken:
        raise KeyMissing("A stored AWS secret cannot be decrypted.") from None
