"""The steps that a query's rows pass, one for each command."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from awsdash.demo.aws.insights.aggregate import Aggregate, AggregateCall
from awsdash.demo.aws.insights.field import Evaluate
from awsdash.demo.aws.insights.row import Made, Row
from awsdash.demo.aws.insights.value import Timestamp, Value, sort_key, text
from awsdash.demo.aws.logs.regex_search import Regex

Rows: TypeAlias = Iterator[Row | Made]
Stage: TypeAlias = Callable[[Rows], Rows]
Named: TypeAlias = list[tuple[str, Evaluate]]


def keep(condition: Callable[[Any], bool]) -> Stage:
    return lambda rows: (row for row in rows if condition(row))


def make(fields: Named) -> Stage:
    """Adds fields to each row, in turn."""

    def stage(rows: Rows) -> Rows:
        for row in rows:
            for name, evaluate in fields:
                row.made[name] = evaluate(row)
            yield row

    return stage


def extract(source: Evaluate, pattern: Regex, names: dict[str, str | int]) -> Stage:
    """Adds what the groups of the pattern find, by the names the fields get."""

    def stage(rows: Rows) -> Rows:
        for row in rows:
            value = source(row)
            if value is not None and (found := pattern.search(text(value))):
                row.made.update((name, found[group]) for name, group in names.items())
            yield row

    return stage


def order(keys: list[tuple[Evaluate, bool]]) -> Stage:
    """By the first key, then the next; True for descending."""

    def stage(rows: Rows) -> Rows:
        ordered = list(rows)
        for evaluate, descending in reversed(keys):
            ordered.sort(key=lambda row: sort_key(evaluate(row)), reverse=descending)
        return iter(ordered)

    return stage


def distinct(keys: list[Evaluate]) -> Stage:
    """The first row of each combination of values; rows that lack a value are all kept."""

    def stage(rows: Rows) -> Rows:
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            values = [evaluate(row) for evaluate in keys]
            if None in values:
                yield row
                continue
            combination = tuple(text(value) for value in values)
            if combination not in seen:
                seen.add(combination)
                yield row

    return stage


def take(count: int) -> Stage:
    """The first so many rows; the others are read all the same, as they count as scanned."""

    def stage(rows: Rows) -> Rows:
        yield from islice(rows, count)
        for _ in rows:
            pass

    return stage


def take_any(count: int) -> Stage:
    """So many rows, and no other is read."""
    return lambda rows: islice(rows, count)


@dataclass(frozen=True)
class Group:
    """`stats`: one row for each combination of the keys' values."""

    aggregates: list[AggregateCall]
    results: Named
    keys: Named

    def __call__(self, rows: Rows) -> Rows:
        for values, gathered in self._gather(rows):
            slots: dict[str | int, Value] = {
                slot: aggregate.result() for slot, aggregate in enumerate(gathered)
            }
            row = Made(slots)
            made: dict[str | int, Value] = {
                name: value for (name, _), value in zip(self.keys, values, strict=True)
            }
            made.update((name, evaluate(row)) for name, evaluate in self.results)
            yield Made(made)

    def _gather(self, rows: Rows) -> Iterable[tuple[list[Value], list[Aggregate]]]:
        """Values are the same if they are shown as the same, as 5 and "5"."""
        groups: dict[tuple[Value, ...], tuple[list[Value], list[Aggregate]]] = {}
        keys = [evaluate for _, evaluate in self.keys]
        arguments = [call.argument for call in self.aggregates]
        for row in rows:
            values = [evaluate(row) for evaluate in keys]
            shown = tuple([_shown(value) for value in values])
            group = groups.get(shown)
            if group is None:
                group = groups[shown] = values, [call.make() for call in self.aggregates]
            for aggregate, argument in zip(group[1], arguments, strict=True):
                value = argument(row)
                if value is not None:
                    aggregate.add(value, row)
        return groups.values()


def _shown(value: Value) -> Value:
    """A timestamp looks like no other value, and takes long to write."""
    return value if value is None or isinstance(value, Timestamp) else text(value)
