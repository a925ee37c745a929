"""Speaks with the emulated AWS over its own HTTP interface."""

import http.client
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from awsdash import env

TIMEOUT_S: Final = 3.0


class Away(Exception):
    """The emulated AWS does not answer."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """The one whose address is `url`."""

    url: str

    def rules(self) -> list[dict[str, Any]]:
        """Those in force, as they were put, each with its id and strikes."""
        found: list[dict[str, Any]] = self._ask("GET", "faults")
        return found

    def add_rule(self, rule: dict[str, Any]) -> None:
        self._ask("POST", "faults", rule)

    def remove_rule(self, rule_id: str) -> None:
        """Nothing happens if it is gone already."""
        self._ask("DELETE", f"faults/{quote(rule_id, safe='')}")

    def quotas(self) -> dict[str, Any]:
        """{"enforced", "factor", "throttled": [{..., "count"}]}"""
        found: dict[str, Any] = self._ask("GET", "quotas")
        return found

    def enforce_quotas(self, enforced: bool) -> None:
        self._ask("PUT", "quotas", {"enforced": enforced})

    def calm_down(self) -> None:
        """No rule and no quota is in force any more."""
        self._ask("DELETE", "faults")
        self.enforce_quotas(False)

    def calls(self) -> list[dict[str, Any]]:
        """[{"account", "region", "service", "operation", "count"}]"""
        found: list[dict[str, Any]] = self._ask("GET", "calls")["calls"]
        return found

    def forget_calls(self) -> None:
        self._ask("DELETE", "calls")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT_S)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/_emulator/{path}", content)
            text = connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            raise Away(str(error)) from error
        finally:
            connection.close()
        return json.loads(text) if text else None


def emulator() -> Emulator:
    """The one that this demo's AWS calls go to."""
    return Emulator(env.text("AWS_ENDPOINT_URL", "http://127.0.0.1:1"))
