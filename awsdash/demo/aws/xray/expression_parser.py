"""Reads an expression: AND, OR, NOT and parentheses around conditions that the caller reads."""

from collections.abc import Callable
from typing import Any, TypeAlias

from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.xray.tokens import Token, invalid_symbol, tokens_of

Test: TypeAlias = Callable[[Any], bool]


class Parser:
    """Recursive descent; whatever is not expected is an AwsError in X-Ray's wording."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = list(tokens_of(expression))
        self._since = 0

    @property
    def next(self) -> Token:
        return self._tokens[0]

    def invalid(self) -> AwsError:
        return invalid_symbol(self._expression, self._since, self.next)

    def accept(self, *values: str) -> str | None:
        """The word or sign that is next, if it is one of these."""
        if self.next.kind in {"word", "sign"} and self.next.value in values:
            return str(self._tokens.pop(0).value)
        return None

    def expect(self, *values: str) -> str:
        found = self.accept(*values)
        if found is None:
            raise self.invalid()
        return found

    def take(self, *kinds: str) -> Any:
        if self.next.kind not in kinds:
            raise self.invalid()
        return self._tokens.pop(0).value

    def finish(self) -> None:
        self.take("end")

    def any_of(self, condition: Callable[["Parser"], Test]) -> Test:
        tests = [self._all_of(condition)]
        while self.accept("or", "||"):
            tests.append(self._all_of(condition))
        return tests[0] if len(tests) == 1 else lambda one: any(test(one) for test in tests)

    def _all_of(self, condition: Callable[["Parser"], Test]) -> Test:
        tests = [self._one(condition)]
        while self.accept("and", "&&") or self._at_condition():
            tests.append(self._one(condition))
        return tests[0] if len(tests) == 1 else lambda one: all(test(one) for test in tests)

    def _at_condition(self) -> bool:
        kind, value, *_ = self.next
        is_word = kind == "word" and value != "or"
        return is_word or kind == "annotation" or (kind == "sign" and value in ("!", "("))

    def _one(self, condition: Callable[["Parser"], Test]) -> Test:
        if self.accept("!", "not"):
            test = self._one(condition)
            return lambda one: not test(one)
        if self.accept("("):
            inner = self.any_of(condition)
            self.expect(")")
            return inner
        self._since = self.next.start
        return condition(self)
