"""The syntax of Metrics Insights: `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId)`.

Keywords are in any case, names are not. A name with other characters than letters, digits and `_`
stands in double quotes, a label's value in single ones.
"""

import re
from typing import Final

from awsdash.demo.aws.metrics.expressions.syntax import ExpressionError
from awsdash.demo.aws.scanning import Token, Unreadable, scan

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<name>"(?:[^"\\]|\\.)*")
    | (?P<value>'(?:[^'\\]|\\.)*')
    | (?P<number>\d+)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<symbol>!=|[=(),*])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)


class Tokens:
    """What is left of a query."""

    def __init__(self, source: str) -> None:
        self._left = _tokenize(source)

    def accept(self, *words: str) -> bool:
        """Takes these keywords or symbols, if they are next."""
        upcoming = [each.text.upper() for each in self._left[: len(words)]]
        if upcoming != list(words):
            return False
        del self._left[: len(words)]
        return True

    def expect(self, *words: str) -> None:
        if not self.accept(*words):
            raise ExpressionError("Invalid syntax")

    def one_of(self, *words: str) -> str:
        for word in words:
            if self.accept(word):
                return word
        raise ExpressionError("Invalid syntax")

    def name(self) -> str:
        kind, text = self._left.pop(0)
        if kind not in ("name", "word"):
            raise ExpressionError("Invalid syntax")
        return text if kind == "word" else _unquote(text)

    def take(self, kind: str) -> str:
        found, text = self._left.pop(0)
        if found != kind:
            raise ExpressionError("Invalid syntax")
        return _unquote(text) if kind == "value" else text

    def names(self) -> tuple[str, ...]:
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        return tuple(found)


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _tokenize(source: str) -> list[Token]:
    try:
        return scan(_TOKEN, source)
    except Unreadable:
        raise ExpressionError("Invalid syntax") from None
