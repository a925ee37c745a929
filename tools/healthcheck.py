"""What the container image asks: does the portal in this container answer? Exit code 0: it does."""

import http.client
import os
import sys


def main() -> int:
    """Asks by a name that Django accepts; a pattern such as `.example.com` stands for one."""
    allowed = os.environ.get("AWSDASH_ALLOWED_HOSTS", "").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=3)
    try:
        connection.request("GET", "/healthz", headers={"Host": allowed.lstrip("*.") or "localhost"})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
