"""Runs a query over documents: selects, groups, orders, and writes rows as AWS nests them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias, TypeVar

from awsdash.demo.aws.aws_config.conditions import Document, Path, values_at
from awsdash.demo.aws.aws_config.query import Aggregate, Field, Order, Query

Row: TypeAlias = dict[str, Any]
Tree: TypeAlias = dict[str, Any]
T = TypeVar("T")

_NOTHING: Final = object()


def run(query: Query, documents: Iterable[Document]) -> tuple[Sequence[Any], Callable[[Any], Row]]:
    """What was found, in order, and how to make a row of one: few of them are on a page."""
    found = list(documents if query.where is None else filter(query.where, documents))
    if query.is_aggregation:
        return _ordered(_groups(query, found), query.order_by, _sort_value_of_group), _row_of(query)
    tree = _tree(query.fields)
    return _ordered(found, query.order_by, _sort_value), lambda document: _selected(document, tree)


def _ordered(
    rows: list[T], order_by: Sequence[Order], value_of: Callable[[T, Field], Any]
) -> list[T]:
    """Those without a value come last, whatever the direction."""
    for order in reversed(order_by):
        keyed = [(value_of(row, order.by), row) for row in rows]
        present = [pair for pair in keyed if pair[0] is not None]
        present.sort(key=lambda pair: _comparable(pair[0]), reverse=order.descending)
        rows = [row for _, row in present] + [row for value, row in keyed if value is None]
    return rows


def _comparable(value: Any) -> tuple[bool, Any]:
    is_text = isinstance(value, str)
    return is_text, value


def _sort_value(document: Document, field: Field) -> Any:
    values = values_at(Path(field.name))(document)
    return min(filter(_is_scalar, values), key=_comparable, default=None)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


@dataclass(frozen=True)
class _Group:
    """`by` has its value of each property that the query groups by."""

    by: dict[Path, Any]
    documents: list[Document]


def _groups(query: Query, documents: list[Document]) -> list[_Group]:
    """The largest first. A document with many values belongs to many; without one, to none."""
    if not query.group_by:
        return [_Group({}, documents)]
    readers = [values_at(path) for path in query.group_by]
    found: defaultdict[tuple[Any, ...], list[Document]] = defaultdict(list)
    for document in documents:
        choices = [dict.fromkeys(filter(_is_scalar, read(document))) for read in readers]
        for values in product(*choices):
            found[values].append(document)
    groups = [
        _Group(dict(zip(query.group_by, values, strict=True)), members)
        for values, members in found.items()
    ]
    return sorted(groups, key=lambda group: -len(group.documents))


def _sort_value_of_group(group: _Group, field: Field) -> Any:
    return _aggregate(field, group) if isinstance(field, Aggregate) else group.by[field]


def _aggregate(aggregate: Aggregate, group: _Group) -> float | None:
    """None where there is no number to compute with."""
    if aggregate.path is None:
        return len(group.documents)
    read = values_at(aggregate.path)
    values = [value for document in group.documents for value in read(document)]
    if aggregate.function == "COUNT":
        return sum(value is not None for value in values)
    numbers: list[float] = [value for value in values if type(value) in {int, float}]
    if not numbers:
        return None
    match aggregate.function:
        case "SUM":
            return sum(numbers)
        case "AVG":
            return sum(numbers) / len(numbers)
        case "MIN":
            return min(numbers)
    return max(numbers)


def _row_of(query: Query) -> Callable[[_Group], Row]:
    def row(group: _Group) -> Row:
        found: Row = {
            field.name: _aggregate(field, group)
            for field in query.fields
            if isinstance(field, Aggregate)
        }
        for field in query.fields:
            if isinstance(field, Path):
                _put(found, field, group.by[field])
        return found

    return row


def _put(row: Row, path: Path, value: Any) -> None:
    *parents, last = path.keys
    for key in parents:
        row = row.setdefault(key, {})
    row[last] = value


def _tree(fields: Iterable[Field]) -> Tree:
    """The paths' keys in each other; an empty one stands for all that is below."""
    tree: Tree = {}
    names = sorted((field.name for field in fields), key=len, reverse=True)
    for name in names:  # the shorter paths last, as they take in the longer ones
        *parents, last = name.split(".")
        branch = tree
        for key in parents:
            branch = branch.setdefault(key, {})
        branch[last] = {}
    return tree


def _selected(document: Document, tree: Tree) -> Row:
    found = _project(document, tree)
    return {} if found is _NOTHING else dict(found)


def _project(value: Any, tree: Tree) -> Any:
    """The parts of a value that are in the tree."""
    if not tree:
        return value
    parts: Any = None
    if isinstance(value, list):
        found = [_project(row, tree) for row in value]
        parts = [row for row in found if row is not _NOTHING]
    elif isinstance(value, dict):
        below = {key: _project(value[key], tree[key]) for key in tree if key in value}
        parts = {key: part for key, part in below.items() if part is not _NOTHING}
    return parts or _NOTHING
