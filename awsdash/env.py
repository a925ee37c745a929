"""Typed readers of the environment. A value that cannot be read stops the start, and says why."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false; write 1 or 0.")
    return value.lower() in _TRUE


def listing(name: str) -> list[str]:
    """The comma-separated members, without blanks."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def path(name: str, default: Path) -> Path:
    value = os.environ.get(name)
    return Path(value).expanduser().resolve() if value else default


def secret(name: str, hint: str) -> str:
    """The secret `name`, or the content of the file that `name`_FILE names; neither is an error."""
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    if value := os.environ.get(name):
        return value
    raise ImproperlyConfigured(f"{name} (or {name}_FILE) is not set. {hint}")


def number(name: str, default: int) -> int:
    """A whole number above 0."""
    value = os.environ.get(name, str(default))
    if not (value.isdecimal() and int(value) > 0):
        raise ImproperlyConfigured(f"{name}={value!r} is no whole number above 0.")
    return int(value)


def store(name: str, default: Path) -> dict[str, Any]:
    """Where results lie, as an entry of Django's STORAGES: a folder, or `s3://bucket/prefix`."""
    address = urlsplit(os.environ.get(name, ""))
    if not address.scheme:
        options: dict[str, Any] = {"location": path(name, default)}
        return {"BACKEND": "awsdash.jobs.stores.FolderStore", "OPTIONS": options}
    if address.scheme != "s3" or not address.netloc or address.query or address.fragment:
        raise ImproperlyConfigured(
            f"{name}={address.geturl()!r} is neither a folder nor s3://bucket/prefix."
        )
    options = {
        "bucket_name": address.netloc,
        "location": address.path.strip("/"),
        "region_name": os.environ.get(f"{name}_REGION") or None,
        "endpoint_url": os.environ.get(f"{name}_ENDPOINT") or None,
    }
    return {"BACKEND": "awsdash.jobs.stores.S3Store", "OPTIONS": options}
