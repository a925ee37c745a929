"""Typed readers of the environment. A value that cannot be read stops the start, and says why."""

import os
from pathlib import Path

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
