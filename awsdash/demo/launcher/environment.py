"""The environment variables of the demo's processes."""

import os
from collections.abc import Mapping
from pathlib import Path

from awsdash.demo.launcher.leftovers import MARK
from awsdash.demo.launcher.ports import bracketed
from awsdash.demo.launcher.state import Secrets

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def children_env(
    inherited: Mapping[str, str],
    *,
    var: Path,
    host: str,
    aws_url: str,
    valkey_url: str,
    secrets: Secrets,
    run: str,
) -> dict[str, str]:
    """The caller's environment, less everything that could lead to a real AWS account.

    The caller may bring a database (DATABASE_URL) and a broker (REDIS_URL) of their own.
    """
    env = {name: value for name, value in inherited.items() if not name.startswith("AWS_")}
    env.setdefault("REDIS_URL", valkey_url)
    env |= {"DJANGO_SETTINGS_MODULE": "awsdash.settings", "PYTHONUNBUFFERED": "1", MARK: run}
    env |= _awsdash(var, host, secrets) | _aws(aws_url) | _no_proxy(inherited)
    for name in ("AWSDASH_SECRET_KEY_FILE", "AWSDASH_CREDENTIAL_KEYS_FILE"):
        env.pop(name, None)  # they would win over the demo's own keys
    env["AWSDASH_LOG_FILE"] = str(log_file(inherited))
    return env


def log_file(inherited: Mapping[str, str]) -> Path:
    """Where the settings put it too; said to the processes, so that what we print is true."""
    data = inherited.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(inherited.get("AWSDASH_LOG_FILE") or Path(data) / "awsdash/logs/awsdash.log")


def _awsdash(var: Path, host: str, secrets: Secrets) -> dict[str, str]:
    return {
        "AWSDASH_DEMO": "1",
        "AWSDASH_VAR_DIR": str(var),
        "AWSDASH_SECRET_KEY": secrets.secret_key,
        "AWSDASH_CREDENTIAL_KEYS": secrets.credential_key,
        "AWSDASH_ALLOWED_HOSTS": ",".join(dict.fromkeys((*LOOPBACK, bracketed(host)))),
    }


def _aws(url: str) -> dict[str, str]:
    """Only the emulated AWS: no profile, no machine role, no other endpoint."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _no_proxy(inherited: Mapping[str, str]) -> dict[str, str]:
    """A company's proxy must not be asked for our own loopback addresses (botocore would)."""
    given = inherited.get("no_proxy") or inherited.get("NO_PROXY") or ""
    hosts = ",".join(part for part in (given, "127.0.0.1,localhost,::1") if part)
    return {"NO_PROXY": hosts, "no_proxy": hosts}
