"""The rules in force, and how often each has struck."""

import random
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from awsdash.demo.aws.hostility.rule import Rule
from awsdash.demo.aws.protocol import Call


@dataclass(frozen=True, eq=False)
class Strike:
    """A rule on its way to one call, which it may hold up until it is let go."""

    rule_id: str
    rule: Rule
    let_go: threading.Event = field(default_factory=threading.Event)


class Standing:
    """A rule in force."""

    def __init__(self, number: int, rule: Rule) -> None:
        self.id = str(number)
        self.rule = rule
        self.strikes = 0

    @property
    def times_left(self) -> int | None:
        return None if self.rule.times is None else self.rule.times - self.strikes

    def strike(self) -> Strike:
        self.strikes += 1
        return Strike(self.id, self.rule)

    def as_json(self) -> dict[str, Any]:
        """As it was asked for; `times` is how often it will strike yet."""
        times = {} if self.times_left is None else {"times": self.times_left}
        return {"id": self.id, **self.rule.asked, **times, "strikes": self.strikes}


class Rulebook:
    """Safe among threads. Its chance is repeatable."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._chance = random.Random(0)
        self._standing: list[Standing] = []
        self._under_way: set[Strike] = set()

    def report(self) -> list[dict[str, Any]]:
        """Of those still in force."""
        with self._lock:
            return [one.as_json() for one in self._standing]

    def replace(self, rules: Iterable[Rule]) -> list[dict[str, Any]]:
        with self._lock:
            self._let_go()
            self._standing = [Standing(next(self._numbers), rule) for rule in rules]
            return [one.as_json() for one in self._standing]

    def add(self, rule: Rule) -> dict[str, Any]:
        with self._lock:
            added = Standing(next(self._numbers), rule)
            self._standing.append(added)
            return added.as_json()

    def remove(self, rule_id: str) -> bool:
        """Lets go of what it holds. False: there is none of this id in force."""
        with self._lock:
            found = [one for one in self._standing if one.id == rule_id]
            for one in found:
                self._standing.remove(one)
            for strike in self._under_way:
                if strike.rule_id == rule_id:
                    strike.let_go.set()
            return bool(found)

    def clear(self) -> None:
        with self._lock:
            self._let_go()
            self._standing.clear()

    def let_go(self) -> None:
        """Of all calls that are held; the rules stay in force."""
        with self._lock:
            self._let_go()

    def strike(self, call: Call) -> list[Strike]:
        """Of the rules that strike this call, in order; the last of them may end it.

        Each must be held, if only for no time.
        """
        with self._lock:
            struck = list(self._draw(call))
            self._standing = [one for one in self._standing if one.times_left != 0]
            self._under_way.update(struck)
            return struck

    def hold(self, strike: Strike, duration_s: float) -> None:
        """Keeps its call so long, or until it is let go; also of a rule that is spent by now."""
        strike.let_go.wait(duration_s)
        with self._lock:
            self._under_way.discard(strike)

    def jitter(self) -> float:
        """0 to 1."""
        with self._lock:
            return self._chance.random()

    def _draw(self, call: Call) -> Iterator[Strike]:
        for standing in self._standing:
            if standing.rule.fits(call) and self._chance.random() < standing.rule.rate:
                yield standing.strike()
                if standing.rule.ends_the_call:
                    return

    def _let_go(self) -> None:
        for strike in self._under_way:
            strike.let_go.set()
