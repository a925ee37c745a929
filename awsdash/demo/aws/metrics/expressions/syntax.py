"""The syntax of metric math: from a text to a tree of nodes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from awsdash.demo.aws.scanning import Token, Unreadable, scan


class ExpressionError(ValueError):
    """The expression is wrong; the message is fit for AWS's "Error in expression 'e1': ..."."""


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Text:
    """A quoted argument."""

    text: str


@dataclass(frozen=True)
class Name:
    """The id of a query, or a keyword such as REPEAT."""

    name: str


@dataclass(frozen=True)
class Invocation:
    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Operation:
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Negation:
    operand: "Node"


@dataclass(frozen=True)
class Array:
    items: tuple["Node", ...]


Node: TypeAlias = Number | Text | Name | Invocation | Operation | Negation | Array

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<string>'[^']*'|"[^"]*")
    | (?P<name>[A-Za-z_]\w*)
    | (?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)
_WORDS: Final = {"AND": "&&", "OR": "||"}
# From the weakest; each binds to the left.
_LEVELS: Final = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", ">", "<=", ">="),
    ("+", "-"),
    ("*", "/"),
)
# Each level of brackets takes some frames of the interpreter's stack.
MAX_DEPTH: Final = 64


@lru_cache(maxsize=1000)
def parse(source: str) -> Node:
    parser = _Parser(source)
    node = parser.expression()
    parser.take("end")
    return node


class _Parser:
    def __init__(self, source: str) -> None:
        self._tokens = _tokenize(source)
        self._depth = 0

    def take(self, kind: str) -> str:
        if self._tokens[0].kind != kind:
            raise ExpressionError("Invalid syntax")
        return self._tokens.pop(0).text

    def expression(self, level: int = 0) -> Node:
        if level == len(_LEVELS):
            return self._signed()
        node = self.expression(level + 1)
        while (sign := self._accept(*_LEVELS[level])) is not None:
            node = Operation(sign, node, self.expression(level + 1))
        return node

    def _accept(self, *symbols: str) -> str | None:
        kind, text = self._tokens[0]
        if kind == "symbol" and text in symbols:
            return self._tokens.pop(0).text
        return None

    def _expect(self, symbol: str) -> None:
        if self._accept(symbol) is None:
            raise ExpressionError("Invalid syntax")

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("The expression is nested too deeply")
        if self._accept("-"):
            node: Node = Negation(self._signed())
        else:
            node = self._primary()
            node = Operation("^", node, self._signed()) if self._accept("^") else node
        self._depth -= 1
        return node

    def _primary(self) -> Node:
        if self._accept("("):
            node = self.expression()
            self._expect(")")
            return node
        if self._accept("["):
            return Array(self._list("]"))
        readers: dict[str, Callable[[], Node]] = {
            "number": lambda: Number(float(self.take("number"))),
            "string": lambda: Text(self.take("string")[1:-1]),
            "name": self._named,
        }
        reader = readers.get(self._tokens[0].kind)
        if reader is None:
            raise ExpressionError("Invalid syntax")
        return reader()

    def _named(self) -> Node:
        name = self.take("name")
        return Invocation(name, self._list(")")) if self._accept("(") else Name(name)

    def _list(self, closing: str) -> tuple[Node, ...]:
        if self._accept(closing):
            return ()
        items = [self.expression()]
        while self._accept(","):
            items.append(self.expression())
        self._expect(closing)
        return tuple(items)


def _tokenize(source: str) -> list[Token]:
    try:
        tokens = scan(_TOKEN, source)
    except Unreadable:
        raise ExpressionError("Invalid syntax") from None
    words = (_WORDS.get(text) if kind == "name" else None for kind, text in tokens)
    return [
        token if word is None else Token("symbol", word)
        for token, word in zip(tokens, words, strict=True)
    ]


def walk(node: Node) -> Iterator[Node]:
    """A node and all within it."""
    ahead = [node]
    while ahead:
        node = ahead.pop()
        yield node
        match node:
            case Invocation(_, parts) | Array(parts):
                ahead += parts
            case Operation(_, left, right):
                ahead += (left, right)
            case Negation(operand):
                ahead.append(operand)


def references(node: Node) -> set[str]:
    """The ids that an expression names."""
    return {n.name for n in walk(node) if isinstance(n, Name) and n.name[0].islower()}


def functions_in(node: Node) -> set[str]:
    return {n.function for n in walk(node) if isinstance(n, Invocation)}
