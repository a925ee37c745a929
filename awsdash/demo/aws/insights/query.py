"""A query in the language of Logs Insights, compiled from its text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from awsdash.demo.aws.insights.aggregate import AggregateCall
from awsdash.demo.aws.insights.expression import Expression, Parser
from awsdash.demo.aws.insights.extraction import read_extraction
from awsdash.demo.aws.insights.field import SYSTEM_FIELDS, Evaluate, Scope
from awsdash.demo.aws.insights.malformed import MalformedQuery
from awsdash.demo.aws.insights.scanner import Scanner
from awsdash.demo.aws.insights.stage import (
    Group,
    Named,
    Stage,
    distinct,
    keep,
    make,
    order,
    take,
    take_any,
)

T = TypeVar("T")

MAX_ROWS: Final = 100_000
MAX_STATS: Final = 2
DEFAULT_FIELDS: Final = ("@timestamp", "@message")


@dataclass(frozen=True)
class Column:
    """`is_raw` tells whether it shows values of events as they are."""

    name: str
    evaluate: Evaluate
    is_raw: bool


@dataclass(frozen=True)
class Query:
    """`matching` are the steps up to the first that orders, cuts or sums up what matched."""

    matching: list[Stage]
    shaping: list[Stage]
    columns: list[Column]
    has_limit: bool


def compile_query(source: str) -> Query:
    """Raises MalformedQuery."""
    try:
        return _Reader(source).read()
    except RecursionError:
        raise MalformedQuery("The query is nested too deeply", 0, len(source)) from None


@dataclass
class _Reader:
    source: str
    matching: list[Stage] = field(default_factory=list)
    shaping: list[Stage] = field(default_factory=list)
    fields: dict[str, Column] = field(default_factory=dict)
    parsed: dict[str, Column] = field(default_factory=dict)
    display: dict[str, Column] | None = None
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scanner = Scanner(self.source)
        self.scope = Scope()

    def read(self) -> Query:
        self._command()
        while self.scanner.accept("|"):
            self._command()
        if self.scanner.symbol.kind != "end":
            raise self.scanner.unexpected()
        return Query(
            self.matching,
            self.shaping,
            list(self._columns().values()),
            "limit" in self.commands,
        )

    def _columns(self) -> dict[str, Column]:
        if self.display is not None:
            return self.display
        if self.scope.has_events and not self.fields:
            standard = {
                name: Column(name, SYSTEM_FIELDS[name], is_raw=True) for name in DEFAULT_FIELDS
            }
            return standard | self.parsed
        return self.fields | self.parsed

    def _command(self) -> None:
        symbol = self.scanner.symbol
        name = _ALIASES.get(symbol.word, symbol.word)
        if name not in _COMMANDS or not self._may_follow(name):
            raise self.scanner.unexpected()
        self.scanner.take("name")
        self.commands.append(name)
        stage = _COMMANDS[name](self)
        if stage is not None:
            is_matching = name in _MATCHING and not self.shaping
            (self.matching if is_matching else self.shaping).append(stage)

    def _may_follow(self, name: str) -> bool:
        """After `dedup` only `limit` may follow; a second `stats` comes before any order."""
        if "dedup" in self.commands and name != "limit":
            return False
        if name != "stats" or "stats" not in self.commands:
            return True
        is_cut = "sort" in self.commands or "limit" in self.commands
        return self.commands.count("stats") < MAX_STATS and not is_cut

    # --- commands ---------------------------------------------------------------------------------

    def _fields(self) -> Stage | None:
        made, columns = self._named_columns()
        self.fields |= columns
        return make(made) if made else None

    def _display(self) -> Stage | None:
        made, self.display = self._named_columns()
        return make(made) if made else None

    def _named_columns(self) -> tuple[Named, dict[str, Column]]:
        """What must be made for them, and how to show them."""
        made: Named = []
        columns: dict[str, Column] = {}

        def read() -> None:
            """Defines a name at once: what follows in the same command can use it."""
            expression, alias = self._aliased()
            name = alias or expression.name
            evaluate = expression.evaluate
            if alias or not self._is_field(expression):
                made.append((name, evaluate))
                evaluate = self._define(name, expression.is_raw)
            columns[name] = Column(name, evaluate, expression.is_raw)

        self._list(read)
        return made, columns

    def _is_field(self, expression: Expression) -> bool:
        return expression.is_raw or expression.name in self.scope

    def _define(self, name: str, is_raw: bool) -> Evaluate:
        self.scope.add(name, is_raw)
        return lambda row: row.made.get(name)

    def _filter(self) -> Stage:
        return keep(Parser(self.scanner, self.scope).condition())

    def _parse(self) -> Stage:
        stage, names = read_extraction(self.scanner, self.scope)
        for name in names:
            self.parsed[name] = Column(name, self._define(name, is_raw=True), is_raw=True)
        return stage

    def _stats(self) -> Stage:
        aggregates: list[AggregateCall] = []
        parser = Parser(self.scanner, self.scope, aggregates)
        results = self._list(lambda: self._result(parser))
        keys = self._list(self._aliased) if self.scanner.accept("by") else []
        group = Group(aggregates, _evaluations(results), _evaluations(keys))
        self.scope.replace()
        self.fields, self.parsed, self.display = {}, {}, None
        for expression, alias in [*keys, *results]:
            name = alias or expression.name
            evaluate = self._define(name, expression.is_raw)
            self.fields[name] = Column(name, evaluate, expression.is_raw)
        return group

    def _result(self, parser: Parser) -> tuple[Expression, str | None]:
        expression, alias = self._aliased(parser)
        if alias:
            parser.define(alias, expression.evaluate)
        return expression, alias

    def _aliased(self, parser: Parser | None = None) -> tuple[Expression, str | None]:
        expression = (parser or Parser(self.scanner, self.scope)).expression()
        if not self.scanner.accept("as"):
            return expression, None
        symbol = self.scanner.symbol
        alias = self.scanner.take_name()
        if alias in self.scope:
            message = f"Ephemeral field is already defined: {alias}"
            raise MalformedQuery(message, symbol.start, symbol.end)
        return expression, alias

    def _sort(self) -> Stage:
        self.scanner.accept("by")
        return order(self._list(self._sort_key))

    def _sort_key(self) -> tuple[Evaluate, bool]:
        return self._known_field(), self.scanner.accept("asc", "desc") == "desc"

    def _known_field(self) -> Evaluate:
        symbol = self.scanner.symbol
        name = self.scanner.take_name()
        found = self.scope.find(name)
        if found is None:
            message = f"Unknown symbols found in or after stats: {name}"
            raise MalformedQuery(message, symbol.start, symbol.end)
        return found

    def _dedup(self) -> Stage:
        return distinct(self._list(self._known_field))

    def _limit(self) -> Stage:
        stage = take_any if self.scanner.accept("any") else take
        symbol = self.scanner.take("number")
        if not symbol.text.isdigit() or not 1 <= int(symbol.text) <= MAX_ROWS:
            raise self.scanner.unexpected(symbol)
        return stage(int(symbol.text))

    def _list(self, item: Callable[[], T]) -> list[T]:
        items = [item()]
        while self.scanner.accept(","):
            items.append(item())
        return items


def _evaluations(named: list[tuple[Expression, str | None]]) -> Named:
    return [(alias or expression.name, expression.evaluate) for expression, alias in named]


_COMMANDS: Final[dict[str, Callable[[_Reader], Stage | None]]] = {
    "fields": _Reader._fields,
    "display": _Reader._display,
    "filter": _Reader._filter,
    "parse": _Reader._parse,
    "stats": _Reader._stats,
    "sort": _Reader._sort,
    "dedup": _Reader._dedup,
    "limit": _Reader._limit,
}
_ALIASES: Final = {"where": "filter", "order": "sort", "head": "limit"}
_MATCHING: Final = frozenset({"fields", "display", "filter", "parse"})
