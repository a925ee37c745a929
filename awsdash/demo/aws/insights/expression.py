"""Expressions of queries, compiled to functions of a row.

They bind, from loosest to tightest: or; and; not; comparisons; + -; * / %; ^; a sign.
"""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from awsdash.demo.aws.insights.aggregate import (
    AGGREGATES,
    OF_TIME,
    PERCENTILES,
    AggregateCall,
    Percentile,
)
from awsdash.demo.aws.insights.condition import (
    LIKE,
    equal_to,
    is_member,
    is_unequal,
    matches,
    ordered,
)
from awsdash.demo.aws.insights.field import Evaluate, Scope
from awsdash.demo.aws.insights.function import FUNCTIONS
from awsdash.demo.aws.insights.malformed import MalformedQuery
from awsdash.demo.aws.insights.period import read_period
from awsdash.demo.aws.insights.scanner import Scanner, Symbol, plain_name, unquote
from awsdash.demo.aws.insights.value import Value, finite, number, truth

LONG_LIMIT: Final = 2**63


@dataclass(frozen=True)
class Expression:
    """`name` is its field in the results, unless there is an alias."""

    evaluate: Evaluate
    name: str
    is_raw: bool


class Parser:
    """Reads expressions; those of `stats` collect in `aggregates` what they gather of rows."""

    def __init__(
        self, scanner: Scanner, scope: Scope, aggregates: list[AggregateCall] | None = None
    ) -> None:
        self._scanner = scanner
        self._scope = scope
        self._aggregates = aggregates
        self._results: dict[str, Evaluate] = {}

    def define(self, name: str, result: Evaluate) -> None:
        """What `stats` gives a name, its later results can calculate with."""
        self._results[name] = result

    def expression(self) -> Expression:
        symbol = self._scanner.symbol
        evaluate = self._any_of()
        source = self._scanner.source[symbol.start : self._scanner.ended_at]
        if symbol.kind == "name" and source == symbol.text:
            name = plain_name(source)
            return Expression(evaluate, name, self._scope.is_raw(name))
        return Expression(evaluate, source, is_raw=False)

    def condition(self) -> Callable[[object], bool]:
        evaluate = self._any_of()
        return lambda row: truth(evaluate(row))

    def _any_of(self) -> Evaluate:
        choices = [self._all_of()]
        while self._scanner.accept("or"):
            choices.append(self._all_of())
        if len(choices) == 1:
            return choices[0]
        return lambda row: any(truth(choice(row)) for choice in choices)

    def _all_of(self) -> Evaluate:
        parts = [self._negation()]
        while self._scanner.accept("and"):
            parts.append(self._negation())
        if len(parts) == 1:
            return parts[0]
        return lambda row: all(truth(part(row)) for part in parts)

    def _negation(self) -> Evaluate:
        if not self._scanner.accept("not"):
            return self._comparison()
        denied = self._negation()
        return lambda row: not truth(denied(row))

    def _comparison(self) -> Evaluate:
        left = self._sum()
        if sign := self._scanner.accept("<", "<=", ">", ">="):
            return ordered(sign, left, self._sum())
        if self._scanner.accept("="):
            return equal_to(left, self._sum())
        if self._scanner.accept("!="):
            return is_unequal(left, self._sum())
        if self._scanner.accept("not"):
            test = self._membership_or_match(left)
            return lambda row: not test(row)
        if self._scanner.symbol.word in ("in", *LIKE):
            return self._membership_or_match(left)
        return left

    def _membership_or_match(self, left: Evaluate) -> Evaluate:
        if self._scanner.expect("in", *LIKE) != "in":
            return matches(left, self._scanner)
        self._scanner.expect("[")
        members = self._list("]")
        return is_member(left, members)

    def _sum(self) -> Evaluate:
        return self._chain(self._product, _SUMS)

    def _product(self) -> Evaluate:
        return self._chain(self._power, _PRODUCTS)

    def _power(self) -> Evaluate:
        base = self._signed()
        if not self._scanner.accept("^"):
            return base
        # Of floats: powers of integers could grow until nothing else runs.
        return _calculation(math.pow, base, self._power())

    def _chain(
        self, operand: Callable[[], Evaluate], signs: dict[str, Callable[[float, float], float]]
    ) -> Evaluate:
        left = operand()
        while sign := self._scanner.accept(*signs):
            left = _calculation(signs[sign], left, operand())
        return left

    def _signed(self) -> Evaluate:
        if not self._scanner.accept("-"):
            return self._primary()
        return _calculation(operator.sub, _constant(0), self._signed())

    def _primary(self) -> Evaluate:
        if self._scanner.accept("("):
            inner = self._any_of()
            self._scanner.expect(")")
            return inner
        symbol = self._scanner.take("string", "number", "name")
        match symbol.kind:
            case "string":
                return _constant(unquote(symbol.text))
            case "number":
                return _constant(number(symbol.text))
        if self._scanner.symbol.text == "(" and "`" not in symbol.text:
            return self._call(symbol)
        return self._field(symbol)

    def _field(self, symbol: Symbol) -> Evaluate:
        if symbol.word in ("true", "false"):
            return _constant(symbol.word == "true")
        name = plain_name(symbol.text)
        if name in self._results:
            return self._results[name]
        if self._aggregates is not None:  # of what `stats` gathers, a field alone says nothing
            raise self._scanner.unexpected(symbol)
        found = self._scope.find(name)
        if found is None:
            raise MalformedQuery(
                f"Unknown symbols found in or after stats: {name}", symbol.start, symbol.end
            )
        return found

    # --- calls ------------------------------------------------------------------------------------

    def _call(self, symbol: Symbol) -> Evaluate:
        name = symbol.word
        if self._aggregates is not None and (name in AGGREGATES or name in PERCENTILES):
            return self._aggregate(name, symbol)
        if name in ("bin", "datefloor", "dateceil"):
            return self._rounding(name, symbol)
        function = FUNCTIONS.get(name)
        if function is None:
            raise self._scanner.unexpected()
        self._scanner.expect("(")
        arguments = self._list(")")
        too_many = function.most is not None and len(arguments) > function.most
        if len(arguments) < function.least or too_many:
            raise MalformedQuery(
                f"Invalid number of arguments for function {symbol.text}", symbol.start, symbol.end
            )
        call = function.call
        if len(arguments) == 1:
            (argument,) = arguments
            return lambda row: call(argument(row))
        return lambda row: call(*(argument(row) for argument in arguments))

    def _list(self, closing: str) -> list[Evaluate]:
        """Expressions up to the closing bracket."""
        if self._scanner.accept(closing):
            return []
        items = [self._any_of()]
        while self._scanner.accept(","):
            items.append(self._any_of())
        self._scanner.expect(closing)
        return items

    def _rounding(self, name: str, symbol: Symbol) -> Evaluate:
        self._scanner.expect("(")
        if name == "bin":
            moment = self._field(symbol._replace(text="@timestamp"))
        else:
            moment = self._sum()
            self._scanner.expect(",")
        down, up = read_period(self._scanner)
        self._scanner.expect(")")
        to = up if name == "dateceil" else down

        def rounded(row: object) -> Value:
            found = number(moment(row))
            return None if found is None else to(int(found))

        return rounded

    def _aggregate(self, name: str, symbol: Symbol) -> Evaluate:
        if name in OF_TIME and not self._scope.has_events:
            raise self._scanner.unexpected(symbol)
        self._scanner.expect("(")
        make = AGGREGATES.get(name)
        argument = self._counted() if name == "count" else self._gathered()
        if name in PERCENTILES:
            self._scanner.expect(",")
            percent = self._percent()
            make = lambda: Percentile(percent)  # noqa: E731
        self._scanner.expect(")")
        if make is None or self._aggregates is None:
            raise self._scanner.unexpected(symbol)
        slot = len(self._aggregates)
        self._aggregates.append(AggregateCall(make, argument))
        return lambda row: row.made[slot]

    def _percent(self) -> float:
        symbol = self._scanner.take("number")
        percent = float(symbol.text)
        if percent > 100:
            raise self._scanner.unexpected(symbol)
        return percent

    def _counted(self) -> Evaluate:
        """`count(*)` and `count()` count rows, `count(f)` those that have f."""
        if self._scanner.accept("*") or self._scanner.symbol.text == ")":
            return _constant(1)
        return self._gathered()

    def _gathered(self) -> Evaluate:
        return Parser(self._scanner, self._scope)._any_of()


def _constant(value: Value) -> Evaluate:
    return lambda row: value


_SUMS: Final = {"+": operator.add, "-": operator.sub}
_PRODUCTS: Final = {"*": operator.mul, "/": operator.truediv, "%": operator.mod}


def _calculation(
    calculate: Callable[[float, float], float], left: Evaluate, right: Evaluate
) -> Evaluate:
    def evaluate(row: object) -> Value:
        one, other = number(left(row)), number(right(row))
        if one is None or other is None:
            return None
        try:
            return _bounded(calculate(one, other))
        except (ValueError, ZeroDivisionError, OverflowError):
            return None

    return evaluate


def _bounded(value: float) -> float | None:
    """What a long cannot hold is held as a double."""
    if isinstance(value, int) and abs(value) < LONG_LIMIT:
        return value
    return finite(float(value))
