"""Rules of composite alarms: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA(c))`."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.alarms.alarm import Alarm, Alarms, State
from awsdash.demo.aws.metrics.refusals import validation_error

Test: TypeAlias = Callable[[Callable[[str], str | None]], bool]
"""From what tells an alarm's state by its name or ARN."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^")\s]+))\s*\)
    | (?P<word>(?:AND|OR|NOT|TRUE|FALSE)(?!\w))
    | (?P<bracket>[()])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)


# Each level of brackets takes some frames of the interpreter's stack.
MAX_DEPTH: Final = 64


class _Parser:
    def __init__(self, rule: str) -> None:
        self._left = _tokenize(rule)
        self._depth = 0

    def parse(self) -> Test:
        test = self._choice()
        if self._left != [("end", "")]:
            raise _invalid()
        return test

    def _accept(self, text: str) -> bool:
        if self._left[0] in (("word", text), ("bracket", text)):
            self._left.pop(0)
            return True
        return False

    def _choice(self) -> Test:
        tests = [self._conjunction()]
        while self._accept("OR"):
            tests.append(self._conjunction())
        return lambda state_of: any(test(state_of) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._operand()]
        while self._accept("AND"):
            tests.append(self._operand())
        return lambda state_of: all(test(state_of) for test in tests)

    def _operand(self) -> Test:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _invalid()
        if self._accept("NOT"):
            test = _not(self._operand())
        elif self._accept("("):
            test = self._choice()
            if not self._accept(")"):
                raise _invalid()
        else:
            test = self._state()
        self._depth -= 1
        return test

    def _state(self) -> Test:
        kind, text = self._left.pop(0)
        if (kind, text) in (("word", "TRUE"), ("word", "FALSE")):
            return lambda _: text == "TRUE"
        if kind not in ("ALARM", "OK", "INSUFFICIENT_DATA"):
            raise _invalid()
        return lambda state_of: state_of(text) == kind


def _not(test: Test) -> Test:
    return lambda state_of: not test(state_of)


def _tokenize(rule: str) -> list[tuple[str, str]]:
    """(kind, text); the kind of an alarm is the state that it is to be in."""
    tokens: list[tuple[str, str]] = []
    position = 0
    while not tokens or tokens[-1][0] != "end":
        found = _TOKEN.match(rule, position)
        if found is None:
            raise _invalid()
        if found["state"]:
            tokens.append((found["state"], found["quoted"] or found["bare"]))
        else:
            kind = found.lastgroup or "end"
            tokens.append((kind, found[kind]))
        position = found.end()
    return tokens


def _invalid() -> Exception:
    return validation_error("AlarmRule was not a valid rule expression")


@lru_cache(maxsize=200)
def parse_rule(rule: str) -> Test:
    return _Parser(rule).parse()


def named_in(rule: str) -> list[str]:
    """The names and ARNs of the alarms that a rule is about."""
    states = ("ALARM", "OK", "INSUFFICIENT_DATA")
    return list(dict.fromkeys(text for kind, text in _tokenize(rule) if kind in states))


def children_of(held: Alarms, alarm: Alarm) -> list[Alarm]:
    found = (held.get(name) for name in named_in(alarm.configuration["AlarmRule"]))
    return [child for child in found if child is not None]


def composite_state(held: Alarms, alarm: Alarm, is_new: bool) -> State:
    """The state that the rule calls for, since its last child changed."""

    def state_of(name: str) -> str | None:
        child = held.get(name)
        return None if child is None else child.state.value

    value = "ALARM" if parse_rule(alarm.configuration["AlarmRule"])(state_of) else "OK"
    last = max(children_of(held, alarm), key=lambda child: child.state.since, default=None)
    if is_new or last is None:
        reason = f"{alarm.arn} was created and its alarm rule evaluates to {value}"
        return State(value, reason, alarm.configured_at)
    moment = datetime.fromtimestamp(last.state.since, UTC)
    when = f"{moment:%A %d %B, %Y %H:%M:%S} UTC"
    reason = f"{last.arn} transitioned to {last.state.value} at {when}"
    return State(value, reason, last.state.since)
