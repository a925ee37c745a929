"""Faults on demand: throttling, refusals and latency, as rules set over HTTP (see control.py)."""

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from awsdash.demo.aws.protocol import AwsError, Call, answer_error, current_call


class InvalidRule(ValueError):
    """The rule is malformed; the message says where."""


@dataclass
class FaultRule:
    """What to do to the calls that fit; `times` counts down and None means for ever."""

    service: str | None = None
    operation: str | None = None
    account: str | None = None
    region: str | None = None
    latency_ms: float = 0
    code: str | None = None
    message: str = "Injected by a fault rule of the emulator"
    status: int = 400
    rate: float = 1.0
    times: int | None = None

    def as_json(self) -> dict[str, Any]:
        fields = asdict(self)
        fields["latencyMs"] = fields.pop("latency_ms")
        return fields

    def fits(self, call: Call) -> bool:
        return self.times != 0 and all(
            wanted in (None, actual)
            for wanted, actual in (
                (self.service, call.service),
                (self.operation, call.operation),
                (self.account, call.account),
                (self.region, call.region),
            )
        )


_TEXT: Final = (lambda value: type(value) is str and value != "", "a text")
_FIELDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "service": _TEXT,
    "operation": _TEXT,
    "account": _TEXT,
    "region": _TEXT,
    "latencyMs": (lambda value: type(value) in (int, float) and value >= 0, "a number >= 0"),
    "code": _TEXT,
    "message": _TEXT,
    "status": (lambda value: type(value) is int and 400 <= value <= 599, "400 to 599"),
    "rate": (lambda value: type(value) in (int, float) and 0 <= value <= 1, "0 to 1"),
    "times": (lambda value: type(value) is int and value >= 1, "a whole number >= 1"),
}


def parse_rules(document: object) -> list[FaultRule]:
    if not isinstance(document, list):
        raise InvalidRule("The body must be a JSON list of rules")
    return [_parse_rule(index, rule) for index, rule in enumerate(document)]


def _parse_rule(index: int, rule: object) -> FaultRule:
    if not isinstance(rule, dict):
        raise InvalidRule(f"Rule {index} must be an object")
    for key, value in rule.items():
        if key not in _FIELDS:
            raise InvalidRule(f"Rule {index}: unknown key '{key}'; known are {', '.join(_FIELDS)}")
        valid, wanted = _FIELDS[key]
        if not valid(value):
            raise InvalidRule(f"Rule {index}: '{key}' must be {wanted}")
    if not {"code", "latencyMs"} & rule.keys():
        raise InvalidRule(f"Rule {index} does nothing: give it a 'code' or 'latencyMs'")
    latency = rule.get("latencyMs", 0)
    return FaultRule(latency_ms=latency, **{k: v for k, v in rule.items() if k != "latencyMs"})


class Faults:
    """Applies the first rule that fits a call."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._chance = random.Random(0)  # repeatable
        self._rules: list[FaultRule] = []

    @property
    def rules(self) -> list[FaultRule]:
        """Those that are still in force."""
        return [rule for rule in self._rules if rule.times != 0]

    def replace(self, rules: list[FaultRule]) -> None:
        self._rules = rules

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        rule = self._draw(current_call(environ))
        if rule is not None:
            time.sleep(rule.latency_ms / 1000)
            if rule.code is not None:
                error = AwsError(rule.code, rule.message, rule.status)
                return answer_error(error, environ, start_response)
        return self._app(environ, start_response)

    def _draw(self, call: Call) -> FaultRule | None:
        with self._lock:
            rule = next((rule for rule in self._rules if rule.fits(call)), None)
            if rule is None or self._chance.random() >= rule.rate:
                return None
            if rule.times is not None:
                rule.times -= 1
            return rule
