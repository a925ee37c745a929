"""Reads a query: SELECT ... [WHERE ...] [GROUP BY ...] [ORDER BY ...]."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from awsdash.demo.aws.aws_config.conditions import (
    Path,
    Test,
    all_of,
    any_of,
    between,
    compare,
    like,
    negate,
    within,
)
from awsdash.demo.aws.aws_config.expression import (
    InvalidExpression,
    Token,
    syntax_error,
    tokenize,
)

# What `*` stands for: the scalar properties.
EVERYTHING: Final = tuple(
    Path(name)
    for name in (
        "accountId",
        "awsRegion",
        "arn",
        "availabilityZone",
        "configurationItemCaptureTime",
        "resourceCreationTime",
        "resourceId",
        "resourceName",
        "resourceType",
        "version",
    )
)
FUNCTIONS: Final = frozenset({"AVG", "COUNT", "MAX", "MIN", "SUM"})
MAX_GROUPINGS: Final = 3


@dataclass(frozen=True)
class Aggregate:
    """`path` is None in COUNT(*)."""

    function: str
    path: Path | None

    @property
    def name(self) -> str:
        return f"{self.function}({self.path.name if self.path else '*'})"


Field: TypeAlias = Path | Aggregate


@dataclass(frozen=True)
class Order:
    by: Field
    descending: bool


@dataclass(frozen=True)
class Query:
    fields: tuple[Field, ...]
    where: Test | None
    group_by: tuple[Path, ...]
    order_by: tuple[Order, ...]

    @property
    def is_aggregation(self) -> bool:
        return bool(self.group_by) or any(isinstance(field, Aggregate) for field in self.fields)

    @property
    def is_paged(self) -> bool:
        """Whether there are pages beyond the first: AWS has none in order of an aggregate."""
        return not any(isinstance(order.by, Aggregate) for order in self.order_by)


def parse(source: str) -> Query:
    """Raises InvalidExpression."""
    try:
        query = _Parser(source).query()
    except RecursionError:
        raise InvalidExpression("the condition is nested too deeply") from None
    _check(query)
    return query


def _check(query: Query) -> None:
    if len(query.group_by) > MAX_GROUPINGS:
        raise InvalidExpression("GROUP BY clauses may contain up to three properties")
    if len(query.group_by) > 1 and not query.is_paged:
        raise InvalidExpression(
            "GROUP BY with an ORDER BY clause referencing aggregate functions may contain only a"
            " single property"
        )
    used = (*query.fields, *(order.by for order in query.order_by))
    if not query.is_aggregation:
        if any(isinstance(field, Aggregate) for field in used):
            raise InvalidExpression("ORDER BY an aggregate function needs an aggregation")
        return
    for field in used:
        if isinstance(field, Path) and field not in query.group_by:
            raise InvalidExpression(f"property {field.name} must appear in the GROUP BY clause")


T = TypeVar("T")


class _Parser:
    """Recursive descent; NOT binds before AND, AND before OR."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokenize(source)

    def query(self) -> Query:
        self._expect("SELECT")
        fields = tuple(field for found in self._list(self._fields) for field in found)
        where = self._condition() if self._accept("WHERE") else None
        group_by: list[Path] = []
        if self._accept("GROUP"):
            self._expect("BY")
            group_by = self._list(self._path)
        order_by: list[Order] = []
        if self._accept("ORDER"):
            self._expect("BY")
            order_by = self._list(self._order)
        self._take("end")
        return Query(fields, where, tuple(group_by), tuple(order_by))

    def _list(self, read: Callable[[], T]) -> list[T]:
        found = [read()]
        while self._accept(","):
            found.append(read())
        return found

    def _fields(self) -> tuple[Field, ...]:
        return EVERYTHING if self._accept("*") else (self._field(),)

    def _field(self) -> Field:
        token = self._take("name")
        if not self._accept("("):
            return Path(token.text)
        function = token.text.upper()
        if function not in FUNCTIONS:
            raise syntax_error(self._source, token.position)
        every = function == "COUNT" and self._accept("*")
        path = None if every else self._path()
        self._expect(")")
        return Aggregate(function, path)

    def _path(self) -> Path:
        return Path(self._take("name").text)

    def _order(self) -> Order:
        by = self._field()
        return Order(by, descending=not self._accept("ASC") and self._accept("DESC"))

    def _condition(self) -> Test:
        return any_of(list(self._joined("OR", self._conjunction)))

    def _conjunction(self) -> Test:
        return all_of(list(self._joined("AND", self._operand)))

    def _joined(self, keyword: str, read: Callable[[], Test]) -> Iterator[Test]:
        yield read()
        while self._accept(keyword):
            yield read()

    def _operand(self) -> Test:
        if self._accept("NOT"):
            return negate(self._operand())
        if self._accept("("):
            test = self._condition()
            self._expect(")")
            return test
        path = self._path()
        return negate(self._set_test(path)) if self._accept("NOT") else self._comparison(path)

    def _comparison(self, path: Path) -> Test:
        for sign in ("=", "!=", "<>", "<", "<=", ">", ">="):
            if self._accept(sign):
                return compare(path, sign, self._literal())
        return self._set_test(path)

    def _set_test(self, path: Path) -> Test:
        if self._accept("IN"):
            self._expect("(")
            literals = self._list(self._literal)
            self._expect(")")
            return within(path, literals)
        if self._accept("BETWEEN"):
            low = self._literal()
            self._expect("AND")
            return between(path, low, self._literal())
        self._expect("LIKE")
        return like(path, self._take("text").text)

    def _literal(self) -> Any:
        if self._accept("TRUE"):
            return True
        if self._accept("FALSE"):
            return False
        token = self._take("text", "number")
        return token.text if token.kind == "text" else float(token.text)

    def _accept(self, text: str) -> bool:
        token = self._tokens[0]
        if token.text != text or token.kind not in {"keyword", "sign"}:
            return False
        del self._tokens[0]
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise syntax_error(self._source, self._tokens[0].position)

    def _take(self, *kinds: str) -> Token:
        if self._tokens[0].kind not in kinds:
            raise syntax_error(self._source, self._tokens[0].position)
        return self._tokens.pop(0)
