"""One rule of hostility: which calls it fits and what it does to them, and its JSON form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from awsdash.demo.aws.hostility.effects import EFFECTS, ERRORS
from awsdash.demo.aws.protocol import AwsError, Call

SCOPE: Final = ("account", "region", "service", "operation")
STARTS_A_QUERY: Final = {("athena", "StartQueryExecution"), ("logs", "StartQuery")}
CONDUCT: Final = {"queuedS": "queued_s", "runningS": "running_s", "failure": "failure"}


class InvalidRule(ValueError):
    """The rule is malformed; the message says where."""


@dataclass(frozen=True)
class Rule:
    """What to do to the calls that fit; what is None matches every call, or does nothing.

    The scope may hold wildcards: `eu-*`, `Describe*`. `effect` is one of EFFECTS, `code` an error
    of one's own instead. `conduct` is what queries that take time do, as in Call: such a rule fits
    only the calls that start one. `times` None means for ever. `asked` is its JSON form.
    """

    account: str | None = None
    region: str | None = None
    service: str | None = None
    operation: str | None = None
    effect: str | None = None
    code: str | None = None
    message: str = "Injected by a fault rule of the emulator"
    status: int = 400
    latency_ms: float = 0
    latency_jitter_ms: float = 0
    bytes_per_second: float | None = None
    conduct: Mapping[str, Any] = field(default_factory=dict)
    rate: float = 1.0
    times: int | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, call: Call) -> bool:
        if self.conduct and (call.service, call.operation) not in STARTS_A_QUERY:
            return False
        return all(_matches(getattr(self, name), getattr(call, name)) for name in SCOPE)

    def error(self, call: Call) -> AwsError | None:
        """What it answers instead of AWS, if it does."""
        if self.code is not None:
            return AwsError(self.code, self.message, self.status)
        make = ERRORS.get(self.effect or "")
        return make(call) if make else None

    @property
    def ends_the_call(self) -> bool:
        """Whether no further rule may add to it."""
        return self.effect is not None or self.code is not None


def _matches(wanted: str | None, actual: str | None) -> bool:
    return wanted is None or (actual is not None and fnmatchcase(actual, wanted))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and value >= 0


_DAY_S: Final = 24 * 3600
# As it goes into a header of the answer, too.
_CODE: Final = re.compile(r"[A-Za-z0-9._:#-]+")
_TEXT: Final = (lambda value: type(value) is str and value != "", "a text")
_MS: Final = (lambda value: _is_number(value) and value <= _DAY_S * 1000, "0 to a day's 86400000")
_SECONDS: Final = (lambda value: _is_number(value) and value <= _DAY_S, "0 to a day's 86400")
FIELDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    **dict.fromkeys(("service", "operation", "account", "region"), _TEXT),
    "effect": (lambda value: value in EFFECTS, f"one of {', '.join(EFFECTS)}"),
    "code": (
        lambda value: type(value) is str and _CODE.fullmatch(value) is not None,
        "a code such as ThrottlingException",
    ),
    "message": _TEXT,
    "status": (lambda value: type(value) is int and 400 <= value <= 599, "400 to 599"),
    "latencyMs": _MS,
    "latencyJitterMs": _MS,
    "bytesPerSecond": (lambda value: _is_number(value) and value >= 1, "a number >= 1"),
    "queuedS": _SECONDS,
    "runningS": _SECONDS,
    "failure": _TEXT,
    "rate": (lambda value: _is_number(value) and value <= 1, "0 to 1"),
    "times": (lambda value: type(value) is int and value >= 1, "a whole number >= 1"),
}
_DOES: Final = ("effect", "code", "latencyMs", "latencyJitterMs", "bytesPerSecond", *CONDUCT)
_ATTRIBUTES: Final = {
    "latencyMs": "latency_ms",
    "latencyJitterMs": "latency_jitter_ms",
    "bytesPerSecond": "bytes_per_second",
}


def parse_rules(document: object) -> list[Rule]:
    if not isinstance(document, list):
        raise InvalidRule("The body must be a JSON list of rules")
    return [parse_rule(rule, f"Rule {index}") for index, rule in enumerate(document)]


def parse_rule(document: object, name: str = "The rule") -> Rule:
    """`name` is what complaints call it."""
    if not isinstance(document, dict):
        raise InvalidRule(f"{name} must be an object")
    rule: dict[str, Any] = document
    for key, value in rule.items():
        if key not in FIELDS:
            raise InvalidRule(f"{name}: unknown key '{key}'; known are {', '.join(FIELDS)}")
        valid, wanted = FIELDS[key]
        if not valid(value):
            raise InvalidRule(f"{name}: '{key}' must be {wanted}")
    _check_sense(rule, name)
    conduct = {CONDUCT[key]: rule[key] for key in CONDUCT.keys() & rule.keys()}
    plain: dict[str, Any] = {_ATTRIBUTES.get(k, k): v for k, v in rule.items() if k not in CONDUCT}
    return Rule(**plain, conduct=conduct, asked=rule)


def _check_sense(rule: Mapping[str, Any], name: str) -> None:
    if not set(_DOES) & rule.keys():
        raise InvalidRule(f"{name} does nothing: give it one of {', '.join(_DOES)}")
    if {"effect", "code"} <= rule.keys():
        raise InvalidRule(f"{name}: give it an 'effect' or a 'code', not both")
    if {"message", "status"} & rule.keys() and "code" not in rule:
        raise InvalidRule(f"{name}: 'message' and 'status' belong to a 'code'")
