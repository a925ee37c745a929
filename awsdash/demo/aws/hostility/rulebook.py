"""The rules in force, and how often each has struck."""

import random
import threading
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from awsdash.demo.aws.hostility.rule import Rule
from awsdash.demo.aws.protocol import Call


class Standing:
    """A rule in force."""

    def __init__(self, number: int, rule: Rule) -> None:
        self.id = str(number)
        self.rule = rule
        self.strikes = 0
        self._lifted = threading.Event()

    @property
    def times_left(self) -> int | None:
        return None if self.rule.times is None else self.rule.times - self.strikes

    def hold(self, duration_s: float) -> None:
        """Waits so long, or until it lets go."""
        self._lifted.wait(duration_s)

    def let_go(self) -> None:
        """Of all calls that it holds now."""
        held_by, self._lifted = self._lifted, threading.Event()
        held_by.set()

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
        """False: there is none of this id."""
        with self._lock:
            found = [one for one in self._standing if one.id == rule_id]
            for one in found:
                one.let_go()
                self._standing.remove(one)
            return bool(found)

    def clear(self) -> None:
        with self._lock:
            self._let_go()
            self._standing.clear()

    def let_go(self) -> None:
        """Of all calls that are held; the rules stay in force."""
        with self._lock:
            self._let_go()

    def strike(self, call: Call) -> list[Standing]:
        """The rules that strike this call, in order; the last of them may end it."""
        with self._lock:
            struck = list(self._draw(call))
            self._standing = [one for one in self._standing if one.times_left != 0]
            return struck

    def jitter(self) -> float:
        """0 to 1."""
        with self._lock:
            return self._chance.random()

    def _draw(self, call: Call) -> Iterator[Standing]:
        for standing in self._standing:
            if standing.rule.fits(call) and self._chance.random() < standing.rule.rate:
                standing.strikes += 1
                yield standing
                if standing.rule.ends_the_call:
                    return

    def _let_go(self) -> None:
        for one in self._standing:
            one.let_go()
