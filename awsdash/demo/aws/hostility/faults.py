"""Hostility on the way to AWS: each call meets the rules in force (the rulebook has them).

The rules are asked in their order. What each adds, adds up: delay, slowness, a query's conduct. The
first with an effect or a code ends the call.
"""

from collections.abc import Iterable
from dataclasses import replace
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from awsdash.demo.aws.hostility.connection import CUT_IN_HALF, HANG_UP, Mishap, wire_of
from awsdash.demo.aws.hostility.effects import CUT, DENY, HANG
from awsdash.demo.aws.hostility.rule import Rule
from awsdash.demo.aws.hostility.rulebook import Rulebook, Strike
from awsdash.demo.aws.identity.authorization import resource_of
from awsdash.demo.aws.identity.denial import denied
from awsdash.demo.aws.protocol import answer_error, current_call, remember_call

HANG_MS = 60_000


class Faults:
    """Does to a call what the rules say, and lets through what they spare."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.rulebook = Rulebook()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        struck = self.rulebook.strike(call)
        if not struck:
            return self._app(environ, start_response)
        for strike in struck:
            self.rulebook.hold(strike, self._delay_s(strike.rule))
        last = struck[-1].rule
        wire_of(environ).mishap = _mishap(struck)
        if last.effect == HANG:
            start_response("504 Gateway Timeout", [])  # never sent: the connection is closed
            return []
        denies = last.effect == DENY
        error = denied(call, resource_of(call, environ)) if denies else last.error(call)
        if error:
            return answer_error(error, environ, start_response)
        conduct = {name: v for one in reversed(struck) for name, v in one.rule.conduct.items()}
        if conduct:
            remember_call(environ, replace(call, conduct=conduct))
        return self._app(environ, start_response)

    def _delay_s(self, rule: Rule) -> float:
        latency_ms = rule.latency_ms
        if rule.effect == HANG and not latency_ms:
            latency_ms = HANG_MS
        if rule.latency_jitter_ms:
            latency_ms += rule.latency_jitter_ms * self.rulebook.jitter()
        return latency_ms / 1000


def _mishap(struck: list[Strike]) -> Mishap:
    """Of several slow ones the slowest counts."""
    rates = [one.rule.bytes_per_second for one in struck if one.rule.bytes_per_second]
    effect = struck[-1].rule.effect
    kind = HANG_UP if effect == HANG else CUT_IN_HALF if effect == CUT else Mishap()
    return replace(kind, bytes_per_second=min(rates, default=None))
