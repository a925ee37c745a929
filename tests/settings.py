"""The portal's own settings, with an environment made for tests."""

import os
import tempfile
from pathlib import Path

_VAR = Path(tempfile.mkdtemp(prefix="awsdash-tests-"))

os.environ.update(
    AWSDASH_SECRET_KEY="only-for-tests",
    AWSDASH_CREDENTIAL_KEYS="JGsXAOnZKBJaNe1PYp0bRkCMxVuHkhtGG6vHTuXzWRM=",
    AWSDASH_VAR_DIR=str(_VAR),
    AWSDASH_LOG_FILE=str(_VAR / "awsdash.log"),
    AWSDASH_ALLOWED_HOSTS="testserver,127.0.0.1",
    AWSDASH_DEMO="1",
)

from awsdash.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASE_URL.startswith("sqlite:"):  # noqa: F405
    # A file, as in production: the threads of one test see the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(_VAR / "test.sqlite3")}  # noqa: F405
